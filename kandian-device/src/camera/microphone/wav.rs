//! WAV files, as far as sound for a camera needs them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::RATE_HZ;
use super::g711::{from_a_law, from_u_law};

/// Longest sound that is kept in memory.
const MOST_BYTES: u64 = 32 << 20;
/// Most parts of a file that are passed over.
const MOST_CHUNKS: usize = 64;

/// How samples are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Pcm { bytes: usize },
    ALaw,
    MuLaw,
}

/// What a file says of its samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Format {
    coding: Coding,
    channels: usize,
    rate_hz: usize,
}

/// The samples of a file, in one channel and at the rate of G.711.
pub(super) fn read(path: &Path) -> Result<Vec<i16>, String> {
    let mut file = File::open(path).map_err(|error| error.to_string())?;
    let (format, data) = chunks(&mut file)?;
    let samples = resample(&mono(format, &data), format.rate_hz);
    if samples.is_empty() { Err("there is no sound in it".to_owned()) } else { Ok(samples) }
}

fn chunks(file: &mut (impl Read + Seek)) -> Result<(Format, Vec<u8>), String> {
    let cut = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => "the WAV file has no sound, or ends before it".to_owned(),
        _ => error.to_string(),
    };
    let mut head = [0; 12];
    file.read_exact(&mut head).map_err(|_| "it is no WAV file".to_owned())?;
    if !head.starts_with(b"RIFF") || !head.ends_with(b"WAVE") {
        return Err("it is no WAV file; make one: ffmpeg -i IN -ar 8000 -ac 1 OUT.wav".to_owned());
    }
    let mut format = None;
    for _ in 0..MOST_CHUNKS {
        let mut head = [0; 8];
        file.read_exact(&mut head).map_err(cut)?;
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        if head.starts_with(b"fmt ") {
            let mut fields = [0; 16];
            file.read_exact(&mut fields).map_err(cut)?;
            format = Some(self::format(fields)?);
            skip(file, i64::from(length) - 16 + i64::from(length % 2)).map_err(cut)?;
        } else if head.starts_with(b"data") {
            let format = format.ok_or("the WAV file does not say what its sound is like")?;
            let mut data = Vec::new();
            // A file that was written as a stream has no true length here.
            file.take(u64::from(length).min(MOST_BYTES)).read_to_end(&mut data).map_err(cut)?;
            return Ok((format, data));
        } else {
            skip(file, i64::from(length) + i64::from(length % 2)).map_err(cut)?;
        }
    }
    Err("the WAV file has no sound".to_owned())
}

fn skip(file: &mut impl Seek, bytes: i64) -> io::Result<()> {
    file.seek(SeekFrom::Current(bytes.max(0))).map(drop)
}

fn format(fields: [u8; 16]) -> Result<Format, String> {
    /// PCM whose format stands further back.
    const EXTENSIBLE: u16 = 0xFFFE;
    let number = |at: usize| u16::from_le_bytes([fields[at], fields[at + 1]]);
    let bits = number(14);
    let coding = match (number(0), bits) {
        (1 | EXTENSIBLE, 8 | 16 | 24 | 32) => Coding::Pcm { bytes: usize::from(bits / 8) },
        (6, 8) => Coding::ALaw,
        (7, 8) => Coding::MuLaw,
        (coding, bits) => {
            return Err(format!(
                "its sound is of kind {coding} with {bits} bits; PCM and G.711 can be heard"
            ));
        }
    };
    let rate_hz = u32::from_le_bytes([fields[4], fields[5], fields[6], fields[7]]);
    let channels = usize::from(number(2));
    if !(1..=32).contains(&channels) || !(1_000..=384_000).contains(&rate_hz) {
        return Err(format!("it says that it has {channels} channels and {rate_hz} samples a second"));
    }
    Ok(Format { coding, channels, rate_hz: rate_hz as usize })
}

/// The mean of the channels.
fn mono(format: Format, data: &[u8]) -> Vec<i16> {
    let bytes = match format.coding {
        Coding::Pcm { bytes } => bytes,
        Coding::ALaw | Coding::MuLaw => 1,
    };
    let sample = |bytes: &[u8]| match (format.coding, bytes) {
        (Coding::ALaw, [byte]) => from_a_law(*byte),
        (Coding::MuLaw, [byte]) => from_u_law(*byte),
        // Eight bits have no sign; of longer samples the upper sixteen bits count.
        (_, [byte]) => (i16::from(*byte) - 128) << 8,
        (_, [.., low, high]) => i16::from_le_bytes([*low, *high]),
        (_, []) => 0,
    };
    let moments = data.chunks_exact(bytes * format.channels);
    let mean = |moment: &[u8]| {
        let sum: i32 = moment.chunks_exact(bytes).map(|bytes| i32::from(sample(bytes))).sum();
        // The mean of numbers of 16 bits has 16 bits.
        (sum / format.channels as i32) as i16
    };
    moments.map(mean).collect()
}

/// The same at the rate of G.711: each sample is the mean of those it stands for.
fn resample(samples: &[i16], rate_hz: usize) -> Vec<i16> {
    let count = samples.len() * RATE_HZ / rate_hz;
    let at = |n: usize| n * rate_hz / RATE_HZ;
    let mean = |n| {
        let span = samples.get(at(n)..at(n + 1).max(at(n) + 1).min(samples.len())).unwrap_or_default();
        let sum: i64 = span.iter().map(|sample| i64::from(*sample)).sum();
        (sum / span.len().max(1) as i64) as i16
    };
    (0..count).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn wav(coding: u16, channels: u16, rate_hz: u32, bits: u16, data: &[u8]) -> Vec<u8> {
        let mut file = b"RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0fmt \x12\0\0\0".to_vec();
        file.extend(coding.to_le_bytes());
        file.extend(channels.to_le_bytes());
        file.extend(rate_hz.to_le_bytes());
        file.extend([0; 6]);
        file.extend(bits.to_le_bytes());
        file.extend([0, 0]);
        file.extend(b"data");
        file.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        file.extend(data);
        file
    }

    fn samples(file: &[u8]) -> Result<Vec<i16>, String> {
        let (format, data) = chunks(&mut Cursor::new(file))?;
        Ok(resample(&mono(format, &data), format.rate_hz))
    }

    /// Whatever the rate, the bits and the channels: one channel at 8 kHz.
    #[test]
    fn many_kinds() {
        let stereo: Vec<u8> = [100_i16, 300, -100, -300].iter().flat_map(|n| n.to_le_bytes()).collect();
        assert_eq!(samples(&wav(1, 2, 8_000, 16, &stereo)).unwrap(), [200, -200]);
        assert_eq!(samples(&wav(1, 1, 16_000, 16, &stereo)).unwrap(), [200, -200]);
        assert_eq!(samples(&wav(1, 1, 4_000, 16, &stereo[..4])).unwrap(), [100, 100, 300, 300]);
        assert_eq!(samples(&wav(1, 1, 8_000, 8, &[128, 255, 0])).unwrap(), [0, 32_512, -32_768]);
        assert_eq!(samples(&wav(1, 1, 8_000, 24, &[9, 0x34, 0x12])).unwrap(), [0x1234]);
        assert_eq!(samples(&wav(6, 1, 8_000, 8, &[0xD5])).unwrap(), [8]);
        assert_eq!(samples(&wav(7, 1, 8_000, 8, &[0xFF])).unwrap(), [0]);
    }

    /// Nothing that a file says makes this panic, and each refusal has its reason.
    #[test]
    fn what_is_refused() {
        for (file, why) in [
            (b"ID3".to_vec(), "no WAV"),
            (wav(1, 1, 8_000, 16, &[])[..40].to_vec(), "ends before"),
            (wav(3, 1, 8_000, 32, &[0; 8]), "kind 3"),
            (wav(1, 0, 8_000, 16, &[0; 8]), "0 channels"),
            (wav(1, 1, 0, 16, &[0; 8]), "0 samples"),
        ] {
            let refused = samples(&file).unwrap_err();
            assert!(refused.contains(why), "{refused}");
        }
        let whole = wav(1, 2, 44_100, 16, &[7; 400]);
        for length in 0..whole.len() {
            let _ = samples(&whole[..length]);
        }
    }
}
