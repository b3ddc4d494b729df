//! over real sockets.

pub(crate) mod camera;

use kandian_proto::rtsp::client::{BadAnswer, Timing};
use kandian_proto::rtsp::message::{Method, Status};
use kandian_proto::rtsp::rtp::Track;
use tokio::time::timeout;

use self::camera::{Camera, Mood};
use super::*;

/// Nothing here takes longer on a busy machine.
const LONG: Duration = Duration::from_secs(30);

fn quick() -> Timing {
    let mut timing = Timing::default();
    (timing.answer, timing.silence, timing.first_media) = (Millis(500), Millis(500), Millis(500));
    timing
}

async fn pull(camera: &Camera, view: View) -> Pull {
    let view = view.timing(quick(), LONG);
    Pull::foreign(camera.url().parse().unwrap(), view).await.unwrap()
}

/// Pictures and frames of sound until there are so many of both, or the end.
async fn watch(pull: &mut Pull, most: usize) -> Result<(usize, usize), PullError> {
    let (mut pictures, mut sound) = (0, 0);
    timeout(LONG, async {
        while pictures < most || sound < most {
            match pull.next().await? {
                Event::Media { track: Track::VIDEO, .. } => pictures += 1,
                Event::Media { .. } => sound += 1,
                _ => {}
            }
        }
        Ok((pictures, sound))
    })
    .await
    .expect("the view hangs")
}

async fn ends(pull: &mut Pull) -> PullError {
    timeout(LONG, async {
        loop {
            if let Err(error) = pull.next().await {
                return error;
            }
        }
    })
    .await
    .expect("the view never ends")
}

/// pictures and sound inside the connection; the end is the camera's answer to TEARDOWN.
#[tokio::test]
async fn r15_1_tcp() {
    let camera = Camera::start(&[Mood::Good]).await;
    let mut pull = pull(&camera, View::tcp()).await;
    watch(&mut pull, 30).await.unwrap();
    assert!(pull.is_playing());
    pull.tear_down();
    assert_eq!(ends(&mut pull).await, PullError::Ended(EndReason::Teardown));
    assert_eq!(ends(&mut pull).await, PullError::Ended(EndReason::Teardown), "it stays so");
}

/// pictures and sound over UDP, on pairs of ports.
#[tokio::test]
async fn r15_11_udp() {
    let camera = Camera::start(&[Mood::Good]).await;
    let mut pull = pull(&camera, View::udp()).await;
    let ports = pull.sockets.as_ref().unwrap().ports();
    assert!(ports.iter().all(|(rtp, rtcp)| rtp.is_multiple_of(2) && rtp + 1 == *rtcp), "{ports:?}");
    watch(&mut pull, 30).await.unwrap();
    pull.tear_down();
    assert_eq!(ends(&mut pull).await, PullError::Ended(EndReason::Teardown));
}

/// no video over UDP, and the view is torn down with the reason.
#[tokio::test]
async fn r15_16_no_video_over_udp() {
    let camera = Camera::start(&[Mood::Stalls(0)]).await;
    let mut pull = pull(&camera, View::udp()).await;
    let event = timeout(LONG, async {
        loop {
            match pull.next().await.unwrap() {
                Event::NoVideo => return,
                event => assert!(!matches!(event, Event::Media { .. })),
            }
        }
    });
    event.await.expect("no event");
    assert_eq!(ends(&mut pull).await, PullError::Ended(EndReason::Teardown));
}

/// A wait that is given up loses nothing.
#[tokio::test]
async fn next_may_be_dropped() {
    let camera = Camera::start(&[Mood::Good]).await;
    let mut pull = pull(&camera, View::tcp()).await;
    let mut timestamps = Vec::new();
    for _ in 0..20_000 {
        let next = timeout(Duration::from_millis(1), pull.next()).await;
        if let Ok(Event::Media { track: Track::VIDEO, media }) = next.unwrap_or(Ok(Event::Paused)).as_ref() {
            assert_eq!(media.lost, 0);
            timestamps.push(media.timestamp);
        }
        if timestamps.len() == 50 {
            break;
        }
    }
    let expected: Vec<u64> = (0..50).map(|number| number * 900).collect();
    assert_eq!(timestamps, expected);
}

/// RFC 2617: who knows the password sees, who does not is refused after one more try.
#[tokio::test]
async fn rfc_2617_password() {
    let camera = Camera::start(&[Mood::Locked]).await;
    for (user_info, expected) in [
        ("admin:12345@", Ok(())),
        ("admin:54321@", Err(Status::UNAUTHORIZED)),
        ("", Err(Status::UNAUTHORIZED)),
    ] {
        let url = camera.url().replace("rtsp://", &format!("rtsp://{user_info}"));
        let mut pull = Pull::foreign(url.parse().unwrap(), View::tcp()).await.unwrap();
        match (watch(&mut pull, 3).await, expected) {
            (Ok(_), Ok(())) => {}
            (Err(error), Err(status)) => {
                let reason = EndReason::Refused { method: Method::Options, status };
                assert_eq!(error, PullError::Ended(reason));
                assert_eq!(error.to_string(), "the answer to OPTIONS is 401 Unauthorized");
            }
            (seen, _) => panic!("{user_info}: {seen:?}"),
        }
        assert!(!format!("{pull:?}").contains("12345"));
    }
}

/// What bad cameras do has a name, and an end.
#[tokio::test]
async fn bad_cameras() {
    for (moods, expected) in [
        (&[Mood::Mute][..], "the wait for the answer is over"),
        (&[Mood::Babbles(3)], "what came is no RTSP"),
        (&[Mood::Hangs(3)], "the device closed the connection"),
    ] {
        let camera = Camera::start(moods).await;
        let mut pull = pull(&camera, View::tcp()).await;
        let error = ends(&mut pull).await;
        assert!(error.to_string().starts_with(expected), "{moods:?}: {error}");
    }
    // The system takes megabytes first.
    let camera = Camera::start(&[Mood::Asks]).await;
    let mut pull = Pull::foreign(camera.url().parse().unwrap(), View::tcp()).await.unwrap();
    assert_eq!(ends(&mut pull).await, PullError::Unread);
    assert!(pull.unsent.len() <= MOST_UNSENT + 4 * PIECE_BYTES);
    // One that stalls over TCP is said to be silent; the view is kept.
    let camera = Camera::start(&[Mood::Stalls(2)]).await;
    let mut pull = self::pull(&camera, View::tcp()).await;
    timeout(LONG, async { while pull.next().await != Ok(Event::Silent) {} }).await.expect("no event");
}

/// A picture without end costs what [`MAX_UNIT_BYTES`](kandian_proto::rtsp::rtp::MAX_UNIT_BYTES) says, and no more.
#[tokio::test]
async fn endless_picture() {
    let camera = Camera::start(&[Mood::Endless]).await;
    let mut pull = pull(&camera, View::tcp()).await;
    let seen = timeout(Duration::from_secs(3), async {
        loop {
            if let Event::Media { media, .. } = pull.next().await? {
                break Ok::<_, PullError>(media);
            }
        }
    });
    assert!(!matches!(seen.await, Ok(Ok(_))), "a picture that never ended");
}

/// Where there is no camera, the error says which place was meant, and no password.
#[tokio::test]
async fn no_camera() {
    let port = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let url = format!("rtsp://u:SEKRET@127.0.0.1:{port}/x").parse().unwrap();
    let error = Pull::foreign(url, View::tcp()).await.unwrap_err();
    assert_eq!(error.to_string(), format!("no connection to 127.0.0.1:{port}: connection refused"));
    assert_eq!(
        PullError::Ended(EndReason::BadAnswer(BadAnswer::NoVideo)).to_string(),
        "the answer cannot be used: no H.264 in the description"
    );
}
