//! The session machines against sequences of operations.
//!
//! An input is read as a list of operations, one byte for the kind and the bytes it wants behind it. Whatever the
//! list, the rules of the contract hold after every operation.

mod device;
mod pair;
mod platform;

pub use device::device_ops;
pub use pair::pair;
pub use platform::platform_ops;

use std::collections::BTreeMap;

use kandian_codec::{Command, FrameDecoder, FrameRef, Item, MAX_PAYLOAD, encode};

use crate::session::device::Identity;
use crate::session::{End, SendError, Ticket, TimerKind};
use crate::time::{Millis, Now, UnixMillis};
use crate::value::{DevType, GenericResult, LocalStoreFlag, LoginResult, Manufacturer, Port};
use crate::{DevId, Outcome, Request, Response, message};

/// Most operations of one input; more would only repeat.
const MOST_OPERATIONS: usize = 400;
/// 18 March 2014, 10:30 in China.
const START: i64 = 1_395_109_800_000;

/// The bytes of an input, taken from the front; zeros behind its end.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn bytes(&mut self, most: usize) -> &'a [u8] {
        let length = usize::from(self.byte()) % (most + 1);
        let (taken, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// A span: mostly around the waits of the protocol, sometimes none, sometimes an hour.
    fn span(&mut self) -> Millis {
        const SPANS: [u64; 16] = [
            0, 1, 999, 1_000, 1_999, 4_000, 5_000, 9_999, 10_000, 30_000, 60_000, 119_999, 120_000, 180_000,
            360_000, 3_600_000,
        ];
        Millis(SPANS[usize::from(self.byte() & 15)])
    }
}

fn moment(mono: Millis) -> Now {
    Now { mono, wall: Some(UnixMillis(START + mono.0 as i64)) }
}

fn id() -> DevId {
    DevId::new("81100000001").unwrap()
}

fn identity() -> Identity {
    Identity {
        dev_id: id(),
        dev_key: "K7M2P9Q4".into(),
        manufacturer: Manufacturer::new("811").unwrap(),
        model: "KD-1".to_owned(),
        dev_type: DevType::IPCAM,
        dev_ver: "V1.6_20140318".to_owned(),
    }
}

fn capabilities() -> message::device::AbilityUpRequest {
    message::device::AbilityUpRequest::new(id(), 1_u16, LocalStoreFlag(1), 0_u16)
}

fn frame(command: Command, seq: u16, document: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode(&FrameRef::new(command, seq, document), &mut bytes, MAX_PAYLOAD).unwrap();
    bytes
}

/// The frames of bytes that a machine sent: whole ones, and nothing else.
fn whole_frames(mut bytes: &[u8]) -> Vec<(Command, u16)> {
    let mut decoder = FrameDecoder::new();
    let mut found = Vec::new();
    while let Some(item) = decoder.decode(&mut bytes).unwrap() {
        let Item::Frame { frame, .. } = item else { panic!("{item:?}") };
        found.push((frame.command, frame.seq));
    }
    assert_eq!(decoder.buffered(), 0);
    found
}

/// A deadline lies ahead, or the caller would spin.
fn assert_ahead(now: Millis, timeout: Option<(Millis, TimerKind)>) {
    if let Some((at, kind)) = timeout {
        assert!(at > now, "{kind} at {at:?}, and it is {now:?}");
    }
}

/// Yes to everything.
fn accept(request: &Request) -> Response {
    let ok = GenericResult(0);
    let time = moment(Millis(0)).civil(480).unwrap();
    match request {
        Request::Login(_) => login(true),
        Request::AbilityUp(_) => message::device::AbilityUpResponse::new().dev_id(id()).time(time).into(),
        Request::ExceptionNotify(_) => message::device::ExceptionNotifyResponse::new(ok).dev_id(id()).into(),
        Request::AlarmNotify(_) => message::device::AlarmNotifyResponse::new(ok).dev_id(id()).into(),
        Request::VideoPlay(_) => message::device::VideoPlayResponse::new(ok).dev_id(id()).into(),
        Request::RecordPlay(_) => message::device::RecordPlayResponse::new(ok).dev_id(id()).into(),
        Request::NotifyPicture(_) => message::device::NotifyPictureResponse::new().dev_id(id()).into(),
        Request::Reboot(_) => message::device::RebootResponse::new(ok).dev_id(id()).into(),
        other => panic!("no answer to {other:?}"),
    }
}

fn login(accepted: bool) -> Response {
    let outcome = if accepted {
        let nothing = crate::value::UrlOrEmpty::NONE;
        Outcome::Success(message::device::CloudAccount::new(nothing, "", "", "", ""))
    } else {
        Outcome::Failure(LoginResult::BAD_DEV_KEY)
    };
    let time = moment(Millis(0)).civil(480).unwrap();
    message::device::LoginResponse::new(outcome).dev_id(id()).time(time).into()
}

fn port(port: u16) -> Port {
    Port(port)
}

/// What became of the requests of one machine: each ends once.
#[derive(Default)]
struct Ledger {
    open: BTreeMap<Ticket, Command>,
    last: Option<Ticket>,
}

impl Ledger {
    fn asked(&mut self, result: Result<Ticket, SendError>, command: Command) {
        if let Ok(ticket) = result {
            assert!(self.last.is_none_or(|last| last < ticket), "a ticket was used again");
            self.last = Some(ticket);
            assert_eq!(self.open.insert(ticket, command), None);
        }
    }

    fn ended(&mut self, ticket: Ticket, _end: &End) {
        assert!(self.open.remove(&ticket).is_some(), "{ticket} ended twice, or was never asked");
    }
}
