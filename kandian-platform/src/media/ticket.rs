//! Tickets: what opens a socket, once, within half a minute.
//!
//! A browser cannot send a header of its own when it opens a WebSocket, and what stands in a URL ends up in logs. So the
//! login stays in the header of a REST request, and what stands in the URL is worth nothing once it was used.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kandian_proto::Secret;
use kandian_proto::time::Millis;

use super::Camera;
use crate::rules::Mobile;
use crate::service::{digest, random_text};

/// How long a ticket may take from the answer to the socket.
pub const VALID: Millis = Millis::from_secs(30);
/// Tickets of one account that wait for their sockets: a page with as many pictures as fit.
pub const MOST_OF_ACCOUNT: usize = 64;
/// Characters of a ticket, of 5 bits each.
const LETTERS: usize = 32;
/// Tickets of all.
pub const MOST: usize = 8_192;

/// What a ticket is for.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// Whose it is.
    pub account: Mobile,
    /// The login that asked for it; when that ends, so does what is watched.
    pub session: Secret,
    /// What may be watched.
    pub camera: Camera,
    expires: Millis,
}

/// Too many wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many tickets wait to be used")]
pub struct TooMany;

/// The tickets that wait, by their digest: whoever reads the memory of the platform cannot use them.
#[derive(Debug, Default)]
pub struct Tickets {
    waiting: Mutex<HashMap<String, Ticket>>,
}

impl Tickets {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Ticket>> {
        // What a panic leaves behind is whole: no step of this module has two halves.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a ticket; who asks has been found to have the right.
    ///
    /// # Errors
    ///
    /// [`TooMany`].
    pub fn issue(
        &self,
        now: Millis,
        account: Mobile,
        session: &Secret,
        camera: Camera,
    ) -> Result<Secret, TooMany> {
        let mut waiting = self.lock();
        waiting.retain(|_, ticket| ticket.expires >= now);
        let own = waiting.values().filter(|ticket| ticket.account == account).count();
        if waiting.len() >= MOST || own >= MOST_OF_ACCOUNT {
            return Err(TooMany);
        }
        let text = random_text(LETTERS);
        let ticket = Ticket { account, session: session.clone(), camera, expires: now + VALID };
        waiting.insert(digest(&text), ticket);
        Ok(Secret::from(text))
    }

    /// Uses a ticket up.
    #[must_use]
    pub fn redeem(&self, now: Millis, text: &str) -> Option<Ticket> {
        let ticket = self.lock().remove(&digest(text))?;
        (ticket.expires >= now).then_some(ticket)
    }
}

#[cfg(test)]
mod tests {
    use kandian_proto::value::StreamType;

    use super::*;

    fn camera() -> Camera {
        Camera { device: "81100000001".parse().unwrap(), channel: 0, stream: StreamType::MAIN }
    }

    fn issue(tickets: &Tickets, now: u64) -> Result<Secret, TooMany> {
        let session = Secret::from("0123456789abcdef0123456789abcdef");
        tickets.issue(Millis(now), "18912345678".parse().unwrap(), &session, camera())
    }

    #[test]
    fn tickets_work_once_and_for_half_a_minute() {
        let tickets = Tickets::default();
        let (one, other) = (issue(&tickets, 0).unwrap(), issue(&tickets, 0).unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(tickets.redeem(VALID, one.reveal()).unwrap().camera, camera());
        assert!(tickets.redeem(VALID, one.reveal()).is_none());
        assert!(tickets.redeem(VALID + Millis(1), other.reveal()).is_none());
        assert!(tickets.redeem(Millis(0), "").is_none());
    }

    #[test]
    fn nobody_fills_the_memory_with_them() {
        let tickets = Tickets::default();
        (0..MOST_OF_ACCOUNT).for_each(|_| drop(issue(&tickets, 0).unwrap()));
        assert_eq!(issue(&tickets, VALID.0).map(drop), Err(TooMany));
        assert!(issue(&tickets, VALID.0 + 1).is_ok());
        assert_eq!(tickets.lock().len(), 1);
    }
}
