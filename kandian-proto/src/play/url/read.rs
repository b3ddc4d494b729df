//! Reading of play URLs: one pass, strict or lenient.

use core::net::Ipv6Addr;
use std::borrow::Cow;

use super::{
    DEFAULT_PORT, MAX_PARAMETERS, MAX_URL_BYTES, PlayUrl, PlayUrlError, UrlDeviation, UrlErrorKind, UrlNote,
    UrlPart, is_no_address, percent,
};
use crate::play::{FileName, MAX_FILE_NAME_BYTES, Media, Target};
use crate::value::{HashToken, Host, Port};
use crate::xml::Scalar;
use crate::{DevId, Erratum};

/// A play URL as lenient reading understood it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadUrl {
    /// What it says.
    pub url: PlayUrl,
    /// The track a player named, counted from 0.
    pub track: Option<u32>,
    /// What deviates from the form of the specification, at most a few per parameter. A track at the end
    /// is none.
    pub notes: Vec<UrlNote>,
}

/// Host and port of any RTSP URL, whatever follows them: where a client would connect. The port is 554
/// when there is none.
///
/// The URL comes from the network. Decide whether that address may be contacted.
///
/// # Errors
/// When the URL is not RTSP, too long, or names no host or port that can be connected (E-75).
///
/// ```
/// use kandian_proto::{play::rtsp_address, value::Port};
/// let (host, port) = rtsp_address("rtsp://[2001:db8::1]/any/path?x=1")?;
/// assert_eq!((host.as_str(), port), ("2001:db8::1", Port(554)));
/// assert!(rtsp_address("rtsp://0.0.0.0:554/realplay").is_err());
/// # Ok::<(), kandian_proto::play::PlayUrlError>(())
/// ```
pub fn rtsp_address(text: &str) -> Result<(Host, Port), PlayUrlError> {
    let mut reader = Reader { text, strict: false, notes: Vec::new() };
    reader.characters()?;
    let (host, port, _) = reader.origin()?;
    Ok((host, port))
}

pub(super) fn read(text: &str, strict: bool) -> Result<ReadUrl, PlayUrlError> {
    let mut reader = Reader { text, strict, notes: Vec::new() };
    reader.characters()?;
    let (host, port, path_at) = reader.origin()?;
    let (track_in_path, query_at) = reader.path(path_at)?;
    let (parameters, track_at_end) = reader.query(query_at)?;
    let (target, token) = reader.values(&parameters)?;
    let url = PlayUrl { host, port, target, token };
    Ok(ReadUrl { url, track: track_at_end.or(track_in_path), notes: reader.notes })
}

struct Reader<'a> {
    text: &'a str,
    /// Whether the first deviation is an error.
    strict: bool,
    notes: Vec<UrlNote>,
}

/// A part of the text.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    at: usize,
}

/// The values of the known parameters.
#[derive(Default)]
struct Parameters<'a> {
    dev_id: Option<Piece<'a>>,
    channel_no: Option<Piece<'a>>,
    stream_type: Option<Piece<'a>>,
    file_name: Option<Piece<'a>>,
    hash_token: Option<Piece<'a>>,
}

fn error<T>(kind: UrlErrorKind, part: UrlPart, offset: usize) -> Result<T, PlayUrlError> {
    Err(PlayUrlError { kind, part, offset })
}

impl<'a> Reader<'a> {
    fn note(&mut self, kind: UrlDeviation, part: UrlPart, offset: usize) -> Result<(), PlayUrlError> {
        self.note_of(kind, kind.erratum(), part, offset)
    }

    fn note_of(
        &mut self,
        kind: UrlDeviation,
        erratum: Option<Erratum>,
        part: UrlPart,
        offset: usize,
    ) -> Result<(), PlayUrlError> {
        if self.strict {
            return error(UrlErrorKind::Deviation(kind), part, offset);
        }
        self.notes.push(UrlNote { kind, erratum, part, offset });
        Ok(())
    }

    /// The rest of the text.
    fn from(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    /// Length, and characters that stand in no URL.
    fn characters(&self) -> Result<(), PlayUrlError> {
        if self.text.len() > MAX_URL_BYTES {
            return error(UrlErrorKind::TooLong, UrlPart::Whole, MAX_URL_BYTES);
        }
        match self.text.find(|c: char| c.is_whitespace() || c.is_control()) {
            Some(at) => error(UrlErrorKind::Character, UrlPart::Whole, at),
            None => Ok(()),
        }
    }

    /// Scheme, host and port. Returns where the path begins.
    fn origin(&mut self) -> Result<(Host, Port, usize), PlayUrlError> {
        const SCHEME: &str = "rtsp://";
        match self.text.get(..SCHEME.len()) {
            Some(SCHEME) => {}
            Some(scheme) if scheme.eq_ignore_ascii_case(SCHEME) => {
                self.note(UrlDeviation::Case, UrlPart::Scheme, 0)?;
            }
            _ => return error(UrlErrorKind::Scheme, UrlPart::Scheme, 0),
        }
        let at = SCHEME.len();
        let rest = self.from(at);
        let authority = rest.find(['/', '?', '#']).and_then(|end| rest.get(..end)).unwrap_or(rest);
        if authority.contains('@') {
            return error(UrlErrorKind::UserInfo, UrlPart::Host, at);
        }
        let (host, port) = match authority.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            Some((address, port)) => {
                (address.parse::<Ipv6Addr>().ok().and_then(|_| Host::parse(address)), port)
            }
            None => {
                let (name, _) = authority.split_once(':').unwrap_or((authority, ""));
                (Host::parse(name), authority.get(name.len()..).unwrap_or_default())
            }
        };
        let Some(host) = host else { return error(UrlErrorKind::Host, UrlPart::Host, at) };
        if is_no_address(&host) {
            return error(UrlErrorKind::NoHost, UrlPart::Host, at);
        }
        let port_at = at + authority.len() - port.len();
        let port = match port.strip_prefix(':') {
            _ if port.is_empty() => None,
            Some("") => None,
            Some(digits) => {
                Some(self.scalar::<Port>(UrlPart::Port, Piece { text: digits, at: port_at + 1 })?)
            }
            None => return error(UrlErrorKind::Host, UrlPart::Host, at),
        };
        let port = match port {
            Some(Port::NONE) => return error(UrlErrorKind::NoPort, UrlPart::Port, port_at + 1),
            Some(port) => port,
            None => {
                self.note(UrlDeviation::DefaultPort, UrlPart::Port, port_at)?;
                DEFAULT_PORT
            }
        };
        Ok((host, port, at + authority.len()))
    }

    /// `/realplay`. Returns the track that was inserted behind it, and where the parameters begin.
    fn path(&mut self, at: usize) -> Result<(Option<u32>, usize), PlayUrlError> {
        let rest = self.from(at);
        if let Some(hash) = rest.find('#') {
            return error(UrlErrorKind::Fragment, UrlPart::Whole, at + hash);
        }
        let (path, query_at) = match rest.find('?') {
            Some(end) => (rest.get(..end).unwrap_or_default(), at + end + 1),
            None => (rest, self.text.len()),
        };
        let Some(inner) = path.strip_prefix('/') else { return error(UrlErrorKind::Path, UrlPart::Path, at) };
        let (name, control) = match inner.split_once('/') {
            Some((name, control)) => (name, Some(control)),
            None => (inner, None),
        };
        match name {
            "realplay" => {}
            _ if name.eq_ignore_ascii_case("realplay") => self.note(UrlDeviation::Case, UrlPart::Path, at)?,
            _ if name.eq_ignore_ascii_case("playback") => {
                self.note(UrlDeviation::PlaybackPath, UrlPart::Path, at)?;
            }
            _ => return error(UrlErrorKind::Path, UrlPart::Path, at),
        }
        let control_at = at + 1 + name.len();
        match control {
            None => Ok((None, query_at)),
            Some("") => {
                self.note(UrlDeviation::Slash, UrlPart::Path, control_at)?;
                Ok((None, query_at))
            }
            Some(control) => match track(control.strip_suffix('/').unwrap_or(control)) {
                Some((number, _)) => {
                    self.note(UrlDeviation::TrackForm, UrlPart::Track, control_at)?;
                    Ok((Some(number), query_at))
                }
                None => error(UrlErrorKind::Path, UrlPart::Path, at),
            },
        }
    }

    /// The parameters, and the track that was appended to them.
    fn query(&mut self, start: usize) -> Result<(Parameters<'a>, Option<u32>), PlayUrlError> {
        let (query, appended) = self.without_track(start)?;
        let mut parameters = Parameters::default();
        let mut at = start;
        let mut rank = 0;
        for (count, piece) in query.split('&').enumerate() {
            if count == MAX_PARAMETERS {
                return error(UrlErrorKind::TooManyParameters, UrlPart::Whole, at);
            }
            let next = at + piece.len() + 1;
            let plain = match piece.strip_prefix("amp;") {
                Some(plain) if count > 0 => {
                    self.note(UrlDeviation::DoubleEscape, UrlPart::Other, at)?;
                    plain
                }
                _ => piece,
            };
            let name_at = next - 1 - plain.len();
            let (name, value) = plain.split_once('=').unwrap_or((plain, ""));
            let value = Piece { text: value, at: next - 1 - value.len() };
            let known = [
                ("devid", UrlPart::DevId, 1, &mut parameters.dev_id),
                ("channelno", UrlPart::ChannelNo, 2, &mut parameters.channel_no),
                ("streamtype", UrlPart::StreamType, 3, &mut parameters.stream_type),
                ("filename", UrlPart::FileName, 3, &mut parameters.file_name),
                ("hashtoken", UrlPart::HashToken, 4, &mut parameters.hash_token),
            ];
            match known.into_iter().find(|(known, ..)| name.eq_ignore_ascii_case(known)) {
                Some((_, part, _, Some(_))) => return error(UrlErrorKind::Duplicate, part, name_at),
                Some((known, part, own_rank, slot)) => {
                    *slot = Some(value);
                    if name != known {
                        self.note(UrlDeviation::Case, part, name_at)?;
                    }
                    if own_rank < rank {
                        self.note(UrlDeviation::Order, part, name_at)?;
                    }
                    rank = rank.max(own_rank);
                }
                // A URL without any parameter misses some, which is said later.
                None if plain.is_empty() && query.is_empty() => {}
                None => self.note(UrlDeviation::Unknown, UrlPart::Other, name_at)?,
            }
            at = next;
        }
        Ok((parameters, appended))
    }

    /// The parameters without the track that a player appended to the last of them.
    fn without_track(&mut self, start: usize) -> Result<(&'a str, Option<u32>), PlayUrlError> {
        let mut query = self.from(start);
        if let Some(shorter) = query.strip_suffix('/') {
            self.note(UrlDeviation::Slash, UrlPart::Track, start + shorter.len())?;
            query = shorter;
        }
        let Some((shorter, control)) = query.rsplit_once('/') else { return Ok((query, None)) };
        // A slash in a file name that was not escaped is part of it.
        let Some((number, form)) = track(control).filter(|_| !control.contains('&')) else {
            return Ok((query, None));
        };
        match form {
            _ if self.strict => self.note(UrlDeviation::Track, UrlPart::Track, start + shorter.len())?,
            TrackForm::TrackId => {}
            TrackForm::Other => self.note(UrlDeviation::TrackForm, UrlPart::Track, start + shorter.len())?,
        }
        Ok((shorter, Some(number)))
    }

    fn values(&mut self, parameters: &Parameters<'a>) -> Result<(Target, HashToken), PlayUrlError> {
        let missing = |part| PlayUrlError { kind: UrlErrorKind::Missing, part, offset: self.text.len() };
        let dev_id = parameters.dev_id.ok_or(missing(UrlPart::DevId))?;
        let channel_no = parameters.channel_no.ok_or(missing(UrlPart::ChannelNo))?;
        let hash_token = parameters.hash_token.ok_or(missing(UrlPart::HashToken));
        let dev_id = self.scalar::<DevId>(UrlPart::DevId, dev_id)?;
        let channel_no = self.scalar(UrlPart::ChannelNo, channel_no)?;
        let media = match (parameters.file_name, parameters.stream_type) {
            (Some(name), stream) => {
                if let Some(stream) = stream {
                    self.note(UrlDeviation::StreamTypeOfRecording, UrlPart::StreamType, stream.at)?;
                }
                Media::Recording(self.file_name(name)?)
            }
            (None, Some(stream)) => Media::Live(self.scalar(UrlPart::StreamType, stream)?),
            (None, None) => return error(UrlErrorKind::Missing, UrlPart::StreamType, self.text.len()),
        };
        let token = self.scalar(UrlPart::HashToken, hash_token?)?;
        Ok((Target { dev_id, channel_no, media }, token))
    }

    /// A value that never needs escapes.
    fn scalar<T: Scalar>(&mut self, part: UrlPart, value: Piece<'_>) -> Result<T, PlayUrlError> {
        let text = self.decode(part, value)?;
        if text != value.text {
            self.note(UrlDeviation::Encoding, part, value.at)?;
        }
        if let Some(read) = T::parse(&text) {
            return Ok(read);
        }
        let Some(read) = T::tolerate(&text) else {
            return error(UrlErrorKind::Value { expected: T::EXPECTED }, part, value.at);
        };
        self.note_of(UrlDeviation::Value { what: read.what }, read.erratum, part, value.at)?;
        Ok(read.value)
    }

    fn decode<'b>(&self, part: UrlPart, value: Piece<'b>) -> Result<Cow<'b, str>, PlayUrlError> {
        percent::decode(value.text).or_else(|bad| error(UrlErrorKind::Escape, part, value.at + bad))
    }

    fn file_name(&mut self, value: Piece<'_>) -> Result<FileName, PlayUrlError> {
        const {
            assert!(MAX_FILE_NAME_BYTES == 255, "the text below says so");
        }
        let expected = "a file name of 1 to 255 bytes without control characters";
        let Ok(name) = FileName::new(self.decode(UrlPart::FileName, value)?) else {
            return error(UrlErrorKind::Value { expected }, UrlPart::FileName, value.at);
        };
        if name.to_escaped() != value.text {
            self.note(UrlDeviation::Encoding, UrlPart::FileName, value.at)?;
        }
        Ok(name)
    }
}

enum TrackForm {
    TrackId,
    Other,
}

/// The number of the track that a control such as `trackID=1` names, in any of the forms players use.
#[cfg(feature = "rtsp")]
pub(crate) fn control_track(control: &str) -> Option<u32> {
    track(control).map(|(number, _)| number)
}

/// The number in `trackID=1`, `track=1`, `track1`, `streamid=1` or the like.
fn track(control: &str) -> Option<(u32, TrackForm)> {
    let digits_at = control.find(|c: char| c.is_ascii_digit())?;
    let (name, digits) = control.split_at_checked(digits_at)?;
    let form = match name {
        "trackID=" => TrackForm::TrackId,
        _ if ["trackid=", "track=", "track", "streamid=", "stream="]
            .iter()
            .any(|n| name.eq_ignore_ascii_case(n)) =>
        {
            TrackForm::Other
        }
        _ => return None,
    };
    let digits = digits.bytes().all(|b| b.is_ascii_digit()).then_some(digits)?;
    Some((digits.parse().ok()?, form))
}
