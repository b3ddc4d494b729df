//! The test pattern as H.264 on standard output, to be played or decoded by other programs.
//!
//! ```sh
//! cargo run -p kandian-device --features encoder --example pattern -- 1 25 1024 50 > pattern.h264
//! ffplay pattern.h264
//! ```
//!
//! Size (1: 720P, 2: D1, 3: CIF), pictures per second, kbit/s, and how many pictures.

use std::error::Error;
use std::io::Write as _;

use kandian_device::camera::{Source as _, StreamId, TestPattern};
use kandian_proto::defaults::{Factory, Grade};
use kandian_proto::value::{BitRate, DevType, FrameRate, FrameSize, StreamType};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let numbers: Vec<u16> = std::env::args().skip(1).map(|text| text.parse()).collect::<Result<_, _>>()?;
    let [size, rate, kbps, pictures] = numbers[..] else {
        return Err("give size (1 to 3), pictures per second, kbit/s and how many pictures".into());
    };
    let factory = Factory { kind: DevType::IPCAM, grade: Grade::Hd };
    let mut wanted = factory.video(StreamType::MAIN).ok_or("no such stream")?;
    wanted.frame_size = FrameSize(size);
    wanted.frame_rate = FrameRate(u8::try_from(rate)?);
    wanted.bit_rate = BitRate::nearest(kbps);
    let stream = StreamId { channel: 0, stream: StreamType::MAIN };
    let mut feed = TestPattern::new("81100000001", 480).open(stream, &wanted).await?;
    let mut out = std::io::stdout().lock();
    for _ in 0..pictures {
        out.write_all(&feed.next().await?.data)?;
    }
    Ok(())
}
