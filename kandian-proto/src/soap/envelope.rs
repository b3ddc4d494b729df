//! Writing envelopes.

use crate::xml::{DECLARATION, EncodeError, FieldWriter, XmlWriter};
use crate::{Profile, Request, Response};

/// Versions of SOAP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Version {
    /// SOAP 1.1, the one that clients of 2014 speak.
    #[default]
    V11,
    /// SOAP 1.2.
    V12,
}

impl Version {
    /// Namespace of the envelope.
    #[must_use]
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::V11 => "http://schemas.xmlsoap.org/soap/envelope/",
            Self::V12 => "http://www.w3.org/2003/05/soap-envelope",
        }
    }

    /// Value of the HTTP header `Content-Type`.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::V11 => "text/xml;charset=UTF-8",
            Self::V12 => "application/soap+xml;charset=UTF-8",
        }
    }
}

/// How a document travels. An answer takes the form of the request (E-38).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// In an envelope.
    Soap(Version),
    /// The message alone, as in chapters 5 and 7.
    Bare,
}

impl Form {
    /// Value of the HTTP header `Content-Type`.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Soap(version) => version.content_type(),
            Self::Bare => "text/xml;charset=UTF-8",
        }
    }
}

/// Writes a request.
///
/// # Errors
/// When a value cannot be sent.
pub fn write_request(form: Form, request: &Request, profile: Profile) -> Result<Vec<u8>, EncodeError> {
    wrap(form, request.operation().info().request.root, profile, &mut |writer| request.write(writer))
}

/// Writes a response.
///
/// # Errors
/// When a value cannot be sent.
pub fn write_response(form: Form, response: &Response, profile: Profile) -> Result<Vec<u8>, EncodeError> {
    wrap(form, response.operation().info().response.root, profile, &mut |writer| response.write(writer))
}

fn wrap(
    form: Form,
    root: &'static str,
    profile: Profile,
    fields: &mut dyn FnMut(&mut dyn FieldWriter) -> Result<(), EncodeError>,
) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::with_capacity(1024);
    out.extend_from_slice(DECLARATION.as_bytes());
    if let Form::Soap(version) = form {
        open(&mut out, version);
    }
    XmlWriter::new(&mut out, profile, &[]).element(root, 0, fields)?;
    if let Form::Soap(_) = form {
        close(&mut out);
    }
    Ok(out)
}

pub(super) fn open(out: &mut Vec<u8>, version: Version) {
    let text = format!("<soap:Envelope xmlns:soap=\"{}\"><soap:Body>", version.namespace());
    out.extend_from_slice(text.as_bytes());
}

pub(super) fn close(out: &mut Vec<u8>) {
    out.extend_from_slice(b"</soap:Body></soap:Envelope>");
}
