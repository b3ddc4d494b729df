//! What the servers show: a test pattern that was encoded once.

use std::io::Write as _;

use kandian_device::camera::{Source as _, StreamId, TestPattern};
use kandian_proto::defaults::{Factory, Grade};
use kandian_proto::value::{BitRate, DevType, FrameRate, FrameSize, StreamType};
use tempfile::NamedTempFile;

/// Pictures in a second.
pub(crate) const RATE: u8 = 15;
const SECONDS: usize = 8;
const KBPS: u16 = 256;

/// Encodes the film: CIF, 256 kbit/s.
pub(crate) async fn shoot() -> NamedTempFile {
    let factory = Factory { kind: DevType::IPCAM, grade: Grade::Hd };
    let mut wanted = factory.video(StreamType::MAIN).unwrap();
    wanted.frame_size = FrameSize::CIF;
    wanted.frame_rate = FrameRate(RATE);
    wanted.bit_rate = BitRate::nearest(KBPS);
    let stream = StreamId { channel: 0, stream: StreamType::MAIN };
    let mut feed = TestPattern::new("81100000001", 480).open(stream, &wanted).await.unwrap();
    let mut film = tempfile::Builder::new().suffix(".h264").tempfile().unwrap();
    for _ in 0..SECONDS * usize::from(RATE) {
        film.write_all(&feed.next().await.unwrap().data).unwrap();
    }
    film
}
