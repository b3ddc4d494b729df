//! The settings of a platform: what they are, where they come from, and what is wrong with them.
//!
//! Each setting has a default. A TOML file changes it, an environment variable changes that, a flag of the command
//! line has the last word. Unknown keys and impossible values are refused before anything starts.

mod check;
mod check_crm;
mod client;
mod crm;
mod file;
mod limits;
mod media;
mod outward;
mod sections;
mod sms;
mod text;
mod uplink;

pub use check::Problem;
pub use client::{Client, Dialect};
pub use crm::{Crm, CrmAuth, CrmClient, OnSilence};
pub use file::FileError;
pub use limits::{ForwardedHeader, Limits};
pub use media::Media;
pub use outward::Outward;
pub use sections::{
    Access, Accounts, DeviceHttp, Enrolment, Ftp, Group, Http, Policy, Province, Roles, Store, Tls, Turn,
    Unassigned,
};
pub use sms::{GatewayKind, SentPassword, Smpp, Sms, Webhook, WebhookBody};
pub use uplink::{GroupAccess, Stun};

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// All settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the database, the certificate and the administrator's token live.
    pub data_dir: PathBuf,
    /// What this platform is.
    pub roles: Roles,
    /// The port for people and programs: REST, later the pages and SOAP.
    pub http: Http,
    /// The port where devices ask and register over HTTP. Spec §5, §7.2.1.
    pub device_http: DeviceHttp,
    /// The port where devices log in. Spec §7.3.
    pub access: Access,
    /// The SOAP interface of phones and web clients. Spec §8.
    pub client: Client,
    /// The group platform. Spec §5, §6.
    pub group: Group,
    /// The province platform. Spec §6, §7.
    pub province: Province,
    /// Which devices are taken in. E-35.
    pub enrolment: Enrolment,
    /// Accounts of users.
    pub accounts: Accounts,
    /// Against guessing and flooding.
    pub limits: Limits,
    /// Short messages..
    pub sms: Sms,
    /// Live pictures for browsers.
    pub media: Media,
    /// What is asked of others over HTTP.
    pub outward: Outward,
    /// The operator's CRM..
    pub crm: Crm,
    /// Where everything is kept.
    pub store: Store,
    /// TURN servers, as registrations name them. Spec §7.2.1, §14.
    pub turn: Turn,
    /// The FTP server for pictures, as registrations name it. Spec §7.2.1, E-49.
    pub ftp: Ftp,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("kandian-data"),
            roles: Roles::All,
            http: Http::default(),
            device_http: DeviceHttp::default(),
            access: Access::default(),
            client: Client::default(),
            group: Group::default(),
            province: Province::default(),
            enrolment: Enrolment::default(),
            accounts: Accounts::default(),
            limits: Limits::default(),
            sms: Sms::default(),
            media: Media::default(),
            outward: Outward::default(),
            crm: Crm::default(),
            store: Store::default(),
            turn: Turn::default(),
            ftp: Ftp::default(),
        }
    }
}

impl Config {
    /// Reads a TOML file.
    ///
    /// # Errors
    ///
    /// [`FileError`]: what is wrong, in which file and line, and what was perhaps meant.
    pub fn load(path: &Path) -> Result<Self, FileError> {
        file::load(path)
    }

    /// The settings as a TOML document that [`load`](Self::load) reads.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // Only maps with keys that are no strings cannot be written.
        toml::to_string_pretty(self).unwrap_or_default()
    }

    /// Whether the group platform of another process is to hear of addresses and users. Spec §6.
    #[must_use]
    pub fn owes_reports(&self) -> bool {
        self.roles.province() && self.province.group.url.is_some()
    }

    /// What cannot work about these settings, each with its key and a way out.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        check::problems(self)
    }
}
