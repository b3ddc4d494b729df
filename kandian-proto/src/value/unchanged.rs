//! A value that a peer may leave out to say "as before".

use core::fmt;
use core::net::Ipv4Addr;

use super::{Ipv4OrEmpty, Port};
use crate::Secret;
use crate::xml::{Scalar, ScalarKind, Tolerated};

/// A value, or the statement that nothing changed. E-49, E-85.
///
/// The specification prints some elements in its samples and forgets them in its tables, so there are
/// peers that leave them out. Absence does not mean "none" there: a heartbeat without TURN elements
/// leaves the relay known from login in force (E-85), an answer to registration without FTP elements
/// the earlier FTP account (E-49). An element that is present and empty does mean "none".
///
/// Always send a value; [`OrUnchanged::Unchanged`] is for what was received, and a message that holds it
/// cannot be written. It is what a new message starts from, so do set these fields.
///
/// ```
/// use kandian_proto::value::{OrUnchanged, Port};
/// let mut relay_port = Port(49_160);
/// OrUnchanged::<Port>::Unchanged.apply_to(&mut relay_port);
/// assert_eq!(relay_port, Port(49_160));
/// OrUnchanged::from(Port::NONE).apply_to(&mut relay_port);
/// assert_eq!(relay_port, Port::NONE);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrUnchanged<T> {
    /// The value now.
    Value(T),
    /// The element was missing: the value known so far holds.
    #[default]
    Unchanged,
}

impl<T> OrUnchanged<T> {
    /// The value, when one was given.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unchanged => None,
        }
    }

    /// Replaces `known` when a value was given.
    pub fn apply_to(self, known: &mut T) {
        if let Self::Value(value) = self {
            *known = value;
        }
    }
}

impl<T> From<T> for OrUnchanged<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

macro_rules! from_through {
    ($($From:ty => $Value:ty;)*) => {$(
        impl From<$From> for OrUnchanged<$Value> {
            fn from(value: $From) -> Self {
                Self::Value(value.into())
            }
        }
    )*};
}

from_through! {
    &str => String;
    &str => Secret;
    u16 => Port;
    Ipv4Addr => Ipv4OrEmpty;
    Option<Ipv4Addr> => Ipv4OrEmpty;
}

impl<T: Scalar> Scalar for OrUnchanged<T> {
    const KIND: ScalarKind = T::KIND;
    const EXPECTED: &'static str = T::EXPECTED;

    fn parse(text: &str) -> Option<Self> {
        T::parse(text).map(Self::Value)
    }

    fn tolerate(text: &str) -> Option<Tolerated<Self>> {
        let empty = || T::empty().filter(|_| text.is_empty());
        T::tolerate(text).or_else(empty).map(|read| read.map(Self::Value))
    }

    fn may_be_sent(text: &str) -> bool {
        T::may_be_sent(text)
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        match self {
            Self::Value(value) => value.write(out),
            // There is no text that says "unchanged"; an empty element would say "none".
            Self::Unchanged => Err(fmt::Error),
        }
    }

    fn as_integer(&self) -> Option<u64> {
        self.value().and_then(T::as_integer)
    }

    fn meaning(&self) -> Option<(&'static str, &'static str)> {
        self.value().and_then(T::meaning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Erratum;
    use crate::value::Host;

    // E-85
    #[test]
    fn an_empty_element_is_a_value() {
        assert_eq!(OrUnchanged::<Port>::default(), OrUnchanged::Unchanged);
        assert_eq!(OrUnchanged::<Port>::empty(), None);
        let port = OrUnchanged::<Port>::tolerate("").map(|read| read.value);
        assert_eq!(port, Some(OrUnchanged::Value(Port::NONE)));
        let relay = OrUnchanged::<Ipv4OrEmpty>::tolerate("").map(|read| (read.value, read.erratum));
        assert_eq!(relay, Some((OrUnchanged::Value(Ipv4OrEmpty::NONE), Some(Erratum(75)))));
    }

    // E-49
    #[test]
    fn an_empty_server_is_no_server() {
        let host = OrUnchanged::<Host>::tolerate("").map(|read| read.value);
        assert_eq!(host, Some(OrUnchanged::Value(Host::default())));
        assert_eq!(OrUnchanged::<Host>::tolerate("a b"), None);
        assert_eq!(OrUnchanged::<String>::parse(""), Some(OrUnchanged::Value(String::new())));
    }
}
