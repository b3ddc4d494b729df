//! Firmware: 6DH. Spec §7.5.17, E-74, E-89, E-125, E-126.

use std::path::Path;
use std::sync::Arc;

use kandian_proto::message::device::UpgradeRequest;
use kandian_proto::session::device::Restart;
use kandian_proto::value::{ExceptionType, ImpliedException};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::spawn_blocking;

use super::{After, Chore, Refusal, Verdict, ftp_profile};
use crate::ftp;
use crate::journal::note;
use crate::link::Order;
use crate::state::{FtpProfile, Report};
use crate::unit::Unit;

/// Longest version and file name. Versions have 14 characters; paths on servers are short.
const MOST_TEXT: usize = 128;

/// Firmware that a platform offers.
#[derive(Debug)]
pub(crate) struct Offer {
    version: String,
    server: FtpProfile,
    file: String,
    /// Given back when the upgrade is over, however it ends.
    turn: OwnedSemaphorePermit,
}

/// Checks the parameters; everything else follows the answer.
pub(super) fn accept(unit: &Unit, request: &UpgradeRequest) -> Verdict<After> {
    let wrong = |why: String| Refusal::wrong("R-7.79", why);
    let UpgradeRequest { ftp_ip, ftp_port, ftp_account, ftp_password, .. } = request;
    let server = ftp_profile(ftp_ip, *ftp_port, ftp_account, ftp_password).map_err(wrong)?;
    let version = request.new_dev_ver.as_str();
    if !is_version(version) {
        return Err(wrong(format!("{version:?} is no version such as V1.6_20140318")));
    }
    let file = request.ftp_file_name.as_str();
    let is_name = !file.is_empty() && file.len() <= MOST_TEXT && !file.chars().any(char::is_control);
    if !is_name || file.ends_with('/') {
        return Err(wrong(format!("{file:?} is no name of a file")));
    }
    let turn = Arc::clone(&unit.upgrading).try_acquire_owned();
    let turn = turn.map_err(|_| wrong("another upgrade is under way".to_owned()))?;
    let (version, file) = (version.to_owned(), file.to_owned());
    Ok(After::Chore(Chore::Upgrade(Offer { version, server, file, turn })))
}

/// `V`, numbers with full stops, and perhaps an underscore and anything (E-74).
fn is_version(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('V').filter(|_| text.len() <= MOST_TEXT) else { return false };
    let numbers = rest.split('_').next().unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    numbers.split('.').all(is_number) && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// Fetches and installs firmware, and reports the outcome.
///
/// Success is reported after the restart, when the new version runs: it is owed and installed in one change.
pub(crate) async fn run(unit: &Unit, offer: Offer) {
    note!(unit, info, "upgrade to {}: fetching {:?} from {}", offer.version, offer.file, offer.server.host);
    let installed = install(unit, &offer).await;
    let Offer { version, turn, .. } = offer;
    // Who hears of the outcome may try again.
    drop(turn);
    if let Err(why) = installed {
        note!(unit, error, "upgrade to {version} failed: {why}");
        let kind = ExceptionType::UPGRADE_FAILED;
        let text = kind.name_zh().unwrap_or_default();
        return unit.owe(kind, format!("{text}:{version}: {why}")).await;
    }
    note!(unit, info, "upgrade to {version} is installed; starting again");
    unit.line.send(Order::Restart(Restart::Reboot)).await;
}

async fn install(unit: &Unit, offer: &Offer) -> Result<(), String> {
    let image = unit.config.data_dir.join("firmware.new");
    let fetched = fetch_and_check(unit, offer, &image).await;
    // Whatever is left of it is of no use.
    let _ = tokio::fs::remove_file(&image).await;
    fetched?;
    let stored = unit.change(|state| {
        state.firmware = Some(offer.version.clone());
        let text = ImpliedException::UpgradeSucceeded.describe(&offer.version);
        state.owe(Report { kind: ExceptionType::UNKNOWN, text });
        Ok(())
    });
    stored.await.map_err(|refusal| refusal.why)
}

async fn fetch_and_check(unit: &Unit, offer: &Offer, image: &Path) -> Result<(), String> {
    let flash = &unit.hardware.firmware;
    let fetched = ftp::fetch(&offer.server, &offer.file, image, flash.space()).await;
    let length = fetched.map_err(|fault| fault.to_string())?;
    note!(unit, info, "upgrade to {}: {length} bytes", offer.version);
    let (flash, image, version) = (flash.clone(), image.to_owned(), offer.version.clone());
    let installed = spawn_blocking(move || flash.install(&image, &version)).await;
    installed.map_err(|error| error.to_string())?.map_err(|fault| fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    // E-74
    #[test]
    fn versions() {
        for good in ["V1.6_20140318", "V1.6.2_20140318", "V2", "V1.6_beta-3"] {
            assert!(is_version(good), "{good}");
        }
        for bad in ["", "1.6", "V", "V1._2014", "V1.6 2014", "Vx", &"V1".repeat(99)] {
            assert!(!is_version(bad), "{bad}");
        }
    }
}
