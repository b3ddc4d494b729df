//! What is to be recorded at each moment. Spec §7.5.13 to §7.5.15, §7.5.28 to §7.5.32, §7.5.38,
//! E-46, E-134, E-135, E-144, E-149.
//!
//! Here it is decided when each channel records, and to which place; the [`Recorder`](crate::hardware::Recorder) does
//! it. A change of settings, medium or clock counts at once.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kandian_proto::schedule::file_length;
use kandian_proto::value::{DevType, PolicyStreamType, RecordStoreType, StorageFlag};
use tokio::time::{Instant, sleep};

use crate::hardware::{Medium, RecordJob};
use crate::journal::note;
use crate::state::State;
use crate::unit::Unit;

/// How long an alarm has its channel recorded, at least: from the last alarm., E-144
const LINKED: Duration = Duration::from_secs(300);
/// Longest sleep: the clock of the machine may be set at any time.
const DOZE: Duration = Duration::from_secs(30);
/// The places, in the order in which an alarm chooses (E-144).
const PLACES: [RecordStoreType; 2] = [RecordStoreType::LOCAL, RecordStoreType::CLOUD];

/// A channel and a place.
type Key = (u16, RecordStoreType);

/// What is recorded, and what alarms want recorded.
#[derive(Debug, Default)]
pub(crate) struct Recording {
    running: Mutex<BTreeMap<Key, RecordJob>>,
    /// Until when, by channel.
    linked: Mutex<BTreeMap<u16, Instant>>,
}

impl Recording {
    /// What is recorded at the moment.
    pub(crate) fn running(&self) -> BTreeMap<Key, RecordJob> {
        self.jobs().clone()
    }

    /// An alarm wants its channel recorded.
    pub(crate) fn link(&self, channel: u16) {
        self.links().insert(channel, Instant::now() + LINKED);
    }

    fn jobs(&self) -> MutexGuard<'_, BTreeMap<Key, RecordJob>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn links(&self) -> MutexGuard<'_, BTreeMap<u16, Instant>> {
        self.linked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The channels that alarms want, and when the next of them ends.
    fn wanted_by_alarms(&self) -> (Vec<u16>, Option<Instant>) {
        let (mut links, now) = (self.links(), Instant::now());
        links.retain(|_, until| *until > now);
        (links.keys().copied().collect(), links.values().min().copied())
    }
}

/// Records what is to be recorded, for as long as it is polled.
pub(crate) async fn keep(unit: &Unit) -> Infallible {
    let mut changes = unit.changes();
    loop {
        changes.mark();
        let wait = settle(unit).await;
        tokio::select! {
            () = changes.changed() => {}
            () = sleep(wait) => {}
        }
    }
}

/// Ends every recording: the power goes off. What alarms wanted is forgotten.
pub(crate) fn stop(unit: &Unit) {
    unit.recording.links().clear();
    apply(unit, BTreeMap::new());
}

/// Begins and ends recordings; returns how long nothing changes by itself.
async fn settle(unit: &Unit) -> Duration {
    let medium = unit.with_storage(|storage| storage.medium()).await;
    let is_ready = matches!(medium, Ok(Medium::Ready { .. }));
    let (linked, next_end) = unit.recording.wanted_by_alarms();
    let state = unit.store.read();
    apply(unit, wanted(unit, &state, is_ready, &linked));
    let change = state.plan.wake(unit.clock.now().wall.unwrap_or_default(), unit.config.offset_minutes);
    let change = change.map_or(DOZE, |at| unit.clock.until_moment(at));
    let end = next_end.map_or(DOZE, |at| at.saturating_duration_since(Instant::now()));
    change.min(end).min(DOZE)
}

fn wanted(unit: &Unit, state: &State, is_ready: bool, linked: &[u16]) -> BTreeMap<Key, RecordJob> {
    let (model, now) = (&unit.config.model, unit.clock.civil());
    let has_cloud = model.cloud && state.cloud.offered && !state.cloud.url.is_empty();
    let is_usable = |place| if place == RecordStoreType::LOCAL { is_ready } else { has_cloud };
    // A stopped cloud takes no recordings of alarms either (E-144).
    let chosen = PLACES
        .into_iter()
        .find(|place| is_usable(*place) && (*place == RecordStoreType::LOCAL || state.plan.cloud_active()));
    let mut wanted = BTreeMap::new();
    for channel in (0..model.channels).filter(|channel| has_camera(model.kind, state, *channel)) {
        for place in PLACES.into_iter().filter(|place| is_usable(*place)) {
            let is_linked = linked.contains(&channel) && chosen == Some(place);
            let by_alarm = is_linked.then_some(PolicyStreamType::MAIN);
            let by_plan = state.plan.due(channel, place, now).map(|due| due.stream);
            // An alarm records the main stream (E-144).
            if let Some(stream) = by_alarm.or(by_plan) {
                wanted.insert((channel, place), job(model.kind, state, place, stream));
            }
        }
    }
    wanted
}

/// A network recorder has pictures on the channels that have a camera.
fn has_camera(kind: DevType, state: &State, channel: u16) -> bool {
    kind != DevType::NVR || state.bindings.contains_key(&channel)
}

fn job(kind: DevType, state: &State, place: RecordStoreType, stream: PolicyStreamType) -> RecordJob {
    let medium = if place == RecordStoreType::CLOUD {
        StorageFlag::CLOUD
    } else {
        StorageFlag::SD_CARD.for_device(kind)
    };
    // A medium that the device does not have is none that is usable.
    let overwrite = state.plan.record_loop(medium).unwrap_or(false);
    RecordJob { stream, file_length: file_length(place), overwrite }
}

/// A place, in a word.
pub(crate) fn name(place: RecordStoreType) -> &'static str {
    if place == RecordStoreType::CLOUD { "cloud" } else { "local" }
}

/// Tells the recorder what is different.
fn apply(unit: &Unit, wanted: BTreeMap<Key, RecordJob>) {
    let mut running = unit.recording.jobs();
    let ends: Vec<_> = running.keys().filter(|key| !wanted.contains_key(key)).copied().collect();
    for (channel, place) in ends {
        note!(unit, info, "channel {channel}: recording to {} ends", name(place));
        unit.hardware.recorder.record(channel, place, None);
    }
    for (key, job) in wanted.iter().filter(|(key, job)| running.get(key) != Some(job)) {
        let (channel, place) = *key;
        note!(unit, info, "channel {channel}: recording to {}, stream {}", name(place), job.stream);
        unit.hardware.recorder.record(channel, place, Some(*job));
    }
    *running = wanted;
}

#[cfg(test)]
mod tests;
