//! Faults: answers to what is no call at all. Business refusals are results, never faults.

use core::fmt;

use super::envelope::{self, Version};
use crate::xml::DECLARATION;

/// Who is to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultCode {
    /// The envelope is of an unknown version.
    VersionMismatch,
    /// The call is malformed (`Client` in 1.1, `Sender` in 1.2).
    Sender,
    /// We failed (`Server` in 1.1, `Receiver` in 1.2).
    Receiver,
}

impl FaultCode {
    const fn name(self, version: Version) -> &'static str {
        match (self, version) {
            (Self::VersionMismatch, _) => "VersionMismatch",
            (Self::Sender, Version::V11) => "Client",
            (Self::Sender, Version::V12) => "Sender",
            (Self::Receiver, Version::V11) => "Server",
            (Self::Receiver, Version::V12) => "Receiver",
        }
    }

    /// Reads either version's name, with or without a prefix.
    pub(super) fn from_name(name: &str) -> Self {
        let local = name.rsplit(':').next().unwrap_or(name);
        // SOAP 1.1 allows `Client.Authentication` and the like.
        match local.split('.').next().unwrap_or(local) {
            "VersionMismatch" => Self::VersionMismatch,
            "Server" | "Receiver" => Self::Receiver,
            _ => Self::Sender,
        }
    }
}

/// A SOAP fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Who is to blame.
    pub code: FaultCode,
    /// A sentence for people.
    pub reason: String,
}

impl Fault {
    /// A fault.
    #[must_use]
    pub fn new(code: FaultCode, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }

    /// The fault in an envelope.
    #[must_use]
    pub fn write(&self, version: Version) -> Vec<u8> {
        let code = self.code.name(version);
        // The reason may quote the peer; only characters that XML allows are kept.
        let clean: String = self.reason.chars().filter(|&c| crate::xml::is_xml_char(c)).collect();
        let reason = quick_xml::escape::escape(clean.as_str());
        let mut out = DECLARATION.as_bytes().to_vec();
        envelope::open(&mut out, version);
        let body = match version {
            Version::V11 => format!(
                "<soap:Fault><faultcode>soap:{code}</faultcode><faultstring>{reason}</faultstring></soap:Fault>"
            ),
            Version::V12 => format!(
                "<soap:Fault><soap:Code><soap:Value>soap:{code}</soap:Value></soap:Code>\
                 <soap:Reason><soap:Text xml:lang=\"en\">{reason}</soap:Text></soap:Reason></soap:Fault>"
            ),
        };
        out.extend_from_slice(body.as_bytes());
        envelope::close(&mut out);
        out
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name(Version::V12), crate::xml::excerpt(&self.reason))
    }
}
