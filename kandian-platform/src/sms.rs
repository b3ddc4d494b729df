//! Short messages on their way out., E-188.
//!
//! A message is on record before anybody is told that it will be sent; one task takes those that are due to a
//! [`Gateway`] and notes what became of them. So a message is sent at least once: when the platform is killed between a
//! gateway's yes and the note of it, it goes out again.

mod receipt;
mod smpp;
mod webhook;
mod worker;

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use kandian_proto::Secret;
use tokio::sync::{Notify, mpsc, oneshot};

use crate::config::{GatewayKind, Sms};
use crate::outward::Outward;
use crate::rules::Mobile;

pub(crate) use worker::run;

/// A message as a gateway gets it.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Its number on record: the same when it is tried again.
    pub id: i64,
    /// To whom.
    pub to: Mobile,
    /// The text, with the sign before it.
    pub text: Secret,
}

/// How a gateway took a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It stays on record, for administrators to read out.
    Kept,
    /// It is on its way; the gateway calls it so, in receipts. May be empty.
    Sent(String),
}

/// Why a gateway did not take a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GatewayFailure {
    /// It may later.
    #[error("{0}")]
    Later(String),
    /// It never will.
    #[error("{0}")]
    Never(String),
}

/// Through what short messages leave.
pub trait Gateway: fmt::Debug + Send + Sync {
    /// Sends a message.
    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<Taken, GatewayFailure>>;
}

/// What a gateway says became of a message that it took.
#[derive(Debug)]
pub struct Receipt {
    /// What it calls the message.
    pub gateway_id: String,
    /// Whether it arrived.
    pub arrived: bool,
    /// The gateway's word for it.
    pub word: String,
    /// Told when it is on record, so that the gateway may forget it.
    pub noted: oneshot::Sender<()>,
}

/// Receipts that wait to be noted, at most; a gateway that has more waits.
const RECEIPTS: usize = 64;

/// The gateway of the settings, and what wakes who sends.
#[derive(Debug)]
pub struct Post {
    gateway: Arc<dyn Gateway>,
    sign: String,
    news: Notify,
    receipts: std::sync::Mutex<Option<mpsc::Receiver<Receipt>>>,
}

impl Post {
    /// What the settings ask for.
    #[must_use]
    pub fn new(settings: &Sms, outward: &Arc<Outward>) -> Self {
        let (sender, receiver) = mpsc::channel(RECEIPTS);
        let gateway: Arc<dyn Gateway> = match settings.gateway {
            GatewayKind::Outbox => Arc::new(Outbox),
            GatewayKind::Webhook => {
                Arc::new(webhook::WebhookGateway::new(&settings.webhook, Arc::clone(outward)))
            }
            GatewayKind::Smpp => Arc::new(smpp::SmppGateway::new(&settings.smpp, sender)),
        };
        Self {
            gateway,
            sign: settings.sign.clone(),
            news: Notify::new(),
            receipts: std::sync::Mutex::new(Some(receiver)),
        }
    }

    /// Says that there is something to send.
    pub fn wake(&self) {
        self.news.notify_one();
    }

    /// Sends one message beside all others, to see whether the gateway takes it.
    ///
    /// # Errors
    ///
    /// [`GatewayFailure`], with what it said.
    pub async fn send_now(&self, to: Mobile, text: Secret) -> Result<Taken, GatewayFailure> {
        let text = self.signed(&text);
        self.gateway.send(&Outgoing { id: 0, to, text }).await
    }

    /// A text with the sign of the operator before it.
    fn signed(&self, text: &Secret) -> Secret {
        match self.sign.as_str() {
            "" => text.clone(),
            sign => Secret::from(format!("【{sign}】{}", text.reveal())),
        }
    }
}

/// No gateway: messages stay on record.
#[derive(Debug)]
struct Outbox;

impl Gateway for Outbox {
    fn send<'a>(&'a self, _: &'a Outgoing) -> BoxFuture<'a, Result<Taken, GatewayFailure>> {
        Box::pin(std::future::ready(Ok(Taken::Kept)))
    }
}
