//! The picture qualities that clients offer, and the encoder parameters they stand for.
//!
//! Spec §3 (9), §4 (14); R-3.9 to R-3.12, R-4.17 to R-4.20; E-97, E-192, E-193.
//!
//! A user chooses a definition (清晰度) and a quality (画质); neither word is transmitted. The client sends
//! the parameters with 60H (§7.5.6, §8.10) and shows the words again when the parameters that it reads
//! with 61H (§7.5.7, §8.9) are those of a preset. The mobile client sets the sub stream, the web client
//! the main stream (E-193).
//!
//! ```
//! use kandian_proto::presets::{Client, Definition, Preset, Quality};
//! use kandian_proto::value::{BitRate, FrameRate, FrameSize, FrameSizeDialect, StreamType};
//!
//! let preset = Preset::find(Client::Mobile, Definition::Normal, Quality::High).ok_or("not offered")?;
//! let request = preset.set_request("81100000001".parse()?, 0, FrameSizeDialect::ThreeCodes);
//! assert_eq!(request.stream_type, StreamType::SUB);
//! assert_eq!(request.frame_size, Some(FrameSize::CIF));
//! assert_eq!((request.frame_rate, request.bit_rate), (Some(FrameRate(25)), Some(BitRate::KBPS_512)));
//! assert!(Preset::find(Client::Mobile, Definition::Hd, Quality::Low).is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::DevId;
use crate::message::device::{SetChannelRequest, VideoParameters};
use crate::value::{BitRate, FrameRate, FrameSizeDialect, RateType, Resolution, StreamType};

/// Which client offers a preset. Spec §3, §4; E-193.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Client {
    /// The mobile client (手机客户端, MCU): sets and watches the sub stream.
    Mobile,
    /// The web client (WEB 客户端, CU): sets and watches the main stream.
    Web,
}

impl Client {
    /// The only stream this client sets and asks for (R-3.9, R-4.17). A platform does not enforce it
    /// (E-193).
    #[must_use]
    pub const fn stream_type(self) -> StreamType {
        match self {
            Self::Mobile => StreamType::SUB,
            Self::Web => StreamType::MAIN,
        }
    }

    /// All presets this client offers: two definitions with three qualities each, the lower definition
    /// first and the lowest quality first (R-3.10, R-4.18).
    #[must_use]
    pub const fn presets(self) -> &'static [Preset] {
        match self {
            Self::Mobile => &MOBILE,
            Self::Web => &WEB,
        }
    }
}

/// Definition (清晰度): the size of the picture. Spec §3 (9), §4 (14); E-192.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Definition {
    /// 普通, CIF; mobile client only.
    Normal,
    /// 标清, D1; the same three qualities in both clients.
    Sd,
    /// 高清, 720P; web client only.
    Hd,
}

impl Definition {
    /// The size of the picture.
    #[must_use]
    pub const fn resolution(self) -> Resolution {
        match self {
            Self::Normal => Resolution::Cif,
            Self::Sd => Resolution::D1,
            Self::Hd => Resolution::Hd720p,
        }
    }

    /// The word of the specification.
    #[must_use]
    pub const fn name_zh(self) -> &'static str {
        match self {
            Self::Normal => "普通",
            Self::Sd => "标清",
            Self::Hd => "高清",
        }
    }
}

/// Quality (画质): frame rate and bit rate. Spec §3 (9), §4 (14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quality {
    /// 低, 10 pictures a second.
    Low,
    /// 中, 15 pictures a second.
    Medium,
    /// 高, 25 pictures a second.
    High,
}

impl Quality {
    /// The word of the specification.
    #[must_use]
    pub const fn name_zh(self) -> &'static str {
        match self {
            Self::Low => "低",
            Self::Medium => "中",
            Self::High => "高",
        }
    }
}

/// One choice of a client: what the user sees and what is sent. Spec §3 (9), §4 (14).
///
/// The rate control is constant bit rate in all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Preset {
    /// Who offers it, and so for which stream.
    pub client: Client,
    /// What the user chose first; gives the size of the picture.
    pub definition: Definition,
    /// What the user chose second.
    pub quality: Quality,
    /// Pictures per second.
    pub frame_rate: FrameRate,
    /// Bit rate code.
    pub bit_rate: BitRate,
}

impl Preset {
    /// The preset of a choice; `None` when the client does not offer the definition.
    #[must_use]
    pub fn find(client: Client, definition: Definition, quality: Quality) -> Option<&'static Self> {
        client.presets().iter().find(|p| p.definition == definition && p.quality == quality)
    }

    /// The preset whose parameters a device reports for the stream of `client`; `None` for parameters of
    /// the user's own. `dialect` says which table of resolution codes the device means (E-97). Sound is
    /// no part of a preset and is not compared.
    #[must_use]
    pub fn of_parameters(
        client: Client,
        parameters: &VideoParameters,
        dialect: FrameSizeDialect,
    ) -> Option<&'static Self> {
        let resolution = parameters.frame_size.resolution(dialect)?;
        client.presets().iter().find(|p| {
            p.definition.resolution() == resolution
                && p.frame_rate == parameters.frame_rate
                && p.bit_rate == parameters.bit_rate
                && parameters.rate_type == RateType::CBR
        })
    }

    /// The request (60H) that sets the preset on a channel, counted from 0 (E-15). Sound is left as it is
    /// (E-100).
    #[must_use]
    pub fn set_request(
        &self,
        dev_id: DevId,
        channel_no: u16,
        dialect: FrameSizeDialect,
    ) -> SetChannelRequest {
        // Both tables have codes for the three sizes, so the resolution is never left out.
        SetChannelRequest::new(dev_id, channel_no, self.client.stream_type())
            .frame_size(self.definition.resolution().code(dialect))
            .frame_rate(self.frame_rate)
            .rate_type(RateType::CBR)
            .bit_rate(self.bit_rate)
    }
}

const fn preset(client: Client, definition: Definition, quality: Quality, bit_rate: BitRate) -> Preset {
    let frame_rate = match quality {
        Quality::Low => FrameRate(10),
        Quality::Medium => FrameRate(15),
        Quality::High => FrameRate(25),
    };
    Preset { client, definition, quality, frame_rate, bit_rate }
}

// R-3.11, R-3.12
const MOBILE: [Preset; 6] = [
    preset(Client::Mobile, Definition::Normal, Quality::Low, BitRate::KBPS_128),
    preset(Client::Mobile, Definition::Normal, Quality::Medium, BitRate::KBPS_256),
    preset(Client::Mobile, Definition::Normal, Quality::High, BitRate::KBPS_512),
    preset(Client::Mobile, Definition::Sd, Quality::Low, BitRate::KBPS_256),
    preset(Client::Mobile, Definition::Sd, Quality::Medium, BitRate::KBPS_512),
    preset(Client::Mobile, Definition::Sd, Quality::High, BitRate::KBPS_1024),
];

// R-4.19, R-4.20
const WEB: [Preset; 6] = [
    preset(Client::Web, Definition::Sd, Quality::Low, BitRate::KBPS_256),
    preset(Client::Web, Definition::Sd, Quality::Medium, BitRate::KBPS_512),
    preset(Client::Web, Definition::Sd, Quality::High, BitRate::KBPS_1024),
    preset(Client::Web, Definition::Hd, Quality::Low, BitRate::KBPS_512),
    preset(Client::Web, Definition::Hd, Quality::Medium, BitRate::KBPS_1024),
    preset(Client::Web, Definition::Hd, Quality::High, BitRate::KBPS_2048),
];
