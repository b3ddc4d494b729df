//! Between the group platform and its province platforms. Spec §5, §6, §9.

use kandian_proto::Secret;
use kandian_proto::enrolment::Province as Numbers;
use kandian_proto::value::{Host, Url};
use serde::{Deserialize, Serialize};

use super::text::{maybe_text, secret};

/// How a province platform is known to the group platform, and where that is. Nothing is reported without a URL.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GroupAccess {
    /// Where the group platform takes what province platforms say (§6), as in
    /// `https://group.example/GroupService`.
    #[serde(with = "maybe_text")]
    pub url: Option<Url>,
    /// Four digits: the first of the six of GB/T 2260..
    pub province_no: String,
    /// Two digits, which the operator of the province assigns..
    pub cms_no: String,
    /// The password that the group gave (`CmsPassword`).
    #[serde(with = "secret")]
    pub password: Option<Secret>,
}

impl GroupAccess {
    /// Both numbers, when they are numbers..
    #[must_use]
    pub fn numbers(&self) -> Option<Numbers> {
        Numbers::new(&self.province_no, &self.cms_no).ok()
    }
}

/// The STUN servers that devices are told by the group platform. E-31.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stun {
    /// Name or address; the TURN server, which is one as well, when absent.
    #[serde(with = "maybe_text")]
    pub host: Option<Host>,
    /// Its UDP port.
    pub port: u16,
    /// The second server; the first one again when absent.
    #[serde(with = "maybe_text")]
    pub backup_host: Option<Host>,
    /// Its UDP port.
    pub backup_port: u16,
}

impl Default for Stun {
    fn default() -> Self {
        Self { host: None, port: 3478, backup_host: None, backup_port: 3478 }
    }
}
