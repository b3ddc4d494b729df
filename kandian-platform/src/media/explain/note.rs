//! What can happen in an attempt to watch.

use std::net::SocketAddr;

use kandian_proto::play::TokenRefusal;
use kandian_proto::play::path::Path;
use kandian_proto::rtsp::message::{Method, Status};
use kandian_proto::time::Millis;

use crate::media::way::WhyNot;
use crate::rules::Mobile;

/// Who wants to watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Watcher {
    /// A phone or another client of chapter 8, which finds its way itself.
    Phone(Mobile),
    /// A browser, which gets what the gateway pulls.
    Browser(Mobile),
    /// The gateway of this platform, for browsers.
    Gateway,
}

/// Something that happened, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Since the attempt began.
    pub after: Millis,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// There is a way, or there is none.
    Way {
        /// Which.
        path: Path,
        /// Where it leads, or why it is not taken.
        leads: Result<SocketAddr, WhyNot>,
    },
    /// A token was issued for a way.
    Token {
        /// Which.
        path: Path,
    },
    /// The device is not logged in.
    Offline,
    /// A connection is being made.
    Connecting {
        /// Over which way.
        path: Path,
        /// To where.
        address: SocketAddr,
    },
    /// The connection stands.
    Connected,
    /// There is none.
    NotConnected {
        /// Whether it was refused; else nobody answered in time.
        refused: bool,
    },
    /// The device asked whether a token is good (35H), and was told.
    Checked {
        /// The way it was issued for.
        path: Path,
        /// Why it is not, if it is not.
        refusal: Option<TokenRefusal>,
    },
    /// DESCRIBE was answered.
    Described {
        /// The sound of the camera.
        sound: Sound,
    },
    /// PLAY was answered.
    Playing,
    /// The device refused something.
    Refused {
        /// What was asked.
        method: Method,
        /// The answer.
        status: Status,
        /// Why, as far as the platform can tell.
        cause: Cause,
    },
    /// The first bytes of pictures came.
    FirstMedia,
    /// The first picture from which decoding can begin.
    FirstPicture {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// Pictures of another size or with other parameters come.
    Changed {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// Nothing comes any more.
    Silent,
    /// An attempt over one way is over, and gave no picture.
    HungUp(End),
    /// A browser gets what an attempt of the gateway pulls.
    Joined {
        /// The number of that attempt.
        pull: u64,
    },
    /// It is over.
    Ended(End),
}

/// What sound there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// None.
    None,
    /// One that browsers get: G.711.
    Passed,
    /// One that they do not get.
    NotPassed,
}

/// Why a device refused, as far as the platform can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// What the status says.
    AsItSays,
    /// 401, and the platform had refused the token.
    TokenRefused(TokenRefusal),
    /// 401, and the platform never heard the question, because the link of the device was down.
    LinkDown,
    /// 401, and the platform never heard the question, although the device was logged in.
    NeverAsked,
    /// 401, although the platform had said that the token is good.
    AnswerLost,
}

/// Why an attempt is over.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// Nobody watches any more.
    Left,
    /// The platform stops.
    Stopped,
    /// There is no way to the camera.
    NoWay,
    /// The device refused or did not answer; the note before says how.
    Failed,
    /// The device closed the connection.
    Closed,
    /// The device did not answer in time.
    NoAnswer,
    /// The device agreed to play, and no picture came.
    NoMedia,
    /// What came cannot be understood.
    NotUnderstood(String),
    /// The stream was silent for too long.
    Silent,
    /// More came than a camera sends.
    TooMuch,
    /// The right to watch has ended.
    NoRight,
    /// The login has ended.
    LoggedOut,
    /// The browser is gone without a word.
    Gone,
}
