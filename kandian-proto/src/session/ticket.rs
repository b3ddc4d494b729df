//! The identity of a request.

use core::fmt;

/// Names one request on one link for as long as it is open, in either direction.
///
/// SEQ is no identity: deployed devices overwrite their counter with ours (E-65). A ticket is never
/// used twice by the same machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

impl Ticket {
    /// The ticket of nothing.
    pub(crate) const NONE: Self = Self(0);
}

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// Hands out tickets.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tickets(u64);

impl Tickets {
    pub(crate) fn next(&mut self) -> Ticket {
        self.0 += 1;
        Ticket(self.0)
    }
}
