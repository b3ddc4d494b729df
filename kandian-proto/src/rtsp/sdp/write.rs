//! The description that a server gives.

use core::fmt::Write as _;
use core::net::IpAddr;

use bytes::Bytes;

use crate::rtsp::base64;
use crate::rtsp::h264::ParameterSets;
use crate::rtsp::message::Range;
use crate::rtsp::rtp::{AAC, H264, PCMA, PCMU, Track};
use crate::time::Millis;

/// The sound of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sound {
    /// G.711 A-law, 8 kHz: the default of a device (E-179).
    Pcma,
    /// G.711 µ-law, 8 kHz.
    Pcmu,
    /// AAC in frames of RFC 3640.
    Aac {
        /// Samples a second, which is also the clock of its RTP.
        rate_hz: u32,
        /// Number of channels.
        channels: u8,
        /// The AudioSpecificConfig.
        config: Bytes,
    },
}

/// What a source offers: H.264 on track 0, and perhaps sound on track 1.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Description {
    /// The parameter sets of the video. The line that carries them is left out while they are unknown.
    pub parameter_sets: ParameterSets,
    /// The sound.
    pub sound: Option<Sound>,
    /// The length of a recording; none for a live view.
    pub duration: Option<Millis>,
}

impl Description {
    /// A live view without sound.
    #[must_use]
    pub const fn live(parameter_sets: ParameterSets) -> Self {
        Self { parameter_sets, sound: None, duration: None }
    }

    /// A recording without sound.
    #[must_use]
    pub const fn recording(parameter_sets: ParameterSets, duration: Millis) -> Self {
        Self { parameter_sets, sound: None, duration: Some(duration) }
    }

    /// The same with sound.
    #[must_use]
    pub fn sound(mut self, sound: Sound) -> Self {
        self.sound = Some(sound);
        self
    }

    /// Its tracks.
    #[must_use]
    pub fn tracks(&self) -> &'static [Track] {
        const BOTH: [Track; 2] = [Track::VIDEO, Track::AUDIO];
        if self.sound.is_some() { &BOTH } else { &BOTH[..1] }
    }

    /// Whether it has this track.
    #[must_use]
    pub fn has(&self, track: Track) -> bool {
        self.tracks().contains(&track)
    }

    /// The text. `address` is the server's own, and `version` a number that grows with each change.
    ///
    /// Tracks are named `trackID=0` and `trackID=1`, to be resolved against `Content-Base`.
    #[must_use]
    pub fn write(&self, address: IpAddr, version: u64) -> String {
        let family = if address.is_ipv4() { "IP4" } else { "IP6" };
        // The stream comes over the connection, or from where the answer to SETUP says (E-173).
        let any = if address.is_ipv4() { "0.0.0.0" } else { "::" };
        let mut out = format!(
            "v=0\r\no=- {version} {version} IN {family} {address}\r\ns=h264.mp4\r\nc=IN {family} {any}\r\nt=0 0\r\n\
             a=control:*\r\n"
        );
        match self.duration {
            Some(duration) => {
                let range = Range { end: Some(duration), ..Range::from(Millis(0)) };
                let _ = write!(out, "a=range:{range}\r\n");
            }
            None => out.push_str("a=range:npt=now-\r\n"),
        }
        self.video(&mut out);
        if let Some(sound) = &self.sound {
            write_sound(&mut out, sound);
        }
        out
    }

    fn video(&self, out: &mut String) {
        let _ = write!(
            out,
            "m=video 0 RTP/AVP {H264}\r\na=rtpmap:{H264} H264/90000\r\na=fmtp:{H264} packetization-mode=1"
        );
        if let Some([profile, constraints, level]) = self.parameter_sets.profile_level_id() {
            let _ = write!(out, ";profile-level-id={profile:02X}{constraints:02X}{level:02X}");
        }
        if self.parameter_sets.is_complete() {
            let ParameterSets { sps, pps } = &self.parameter_sets;
            let _ = write!(out, ";sprop-parameter-sets={},{}", base64::encode(sps), base64::encode(pps));
        }
        out.push_str("\r\na=control:trackID=0\r\n");
    }
}

fn write_sound(out: &mut String, sound: &Sound) {
    // A String takes everything.
    let _ = match sound {
        Sound::Pcma => write!(out, "m=audio 0 RTP/AVP {PCMA}\r\na=rtpmap:{PCMA} PCMA/8000\r\n"),
        Sound::Pcmu => write!(out, "m=audio 0 RTP/AVP {PCMU}\r\na=rtpmap:{PCMU} PCMU/8000\r\n"),
        Sound::Aac { rate_hz, channels, config } => {
            let config: String = config.iter().map(|byte| format!("{byte:02X}")).collect();
            write!(
                out,
                "m=audio 0 RTP/AVP {AAC}\r\na=rtpmap:{AAC} MPEG4-GENERIC/{rate_hz}/{channels}\r\n\
                 a=fmtp:{AAC} streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;\
                 indexdeltalength=3;config={config}\r\n"
            )
        }
    };
    out.push_str("a=control:trackID=1\r\n");
}
