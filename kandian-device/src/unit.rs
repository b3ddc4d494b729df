//! One device: what its parts share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kandian_proto::message::device::{AbilityUpRequest, ExceptionNotifyRequest};
use kandian_proto::value::{ExceptionType, ImpliedException};
use tokio::sync::{Semaphore, watch};
use tokio::task::AbortHandle;
use tracing::Instrument as _;

use crate::alarm::Recent;
use crate::camera::Stages;
use crate::clock::Clock;
use crate::config::Config;
use crate::hardware::sim::Simulation;
use crate::hardware::{Fault, Hardware, Medium, Storage};
use crate::journal::{Journal, note};
use crate::link::{Delivery, Line, Order};
use crate::record::Recording;
use crate::rtsp::Desk;
use crate::state::{Report, Store, WifiProfile};
use crate::status::LinkStatus;

/// Longest text of an exception, in bytes. E-37
const MOST_TEXT: usize = 255;

/// Logs that are sent at a time: each is a megabyte of memory for as long as a slow server takes.
pub(crate) const MOST_UPLOADS: usize = 4;
/// Pictures that are sent at a time.
const MOST_PICTURES: usize = 4;

/// One device. Everything that happens to it happens through here: commands of the platform, of the operator, of
/// the hardware.
#[derive(Debug)]
pub(crate) struct Unit {
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) hardware: Hardware,
    /// Moving pictures, for everybody who watches.
    pub(crate) stages: Stages,
    /// Who watches.
    pub(crate) desk: Desk,
    /// The simulated hardware, unless the vendor's own is used.
    pub(crate) simulation: Option<Simulation>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) line: Line,
    pub(crate) link: watch::Sender<LinkStatus>,
    /// Counts changes of the ways to the platform.
    pub(crate) network: watch::Sender<u64>,
    /// The latest movement of each channel's camera, so that the end of an older one does not stop it.
    pub(crate) movements: Mutex<HashMap<u16, u64>>,
    /// The Wi-Fi connection that is being made.
    dialling: Mutex<Option<AbortHandle>>,
    /// Taken while firmware is fetched.
    pub(crate) upgrading: Arc<Semaphore>,
    /// Each taken while a log is sent.
    pub(crate) uploading: Arc<Semaphore>,
    /// Each taken while a picture is sent.
    pub(crate) sending: Semaphore,
    /// Alarms that are not sent again.
    pub(crate) recent: Recent,
    /// What is recorded.
    pub(crate) recording: Recording,
    /// Counts changes of clock and medium, and alarms.
    circumstances: watch::Sender<u64>,
    /// Reports are paid one after the other.
    paying: tokio::sync::Mutex<()>,
}

/// Tells when settings or circumstances have changed, for whoever acts by them.
#[derive(Debug)]
pub(crate) struct Changes {
    settings: watch::Receiver<u64>,
    circumstances: watch::Receiver<u64>,
}

impl Changes {
    /// What has changed up to now is known.
    pub(crate) fn mark(&mut self) {
        self.settings.mark_unchanged();
        self.circumstances.mark_unchanged();
    }

    /// Waits for the next change.
    pub(crate) async fn changed(&mut self) {
        // The senders are parts of the unit.
        tokio::select! {
            _ = self.settings.changed() => {}
            _ = self.circumstances.changed() => {}
        }
    }
}

impl Unit {
    pub(crate) fn new(
        config: Config,
        store: Store,
        hardware: Hardware,
        simulation: Option<Simulation>,
        clock: Arc<Clock>,
        journal: Arc<Journal>,
    ) -> Self {
        let stages = Stages::new(&config.model, &hardware.video, &store.read());
        let desk = Desk::new(config.viewers());
        Self {
            config,
            store,
            hardware,
            stages,
            desk,
            simulation,
            clock,
            journal,
            line: Line::default(),
            link: watch::Sender::new(LinkStatus::default()),
            network: watch::Sender::new(0),
            movements: Mutex::default(),
            dialling: Mutex::default(),
            upgrading: Arc::new(Semaphore::new(1)),
            uploading: Arc::new(Semaphore::new(MOST_UPLOADS)),
            sending: Semaphore::new(MOST_PICTURES),
            recent: Recent::default(),
            recording: Recording::default(),
            circumstances: watch::Sender::new(0),
            paying: tokio::sync::Mutex::default(),
        }
    }

    /// The firmware that runs.
    pub(crate) fn firmware(&self) -> String {
        self.store.read().firmware.clone().unwrap_or_else(|| self.config.firmware.clone())
    }

    /// Has moving pictures follow the settings.
    pub(crate) async fn follow_settings(&self) {
        let mut changes = self.store.changes();
        loop {
            self.stages.follow(&self.config.model, &self.store.read());
            // The sender is part of the unit.
            let _ = changes.changed().await;
        }
    }

    /// Tells of changes from now on.
    pub(crate) fn changes(&self) -> Changes {
        Changes { settings: self.store.changes(), circumstances: self.circumstances.subscribe() }
    }

    /// Circumstances have changed: who acts by them looks again.
    pub(crate) fn look_again(&self) {
        self.circumstances.send_modify(|changes| *changes += 1);
    }

    /// Whether the device has the channel (E-15).
    pub(crate) fn has_channel(&self, channel: u16) -> bool {
        channel < self.config.model.channels
    }

    /// Something that blocks, done where blocking is allowed.
    pub(crate) async fn with_storage<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Storage) -> T + Send + 'static,
    ) -> Result<T, Fault> {
        let storage = Arc::clone(&self.hardware.storage);
        let done = tokio::task::spawn_blocking(move || work(&*storage)).await;
        done.map_err(|error| Fault(error.to_string()))
    }

    /// The capability report at this moment..
    pub(crate) async fn capabilities(&self) -> AbilityUpRequest {
        let medium = self.with_storage(|storage| storage.medium()).await;
        let flag = medium.map_or_else(|_| Medium::Faulty.flag(), Medium::flag);
        let onvif = self.store.read().onvif.clone();
        self.config.model.capabilities(self.config.id, flag, onvif)
    }

    /// Tells the platform what the device can do now, when that has changed., E-80.
    pub(crate) async fn capabilities_changed(&self) {
        let capabilities = self.capabilities().await;
        self.line.send(Order::Capabilities(Box::new(capabilities))).await;
    }

    /// The medium came, went or broke: the platform hears what can be done now, and of a fault.
    pub(crate) async fn storage_changed(&self) {
        self.look_again();
        self.capabilities_changed().await;
        let medium = self.with_storage(|storage| storage.medium()).await;
        if matches!(medium, Ok(Medium::Faulty) | Err(_)) {
            let kind = ExceptionType::DISK_FAULT;
            self.report(0, kind, kind.name_zh().unwrap_or_default()).await;
        }
    }

    /// What the router forwarded is gone.
    pub(crate) async fn gateway_changed(&self) {
        self.line.send(Order::Gateway).await;
    }

    /// The ways to the platform have changed.
    pub(crate) async fn network_changed(&self) {
        self.network.send_modify(|changes| *changes += 1);
        self.line.send(Order::Network).await;
    }

    /// Something is wrong. Said now or never. Spec §7.5.4, E-90.
    pub(crate) async fn report(&self, channel: u16, kind: ExceptionType, text: &str) -> Delivery {
        let text = fit(text);
        let exception = ExceptionNotifyRequest::new(self.config.id, kind, text.as_str()).channel_no(channel);
        let delivery = self.line.ask(exception.into()).await;
        note!(self, warn, "exception {kind} ({text}): {delivery}");
        delivery
    }

    /// Keeps the outcome of a command until the platform has it: a connection that a command itself ended must
    /// not swallow its outcome.; E-89, E-145.
    pub(crate) async fn owe(&self, kind: ExceptionType, text: String) {
        let owed = self.store.change(|state| {
            state.owe(Report { kind, text });
            Ok::<_, ()>(())
        });
        if owed.await.is_err() {
            note!(self, error, "the report of an outcome cannot be stored, and may be lost");
        }
        self.pay().await;
    }

    /// Sends the outcomes that are owed, as far as the platform takes them now.
    pub(crate) async fn pay(&self) {
        let _turn = self.paying.lock().await;
        while let Some(Report { kind, text }) = self.store.read().owed.first().cloned() {
            match self.report(0, kind, &text).await {
                // Refused for good is told, too.
                Delivery::Acknowledged | Delivery::Refused(_) => {}
                _ => return,
            }
            let paid = self.store.change(|state| {
                let at = state.owed.iter().position(|report| report.kind == kind && report.text == text);
                at.map(|at| state.owed.remove(at)).map(drop).ok_or(())
            });
            if paid.await.is_err() {
                return;
            }
        }
    }

    /// Connects to an access point, in place of a connection that is still being made. When somebody asked for it,
    /// the outcome is reported, E-89.
    ///
    /// The connection may end the link, the hotspot, and with them whoever asked; so a task of its own makes it.
    pub(crate) fn dial(self: &Arc<Self>, profile: WifiProfile, is_asked: bool) {
        let unit = Arc::clone(self);
        let dialling = async move {
            let outcome = match unit.hardware.wifi.connect(&profile).await {
                Ok(()) => ImpliedException::WifiConnected,
                Err(fault) => {
                    note!(unit, warn, "Wi-Fi {:?}: {fault}", profile.ssid);
                    ImpliedException::WifiConnectFailed
                }
            };
            if is_asked {
                unit.owe(ExceptionType::UNKNOWN, outcome.describe(&profile.ssid)).await;
            }
        };
        let task = tokio::spawn(dialling.in_current_span()).abort_handle();
        self.replace_dialling(Some(task));
    }

    /// Ends the Wi-Fi connection, also one that is being made.
    pub(crate) fn hang_up_wifi(&self) {
        self.replace_dialling(None);
        self.hardware.wifi.disconnect();
    }

    fn replace_dialling(&self, task: Option<AbortHandle>) {
        let mut dialling = self.dialling.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(earlier) = std::mem::replace(&mut *dialling, task) {
            earlier.abort();
        }
    }

    /// Begins a movement of a channel's camera; returns its number.
    pub(crate) fn moves(&self, channel: u16) -> u64 {
        let mut movements = self.movements.lock().unwrap_or_else(PoisonError::into_inner);
        let number = movements.entry(channel).or_default();
        *number += 1;
        *number
    }

    /// Whether this is still the latest movement.
    pub(crate) fn is_moving(&self, channel: u16, movement: u64) -> bool {
        let movements = self.movements.lock().unwrap_or_else(PoisonError::into_inner);
        movements.get(&channel) == Some(&movement)
    }
}

/// A text as an exception can hold it: without control characters, which XML does not have, and not too long.
fn fit(text: &str) -> String {
    let plain = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut fitting = String::new();
    for c in plain {
        if fitting.len() + c.len_utf8() > MOST_TEXT {
            break;
        }
        fitting.push(c);
    }
    fitting.trim().to_owned()
}
