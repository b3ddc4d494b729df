//! RTCP: the reports that keep a session alive and tie sound to pictures. RFC 3550 §6; E-176, E-177.
//!
//! ```
//! use kandian_proto::rtsp::rtcp::{self, Ntp, Report};
//! use kandian_proto::time::UnixMillis;
//! let now = Ntp::from_unix(UnixMillis(1_395_109_800_500));
//! let report = rtcp::sender_report(7, now, 90_000, 25, 30_000, "81100000001");
//! let mut reports = rtcp::parse(&report);
//! assert_eq!(reports.next(), Some(Report::Sender { ssrc: 7, ntp: now, timestamp: 90_000 }));
//! assert_eq!(reports.next(), None);
//! ```

use bytes::{BufMut, Bytes, BytesMut};

use crate::time::UnixMillis;

/// How often a sender or receiver reports (RFC 3550 §6.2).
pub const INTERVAL_MILLIS: u64 = 5_000;

/// Most reports that are read out of one packet. An honest one holds two or three.
pub const MOST_REPORTS: usize = 16;

/// Seconds from 1900, where NTP begins, to 1970.
const NTP_OFFSET_SECONDS: i64 = 2_208_988_800;

const SENDER: u8 = 200;
const RECEIVER: u8 = 201;
const DESCRIPTION: u8 = 202;
const BYE: u8 = 203;

/// A moment as NTP writes it: seconds since 1900 in the upper half, fractions of one in the lower.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ntp(pub u64);

impl Ntp {
    /// A moment of the wall clock. The seconds start again in 2036, as everywhere in NTP.
    #[must_use]
    pub const fn from_unix(time: UnixMillis) -> Self {
        let seconds = time.0.div_euclid(1_000).wrapping_add(NTP_OFFSET_SECONDS) as u64;
        let fraction = ((time.0.rem_euclid(1_000) as u64) << 32) / 1_000;
        Self(seconds << 32 | fraction)
    }

    /// The middle 32 bits, which a receiver reports back.
    #[must_use]
    pub const fn middle(self) -> u32 {
        (self.0 >> 16) as u32
    }
}

/// What a peer reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Report {
    /// A sender says which RTP time is which moment.
    Sender {
        /// Who.
        ssrc: u32,
        /// The moment on its wall clock.
        ntp: Ntp,
        /// The same moment in ticks of the track.
        timestamp: u32,
    },
    /// A receiver says that it is there, and how well it receives.
    Receiver {
        /// Who.
        ssrc: u32,
        /// Losses since its last report, in 256ths; `None` when it reports on nobody.
        lost: Option<u8>,
    },
    /// The source has no more to send: the end of a recording (E-177).
    Bye {
        /// Who.
        ssrc: u32,
    },
}

/// The report of a sender, with the name that RFC 3550 wants beside it.
#[must_use]
pub fn sender_report(ssrc: u32, ntp: Ntp, timestamp: u32, packets: u32, bytes: u32, name: &str) -> Bytes {
    let mut out = BytesMut::with_capacity(64);
    head(&mut out, 0, SENDER, 6);
    out.put_u32(ssrc);
    out.put_u64(ntp.0);
    out.put_u32(timestamp);
    out.put_u32(packets);
    out.put_u32(bytes);
    description(&mut out, ssrc, name);
    out.freeze()
}

/// What a receiver knows of the source it reports on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reception {
    /// The source.
    pub source: u32,
    /// Losses since the last report, in 256ths.
    pub lost_fraction: u8,
    /// Losses altogether, at most 2^23 - 1.
    pub lost: u32,
    /// The highest sequence number, with the number of times it began again in the upper half.
    pub highest_sequence: u32,
}

/// The report of a receiver, with its name. It also keeps a session over UDP alive (E-176).
#[must_use]
pub fn receiver_report(ssrc: u32, reception: Option<Reception>, name: &str) -> Bytes {
    let mut out = BytesMut::with_capacity(64);
    let count = u8::from(reception.is_some());
    head(&mut out, count, RECEIVER, 1 + 6 * u16::from(count));
    out.put_u32(ssrc);
    if let Some(Reception { source, lost_fraction, lost, highest_sequence }) = reception {
        out.put_u32(source);
        out.put_u32(u32::from(lost_fraction) << 24 | lost.min(0x7F_FFFF));
        out.put_u32(highest_sequence);
        // Jitter, the last report of the sender and the time since are not measured.
        out.put_slice(&[0; 12]);
    }
    description(&mut out, ssrc, name);
    out.freeze()
}

/// The end of a source: a receiver report about nobody, as RFC 3550 wants one first, and the farewell. E-177.
#[must_use]
pub fn bye(ssrc: u32) -> Bytes {
    let mut out = BytesMut::with_capacity(16);
    head(&mut out, 0, RECEIVER, 1);
    out.put_u32(ssrc);
    head(&mut out, 1, BYE, 1);
    out.put_u32(ssrc);
    out.freeze()
}

/// What a packet reports, at most [`MOST_REPORTS`]. Ends at the first part that is no RTCP; kinds that say nothing here
/// are passed over.
pub fn parse(packet: &[u8]) -> impl Iterator<Item = Report> {
    let mut rest = packet;
    core::iter::from_fn(move || {
        let (kind, count, body, after) = part(rest)?;
        rest = after;
        Some(report(kind, count, body))
    })
    .take(MOST_REPORTS)
    .flatten()
}

/// Whether a packet begins as RTCP does.
#[must_use]
pub fn is_rtcp(packet: &[u8]) -> bool {
    part(packet).is_some()
}

fn part(packet: &[u8]) -> Option<(u8, u8, &[u8], &[u8])> {
    let (&[first, kind, high, low], rest) = packet.split_first_chunk()?;
    if first >> 6 != 2 || !(192..=223).contains(&kind) {
        return None;
    }
    let (body, after) = rest.split_at_checked(usize::from(u16::from_be_bytes([high, low])) * 4)?;
    Some((kind, first & 0x1F, body, after))
}

fn report(kind: u8, count: u8, body: &[u8]) -> Option<Report> {
    let word = |at: usize| Some(u32::from_be_bytes(body.get(at..at + 4)?.try_into().ok()?));
    match kind {
        SENDER => {
            let ntp = Ntp(u64::from(word(4)?) << 32 | u64::from(word(8)?));
            Some(Report::Sender { ssrc: word(0)?, ntp, timestamp: word(12)? })
        }
        RECEIVER => {
            let lost = if count > 0 { body.get(8).copied() } else { None };
            Some(Report::Receiver { ssrc: word(0)?, lost })
        }
        BYE if count > 0 => Some(Report::Bye { ssrc: word(0)? }),
        _ => None,
    }
}

fn head(out: &mut BytesMut, count: u8, kind: u8, words: u16) {
    out.put_slice(&[0x80 | count, kind]);
    out.put_u16(words);
}

/// The description of a source: its name, cut to what one byte can count, and padded to whole words.
fn description(out: &mut BytesMut, ssrc: u32, name: &str) {
    let name = name.as_bytes();
    let name = name.get(..usize::from(u8::MAX)).unwrap_or(name);
    // Kind, length, name, and at least one zero.
    let words = (2 + name.len()) / 4 + 1;
    head(out, 1, DESCRIPTION, 1 + words as u16);
    out.put_u32(ssrc);
    out.put_slice(&[1, name.len() as u8]);
    out.put_slice(name);
    out.put_bytes(0, words * 4 - 2 - name.len());
}
