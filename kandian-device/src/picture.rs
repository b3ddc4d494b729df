//! Pictures on the platform's FTP server: by policy, and of alarms. Spec §7.5.24 to §7.5.27, §7.5.34,
//! E-44, E-122 to E-124, E-139 to E-141.
//!
//! Policies for the cloud are stored and answered; what they want is not taken, for there is no upload to the cloud.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use kandian_proto::message::device::NotifyPictureRequest;
use kandian_proto::name::{FileName, Purpose};
use kandian_proto::time::Timestamp;
use kandian_proto::value::{PictureStoreType, Port, StreamType};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::camera::{StreamId, still};
use crate::ftp;
use crate::handler::ftp_profile;
use crate::hardware::Fault;
use crate::journal::note;
use crate::state::FtpProfile;
use crate::unit::Unit;

/// For a camera to take a picture.
const EXPOSURE: Duration = Duration::from_secs(5);
/// For a picture of a policy to be on the server.
const UPLOAD: Duration = Duration::from_secs(60);
/// Port of a server that the registration gave none (E-49).
const FTP_PORT: Port = Port(21);
/// Longest sleep: the clock of the machine may be set at any time.
const DOZE: Duration = Duration::from_secs(30);
/// A picture that is later than this is not taken any more: the clock was set, or the machine slept.
const TOO_LATE: i64 = 60;

/// A picture on the FTP server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// Its name there, exactly., E-44
    pub(crate) name: String,
    /// When it was taken.
    time: Timestamp,
}

/// Takes a picture and sends it to the FTP server of the registration (E-140).
///
/// # Errors
/// Why there is none.
pub(crate) async fn send(unit: &Unit, channel: u16) -> Result<Picture, String> {
    let server = server(unit)?;
    let Ok(_turn) = unit.sending.acquire().await else { return Err("the device ends".to_owned()) };
    let time = unit.clock.civil();
    let name = FileName::new(Purpose::FtpPicture, unit.config.id, channel, time);
    let name = name.map_err(|error| error.to_string())?.to_string();
    let content = snapshot(unit, channel).await.map_err(|fault| fault.to_string())?;
    ftp::send(&server, &name, &content).await.map_err(|fault| fault.to_string())?;
    Ok(Picture { name, time })
}

/// A picture of this moment, as a JPEG file: from the lens for single pictures, or out of the moving ones.
pub(crate) async fn snapshot(unit: &Unit, channel: u16) -> Result<Vec<u8>, Fault> {
    let taken = match &unit.hardware.camera {
        Some(camera) => timeout(EXPOSURE, camera.snapshot(channel)).await,
        None => {
            let id = StreamId { channel, stream: StreamType::MAIN };
            let stage = unit.stages.get(id).ok_or_else(|| Fault(format!("there is no channel {channel}")))?;
            timeout(EXPOSURE, still::take(stage)).await
        }
    };
    taken.unwrap_or_else(|_| Err(Fault("the camera takes too long".to_owned())))
}

/// The server of the last registration, once there was one that named it (E-140).
fn server(unit: &Unit) -> Result<FtpProfile, String> {
    let FtpProfile { host, port, account, password } = unit.store.read().ftp.clone();
    let port = if port.get().is_some() { port } else { FTP_PORT };
    ftp_profile(&host, port, &account, &password)
}

/// Follows the picture policies for as long as it is polled.: what a deleted policy wanted is not taken.
pub(crate) async fn follow(unit: &Arc<Unit>) -> Infallible {
    let mut changes = unit.changes();
    let mut uploads = JoinSet::new();
    // What was due before the start is past.
    let mut done = unit.clock.civil();
    loop {
        changes.mark();
        let now = unit.clock.civil();
        let late = now.to_unix(0) - done.to_unix(0);
        if !(0..=TOO_LATE).contains(&late) {
            done = now;
        }
        let shots = shots(unit, done);
        for (channel, _) in shots.iter().filter(|(_, at)| *at <= now) {
            // Beside the others, so that a slow server delays none.
            uploads.spawn(timed(Arc::clone(unit), *channel));
        }
        done = now;
        let next = shots.iter().map(|(_, at)| *at).filter(|at| *at > now).min();
        let wait = next.map_or(DOZE, |at| unit.clock.until(at)).min(DOZE);
        while uploads.try_join_next().is_some() {}
        tokio::select! {
            () = changes.changed() => {}
            () = sleep(wait) => {}
        }
    }
}

/// The next picture of each channel after a moment.
fn shots(unit: &Unit, after: Timestamp) -> Vec<(u16, Timestamp)> {
    let state = unit.store.read();
    let next = |channel| state.plan.next_shot(channel, PictureStoreType::FTP, after);
    (0..unit.config.model.channels).filter_map(|channel| Some((channel, next(channel)?.at))).collect()
}

/// A picture that a policy wants: the platform hears of it when it is on the server, and only then., E-124
async fn timed(unit: Arc<Unit>, channel: u16) {
    let sent = timeout(UPLOAD, send(&unit, channel)).await;
    let sent = sent.unwrap_or_else(|_| Err(format!("it was not on the server within {UPLOAD:?}")));
    match sent {
        Ok(Picture { name, time }) => {
            let notice = NotifyPictureRequest::new(unit.config.id, channel, name.as_str(), time);
            let delivery = unit.line.ask(notice.into()).await;
            note!(unit, info, "picture {name}: {delivery}");
        }
        Err(why) => note!(unit, warn, "no picture of channel {channel} as planned (R-7.96): {why}"),
    }
}
