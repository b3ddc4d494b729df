//! One attempt of the path choice: a connection, then a view.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use kandian_device::pull::{EndReason, Event, Pull, PullError, View};
use kandian_proto::play::PlayUrl;
use kandian_proto::play::path::{Attempt, AttemptId, Failure, Path, SIGNAL_WAIT_DIRECT};
use kandian_proto::time::Millis;

use crate::mcu::args::Live;
use crate::mcu::failure::Failure as Gone;

/// How long a device may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// An attempt under way.
pub(super) struct Trying {
    pub(super) id: AttemptId,
    pub(super) path: Path,
    pub(super) address: String,
    pub(super) over_udp: bool,
    line: Line,
}

enum Line {
    Connecting(Pin<Box<dyn Future<Output = Result<Pull, PullError>> + Send>>),
    Up(Box<Pull>),
    Over,
}

impl fmt::Debug for Trying {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trying")
            .field("path", &self.path)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// What became of it.
#[derive(Debug)]
pub(super) enum Happened {
    Connected,
    Event(Event),
    Over(PullError),
}

impl Trying {
    /// Begins. The URL stays here: it holds the token.
    pub(super) fn begin(attempt: Attempt, args: &Live) -> Self {
        let Attempt { id, path, url, host, port, .. } = attempt;
        let over_udp = path == Path::RelayUdp || (args.udp && path != Path::RelayTcp);
        let view = if over_udp { View::udp() } else { View::tcp() };
        let view = if args.no_sound { view.without_sound() } else { view };
        let connecting = async move {
            match PlayUrl::parse(url.as_str()) {
                // In the order in which old recorders expect it.
                Ok(read) => Pull::device(read.url, view).await,
                // Not as the specification writes it: then as the platform does.
                Err(_) => Pull::foreign(url.as_str().parse()?, view).await,
            }
        };
        Self {
            id,
            path,
            address: format!("{host}:{port}"),
            over_udp,
            line: Line::Connecting(Box::pin(connecting)),
        }
    }

    /// What happens next. May be dropped before, and called again.
    pub(super) async fn next(&mut self) -> Happened {
        match &mut self.line {
            Line::Connecting(connecting) => match connecting.as_mut().await {
                Ok(pull) => {
                    self.line = Line::Up(Box::new(pull));
                    Happened::Connected
                }
                Err(error) => self.over(error),
            },
            Line::Up(pull) => match pull.next().await {
                Ok(event) => Happened::Event(event),
                Err(error) => self.over(error),
            },
            Line::Over => std::future::pending().await,
        }
    }

    fn over(&mut self, error: PullError) -> Happened {
        self.line = Line::Over;
        Happened::Over(error)
    }

    /// Ends it: TEARDOWN if it came so far.
    pub(super) async fn hang_up(self) {
        let Line::Up(mut pull) = self.line else { return };
        pull.tear_down();
        let goodbye = async { while pull.next().await.is_ok() {} };
        // A device that does not answer is left without a word.
        let _ = tokio::time::timeout(GOODBYE, goodbye).await;
    }
}

/// What the path choice is told about an attempt that ended.
pub(super) fn failure(error: &PullError) -> Failure {
    match error {
        PullError::Name { .. } | PullError::Connect { .. } => Failure::Connect,
        PullError::ConnectTimeout { within, .. } => {
            Failure::ConnectTimeout { waited: Millis(u64::try_from(within.as_millis()).unwrap_or(u64::MAX)) }
        }
        PullError::Ports(_) => Failure::NoUdpPorts,
        PullError::Connection(_) | PullError::Unread => Failure::Closed,
        PullError::Ended(EndReason::Refused { status, .. }) => Failure::Rtsp { status: status.0 },
        PullError::Ended(EndReason::Closed | EndReason::Teardown) => Failure::Closed,
        PullError::Ended(EndReason::Timeout(_)) => Failure::SignalTimeout { waited: SIGNAL_WAIT_DIRECT },
        _ => Failure::Protocol,
    }
}

/// What the user is told when a picture that was there is gone.
pub(super) const fn broke_off(error: &PullError) -> Gone {
    let (en, zh) = match error {
        PullError::Connection(_) => ("the picture broke off: the connection failed", "图像中断：连接出错"),
        PullError::Ended(EndReason::Closed) => {
            ("the picture broke off: the device closed the connection", "图像中断：设备关闭了连接")
        }
        PullError::Ended(EndReason::Timeout(_)) => {
            ("the picture broke off: the device no longer answers", "图像中断：设备不再应答")
        }
        _ => ("the picture broke off: the device ended the view", "图像中断：设备结束了播放"),
    };
    Gone::BrokeOff(en, zh)
}

/// The same when nothing comes any more.
pub(super) const fn silent() -> Gone {
    Gone::BrokeOff("the picture broke off: nothing came for 10 seconds", "图像中断：10 秒内没有收到数据")
}
