//! The log: 7EH. Spec §7.5.35, E-145.

use std::io;
use std::sync::Arc;

use kandian_proto::message::device::LogUploadRequest;
use kandian_proto::value::{ExceptionType, ImpliedException};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::spawn_blocking;

use super::{After, Chore, Refusal, Verdict, ftp_profile};
use crate::ftp;
use crate::journal::note;
use crate::state::FtpProfile;
use crate::unit::Unit;

/// Where a log is to go.
#[derive(Debug)]
pub(crate) struct Upload {
    server: FtpProfile,
    /// Given back when the upload is over, however it ends.
    turn: OwnedSemaphorePermit,
}

/// Checks the parameters; the log follows the answer.
pub(super) fn upload(unit: &Unit, request: &LogUploadRequest) -> Verdict<After> {
    let wrong = |why: String| Refusal::wrong("R-7.108", why);
    let LogUploadRequest { ftp_ip, ftp_port, ftp_account, ftp_password, .. } = request;
    let server = ftp_profile(ftp_ip, *ftp_port, ftp_account, ftp_password).map_err(wrong)?;
    let turn = Arc::clone(&unit.uploading).try_acquire_owned();
    let turn = turn.map_err(|_| wrong("the log is being sent to enough servers already".to_owned()))?;
    Ok(After::Chore(Chore::Log(Upload { server, turn })))
}

/// Sends the newest megabyte of the log as `DevID_YYYYMMDDHHMMSS.log`; only a failure is reported (E-145).
pub(crate) async fn run(unit: &Unit, upload: Upload) {
    let Upload { server, turn } = upload;
    let name = format!("{}_{}.log", unit.config.id, unit.clock.civil());
    note!(unit, info, "log upload: {name} to {}", server.host);
    let journal = Arc::clone(&unit.journal);
    let newest = spawn_blocking(move || journal.newest()).await;
    let sent = match newest.map_err(io::Error::other).and_then(|read| read) {
        Ok(text) => ftp::send(&server, &name, &text).await.map_err(|fault| fault.to_string()),
        Err(error) => Err(format!("the log cannot be read: {error}")),
    };
    drop(turn);
    if let Err(why) = sent {
        note!(unit, warn, "log upload failed: {why}");
        unit.owe(ExceptionType::UNKNOWN, ImpliedException::LogUploadFailed.describe(&why)).await;
    }
}
