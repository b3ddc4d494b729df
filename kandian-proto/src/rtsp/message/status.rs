//! Methods and statuses.

use core::fmt;

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// Which methods there are; the sign of life.
    Options,
    /// What is there to be seen.
    Describe,
    /// How it is to be sent.
    Setup,
    /// Send.
    Play,
    /// Stop sending for a while.
    Pause,
    /// Stop for good.
    Teardown,
    /// A sign of life of some players (E-176).
    GetParameter,
    /// Not served.
    SetParameter,
    /// Not served.
    Announce,
    /// Not served.
    Record,
    /// Not served.
    Redirect,
    /// A word that is no method of RTSP.
    Other,
}

impl Method {
    const NAMES: [(Self, &'static str); 11] = [
        (Self::Options, "OPTIONS"),
        (Self::Describe, "DESCRIBE"),
        (Self::Setup, "SETUP"),
        (Self::Play, "PLAY"),
        (Self::Pause, "PAUSE"),
        (Self::Teardown, "TEARDOWN"),
        (Self::GetParameter, "GET_PARAMETER"),
        (Self::SetParameter, "SET_PARAMETER"),
        (Self::Announce, "ANNOUNCE"),
        (Self::Record, "RECORD"),
        (Self::Redirect, "REDIRECT"),
    ];

    /// The method of a word in any case (E-172).
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let found = Self::NAMES.iter().find(|(_, name)| name.eq_ignore_ascii_case(word));
        found.map_or(Self::Other, |(method, _)| *method)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::NAMES.iter().find(|(method, _)| method == self).map_or("OTHER", |(_, name)| name);
        f.write_str(name)
    }
}

/// The status of an answer. Spec §10.2; RFC 2326 §7.1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Status(pub u16);

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $reason:literal;)+) => {
        impl Status {
            $($(#[$doc])* pub const $name: Self = Self($code);)+

            /// The phrase that stands behind the number.
            #[must_use]
            pub const fn reason(self) -> &'static str {
                match self {
                    $(Self::$name => $reason,)+
                    Self(200..=299) => "OK",
                    _ => "Error",
                }
            }
        }
    };
}

statuses! {
    /// Done.
    OK = 200, "OK";
    /// The request cannot be understood.
    BAD_REQUEST = 400, "Bad Request";
    /// The token was refused, or could not be verified..
    UNAUTHORIZED = 401, "Unauthorized";
    /// The stream is switched off..
    FORBIDDEN = 403, "Forbidden";
    /// No such device, channel, stream or recording..
    NOT_FOUND = 404, "Not Found";
    /// Not in this state, or not for this URL.
    METHOD_NOT_ALLOWED = 405, "Method Not Allowed";
    /// No description in a form the client accepts.
    NOT_ACCEPTABLE = 406, "Not Acceptable";
    /// Parameters are not understood.
    PARAMETER_NOT_UNDERSTOOD = 451, "Parameter Not Understood";
    /// All places for viewers are taken..
    NOT_ENOUGH_BANDWIDTH = 453, "Not Enough Bandwidth";
    /// No such session.
    SESSION_NOT_FOUND = 454, "Session Not Found";
    /// Not now: PAUSE of a live view (E-178).
    METHOD_NOT_VALID = 455, "Method Not Valid in This State";
    /// A range outside the recording, or a speed that is not offered (E-177).
    INVALID_RANGE = 457, "Invalid Range";
    /// The request is about one track and named all of them.
    AGGREGATE_NOT_ALLOWED = 459, "Aggregate Operation Not Allowed";
    /// No transport that can be used.
    UNSUPPORTED_TRANSPORT = 461, "Unsupported Transport";
    /// Something went wrong here.
    INTERNAL = 500, "Internal Server Error";
    /// No such method.
    NOT_IMPLEMENTED = 501, "Not Implemented";
    /// It cannot be served now.
    UNAVAILABLE = 503, "Service Unavailable";
    /// Another version of RTSP.
    VERSION = 505, "RTSP Version Not Supported";
    /// The client requires an extension.
    OPTION_NOT_SUPPORTED = 551, "Option Not Supported";
}

impl Status {
    /// Whether it says that all went well.
    #[must_use]
    pub const fn is_success(self) -> bool {
        matches!(self.0, 200..=299)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, self.reason())
    }
}
