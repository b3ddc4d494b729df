//! What comes from the platform and is not the link's own: requests, addresses, accounts.

use std::collections::HashMap;
use std::sync::Arc;

use kandian_proto::message::device::CloudAccount;
use kandian_proto::message::register::RegisterGrant;
use kandian_proto::session::Ticket;
use kandian_proto::session::device::Saved;
use kandian_proto::{Diagnostic, Request};
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::task::{AbortHandle, JoinSet};
use tracing::Instrument as _;

use super::Order;
use crate::handler::{self, After, Chore};
use crate::journal::note;
use crate::unit::Unit;

/// What waits to be attended to at most. The machine lets 31 requests wait; the rest comes once per login.
pub(super) const MOST_WAITING: usize = 64;

/// Something to attend to.
#[derive(Debug)]
pub(super) enum Matter {
    /// The platform asks.
    Request { ticket: Ticket, request: Box<Request>, diagnostics: Vec<Diagnostic> },
    /// The group platform named the province platform.
    Save(Saved),
    /// The province platform named its servers.
    Registered(Box<RegisterGrant>),
    /// The login was accepted.
    LoggedIn(Box<CloudAccount>),
    /// Heartbeats run: what is owed can be told.
    Online,
}

/// Things that go on beside the others at most. A platform that starts more waits for one to end.
const MOST_BESIDE: usize = 64;

/// Attends to one matter after the other, in the order in which they came: who sets and then asks gets what was
/// set. What takes its time and changes no setting goes on beside the others.
pub(super) async fn attend(unit: Arc<Unit>, mut matters: Receiver<Matter>, orders: Sender<Order>) {
    // Ends with this future, and so with the link: no chore of a device that has started again goes on.
    let mut beside = Beside::default();
    // The hardware may have changed between the first report and the link.
    let checked = Arc::clone(&unit);
    beside.start(async move { checked.capabilities_changed().await }).await;
    while let Some(matter) = matters.recv().await {
        match matter {
            Matter::Request { ticket, request, diagnostics } => {
                for diagnostic in diagnostics {
                    tracing::debug!(operation = ?request.operation(), %diagnostic, "the request deviates");
                }
                if handler::takes_time(request.operation()) {
                    let (unit, orders) = (Arc::clone(&unit), orders.clone());
                    let answering = async move { drop(answer(&unit, ticket, &request, &orders).await) };
                    beside.start(answering).await;
                } else if let Some(chore) = answer(&unit, ticket, &request, &orders).await {
                    beside.work(&unit, chore).await;
                }
            }
            Matter::Save(saved) => save(&unit, saved).await,
            Matter::Registered(grant) => registered(&unit, *grant).await,
            Matter::LoggedIn(account) => {
                if let Err(refusal) = handler::cloud_offered(&unit, *account).await {
                    note!(unit, warn, "{} ({})", refusal.why, refusal.rule);
                }
            }
            Matter::Online => {
                let unit = Arc::clone(&unit);
                beside.start(async move { unit.pay().await }).await;
            }
        }
    }
}

/// What goes on beside the others.
#[derive(Default)]
struct Beside {
    tasks: JoinSet<()>,
    /// The end of the latest movement of each channel; a newer one replaces it.
    motors: HashMap<u16, AbortHandle>,
}

impl Beside {
    async fn start(&mut self, task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        while self.tasks.try_join_next().is_some() {}
        if self.tasks.len() >= MOST_BESIDE {
            self.tasks.join_next().await;
        }
        self.tasks.spawn(task.in_current_span())
    }

    /// Does what follows an answer.
    async fn work(&mut self, unit: &Arc<Unit>, chore: Chore) {
        let owned = Arc::clone(unit);
        match chore {
            Chore::Wifi(profile) => unit.dial(profile, true),
            Chore::StopMotor { channel, movement } => {
                let stopping = async move { handler::stop_motor(&owned, channel, movement).await };
                let task = self.start(stopping).await;
                if let Some(earlier) = self.motors.insert(channel, task) {
                    earlier.abort();
                }
            }
            Chore::Upgrade(offer) => {
                self.start(async move { handler::upgrade(&owned, offer).await }).await;
            }
            Chore::Log(upload) => {
                self.start(async move { handler::upload_log(&owned, upload).await }).await;
            }
        }
    }
}

/// Carries out a request and answers; returns what follows.
async fn answer(unit: &Unit, ticket: Ticket, request: &Request, orders: &Sender<Order>) -> Option<Chore> {
    tracing::info!(operation = ?request.operation(), "the platform asks");
    let Some(answer) = handler::handle(unit, request).await else {
        tracing::warn!(operation = ?request.operation(), "a request that no platform sends");
        return None;
    };
    let response = Box::new(answer.response);
    let (then, chore) = match answer.after {
        After::Nothing => (None, None),
        After::Restart(restart) => (Some(restart), None),
        After::Chore(chore) => (None, Some(chore)),
    };
    // The link may be gone; what was done stays done.
    let _ = orders.send(Order::Answer { ticket, response, then }).await;
    chore
}

async fn save(unit: &Unit, saved: Saved) {
    let stored = unit.change(|state| {
        (state.province.url, state.province.stun) = (saved.province_url, saved.stun_servers);
        Ok(())
    });
    if let Err(refusal) = stored.await {
        note!(unit, error, "the province platform is forgotten at the next start: {}", refusal.why);
    }
}

/// Keeps the FTP server for pictures; a platform that names none leaves the earlier one in force. E-49, E-140.
async fn registered(unit: &Unit, grant: RegisterGrant) {
    let stored = unit.change(|state| {
        grant.ftp_ip.apply_to(&mut state.ftp.host);
        grant.ftp_port.apply_to(&mut state.ftp.port);
        grant.ftp_account.apply_to(&mut state.ftp.account);
        grant.ftp_password.apply_to(&mut state.ftp.password);
        Ok(())
    });
    if let Err(refusal) = stored.await {
        note!(unit, error, "the FTP server of the registration is not stored: {}", refusal.why);
    }
}
