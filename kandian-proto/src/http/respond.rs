//! Answers of a platform, in one piece and short. Spec §5, §7.2.1; R-5.7, R-5.8, R-7.15, R-7.16.

use super::{Status, XML};
use crate::message::redirect::{RedirectRequest, RedirectResponse};
use crate::message::register::{RegisterRequest, RegisterResponse};
use crate::session::Exchange;
use crate::time::Timestamp;
use crate::value::RedirectResult;
use crate::xml::{DECLARATION, Limits, outline};
use crate::{DevId, EncodeError, Message, MessageInfo, Profile, encode};

/// Longest answer to a registration, in bytes, head included: recorders of 2014 read it with one `recv` into 1,024
/// bytes, the last of which must stay free.
pub const REGISTER_ANSWER_BYTES: usize = 1_023;

/// Longest answer to a redirect, in bytes, head included: they have 512 bytes for it.
pub const REDIRECT_ANSWER_BYTES: usize = 511;

/// The `Result` for "something is wrong with the request", in both exchanges (E-11).
const UNREADABLE: u16 = 255;

/// Why an answer is not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// It is longer than what a recorder reads. Shorten the addresses, or leave out extensions.
    #[error("the {exchange:?} answer has {bytes} bytes with its head; recorders read {limit} at most")]
    TooLong {
        /// What is answered.
        exchange: Exchange,
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The document does not begin with an XML declaration, without which recorders crash.
    #[error("the document does not begin with <?xml")]
    NoDeclaration,
    /// The message cannot be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// How a group platform tells a device that no province has claimed it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Unassigned {
    /// Status 401, as §6.6 (3) asks, with `Result` 1 in the body. The reason phrase is `NO`, which every known
    /// firmware survives. E-27.
    #[default]
    Status401,
    /// Status 200 with `Result` 1, as §5 can be read too.
    Status200,
}

/// The answer to a registration, to be sent in one write: always 200 (E-50), under 1,024 bytes.
///
/// # Errors
/// When the message cannot be written, or makes the answer too long.
///
/// ```
/// use kandian_proto::http::register_answer;
/// use kandian_proto::message::register::RegisterResponse;
/// use kandian_proto::time::Timestamp;
/// use kandian_proto::value::RegisterResult;
/// use kandian_proto::{DevId, Outcome, Profile};
/// let refusal = Outcome::Failure(RegisterResult::BAD_DEV_KEY);
/// let now: Timestamp = "20140318103000".parse()?;
/// let response = RegisterResponse::new(refusal).dev_id("81100000001".parse::<DevId>()?).time(now);
/// let bytes = register_answer(&response, Profile::Spec)?;
/// assert!(bytes.starts_with(
///     b"HTTP/1.1 200 OK\r\nContent-Type: text/xml;charset=UTF-8\r\nContent-Length: 139\r\nConnection: close\r\n\r\n"
/// ));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn register_answer(response: &RegisterResponse, profile: Profile) -> Result<Vec<u8>, AnswerError> {
    answer(Exchange::Register, &encode(response, profile)?)
}

/// The answer to a redirect, to be sent in one write: 200 or, for a device that no province has claimed, what
/// `unassigned` says; under 512 bytes. No `WWW-Authenticate` goes with a 401 (E-27).
///
/// # Errors
/// When the message cannot be written, or makes the answer too long.
///
/// ```
/// use kandian_proto::http::{Unassigned, redirect_answer};
/// use kandian_proto::message::redirect::RedirectResponse;
/// use kandian_proto::value::RedirectResult;
/// use kandian_proto::{DevId, Outcome, Profile};
/// let refusal = Outcome::Failure(RedirectResult::ADDRESS_UNKNOWN);
/// let response = RedirectResponse::new(refusal).dev_id("81100000001".parse::<DevId>()?);
/// let bytes = redirect_answer(&response, Unassigned::Status401, Profile::Spec)?;
/// assert!(bytes.starts_with(b"HTTP/1.1 401 NO\r\n"));
/// let bytes = redirect_answer(&response, Unassigned::Status200, Profile::Spec)?;
/// assert!(bytes.starts_with(b"HTTP/1.1 200 OK\r\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn redirect_answer(
    response: &RedirectResponse,
    unassigned: Unassigned,
    profile: Profile,
) -> Result<Vec<u8>, AnswerError> {
    let document = encode(response, profile)?;
    let is_unassigned = response.outcome.code() == RedirectResult::ADDRESS_UNKNOWN;
    if is_unassigned && unassigned == Unassigned::Status401 {
        unassigned_answer(&document)
    } else {
        answer(Exchange::Redirect, &document)
    }
}

/// An answer with status 200 around a document that is written already, with extensions for example.
///
/// # Errors
/// When the document has no declaration, or makes the answer too long.
pub fn answer(exchange: Exchange, document: &[u8]) -> Result<Vec<u8>, AnswerError> {
    checked(exchange, Status::OK, document)
}

/// The answer to a redirect with status 401 around a document that is written already. E-27.
///
/// # Errors
/// When the document has no declaration, or makes the answer too long.
pub fn unassigned_answer(document: &[u8]) -> Result<Vec<u8>, AnswerError> {
    checked(Exchange::Redirect, Status::UNASSIGNED, document)
}

/// The answer to a request that cannot be read: `Result` 255 (R-5.8, R-7.16) and the device id, as far as the
/// document tells it; for a registration also the time of the platform. Status 200, like every answer that a device
/// is to understand.
///
/// ```
/// use kandian_proto::http::malformed;
/// use kandian_proto::session::Exchange;
/// use kandian_proto::time::Timestamp;
/// let now: Timestamp = "20140318103000".parse()?;
/// let bytes = malformed(Exchange::Register, b"<REGISTER_REQ><DevID>81100000001</DevID>", now);
/// assert!(bytes.starts_with(b"HTTP/1.1 200 OK\r\n"));
/// assert!(bytes.ends_with(
///     b"<REGISTER_RES><Result>255</Result><DevID>81100000001</DevID><Time>20140318103000</Time></REGISTER_RES>"
/// ));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn malformed(exchange: Exchange, document: &[u8], time: Timestamp) -> Vec<u8> {
    let (request, response) = match exchange {
        Exchange::Register => (RegisterRequest::INFO, RegisterResponse::INFO),
        Exchange::Redirect => (RedirectRequest::INFO, RedirectResponse::INFO),
    };
    // Not by way of a message: that has an id, or is not written. A device needs no more than the Result.
    let (root, device) = (response.root, claimed_device(request, document).unwrap_or_default());
    let mut out = format!("{DECLARATION}<{root}><Result>{UNREADABLE}</Result><DevID>{device}</DevID>");
    if response.fields.iter().any(|field| field.name == "Time") {
        out.push_str(&format!("<Time>{time}</Time>"));
    }
    out.push_str(&format!("</{root}>"));
    segment(Status::OK, out.as_bytes())
}

fn claimed_device(info: &'static MessageInfo, document: &[u8]) -> Option<DevId> {
    let (outline, _) = outline(document, info.root, info.fields, Limits::FRAME, false).ok()?;
    let id = outline.fields.iter().find(|field| field.name == "DevID")?.text.as_deref()?;
    DevId::new(id).ok()
}

fn checked(exchange: Exchange, status: Status, document: &[u8]) -> Result<Vec<u8>, AnswerError> {
    if !document.starts_with(b"<?xml") {
        return Err(AnswerError::NoDeclaration);
    }
    let limit = match exchange {
        Exchange::Register => REGISTER_ANSWER_BYTES,
        Exchange::Redirect => REDIRECT_ANSWER_BYTES,
    };
    let out = segment(status, document);
    match out.len() {
        bytes if bytes > limit => Err(AnswerError::TooLong { exchange, bytes, limit }),
        _ => Ok(out),
    }
}

/// Head and document together, since a recorder reads once.
fn segment(status: Status, document: &[u8]) -> Vec<u8> {
    let (code, reason, length) = (status.code(), status.reason(), document.len());
    let mut out = format!(
        "HTTP/1.1 {code} {reason}\r\nContent-Type: {XML}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n",
    )
    .into_bytes();
    out.extend_from_slice(document);
    out
}
