//! The log: 7EH. Spec §7.5.35, E-145.

use std::io;
use std::sync::Arc;

use kandian_proto::message::device::LogUploadRequest;
use kandian_proto::value::{ExceptionType, ImpliedException};
use tokio::task::spawn_blocking;

use super::{After, Chore, Refusal, Verdict, ftp_profile};
use crate::ftp;
use crate::journal::note;
use crate::state::FtpProfile;
use crate::unit::Unit;

/// Checks the parameters; the log follows the answer.
pub(super) fn upload(request: &LogUploadRequest) -> Verdict<After> {
    let LogUploadRequest { ftp_ip, ftp_port, ftp_account, ftp_password, .. } = request;
    let server = ftp_profile(ftp_ip, *ftp_port, ftp_account, ftp_password);
    server.map(|server| After::Chore(Chore::Log(server))).map_err(|why| Refusal::wrong("R-7.108", why))
}

/// Sends the newest megabyte of the log as `DevID_YYYYMMDDHHMMSS.log`; only a failure is reported (E-145).
pub(crate) async fn run(unit: &Unit, server: &FtpProfile) {
    let name = format!("{}_{}.log", unit.config.id, unit.clock.civil());
    note!(unit, info, "log upload: {name} to {}", server.host);
    let journal = Arc::clone(&unit.journal);
    let newest = spawn_blocking(move || journal.newest()).await;
    let sent = match newest.map_err(io::Error::other).and_then(|read| read) {
        Ok(text) => ftp::send(server, &name, &text).await.map_err(|fault| fault.to_string()),
        Err(error) => Err(format!("the log cannot be read: {error}")),
    };
    if let Err(why) = sent {
        note!(unit, warn, "log upload failed: {why}");
        unit.owe(ExceptionType::UNKNOWN, ImpliedException::LogUploadFailed.describe(&why)).await;
    }
}
