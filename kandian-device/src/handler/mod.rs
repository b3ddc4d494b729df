//! What the platform asks, done: one file per family of commands.
//!
//! | file | commands |
//! |---|---|
//! | `video.rs` | 60H, 61H |
//! | `wifi.rs` | 62H, 63H, and chapter 11 |
//! | `ptz.rs` | 64H |
//! | `cloud.rs` | 65H, 66H |
//! | `policy.rs` | 67H to 69H, 75H to 77H, 78H to 7BH, 81H |
//! | `system.rs` | 6CH, 82H |
//! | `upgrade.rs` | 6DH |
//! | `binding.rs` | 6EH to 71H |
//! | `files.rs` | 72H |
//! | `alarm.rs` | 7CH, 7DH |
//! | `log.rs` | 7EH |
//! | `store.rs` | 7FH, 80H |
//!
//! Each command checks everything first, then changes settings or hardware, then answers. What it changes is on the
//! disk when the answer is made. A refusal changes nothing; it has a code for the platform and, for the log, the
//! rule and the reason. What takes longer than an answer may ([`After`]) follows when the answer is out.

mod alarm;
mod binding;
mod cloud;
mod files;
mod log;
mod policy;
mod ptz;
mod refusal;
mod store;
mod system;
mod upgrade;
mod video;
pub(crate) mod wifi;

use kandian_proto::message::device as message;
use kandian_proto::session::device::Restart;
use kandian_proto::session::platform::applies_to;
use kandian_proto::value::{FileQueryResult, UpgradeResult};
use kandian_proto::{Operation, Outcome, Request, Response};

pub(crate) use self::alarm::sources as alarm_sources;
pub(crate) use self::cloud::offered as cloud_offered;
use self::log::Upload;
pub(crate) use self::log::run as upload_log;
pub(crate) use self::ptz::stop_later as stop_motor;
pub(crate) use self::refusal::{Refusal, Verdict};
pub(crate) use self::system::reset;
use self::upgrade::Offer;
pub(crate) use self::upgrade::run as upgrade;
use crate::journal::note;
use crate::state::{FtpProfile, WifiProfile};
use crate::unit::Unit;

/// An answer, and what follows it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) response: Response,
    pub(crate) after: After,
}

/// What follows an answer.
#[derive(Debug)]
pub(crate) enum After {
    Nothing,
    /// Start again when the answer is sent.
    Restart(Restart),
    /// Something that takes its time.
    Chore(Chore),
}

/// Something that takes its time, and whose outcome is reported.
#[derive(Debug)]
pub(crate) enum Chore {
    /// Connect to an access point.
    Wifi(WifiProfile),
    /// Stop the motor if nobody else does. E-111
    StopMotor { channel: u16, movement: u64 },
    /// Fetch and install firmware.
    Upgrade(Offer),
    /// Send the log.
    Log(Upload),
}

/// Whether a command looks at hardware that takes its time, and changes no setting. Others need not wait for it.
pub(crate) const fn takes_time(operation: Operation) -> bool {
    use Operation as O;
    matches!(operation, O::GetWifi | O::FileQuery | O::StoreQuery | O::StoreFormat)
}

/// Carries out a request of the platform; `None` for one that no platform sends.
pub(crate) async fn handle(unit: &Unit, request: &Request) -> Option<Answer> {
    let operation = request.operation();
    let barred = barred(unit, operation);
    /// The verdict, unless the command is not one of this kind of device.
    macro_rules! judge {
        ($verdict:expr) => {
            match barred {
                Some(refusal) => Err(refusal),
                None => $verdict,
            }
        };
    }
    /// An answer that is a code.
    macro_rules! coded {
        ($Response:ident, $m:ident, $verdict:expr) => {{
            let (code, after) = told(unit, operation, judge!($verdict));
            Answer { response: message::$Response::new(code).dev_id($m.dev_id).into(), after }
        }};
    }
    /// An answer with content.
    macro_rules! content {
        ($Response:ident, $m:ident, $verdict:expr) => {{
            let outcome = match judge!($verdict) {
                Ok(content) => Outcome::Success(content),
                Err(refusal) => Outcome::Failure(refused(unit, operation, &refusal)),
            };
            let response = message::$Response::new(outcome).dev_id($m.dev_id).into();
            Answer { response, after: After::Nothing }
        }};
    }
    let answer = match request {
        Request::SetChannel(m) => coded!(SetChannelResponse, m, video::set(unit, m).await),
        Request::GetChannel(m) => content!(GetChannelResponse, m, video::get(unit, m)),
        Request::GetWifi(m) => content!(GetWifiResponse, m, wifi::scan(unit).await),
        Request::SetWifi(m) => coded!(SetWifiResponse, m, wifi::set(unit, wifi::profile(m)).await),
        Request::VideoPtz(m) => coded!(VideoPtzResponse, m, ptz::drive(unit, m).await),
        Request::SetEstore(m) => coded!(SetEstoreResponse, m, cloud::set(unit, m).await),
        Request::GetEstore(m) => content!(GetEstoreResponse, m, cloud::get(unit)),
        Request::Reboot(m) => coded!(RebootResponse, m, system::reboot(unit)),
        Request::ResetDefault(m) => coded!(ResetDefaultResponse, m, reset(unit).await),
        Request::NvrLinkIpcam(m) => coded!(NvrLinkIpcamResponse, m, binding::link(unit, m).await),
        Request::NvrModifyIpcam(m) => coded!(NvrModifyIpcamResponse, m, binding::modify(unit, m).await),
        Request::NvrDelIpcam(m) => coded!(NvrDelIpcamResponse, m, binding::delete(unit, m).await),
        Request::NvrQueryIpcam(m) => content!(NvrQueryIpcamResponse, m, Ok(binding::query(unit))),
        Request::SetAlarm(m) => coded!(SetAlarmResponse, m, alarm::set(unit, m).await),
        Request::GetAlarm(m) => content!(GetAlarmResponse, m, alarm::get(unit, m)),
        Request::LogUpload(m) => coded!(LogUploadResponse, m, log::upload(unit, m)),
        Request::StoreQuery(m) => plain(store::query(unit, m).await),
        Request::StoreFormat(m) => plain(store::format(unit, m, barred).await),
        Request::Upgrade(m) => {
            let (code, after) = told(unit, operation, judge!(upgrade::accept(unit, m)));
            Answer {
                response: message::UpgradeResponse::new(UpgradeResult(code.0)).dev_id(m.dev_id).into(),
                after,
            }
        }
        Request::FileQuery(m) => {
            let outcome = match judge!(files::query(unit, m).await) {
                Ok(page) => Outcome::Success(page),
                Err(refusal) => Outcome::Failure(FileQueryResult(refused(unit, operation, &refusal).0)),
            };
            plain(message::FileQueryResponse::new(outcome).dev_id(m.dev_id).into())
        }
        policy => plain(policy::handle(unit, policy, barred).await?),
    };
    Some(answer)
}

const fn plain(response: Response) -> Answer {
    Answer { response, after: After::Nothing }
}

/// a command that this kind of device does not have. E-25, E-148.
fn barred(unit: &Unit, operation: Operation) -> Option<Refusal> {
    let kind = unit.config.model.kind;
    (!applies_to(operation, kind)).then(|| Refusal::wrong("R-7.1", format!("not a command for {kind}")))
}

type Code = kandian_proto::value::GenericResult;

/// The code of a verdict, and what follows.
fn told(unit: &Unit, operation: Operation, verdict: Verdict<After>) -> (Code, After) {
    match verdict {
        Ok(after) => (Code::OK, after),
        Err(refusal) => (refused(unit, operation, &refusal), After::Nothing),
    }
}

/// The code of a refusal, which goes into the log with its rule.
fn refused(unit: &Unit, operation: Operation, refusal: &Refusal) -> Code {
    let Refusal { code, rule, why } = refusal;
    note!(unit, warn, "{operation:?} refused with {}: {why} ({rule})", code.0);
    *code
}

/// The channel, when the device has it. E-15
fn channel(unit: &Unit, channel: u16) -> Verdict<u16> {
    if unit.has_channel(channel) {
        return Ok(channel);
    }
    let channels = unit.config.model.channels;
    Err(Refusal::missing("E-15", format!("no channel {channel}; the device has {channels}")))
}

/// Whether texts of the platform can be arguments of FTP commands: no line breaks that would begin another one.
pub(crate) fn ftp_profile(
    host: &kandian_proto::value::Host,
    port: kandian_proto::value::Port,
    account: &str,
    password: &kandian_proto::Secret,
) -> Result<FtpProfile, String> {
    if host.is_empty() {
        return Err("no FTP server is named".to_owned());
    }
    if port.get().is_none() {
        return Err("the FTP server has no port".to_owned());
    }
    if account.is_empty() {
        return Err("no FTP account is named".to_owned());
    }
    if [account, password.reveal()].iter().any(|text| text.chars().any(char::is_control)) {
        return Err("FTP account or password hold control characters".to_owned());
    }
    let (host, account) = (host.clone(), account.to_owned());
    Ok(FtpProfile { host, port, account, password: password.clone() })
}

#[cfg(test)]
mod tests;
