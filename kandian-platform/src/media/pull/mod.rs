//! Fetching a stream from a camera as long as somebody watches, and again when it breaks.

mod line;
mod view;

use std::sync::Arc;
use std::time::Duration;

use kandian_proto::DevId;
use tokio::sync::broadcast::Receiver;
use tokio_util::sync::CancellationToken;

use super::explain::{End, Watcher, What};
use super::fmp4::Muxer;
use super::hub::{Pull, Stage, Status};
use crate::app::App;
use crate::events::{self, Happening};
use crate::service::play::{NoWays, ways_for_gateway};
use view::View;

/// The first and the longest pause between two attempts.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// A stream that was there for so long did not fail: the next attempt comes soon.
const GOOD: Duration = Duration::from_secs(10);

/// Fetches a stream until nobody watches it, or the platform stops.
pub(super) async fn run(app: Arc<App>, pull: Arc<Pull>) {
    let leave = app.stop.child_token();
    let linger = Duration::from_secs(app.config.media.linger_secs);
    let attend = async {
        tokio::select! {
            () = app.media.hub.unwatched(&pull, linger) => leave.cancel(),
            () = leave.cancelled() => {}
        }
    };
    tokio::join!(attend, again_and_again(&app, &pull, &leave));
    app.media.hub.ended(&pull);
}

async fn again_and_again(app: &Arc<App>, pull: &Pull, leave: &CancellationToken) {
    let mut muxer = Muxer::new();
    let mut pause = FIRST_PAUSE;
    while !leave.is_cancelled() {
        // What happens while it is tried is not missed.
        let happenings = app.bus.listen();
        let began = std::time::Instant::now();
        once(app, pull, &mut muxer, leave).await;
        pull.interrupted();
        if began.elapsed() >= GOOD {
            pause = FIRST_PAUSE;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = news(happenings, pull.camera.device) => pause = FIRST_PAUSE,
            () = leave.cancelled() => return,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Waits until something happens after which another attempt may end better.
async fn news(mut happenings: Receiver<Happening>, device: DevId) {
    use tokio::sync::broadcast::error::RecvError;
    loop {
        match happenings.recv().await {
            Ok(happening) if happening.device != device => {}
            Ok(happening) => {
                use events::What as W;
                if matches!(happening.what, W::Online { .. } | W::Addresses | W::Upnp { open: true, .. }) {
                    return;
                }
            }
            // It may have been among those that were missed.
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// One attempt, from its beginning to its end.
async fn once(app: &Arc<App>, pull: &Pull, muxer: &mut Muxer, leave: &CancellationToken) {
    let camera = pull.camera;
    let plays = &app.media.plays;
    let play = plays.begin(app.clock.now(), camera, Watcher::Gateway);
    let status = |stage| Status { stage, play: Some(play), way: None };
    pull.set(status(Stage::Connecting));
    let (end, stage) = match ways_for_gateway(app, play, camera).await {
        Ok(ways) => {
            tracing::info!(%camera, attempt = play.number, "fetching a stream for browsers");
            (View::new(app, pull, play, muxer, ways).run(leave).await, Stage::Failed)
        }
        Err(NoWays::Offline) => {
            plays.note(app.clock.now(), play, What::Offline);
            (End::NoWay, Stage::Offline)
        }
        Err(error) => {
            tracing::warn!(%camera, %error, "no way to a camera could be made");
            (End::NoWay, Stage::Failed)
        }
    };
    let end = if app.stop.is_cancelled() { End::Stopped } else { end };
    let outcome = if end == End::Left { "left" } else { "failed" };
    metrics::counter!("kandian_media_attempts_total", "outcome" => outcome).increment(1);
    tracing::info!(%camera, attempt = play.number, ?end, "fetched no more");
    plays.note(app.clock.now(), play, What::Ended(end));
    pull.set(status(stage));
}
