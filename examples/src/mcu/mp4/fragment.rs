//! One fragment: `moof` and `mdat`.

use mp4_atom::{Encode, Header, Mfhd, Moof, Tfdt, Tfhd, Traf, Trun, TrunEntry};

use super::Mp4Error;
use super::track::{Run, Timed};

/// A picture that depends on no other (ISO/IEC 14496-12 §8.8.3.1).
const SYNC: u32 = 0x0200_0000;
/// A picture that depends on others, and no place to begin.
const NO_SYNC: u32 = 0x0101_0000;
/// Header of `mdat`.
const MDAT_HEADER: usize = 8;

/// The bytes of a fragment.
pub(super) fn fragment(number: u32, runs: &[Run]) -> Result<Vec<u8>, Mp4Error> {
    // Where the data of a run begins is said in the box before it, whose length does not depend on that.
    let length = encoded(&moof(number, runs, 0)?)?.len();
    let mut out = encoded(&moof(number, runs, length + MDAT_HEADER)?)?;
    let data: usize = runs.iter().map(bytes).sum();
    Header { kind: b"mdat".into(), size: Some(data) }.encode(&mut out)?;
    let samples = runs.iter().flat_map(|run| &run.samples);
    samples.for_each(|timed| out.extend_from_slice(&timed.sample.data));
    Ok(out)
}

fn encoded(moof: &Moof) -> Result<Vec<u8>, Mp4Error> {
    let mut out = Vec::new();
    moof.encode(&mut out)?;
    Ok(out)
}

fn bytes(run: &Run) -> usize {
    run.samples.iter().map(|timed| timed.sample.data.len()).sum()
}

fn moof(number: u32, runs: &[Run], mut data_at: usize) -> Result<Moof, Mp4Error> {
    let mut traf = Vec::new();
    for run in runs {
        let offset = i32::try_from(data_at).map_err(|_| mp4_atom::Error::OutOfBounds)?;
        data_at += bytes(run);
        // Without offsets where there are none: ffmpeg then knows how long each picture lasts.
        let is_in_order = run.samples.iter().all(|timed| timed.offset == 0);
        let entries: Vec<TrunEntry> = run.samples.iter().map(|timed| entry(timed, !is_in_order)).collect();
        traf.push(Traf {
            tfhd: Tfhd { track_id: run.track, default_base_is_moof: true, ..Tfhd::default() },
            tfdt: Some(Tfdt { base_media_decode_time: run.begins }),
            trun: vec![Trun { data_offset: Some(offset), samples: entries.into() }],
            ..Traf::default()
        });
    }
    Ok(Moof { mfhd: Mfhd { sequence_number: number }, traf })
}

fn entry(timed: &Timed, has_offset: bool) -> TrunEntry {
    TrunEntry {
        duration: Some(timed.lasts),
        // An access unit has 4 MB at most.
        size: Some(u32::try_from(timed.sample.data.len()).unwrap_or(u32::MAX)),
        flags: Some(if timed.sample.is_sync { SYNC } else { NO_SYNC }),
        cts: has_offset.then_some(timed.offset),
    }
}
