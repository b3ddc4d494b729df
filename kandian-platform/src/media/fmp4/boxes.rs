//! The boxes, written by `mp4-atom`.

use bytes::{BufMut as _, Bytes};
use kandian_proto::rtsp::h264::ParameterSets;
use mp4_atom::{
    Avc1, Avcc, AvccExt, Codec, Dinf, Dref, DrefEntry, Encode as _, FixedPoint, FourCC, Ftyp, Hdlr, Matrix,
    Mdhd, Mdia, Mfhd, Minf, Moof, Moov, Mvex, Mvhd, Stbl, Stco, Stsd, Tfdt, Tfhd, Tkhd, Traf, Trak, Trex,
    Trun, TrunEntry, Url, Visual, Vmhd,
};

use super::TIMESCALE;

/// The one track.
const TRACK: u32 = 1;
/// Flags of a sample that needs no other (ISO/IEC 14496-12 §8.8.3.1), and of one that does.
const ALONE: u32 = 0x0200_0000;
const NEEDS_OTHERS: u32 = 0x0101_0000;
/// Profiles whose `avcC` says more about colour (ISO/IEC 14496-15 §5.3.3.1.2).
const HIGH: [u8; 4] = [100, 110, 122, 144];
/// `mdat` and its length.
const MDAT_HEADER: usize = 8;

/// The initialisation segment. No length is written anywhere: that makes it live, and browsers show pictures of a live
/// stream as soon as they have them.
pub(super) fn init(sets: &ParameterSets, (width, height): (u32, u32)) -> Option<Bytes> {
    let (width, height) = (u16::try_from(width).ok()?, u16::try_from(height).ok()?);
    let ftyp = Ftyp {
        major_brand: FourCC::new(b"iso5"),
        minor_version: 512,
        compatible_brands: [b"iso5", b"iso6", b"mp41"].map(FourCC::new).to_vec(),
    };
    let moov = Moov {
        mvhd: Mvhd {
            creation_time: 0,
            modification_time: 0,
            timescale: 1_000,
            duration: 0,
            rate: FixedPoint::new(1, 0),
            volume: FixedPoint::new(1, 0),
            matrix: Matrix::default(),
            next_track_id: TRACK + 1,
        },
        mvex: Some(Mvex {
            trex: vec![Trex {
                track_id: TRACK,
                default_sample_description_index: 1,
                default_sample_duration: 0,
                default_sample_size: 0,
                default_sample_flags: 0,
            }],
            ..Mvex::default()
        }),
        trak: vec![track(sets, width, height)?],
        ..Moov::default()
    };
    let mut out = Vec::new();
    ftyp.encode(&mut out).ok()?;
    moov.encode(&mut out).ok()?;
    Some(out.into())
}

fn track(sets: &ParameterSets, width: u16, height: u16) -> Option<Trak> {
    let mut avcc = Avcc::new(&sets.sps, &sets.pps).ok()?;
    if HIGH.contains(&avcc.avc_profile_indication) {
        avcc.ext = Some(AvccExt::default());
    }
    let avc1 = Avc1 {
        visual: Visual { data_reference_index: 1, width, height, ..Visual::default() },
        avcc,
        ..Avc1::default()
    };
    let stbl = Stbl {
        stsd: Stsd { codecs: vec![Codec::from(avc1)] },
        stco: Some(Stco::default()),
        ..Stbl::default()
    };
    let minf = Minf {
        vmhd: Some(Vmhd::default()),
        dinf: Dinf { dref: Dref { entries: vec![DrefEntry::Url(Url::default())] } },
        stbl,
        ..Minf::default()
    };
    Some(Trak {
        tkhd: Tkhd {
            track_id: TRACK,
            enabled: true,
            in_movie: true,
            width: FixedPoint::new(width, 0),
            height: FixedPoint::new(height, 0),
            ..Tkhd::default()
        },
        mdia: Mdia {
            mdhd: Mdhd { timescale: TIMESCALE, language: "und".to_owned(), ..Mdhd::default() },
            hdlr: Hdlr { handler: FourCC::new(b"vide"), name: "video".to_owned() },
            minf,
        },
        ..Trak::default()
    })
}

/// One picture: `moof` and `mdat`, the NAL units behind their lengths.
pub(super) fn fragment(number: u32, time: u64, length: u32, is_idr: bool, nals: &[&[u8]]) -> Option<Bytes> {
    let size: usize = nals.iter().map(|nal| 4 + nal.len()).sum();
    let sample = TrunEntry {
        duration: Some(length),
        size: Some(u32::try_from(size).ok()?),
        flags: Some(if is_idr { ALONE } else { NEEDS_OTHERS }),
        cts: None,
    };
    let mut out = Vec::with_capacity(size + 128);
    head(number, time, sample, 0).encode(&mut out).ok()?;
    // The place of the data is known when the length of what stands before it is, and that does not depend on it.
    let offset = i32::try_from(out.len() + MDAT_HEADER).ok()?;
    out.clear();
    head(number, time, sample, offset).encode(&mut out).ok()?;
    out.put_u32(u32::try_from(size + MDAT_HEADER).ok()?);
    out.put_slice(b"mdat");
    for nal in nals {
        out.put_u32(u32::try_from(nal.len()).ok()?);
        out.put_slice(nal);
    }
    Some(out.into())
}

fn head(number: u32, time: u64, sample: TrunEntry, offset: i32) -> Moof {
    let traf = Traf {
        tfhd: Tfhd { track_id: TRACK, default_base_is_moof: true, ..Tfhd::default() },
        tfdt: Some(Tfdt { base_media_decode_time: time }),
        trun: vec![Trun { data_offset: Some(offset), samples: vec![sample].into() }],
        ..Traf::default()
    };
    Moof { mfhd: Mfhd { sequence_number: number }, traf: vec![traf] }
}
