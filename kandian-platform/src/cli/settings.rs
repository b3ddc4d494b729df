//! From file, environment and flags to settings.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use kandian_platform::config::{Config, Roles};
use kandian_proto::Secret;
use kandian_proto::value::Host;

use super::Failure;

/// Flags that every command has: where the settings and the data are.
#[derive(Clone, Debug, Args)]
pub(crate) struct Where {
    /// File with settings, in TOML; see `kandian-platform config print`
    #[arg(long, value_name = "FILE", env = "KANDIAN_CONFIG")]
    config: Option<PathBuf>,
    /// Directory for the database and keys [default: kandian-data]
    #[arg(long, value_name = "DIR", env = "KANDIAN_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// PostgreSQL instead of SQLite: postgres://user:password@host/database
    #[arg(long, value_name = "URL", env = "KANDIAN_DATABASE", hide_env_values = true)]
    database: Option<String>,
}

impl Where {
    pub(crate) fn settings(&self) -> Result<Config, Failure> {
        let mut config = match &self.config {
            Some(path) => Config::load(path).map_err(|error| error.to_string())?,
            None => Config::default(),
        };
        if let Some(data_dir) = &self.data_dir {
            config.data_dir.clone_from(data_dir);
        }
        if let Some(url) = &self.database {
            config.store.url = Some(Secret::from(url.as_str()));
        }
        Ok(config)
    }
}

/// Flags for what is set most often.
#[derive(Clone, Debug, Args)]
pub(crate) struct Usual {
    /// What this platform is
    #[arg(long, value_enum, env = "KANDIAN_ROLE")]
    role: Option<Roles>,
    /// Address and port for people and programs; port 0 picks a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR", env = "KANDIAN_HTTP")]
    http: Option<SocketAddr>,
    /// Address and port where devices register [default: 0.0.0.0:8098]
    #[arg(long, value_name = "ADDR", env = "KANDIAN_DEVICE_HTTP")]
    device_http: Option<SocketAddr>,
    /// Address and port where devices log in [default: 0.0.0.0:8588]
    #[arg(long, value_name = "ADDR", env = "KANDIAN_ACCESS")]
    access: Option<SocketAddr>,
    /// Name or address under which devices reach this platform [default: the address of this machine]
    #[arg(long, value_name = "HOST", env = "KANDIAN_ADVERTISE")]
    advertise: Option<Host>,
}

impl Usual {
    pub(crate) fn apply(&self, config: &mut Config) {
        config.roles = self.role.unwrap_or(config.roles);
        config.http.listen = self.http.unwrap_or(config.http.listen);
        config.device_http.listen = self.device_http.unwrap_or(config.device_http.listen);
        config.access.listen = self.access.unwrap_or(config.access.listen);
        if let Some(host) = &self.advertise {
            config.access.advertise = Some(host.clone());
        }
    }
}
