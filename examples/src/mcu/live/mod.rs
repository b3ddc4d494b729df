//! Watching: the way to the camera, the view, its progress. Spec §8.7, §10, §15; to
//! E-92, E-175.
//!
//! [`PathChooser`] says what to try; this says it what became of it. A view that has begun is not chosen anew: when it
//! breaks off, the user asks again.

mod attempt;
mod progress;
mod sink;
mod stats;
mod summary;
pub(super) mod trace;

use std::time::Duration;

use kandian_device::pull::Event;
use kandian_proto::message::client::VideoPlayRequest;
use kandian_proto::play::PathChooser;
use kandian_proto::play::path::{
    Failure as Why, Input, MEDIA_WAIT_UDP, Output as Step, Path, Preference, RENEW_WAIT, Urls,
};
use kandian_proto::rtsp::rtp::Track;
use kandian_proto::time::{Millis, Now};
use kandian_proto::value::{NatType, StreamType};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::args::Live;
use super::client::Client;
use super::failure::Failure;
use super::output::Output;
use super::signals::enough;
use attempt::{Happened, Trying};
use progress::Progress;
use sink::Sink;
use summary::{Summary, Way};

/// Between two lines for programs.
const TELL: Duration = Duration::from_secs(1);
/// Between two looks at the progress line.
const TICK: Duration = Duration::from_millis(250);

/// Watches until the time is over, the user has enough, or the camera.
pub(super) async fn run(client: &mut Client, args: Live, output: Output) -> Result<(), Failure> {
    let sink = Sink::new(&args, output)?;
    let urls = urls(client, &args).await?;
    let started = Instant::now();
    // What STUN would find is not known: UDP over the relay is not tried unless it is forced.
    let chooser = PathChooser::new(now(started), urls, NatType::UNKNOWN, args.path.into());
    let mut watch = Watch {
        client,
        args,
        output,
        started,
        chooser,
        sink,
        trying: None,
        is_playing: false,
        told: Duration::ZERO,
        progress: Progress::new(output),
        goodbyes: JoinSet::new(),
    };
    let ended = watch.until_the_end().await;
    watch.close(ended).await
}

/// Where the camera may be reached..
async fn urls(client: &mut Client, args: &Live) -> Result<Urls, Failure> {
    let (at, stream) = (args.at, StreamType::from(args.stream));
    let ask = |account: &str, session| VideoPlayRequest::new(account, session, at.device, at.channel, stream);
    Ok(client.ask(ask).await?.content.into())
}

fn now(started: Instant) -> Now {
    Now::mono(Millis(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)))
}

/// One `live`.
struct Watch<'a> {
    client: &'a mut Client,
    args: Live,
    output: Output,
    started: Instant,
    chooser: PathChooser,
    sink: Sink,
    trying: Option<Trying>,
    is_playing: bool,
    /// When programs were told last.
    told: Duration,
    progress: Progress,
    goodbyes: JoinSet<()>,
}

impl Watch<'_> {
    async fn until_the_end(&mut self) -> Result<(), Failure> {
        let enough = enough();
        tokio::pin!(enough);
        let mut ticks = tokio::time::interval(TICK);
        loop {
            let deadline = tokio::select! {
                deadline = self.obey() => deadline?,
                () = &mut enough => return self.had_enough(),
            };
            let wait = deadline.map_or(Duration::from_secs(3_600), |at| Duration::from_millis(at.0));
            let until = deadline.map(|_| self.started + wait).unwrap_or_else(|| Instant::now() + wait);
            tokio::select! {
                happened = next(&mut self.trying) => self.happened(happened)?,
                () = sleep_until(until) => self.chooser.handle_input(now(self.started), Input::Timeout),
                _ = ticks.tick() => self.tell(),
                () = &mut enough => return self.had_enough(),
            }
            if self.is_done() {
                return Ok(());
            }
        }
    }

    /// The user ends it, which is how a view without --seconds ends.
    fn had_enough(&self) -> Result<(), Failure> {
        if self.sink.stats.first.is_some() {
            return Ok(());
        }
        Err(Failure::BrokeOff("ended before there was a picture", "在出现图像之前结束"))
    }

    fn is_done(&self) -> bool {
        let Some(first) = self.sink.stats.first else { return false };
        let is_photo = self.args.snapshot.is_some() && self.args.record.is_none();
        match self.args.seconds {
            Some(seconds) => self.started.elapsed() >= first + Duration::from_secs_f64(seconds),
            None => is_photo && self.sink.taken.is_some(),
        }
    }

    /// Does what the path choice wants; when it wants to be woken.
    async fn obey(&mut self) -> Result<Option<Millis>, Failure> {
        loop {
            match self.chooser.poll_output() {
                Step::Attempt(attempt) => self.attempt(attempt),
                Step::HangUp(id) => {
                    if let Some(trying) = self.trying.take_if(|trying| trying.id == id) {
                        self.goodbyes.spawn(trying.hang_up());
                    }
                }
                Step::RenewUrls(_) => self.renew().await,
                Step::Playing(_) => self.plays(),
                Step::Failed(trace) => return Err(Failure::NoPicture(trace)),
                Step::Timeout(deadline) => return Ok(deadline.map(|(at, _)| at)),
            }
        }
    }

    fn attempt(&mut self, attempt: kandian_proto::play::path::Attempt) {
        let (id, path) = (attempt.id, attempt.path);
        if path == Path::RelayUdp && Preference::from(self.args.path) == Preference::Auto {
            return self.chooser.handle_input(now(self.started), Input::Failed(id, Why::NoUdpPorts));
        }
        let trying = Trying::begin(attempt, &self.args);
        let name = trace::name(path, self.output.lang);
        let said = format!("{name} ({})", crate::inspect::Safe(&trying.address));
        self.say(&format!("trying {said}"), &format!("正在尝试 {said}"));
        self.output.event("attempt", json!({"path": trace::word(path), "address": trying.address}));
        self.trying = Some(trying);
    }

    /// A token is good for one attempt (E-92).
    async fn renew(&mut self) {
        let limit = Duration::from_millis(RENEW_WAIT.0);
        let input = match tokio::time::timeout(limit, urls(self.client, &self.args)).await {
            Ok(Ok(urls)) => Input::Renewed(urls),
            Ok(Err(_)) | Err(_) => Input::NotRenewed,
        };
        self.chooser.handle_input(now(self.started), input);
    }

    fn plays(&mut self) {
        self.is_playing = true;
        let text = trace::text(self.chooser.trace(), self.output.lang);
        self.say(&format!("path:\n{text}"), &format!("路径：\n{text}"));
        self.output.event("playing", json!({"trace": trace::json(self.chooser.trace())}));
    }

    fn happened(&mut self, happened: Happened) -> Result<(), Failure> {
        let Some(id) = self.trying.as_ref().map(|trying| trying.id) else { return Ok(()) };
        // What is done with a picture takes its time and is none of the path's.
        let at = now(self.started);
        let input = match happened {
            Happened::Connected => {
                self.output.event("connected", json!({}));
                Input::Connected(id)
            }
            Happened::Over(error) if self.is_playing => return Err(attempt::broke_off(&error)),
            Happened::Over(error) => {
                self.trying = None;
                Input::Failed(id, attempt::failure(&error))
            }
            Happened::Event(event) => {
                self.take(&event)?;
                match event {
                    Event::Playing { .. } => Input::PlayAnswered(id),
                    Event::Media { track: Track::VIDEO, .. } => Input::Media(id),
                    Event::NoVideo => Input::Failed(id, Why::NoMedia { waited: MEDIA_WAIT_UDP }),
                    Event::Silent if self.is_playing => return Err(attempt::silent()),
                    _ => return Ok(()),
                }
            }
        };
        self.chooser.handle_input(at, input);
        Ok(())
    }

    fn take(&mut self, event: &Event) -> Result<(), Failure> {
        let arrival = self.started.elapsed();
        let had_picture = self.sink.stats.first.is_some();
        self.sink.take(event, arrival)?;
        if !had_picture && self.sink.stats.first.is_some() {
            self.first_picture(arrival);
        }
        Ok(())
    }

    fn first_picture(&mut self, after: Duration) {
        let millis = after.as_millis();
        let (width, height) = self.sink.stats.size.unwrap_or_default();
        self.say(
            &format!("first picture after {millis} ms, {width}x{height}"),
            &format!("{millis} 毫秒后出现首帧，{width}x{height}"),
        );
        self.output.event("picture", json!({"after_ms": millis as u64, "width": width, "height": height}));
    }

    fn say(&mut self, en: &str, zh: &str) {
        self.progress.clear();
        self.output.note(en, zh);
    }

    /// How things are.
    fn tell(&mut self) {
        let elapsed = self.started.elapsed();
        if self.is_playing && self.output.json && elapsed.saturating_sub(self.told) >= TELL {
            self.told = elapsed;
            let (fps, kbps) = self.sink.stats.now(elapsed);
            let fields = json!({
                "pictures": self.sink.stats.pictures,
                "fps": (fps * 10.0).round() / 10.0,
                "kbps": kbps.round(),
                "lost_packets": self.sink.stats.lost,
            });
            self.output.event("progress", fields);
        }
        let (sink, trying, lang, is_playing) = (&self.sink, &self.trying, self.output.lang, self.is_playing);
        self.progress.show(|| summary::parts(sink, trying.as_ref(), lang, is_playing, elapsed));
    }

    /// Says goodbye, ends the files, and says what came of it.
    async fn close(mut self, ended: Result<(), Failure>) -> Result<(), Failure> {
        let way = self.trying.as_ref().map(Way::of);
        if let Some(trying) = self.trying.take() {
            trying.hang_up().await;
        }
        while self.goodbyes.join_next().await.is_some() {}
        self.progress.clear();
        let skipped = self.sink.recorder.as_ref().map_or(0, super::record::Recorder::skipped);
        let (files, ended) = match self.sink.finish() {
            Ok(files) => (files, ended),
            // What went wrong first is what is said.
            Err(failure) => (Vec::new(), ended.and(Err(failure))),
        };
        let Some(way) = way.filter(|_| self.sink.stats.first.is_some()) else { return ended };
        let trace = trace::json(self.chooser.trace());
        let snapshot = self.sink.taken.as_deref();
        let summary = Summary { way, stats: &self.sink.stats, files, skipped, snapshot };
        let text = summary.text(self.output.lang);
        if ended.is_ok() {
            let mut fields = summary.json(trace);
            fields["event"] = "summary".into();
            self.output.done(&text, fields);
        } else {
            // What there was is said all the same.
            self.output.note(&text, &text);
            self.output.event("summary", summary.json(trace));
        }
        ended
    }
}

/// What happens to an attempt; nothing without one.
async fn next(trying: &mut Option<Trying>) -> Happened {
    match trying {
        Some(trying) => trying.next().await,
        None => std::future::pending().await,
    }
}
