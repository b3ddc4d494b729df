//! The way from the rest of the device to the link.

use std::fmt;
use std::sync::{PoisonError, RwLock};

use kandian_proto::message::device::AbilityUpRequest;
use kandian_proto::session::device::Restart;
use kandian_proto::session::{End, SendError, Ticket};
use kandian_proto::{Request, Response};
use tokio::sync::{mpsc, oneshot};

/// Orders that wait for the link at most: the answers of the 31 commands, and as much again of what the device has
/// to say by itself.
pub(crate) const MOST_ORDERS: usize = 64;

/// What the link is to do.
#[derive(Debug)]
pub(crate) enum Order {
    /// Send this answer; then start again, when so asked.
    Answer { ticket: Ticket, response: Box<Response>, then: Option<Restart> },
    /// Ask the platform, and say what became of it.
    Ask { request: Box<Request>, delivery: oneshot::Sender<Delivery> },
    /// The device can do other things than before.
    Capabilities(Box<AbilityUpRequest>),
    /// The ways to the platform have changed.
    Network,
    /// What the router forwarded is gone.
    Gateway,
    /// Start again.
    Restart(Restart),
}

/// What became of something that the device told the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivery {
    /// The platform has it.
    Acknowledged,
    /// The platform does not want it: its code.
    Refused(u16),
    /// The platform did not answer in time.
    NoAnswer,
    /// The link ended before an answer came. It is not sent again.
    LinkLost,
    /// It was not sent, and will not be: why.
    NotSent(SendError),
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Acknowledged => f.write_str("sent, and acknowledged by the platform"),
            Self::Refused(code) => write!(f, "sent; the platform refused it with {code}"),
            Self::NoAnswer => f.write_str("sent; the platform did not answer"),
            Self::LinkLost => f.write_str("the link was lost before the platform answered"),
            Self::NotSent(error) => write!(f, "not sent, and not kept (R-7.25): {error}"),
        }
    }
}

impl From<End> for Delivery {
    fn from(end: End) -> Self {
        match end {
            End::Answered(_) => Self::Acknowledged,
            End::Refused { code, .. } => Self::Refused(code),
            End::LinkLost => Self::LinkLost,
            // An answer that cannot be read is none.
            _ => Self::NoAnswer,
        }
    }
}

/// Where orders go. There is nobody at the other end between two starts.
#[derive(Debug, Default)]
pub(crate) struct Line {
    orders: RwLock<Option<mpsc::Sender<Order>>>,
}

impl Line {
    /// Connects the line to a link, until the next one or none.
    pub(crate) fn connect(&self, orders: Option<mpsc::Sender<Order>>) {
        *self.orders.write().unwrap_or_else(PoisonError::into_inner) = orders;
    }

    fn sender(&self) -> Option<mpsc::Sender<Order>> {
        self.orders.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Hands an order on; it is lost when there is no link, and nothing but a start could come of it then.
    pub(crate) async fn send(&self, order: Order) {
        if let Some(orders) = self.sender() {
            let _ = orders.send(order).await;
        }
    }

    /// Tells the platform something, and waits for what becomes of it.
    pub(crate) async fn ask(&self, request: Request) -> Delivery {
        let (delivery, told) = oneshot::channel();
        let Some(orders) = self.sender() else { return Delivery::NotSent(SendError::NotOnline) };
        if orders.send(Order::Ask { request: Box::new(request), delivery }).await.is_err() {
            return Delivery::NotSent(SendError::NotOnline);
        }
        told.await.unwrap_or(Delivery::LinkLost)
    }
}
