//! The head of a file: `ftyp` and `moov`.

use bytes::Bytes;
use mp4_atom::{
    Audio, Avc1, Avcc, AvccExt, Codec, Dinf, Dref, DrefEntry, Encode, Esds, FixedPoint, Ftyp, Hdlr, Mdhd,
    Mdia, Minf, Moov, Mp4a, Mvex, Mvhd, Smhd, Stbl, Stco, Stsd, Tkhd, Trak, Trex, Twos, Url, Visual, Vmhd,
    esds::{DecoderConfig, DecoderSpecific, EsDescriptor, SLConfig},
};

use super::sets::Sets;
use super::{Mp4Error, VIDEO_HZ};

pub(super) const VIDEO_TRACK: u32 = 1;
pub(super) const SOUND_TRACK: u32 = 2;
/// Ticks of the whole file in a second.
const MOVIE_HZ: u32 = 1_000;
/// AAC in an elementary stream descriptor: object type and kind of stream (ISO/IEC 14496-1).
const AAC: (u8, u8) = (0x40, 5);

/// How sound is coded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Sound {
    /// G.711 A-law.
    Alaw,
    /// G.711 µ-law.
    Ulaw,
    /// AAC with its AudioSpecificConfig.
    Aac {
        /// It.
        config: Bytes,
        /// Samples in a second.
        hz: u32,
    },
}

impl Sound {
    /// Samples in a second, which are the ticks of its track.
    pub(in super::super) const fn hz(&self) -> u32 {
        match self {
            Self::Alaw | Self::Ulaw => 8_000,
            Self::Aac { hz, .. } => *hz,
        }
    }
}

pub(super) fn head(sets: &Sets, sound: Option<&Sound>) -> Result<Vec<u8>, Mp4Error> {
    let mut out = Vec::new();
    // `iso6` for decoding times in fragments and offsets that may be negative.
    let compatible_brands = [b"iso5", b"iso6", b"mp41"].map(Into::into).to_vec();
    Ftyp { major_brand: b"iso5".into(), minor_version: 512, compatible_brands }.encode(&mut out)?;
    let mut trak = vec![video(sets)?];
    let mut trex = vec![extends(VIDEO_TRACK)];
    if let Some(sound) = sound {
        trak.push(track_of_sound(sound)?);
        trex.push(extends(SOUND_TRACK));
    }
    let mvhd = Mvhd {
        timescale: MOVIE_HZ,
        rate: 1.into(),
        volume: 1.into(),
        next_track_id: SOUND_TRACK + 1,
        ..Mvhd::default()
    };
    let begin = out.len();
    Moov { mvhd, meta: None, mvex: Some(Mvex { mehd: None, trex }), trak, udta: None, ainf: None }
        .encode(&mut out)?;
    rename(&mut out[begin..], sound);
    Ok(out)
}

/// The crate has no entry for G.711. `twos`, for samples without compression, has the same fields; its name is
/// replaced, in the last track, where it stands once.
fn rename(moov: &mut [u8], sound: Option<&Sound>) {
    let name = match sound {
        Some(Sound::Alaw) => b"alaw",
        Some(Sound::Ulaw) => b"ulaw",
        _ => return,
    };
    if let Some(at) = moov.windows(4).rposition(|four| four == b"twos") {
        moov[at..at + 4].copy_from_slice(name);
    }
}

fn extends(track_id: u32) -> Trex {
    Trex { track_id, default_sample_description_index: 1, ..Trex::default() }
}

fn video(sets: &Sets) -> Result<Trak, Mp4Error> {
    let sps = sets.read()?;
    // A picture has 16,384 pixels on a side at most.
    let (width, height) = (sps.width as u16, sps.height as u16);
    let [profile, compatibility, level] = sps.profile_level_id;
    let lists = |list: &[Bytes]| list.iter().map(|nal| nal.to_vec()).collect();
    let avcc = Avcc {
        configuration_version: 1,
        avc_profile_indication: profile,
        profile_compatibility: compatibility,
        avc_level_indication: level,
        length_size: 4,
        sequence_parameter_sets: lists(&sets.sps),
        picture_parameter_sets: lists(&sets.pps),
        // With these profiles the box says the form of the colours; cameras have 4:2:0 with eight bits.
        ext: matches!(profile, 100 | 110 | 122 | 144).then(AvccExt::default),
    };
    let visual = Visual { data_reference_index: 1, width, height, ..Visual::default() };
    let avc1 =
        Avc1 { visual, avcc, btrt: None, colr: None, pasp: None, taic: None, fiel: None, spatial: None };
    let tkhd = Tkhd {
        track_id: VIDEO_TRACK,
        enabled: true,
        in_movie: true,
        width: width.into(),
        height: height.into(),
        ..Tkhd::default()
    };
    let minf = Minf { vmhd: Some(Vmhd::default()), ..described(avc1.into()) };
    Ok(track(tkhd, VIDEO_HZ, (b"vide", "VideoHandler"), minf))
}

fn track_of_sound(sound: &Sound) -> Result<Trak, Mp4Error> {
    let codec = match sound {
        Sound::Alaw | Sound::Ulaw => {
            Codec::Twos(Twos { audio: audio(1, sound.hz()), pcmc: None, chnl: None, btrt: None })
        }
        Sound::Aac { config, hz } => aac(config, *hz)?,
    };
    let tkhd = Tkhd {
        track_id: SOUND_TRACK,
        enabled: true,
        in_movie: true,
        alternate_group: 1,
        volume: 1.into(),
        ..Tkhd::default()
    };
    let minf = Minf { smhd: Some(Smhd::default()), ..described(codec) };
    Ok(track(tkhd, sound.hz(), (b"soun", "SoundHandler"), minf))
}

fn track(tkhd: Tkhd, timescale: u32, (handler, name): (&[u8; 4], &str), minf: Minf) -> Trak {
    let mdhd = Mdhd { timescale, language: "und".to_owned(), ..Mdhd::default() };
    let hdlr = Hdlr { handler: handler.into(), name: name.to_owned() };
    Trak { tkhd, edts: None, meta: None, mdia: Mdia { mdhd, hdlr, minf }, senc: None, tref: None, udta: None }
}

/// The media of a track whose samples are all in fragments.
fn described(codec: Codec) -> Minf {
    let stbl = Stbl { stsd: Stsd { codecs: vec![codec] }, stco: Some(Stco::default()), ..Stbl::default() };
    // Empty: in this file.
    let dref = Dref { entries: vec![DrefEntry::Url(Url::default())] };
    Minf { dinf: Dinf { dref }, stbl, ..Minf::default() }
}

fn audio(channel_count: u16, hz: u32) -> Audio {
    // Rates above the field, such as 96,000, are 0 here and stand in the configuration of the codec.
    let sample_rate = FixedPoint::from(u16::try_from(hz).unwrap_or(0));
    Audio { data_reference_index: 1, channel_count, sample_size: 16, sample_rate }
}

fn aac(config: &Bytes, hz: u32) -> Result<Codec, Mp4Error> {
    let dec_specific = DecoderSpecific { raw: config.to_vec(), ..DecoderSpecific::default() };
    let dec_config = DecoderConfig {
        object_type_indication: AAC.0,
        stream_type: AAC.1,
        dec_specific: Some(dec_specific),
        ..DecoderConfig::default()
    };
    let es_desc = EsDescriptor {
        es_id: SOUND_TRACK as u16,
        dec_config,
        sl_config: SLConfig::default(),
        ..EsDescriptor::default()
    };
    Ok(Codec::Mp4a(Mp4a {
        audio: audio(channels(config), hz),
        esds: Esds { es_desc },
        btrt: None,
        taic: None,
    }))
}

/// The channels that an AudioSpecificConfig names: four bits after five of the kind and four of the rate. Configurations
/// of other forms say it themselves, and players believe them.
fn channels(config: &[u8]) -> u16 {
    config.get(1).map_or(1, |byte| u16::from(byte >> 3 & 0x0F)).clamp(1, 8)
}
