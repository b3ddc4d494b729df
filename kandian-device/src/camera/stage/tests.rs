use std::sync::atomic::{AtomicUsize, Ordering};

use kandian_proto::defaults::{Factory, Grade};
use kandian_proto::value::{DevType, FrameRate, StreamType};
use tokio::time::{sleep, timeout};

use super::*;
use crate::hardware::Pending;

/// A source of numbered pictures: every fourth stands by itself; the data is the number, and which feed it is.
#[derive(Default)]
struct Numbers {
    opened: AtomicUsize,
    /// Feeds that fail at once, to begin with.
    broken: AtomicUsize,
    /// What a feed says when other parameters come.
    change: Option<Change>,
    /// By how much the clock of its feeds is fast, in times.
    haste: u32,
    /// The first feed panics at this picture.
    panics_at: Option<u32>,
    /// How often a picture stands by itself without being asked for; every fourth when nothing is said.
    group: Option<u32>,
    /// How often a feed was asked for one.
    refreshed: Arc<AtomicUsize>,
}

struct Numbered {
    feed: usize,
    number: u32,
    change: Change,
    haste: u32,
    panics_at: Option<u32>,
    group: u32,
    wants_key: bool,
    refreshed: Arc<AtomicUsize>,
}

impl Source for Arc<Numbers> {
    fn open(&self, _: StreamId, _: &VideoParameters) -> Pending<'_, Result<Box<dyn Feed>, Fault>> {
        let feed = self.opened.fetch_add(1, Ordering::SeqCst);
        let is_broken =
            self.broken.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok();
        let numbered = Numbered {
            feed,
            number: 0,
            change: self.change.unwrap_or(Change::Followed),
            haste: self.haste.max(1),
            panics_at: self.panics_at.filter(|_| feed == 0),
            group: self.group.unwrap_or(4),
            wants_key: false,
            refreshed: Arc::clone(&self.refreshed),
        };
        Box::pin(async move {
            if is_broken {
                return Err(Fault("no lens".to_owned()));
            }
            Ok(Box::new(numbered) as Box<dyn Feed>)
        })
    }
}

impl Feed for Numbered {
    fn next(&mut self) -> Pending<'_, Result<Unit, Fault>> {
        Box::pin(async {
            sleep(Duration::from_millis(40)).await;
            let number = self.number;
            self.number += 1;
            assert_ne!(Some(number), self.panics_at, "the lens fell off");
            let data = vec![u8::try_from(self.feed).unwrap(), u8::try_from(number % 256).unwrap()].into();
            let at = Duration::from_millis(40) * number * self.haste;
            let is_key = number.is_multiple_of(self.group) | std::mem::take(&mut self.wants_key);
            Ok(Unit { at, is_key, data })
        })
    }

    fn set(&mut self, _: &VideoParameters) -> Change {
        self.change
    }

    fn refresh(&mut self) {
        self.wants_key = true;
        self.refreshed.fetch_add(1, Ordering::SeqCst);
    }
}

fn parameters() -> VideoParameters {
    Factory { kind: DevType::IPCAM, grade: Grade::Sd }.video(StreamType::SUB).unwrap()
}

fn stage(numbers: Numbers) -> (Stage, Arc<Numbers>, watch::Sender<VideoParameters>) {
    let (numbers, (sender, wanted)) = (Arc::new(numbers), watch::channel(parameters()));
    let id = StreamId { channel: 0, stream: StreamType::SUB };
    (Stage::new(id, Arc::new(Arc::clone(&numbers)), wanted), numbers, sender)
}

async fn seen(viewer: &mut Viewer) -> Arc<Unit> {
    match timeout(Duration::from_secs(60), viewer.next()).await.expect("a picture in time") {
        Watched::Unit(unit) => unit,
        Watched::Missed(missed) => panic!("{missed} missed"),
    }
}

/// One feed for all; whoever joins begins with a picture that stands by itself and misses nothing after it.
#[tokio::test(start_paused = true)]
async fn everybody_sees_the_same() {
    let (stage, numbers, _sender) = stage(Numbers::default());
    let mut first = stage.watch();
    for number in 0..6 {
        assert_eq!(seen(&mut first).await.data[1], number);
    }
    let mut second = stage.watch();
    for number in 4..9u8 {
        let unit = seen(&mut second).await;
        assert_eq!((unit.data[1], unit.is_key), (number, number.is_multiple_of(4)));
    }
    assert_eq!((stage.viewers(), numbers.opened.load(Ordering::SeqCst)), (2, 1));
}

/// Nothing runs that nobody watches; it goes on for a moment, for who comes back.
#[tokio::test(start_paused = true)]
async fn until_nobody_watches() {
    let (stage, numbers, _sender) = stage(Numbers::default());
    let mut viewer = stage.watch();
    seen(&mut viewer).await;
    drop(viewer);
    sleep(Duration::from_secs(2)).await;
    let mut viewer = stage.watch();
    seen(&mut viewer).await;
    assert_eq!(numbers.opened.load(Ordering::SeqCst), 1);
    drop(viewer);
    sleep(Duration::from_secs(7)).await;
    assert!(stage.shared.lock().running.is_none() && stage.shared.lock().kept.is_empty());
    seen(&mut stage.watch()).await;
    assert_eq!(numbers.opened.load(Ordering::SeqCst), 2);
}

/// Whoever is too slow misses pictures, is told so, and goes on with one that stands by itself. The others see all.
#[tokio::test(start_paused = true)]
async fn who_is_slow_misses_some() {
    let (stage, _numbers, _sender) = stage(Numbers::default());
    let (mut slow, mut quick) = (stage.watch(), stage.watch());
    assert_eq!(seen(&mut slow).await.data[1], 0);
    for number in 0..200 {
        assert_eq!(seen(&mut quick).await.data[1], number);
    }
    assert!(matches!(slow.next().await, Watched::Missed(missed) if missed > 60));
    let next = seen(&mut slow).await;
    assert!(next.is_key, "{next:?}");
    assert_eq!(seen(&mut slow).await.data[1], next.data[1] + 1);
}

/// A source that fails is opened again, and again; why there is no picture can be asked.
#[tokio::test(start_paused = true)]
async fn a_source_may_fail() {
    let numbers = Numbers { broken: AtomicUsize::new(3), ..Numbers::default() };
    let (stage, numbers, _sender) = stage(numbers);
    let mut viewer = stage.watch();
    sleep(Duration::from_millis(100)).await;
    assert_eq!(stage.fault(), Some(Fault("no lens".to_owned())));
    let first = seen(&mut viewer).await;
    assert_eq!(first.data.as_ref(), [3, 0]);
    // Since the stage began, and not since the feed did, which was opened after three pauses.
    let pauses = PAUSES[..3].iter().sum::<Duration>();
    assert!(first.at >= pauses && first.at < pauses + Duration::from_millis(100), "{:?}", first.at);
    assert_eq!((stage.fault(), numbers.opened.load(Ordering::SeqCst)), (None, 4));
}

/// A run that panicked is replaced when the next viewer comes.
#[tokio::test(start_paused = true)]
async fn a_source_may_panic() {
    let (stage, numbers, _sender) = stage(Numbers { panics_at: Some(6), ..Numbers::default() });
    let mut first = stage.watch();
    for number in 0..6 {
        assert_eq!(seen(&mut first).await.data[1], number);
    }
    sleep(Duration::from_secs(1)).await;
    let mut second = stage.watch();
    for number in 0..6 {
        assert_eq!(seen(&mut second).await.data.as_ref(), [1, number]);
        assert_eq!(seen(&mut first).await.data.as_ref(), [1, number]);
    }
    assert_eq!(numbers.opened.load(Ordering::SeqCst), 2);
}

/// Whoever waits for a picture that stands by itself does not wait for the source's own next one; it is asked for once,
/// and not of a feed that begins with one anyway.
#[tokio::test(start_paused = true)]
async fn who_waits_is_heard() {
    let (stage, numbers, _sender) = stage(Numbers { group: Some(100_000), ..Numbers::default() });
    let refreshed = || numbers.refreshed.load(Ordering::SeqCst);
    let (mut slow, mut slower, mut quick) = (stage.watch(), stage.watch(), stage.watch());
    for _ in 0..200 {
        seen(&mut quick).await;
    }
    assert_eq!(refreshed(), 0);
    for viewer in [&mut slow, &mut slower] {
        assert!(matches!(viewer.next().await, Watched::Missed(_)));
    }
    let (one, other) = tokio::join!(seen(&mut slow), seen(&mut slower));
    for unit in [one, other] {
        assert!(unit.is_key && unit.at < Duration::from_secs(9), "{unit:?}");
    }
    assert_eq!(refreshed(), 1);
    // Too much was kept to be kept on: who joins then has to wait as well.
    for _ in 0..KEPT_UNITS + 50 {
        seen(&mut quick).await;
    }
    assert!(stage.shared.lock().kept.is_empty());
    assert!(seen(&mut stage.watch()).await.is_key);
    assert_eq!(refreshed(), 2);
}

/// Time does not go back where a feed counted faster than the clock.
#[tokio::test(start_paused = true)]
async fn time_never_goes_back() {
    let (stage, _numbers, sender) = stage(Numbers { haste: 10, ..Numbers::default() });
    let mut viewer = stage.watch();
    let mut last = Duration::ZERO;
    for round in 0..4 {
        for _ in 0..6 {
            let at = seen(&mut viewer).await.at;
            assert!(at >= last, "round {round}: {last:?}, {at:?}");
            last = at;
        }
        sender.send_modify(|wanted| wanted.audio_input = !wanted.audio_input);
    }
}

/// Other parameters are taken over by the feed, by the next one, or by none; the pictures go on.
#[tokio::test(start_paused = true)]
async fn parameters_are_followed() {
    for (change, opened) in [(Change::Followed, 1), (Change::Reopen, 2), (Change::Ignored, 1)] {
        let (stage, numbers, sender) = stage(Numbers { change: Some(change), ..Numbers::default() });
        let mut viewer = stage.watch();
        for _ in 0..6 {
            seen(&mut viewer).await;
        }
        // What is heard is no business of the feed.
        sender.send_modify(|wanted| wanted.audio_input = !wanted.audio_input);
        seen(&mut viewer).await;
        assert_eq!(numbers.opened.load(Ordering::SeqCst), 1);
        let mut last = seen(&mut viewer).await.at;
        sender.send_modify(|wanted| wanted.frame_rate = FrameRate(wanted.frame_rate.0 + 1));
        for _ in 0..6 {
            let at = seen(&mut viewer).await.at;
            let step = at - last;
            assert!(
                step >= Duration::from_millis(40) && step < Duration::from_millis(90),
                "{last:?}, {at:?}"
            );
            last = at;
        }
        assert_eq!(numbers.opened.load(Ordering::SeqCst), opened);
    }
}
