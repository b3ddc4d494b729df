//! Whom the platform takes orders from, and whom it asks who may log in.; E-188.

use std::collections::BTreeMap;

use kandian_proto::Secret;
use serde::{Deserialize, Serialize};

use super::text::{secret, secrets};

/// The operator's CRM.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Crm {
    /// How orders show who sends them; without it there are no orders.
    pub auth: CrmAuth,
    /// Days for which an order is remembered, so that the same one is not carried out again: 1 to 90.
    pub keep_days: u32,
    /// Who sends orders, by name.
    pub clients: BTreeMap<String, CrmClient>,
    /// Where it is asked whether somebody may log in; without it nobody is asked.
    pub check_url: Option<String>,
    /// The secret that signs what is asked there.
    #[serde(with = "secret")]
    pub check_secret: Option<Secret>,
    /// Seconds for which "yes" counts.
    pub allow_secs: u32,
    /// Seconds for which "no" counts: somebody who has paid wants in.
    pub deny_secs: u32,
    /// What counts when it does not answer.
    pub on_silence: OnSilence,
}

/// How orders show who sends them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CrmAuth {
    /// There are no orders.
    #[default]
    Off,
    /// By a signature with a secret of the client.
    Hmac,
    /// By a certificate of the client, which an authority of `http.client_ca` has signed.
    Mtls,
}

/// Who sends orders.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CrmClient {
    /// Secrets that sign its orders; several while they are replaced.
    #[serde(with = "secrets")]
    pub secrets: Vec<Secret>,
    /// SHA-256 of its certificates in hexadecimal digits; several while they are replaced.
    pub certificates: Vec<String>,
}

/// What counts when CRM does not answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnSilence {
    /// Whoever has the password and an open account is let in: that CRM fails is no reason to blind every shop. Who must
    /// not log in is suspended by an order as well.
    #[default]
    Allow,
    /// Nobody is let in.
    Deny,
}

impl Default for Crm {
    fn default() -> Self {
        Self {
            auth: CrmAuth::Off,
            keep_days: 7,
            clients: BTreeMap::new(),
            check_url: None,
            check_secret: None,
            allow_secs: 300,
            deny_secs: 30,
            on_silence: OnSilence::Allow,
        }
    }
}
