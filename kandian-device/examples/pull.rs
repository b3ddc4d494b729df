//! Watches a camera and says what comes: to try one before it becomes the source of a device.
//!
//! ```sh
//! cargo run -p kandian-device --example pull -- rtsp://admin:secret@192.0.2.64/Streaming/Channels/101 [udp]
//! ```

use std::error::Error;
use std::time::Instant;

use kandian_device::pull::{Event, Pull, View};
use kandian_proto::rtsp::rtp::Track;

/// Units after which it has seen enough.
const ENOUGH: u32 = 200;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("the URL of a camera is missing")?;
    let view = if arguments.next().as_deref() == Some("udp") { View::udp() } else { View::tcp() };
    let started = Instant::now();
    let mut pull = Pull::foreign(url.parse()?, view).await?;
    let (mut pictures, mut sound, mut lost) = (0, 0, 0);
    while pictures < ENOUGH {
        match pull.next().await? {
            Event::Media { track: Track::VIDEO, media } => {
                pictures += 1;
                lost += media.lost;
                if media.is_idr {
                    println!("{:>6} ms {media:?}", started.elapsed().as_millis());
                }
            }
            Event::Media { .. } => sound += 1,
            event => println!("{:>6} ms {event:?}", started.elapsed().as_millis()),
        }
    }
    println!(
        "{pictures} pictures and {sound} frames of sound in {:?}; {lost} packets were lost",
        started.elapsed()
    );
    pull.tear_down();
    loop {
        if let Err(end) = pull.next().await {
            println!("{end}");
            return Ok(());
        }
    }
}
