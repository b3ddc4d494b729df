//! Where the devices of each province platform register, and their STUN servers. Spec §5, §6.6 (8); E-31,
//! E-39.

use kandian_proto::enrolment::{Directory, Province};
use kandian_proto::message::redirect::ProvinceAccess;
use kandian_proto::value::{Host, InvalidValue, Port, Url};

use crate::app::App;
use crate::rules;
use crate::store::StoreError;

/// The province platform of this process, as the group platform of this process knows it. No province has these numbers.
const OWN: (&str, &str) = ("0000", "00");

/// Why there is no directory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// The settings make no address.
    #[error("the settings make no address that devices can use: {0}")]
    Settings(#[from] InvalidValue),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The province platform of this process.
///
/// # Errors
///
/// None: its numbers are numbers.
pub fn own() -> Result<Province, InvalidValue> {
    Province::new(OWN.0, OWN.1)
}

/// What devices of each province platform are given: of those that reported an address, and of this process.
///
/// # Errors
///
/// [`DirectoryError`].
pub async fn directory(app: &App) -> Result<Directory, DirectoryError> {
    let access = access(app);
    let mut directory = Directory::from([(own()?, access(register_url(app)?))]);
    for province in app.store.provinces().await? {
        if let Some(report) = province.report {
            directory.insert(province.id, access(report.dev_url));
        }
    }
    Ok(directory)
}

/// The STUN servers, with an address beside them. E-31
fn access(app: &App) -> impl Fn(Url) -> ProvinceAccess {
    let (stun, turn) = (&app.config.group.stun, &app.config.turn);
    let grant = rules::grant(&app.config, app.access_address());
    // A TURN server is a STUN server as well.
    let (first, second): ((Host, u16), (Host, u16)) = match (&stun.host, &stun.backup_host) {
        (Some(host), Some(backup)) => ((host.clone(), stun.port), (backup.clone(), stun.backup_port)),
        (Some(host), None) => ((host.clone(), stun.port), (host.clone(), stun.port)),
        (None, _) => ((grant.turn_ip, turn.port), (grant.backup_turn_ip, grant.backup_turn_port.0)),
    };
    move |url| ProvinceAccess::new(url, first.0.clone(), Port(first.1), second.0.clone(), Port(second.1))
}

/// Where the devices of the province platform of this process register: as the settings say, or where it listens.
///
/// # Errors
///
/// When the settings make no URL.
pub fn register_url(app: &App) -> Result<Url, InvalidValue> {
    if let Some(url) = &app.config.province.register_url {
        return Ok(url.clone());
    }
    let grant = rules::grant(&app.config, app.access_address());
    let host = grant.access_host.as_str();
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    format!("http://{host}:{}/DeviceRegisterServlet", app.device_http_port()).parse()
}
