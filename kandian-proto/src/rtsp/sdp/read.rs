//! The description that a client gets, from any device.

use core::net::IpAddr;

use bytes::Bytes;
use sdp_types::{Attribute, Media, Session};

use crate::rtsp::base64;
use crate::rtsp::h264::{NalType, ParameterSets};
use crate::rtsp::message::Range;
use crate::rtsp::rtp::{Format, PCMA, PCMU};
use crate::time::Millis;

/// Most tracks that are read. Devices have two; some add one for what they detect.
pub const MAX_TRACKS: usize = 4;

/// A codec, as far as it is known here.; E-179.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codec {
    /// H.264.
    H264,
    /// G.711 A-law.
    Pcma,
    /// G.711 µ-law.
    Pcmu,
    /// G.722.1.
    G7221,
    /// AAC, in the mode AAC-hbr.
    Aac,
    /// Another one.
    Other,
}

impl Codec {
    /// How its packets are read.
    #[must_use]
    pub const fn format(self) -> Format {
        match self {
            Self::H264 => Format::H264,
            Self::Aac => Format::Aac,
            _ => Format::Whole,
        }
    }

    fn of(encoding: &str) -> Self {
        let is = |name: &str| encoding.eq_ignore_ascii_case(name);
        match () {
            () if is("H264") => Self::H264,
            () if is("PCMA") => Self::Pcma,
            () if is("PCMU") => Self::Pcmu,
            () if is("G7221") => Self::G7221,
            () if is("MPEG4-GENERIC") => Self::Aac,
            () => Self::Other,
        }
    }
}

/// One track of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RemoteTrack {
    /// Whether it is video.
    pub is_video: bool,
    /// Its codec.
    pub codec: Codec,
    /// The payload type of its packets.
    pub payload_type: u8,
    /// Ticks of its clock in a second.
    pub clock_hz: u32,
    /// How SETUP names it; may be relative.
    pub control: Option<String>,
    /// H.264: the parameter sets, as far as they are announced.
    pub parameter_sets: ParameterSets,
    /// AAC: the AudioSpecificConfig.
    pub config: Bytes,
    /// Where its packets come from, in case the answer to SETUP does not say (E-173).
    pub address: Option<(IpAddr, u16)>,
}

/// What a device offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Remote {
    /// Its tracks, at most [`MAX_TRACKS`].
    pub tracks: Vec<RemoteTrack>,
    /// How requests about all tracks name them; may be relative.
    pub control: Option<String>,
    /// The length of a recording.
    pub duration: Option<Millis>,
}

/// A text that is no SDP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SdpError {
    /// Not in the form of RFC 8866.
    #[error("not SDP")]
    NotSdp,
    /// Nothing of it can be received.
    #[error("no track in the SDP")]
    NoTracks,
}

impl Remote {
    /// Reads the body of an answer to DESCRIBE.
    ///
    /// # Errors
    /// When it is no SDP or has no track.
    pub fn parse(text: &[u8]) -> Result<Self, SdpError> {
        let session = Session::parse(text).map_err(|_| SdpError::NotSdp)?;
        let address = |media: &Media| {
            let connection = media.connections.first().or(session.connection.as_ref())?;
            let address: IpAddr = connection.connection_address.split('/').next()?.parse().ok()?;
            (!address.is_unspecified() && !address.is_multicast() && media.port != 0)
                .then_some((address, media.port))
        };
        let tracks = session.medias.iter().filter_map(|media| track(media, address(media)));
        let tracks: Vec<_> = tracks.take(MAX_TRACKS).collect();
        if tracks.is_empty() {
            return Err(SdpError::NoTracks);
        }
        let duration = value(&session.attributes, "range").and_then(|range| range.parse::<Range>().ok()?.end);
        let control = value(&session.attributes, "control").map(str::to_owned);
        Ok(Self { tracks, control, duration })
    }
}

fn value<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a str> {
    let found = attributes.iter().find(|attribute| attribute.attribute.eq_ignore_ascii_case(name))?;
    found.value.as_deref().map(str::trim)
}

fn track(media: &Media, address: Option<(IpAddr, u16)>) -> Option<RemoteTrack> {
    if !media.proto.to_ascii_uppercase().starts_with("RTP/AVP") {
        return None;
    }
    let is_video = match media.media.as_str() {
        "video" => true,
        "audio" => false,
        _ => return None,
    };
    let payload_type: u8 =
        media.fmt.split_whitespace().next()?.parse().ok().filter(|number| *number < 128)?;
    let (codec, clock_hz) = encoding(media, payload_type);
    let mut track = RemoteTrack {
        is_video,
        codec,
        payload_type,
        clock_hz,
        control: value(&media.attributes, "control").map(str::to_owned),
        parameter_sets: ParameterSets::default(),
        config: Bytes::new(),
        address,
    };
    format(media, &mut track);
    Some(track)
}

/// Codec and clock: from `rtpmap`, or from the table of RFC 3551.
fn encoding(media: &Media, payload_type: u8) -> (Codec, u32) {
    let maps = media.attributes.iter().filter(|attribute| attribute.attribute.eq_ignore_ascii_case("rtpmap"));
    for map in maps.filter_map(|map| map.value.as_deref()) {
        let Some((number, encoding)) = map.trim().split_once(' ') else { continue };
        if number.parse() != Ok(payload_type) {
            continue;
        }
        let mut parts = encoding.trim().split('/');
        let codec = Codec::of(parts.next().unwrap_or_default());
        let clock = parts.next().and_then(|clock| clock.trim().parse().ok()).filter(|clock| *clock > 0);
        return (codec, clock.unwrap_or(90_000));
    }
    match payload_type {
        PCMU => (Codec::Pcmu, 8_000),
        PCMA => (Codec::Pcma, 8_000),
        _ => (Codec::Other, 90_000),
    }
}

/// The parameters of the format.
fn format(media: &Media, track: &mut RemoteTrack) {
    let Some(parameters) = value(&media.attributes, "fmtp").and_then(|text| text.split_once(' ')) else {
        return;
    };
    for (name, value) in parameters.1.split(';').filter_map(|parameter| parameter.trim().split_once('=')) {
        if name.eq_ignore_ascii_case("sprop-parameter-sets") {
            for nal in value.split(',').take(4).filter_map(|set| base64::decode(set.trim())) {
                if matches!(NalType::of(&nal), NalType::SPS | NalType::PPS) {
                    track.parameter_sets.take(&nal);
                }
            }
        } else if name.eq_ignore_ascii_case("config") {
            track.config = hexadecimal(value.trim()).map(Bytes::from).unwrap_or_default();
        }
    }
}

/// A short text of hexadecimal digits.
fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    if text.len() > 64 || !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    let digits = text.as_bytes().chunks_exact(2);
    digits.map(|pair| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
