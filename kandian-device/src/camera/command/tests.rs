use kandian_proto::defaults::{Factory, Grade};
use kandian_proto::value::{BitRate, DevType, FrameRate, FrameSize, StreamType};

use super::*;

const ID: StreamId = StreamId { channel: 2, stream: StreamType::SUB };

fn wanted() -> VideoParameters {
    Factory { kind: DevType::IPCAM, grade: Grade::Sd }.video(StreamType::SUB).unwrap()
}

fn command(words: &[&str]) -> Command {
    Command::new(words.iter().map(|word| (*word).to_owned()).collect()).unwrap()
}

/// A clip as a file, for commands that print one.
fn clip() -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), include_bytes!("../clip.h264")).unwrap();
    file
}

async fn fault(words: &[&str]) -> String {
    let mut feed = match command(words).open(ID, &wanted()).await {
        Ok(feed) => feed,
        Err(fault) => return fault.0,
    };
    loop {
        if let Err(fault) = timeout(Duration::from_secs(60), feed.next()).await.expect("an end in time") {
            return fault.0;
        }
    }
}

/// Every picture of what a command prints, the first one with its parameter sets; then how it ended.
#[tokio::test]
async fn what_is_printed_is_shown() {
    let clip = clip();
    let path = clip.path().to_str().unwrap();
    let mut feed = command(&["cat", path]).open(ID, &wanted()).await.unwrap();
    let mut units = Vec::new();
    let fault = loop {
        match feed.next().await {
            Ok(unit) => units.push(unit),
            Err(fault) => break fault,
        }
    };
    // The last picture has not come to its end: another slice of it could still have come.
    assert_eq!(units.len(), 59);
    assert_eq!(units.iter().map(|unit| unit.is_key).collect::<Vec<_>>()[..31], {
        let mut keys = [false; 31];
        (keys[0], keys[30]) = (true, true);
        keys
    });
    assert!(units.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert_eq!(fault.0, "cat ended with exit code 0");
}

/// Whoever looks into the log knows what the command died of.
#[tokio::test]
async fn why_it_ended() {
    assert!(fault(&["no-such-program-here"]).await.starts_with("no-such-program-here cannot be started: "));
    assert_eq!(fault(&["false"]).await, "false ended with exit code 1");
    let line = "echo 'no lens' >&2; echo \"$(printf 'no\\033[31m camera')\" >&2; exit 3";
    assert_eq!(fault(&["sh", "-c", line]).await, "sh ended with exit code 3; it said last: no [31m camera");
    let killed = fault(&["sh", "-c", "kill -9 $$"]).await;
    assert!(killed.starts_with("sh ended with signal: 9"), "{killed}");
}

/// Garbage is given up at once, however much of it there is.
#[tokio::test]
async fn garbage() {
    let fault = fault(&["sh", "-c", "while :; do echo no video; done"]).await;
    assert!(fault.contains("no H.264 with start codes"), "{fault}");
}

/// It is killed when nobody wants it any more.
#[tokio::test]
async fn it_is_killed() {
    let clip = clip();
    let line = format!("cat {}; exec sleep 600", clip.path().display());
    let started = command(&["sh", "-c", &line]).start(ID, &wanted()).unwrap();
    let pid = started.child.id().unwrap();
    let mut feed: Box<dyn Feed> = Box::new(started);
    assert!(feed.next().await.unwrap().is_key);
    drop(feed);
    let place = std::path::PathBuf::from(format!("/proc/{pid}"));
    // Killed processes are there until somebody looks at what became of them.
    let is_gone = || !std::fs::read_to_string(place.join("stat")).is_ok_and(|stat| !stat.contains(") Z "));
    for _ in 0..400 {
        if is_gone() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("process {pid} is still there");
}

/// The words of a command hold the parameters of the stream, and it is only started anew when it has some.
#[tokio::test]
async fn parameters_reach_the_command() {
    let mut wanted = wanted();
    (wanted.frame_size, wanted.frame_rate, wanted.bit_rate) =
        (FrameSize::HD_720P, FrameRate(12), BitRate::KBPS_1024);
    let filled = |word: &str| fill(word, ID, &wanted);
    assert_eq!(filled("scale={width}:{height},fps={fps}"), "scale=1280:720,fps=12");
    assert_eq!(filled("{kbps}k {bps} {channel}/{stream} {other}"), "1024k 1024000 2/2 {other}");
    let (steered, not) = (Change::Reopen, Change::Ignored);
    for (word, change) in [("{fps}", steered), ("{channel}", not), ("fps", not)] {
        let mut feed = command(&["sleep", "600", word]).open(ID, &wanted).await.unwrap();
        assert_eq!(feed.set(&wanted), change, "{word}");
    }
}
