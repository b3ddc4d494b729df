//! A lens, and what would record.

use std::fs;
use std::path::PathBuf;

use kandian_proto::value::RecordStoreType;
use tokio::task::spawn_blocking;

use crate::hardware::{Camera, Fault, Pending, RecordJob, Recorder};

/// Colour bars in CIF.
const TEST_PICTURE: &[u8] = include_bytes!("test-picture.jpg");
/// Largest picture that is taken from a file: more than any camera of this kind makes.
const MOST_BYTES: u64 = 4 << 20;
/// What a JPEG file begins with.
const JPEG: &[u8] = &[0xff, 0xd8, 0xff];

/// A lens that sees the same on every channel: a test picture, or a file that is read anew for each picture.
#[derive(Clone, Debug, Default)]
pub struct Lens {
    file: Option<PathBuf>,
}

impl Lens {
    pub(super) const fn new(file: Option<PathBuf>) -> Self {
        Self { file }
    }
}

impl Camera for Lens {
    fn snapshot(&self, _channel: u16) -> Pending<'_, Result<Vec<u8>, Fault>> {
        let Some(path) = self.file.clone() else { return Box::pin(async { Ok(TEST_PICTURE.to_vec()) }) };
        Box::pin(async move {
            let read = spawn_blocking(move || read(&path)).await;
            read.map_err(|error| Fault(error.to_string()))?
        })
    }
}

fn read(path: &PathBuf) -> Result<Vec<u8>, Fault> {
    let wrong = |why: String| Fault(format!("the picture {}: {why}", path.display()));
    let length = fs::metadata(path).map_err(|error| wrong(error.to_string()))?.len();
    if length > MOST_BYTES {
        return Err(wrong(format!("it has {length} bytes; a picture has {MOST_BYTES} at most")));
    }
    let picture = fs::read(path).map_err(|error| wrong(error.to_string()))?;
    if picture.starts_with(JPEG) { Ok(picture) } else { Err(wrong("it is no JPEG file".to_owned())) }
}

/// Says what would be recorded. There is no video to record: files that hold none would mislead whoever finds them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clapper;

impl Recorder for Clapper {
    fn record(&self, channel: u16, place: RecordStoreType, job: Option<RecordJob>) {
        tracing::debug!(channel, %place, ?job, "recording");
    }
}
