//! Against guessing and flooding: how many wrong keys and passwords, and how many devices that nobody knew, an address
//! may bring.
//!
//! Wrong keys count for the device and the address together, so that whoever guesses slows down himself and not the
//! device: it comes from elsewhere. Counting for the device alone would let anybody lock out any device. They count
//! for the address as well, over all devices; a device that logged in from this address last is let in all the same,
//! for it may share the address with whoever guesses.
//!
//! Passwords are shorter than keys, and whoever guesses one has time and many addresses. So they count for the account
//! as well, over all addresses; whoever logged in from an address last is let in from there all the same. The password of a
//! province platform counts like that of an account.

mod rate;

use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use kandian_proto::DevId;
use kandian_proto::enrolment::Province;
use kandian_proto::time::Millis;

use crate::config::Limits;
use crate::rules::Mobile;
use rate::{Rate, Table};

/// Most pairs of device and address that are remembered: 4 MB. Each costs a wrong key.
const PAIRS: usize = 65_536;
/// Most accounts and province platforms that are remembered.
const ACCOUNTS: usize = 16_384;
/// Most addresses that are remembered.
const ADDRESSES: usize = 16_384;
/// Most limits met that are worth an entry in the records, in an hour: the records are for people.
const NEWS: u32 = 100;

/// Whose key or password is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A device's key.
    Device(DevId),
    /// An account's password.
    Account(Mobile),
    /// A province platform's password.
    Province(Province),
}

impl From<DevId> for Subject {
    fn from(device: DevId) -> Self {
        Self::Device(device)
    }
}

impl From<Province> for Subject {
    fn from(province: Province) -> Self {
        Self::Province(province)
    }
}

impl From<Mobile> for Subject {
    fn from(account: Mobile) -> Self {
        Self::Account(account)
    }
}

/// What may still be tried. Shared by logins, registrations and redirects: each tells whether a key is right.
#[derive(Debug)]
pub struct Guard {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    devices: Table<(DevId, IpAddr)>,
    logins: Table<(Subject, IpAddr)>,
    /// Accounts and province platforms, over all addresses.
    accounts: Table<Subject>,
    addresses: Table<IpAddr>,
    newcomers: Table<IpAddr>,
    all_newcomers: Table<()>,
    messages: Table<IpAddr>,
    news: Table<()>,
}

/// Leave to present a key or a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    subject: Subject,
    address: IpAddr,
    /// It counts for the account over all addresses.
    counted: bool,
    /// This address has brought too many wrong keys, of whichever devices, or the account too many wrong passwords from
    /// wherever: only who was here last may present his own.
    pub known_only: bool,
}

/// Which limit is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Wrong keys for a device from an address.
    KeysForDevice,
    /// Wrong passwords for an account or a province platform from an address.
    PasswordsFromAddress,
    /// Wrong passwords for an account or a province platform, from wherever.
    Passwords,
    /// Wrong keys and passwords from an address, for whichever devices and accounts.
    KeysFromAddress,
    /// Devices that nobody knew, from an address.
    NewFromAddress,
    /// Devices that nobody knew, from everywhere.
    New,
    /// Short messages asked for from an address.
    MessagesFromAddress,
}

/// A limit is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Met {
    /// Which.
    pub limit: Limit,
    /// Nobody was told yet: it is worth an entry in the records.
    pub is_news: bool,
}

impl Limit {
    /// The setting.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::KeysForDevice => "limits.wrong_keys_per_device",
            Self::PasswordsFromAddress => "limits.wrong_passwords_per_address",
            Self::Passwords => "limits.wrong_passwords",
            Self::KeysFromAddress => "limits.wrong_keys_per_address",
            Self::NewFromAddress => "limits.new_devices_per_address",
            Self::New => "limits.new_devices",
            Self::MessagesFromAddress => "limits.messages_per_address",
        }
    }
}

impl Guard {
    /// A guard that has seen nothing.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let inner = Inner {
            devices: Table::new(Rate::per_hour(limits.wrong_keys_per_device), PAIRS),
            logins: Table::new(Rate::per_hour(limits.wrong_passwords_per_address), PAIRS),
            accounts: Table::new(Rate::per_hour(limits.wrong_passwords), ACCOUNTS),
            addresses: Table::new(Rate::per_hour(limits.wrong_keys_per_address), ADDRESSES),
            newcomers: Table::new(Rate::per_hour(limits.new_devices_per_address), ADDRESSES),
            all_newcomers: Table::new(Rate::per_hour(limits.new_devices), 1),
            messages: Table::new(Rate::per_hour(limits.messages_per_address), ADDRESSES),
            news: Table::new(Rate::per_hour(NEWS), 1),
        };
        Self { inner: Mutex::new(inner) }
    }

    /// Leave to present a key or a password. It counts as wrong until [`right`](Self::right) says otherwise, so that
    /// many attempts at once get no further than one after the other.
    ///
    /// # Errors
    ///
    /// [`Met`]; then it must not be looked at.
    pub fn attempt(&self, now: Millis, subject: impl Into<Subject>, peer: IpAddr) -> Result<Attempt, Met> {
        let (subject, address) = (subject.into(), neighbourhood(peer));
        let mut inner = self.lock();
        let (first, limit) = match subject {
            Subject::Device(device) => {
                (inner.devices.try_spend((device, address), now), Limit::KeysForDevice)
            }
            Subject::Account(_) | Subject::Province(_) => {
                (inner.logins.try_spend((subject, address), now), Limit::PasswordsFromAddress)
            }
        };
        if let Err(first) = first {
            return Err(inner.met(limit, first, now));
        }
        let (counted, guessed) = match subject {
            Subject::Device(_) => (false, false),
            Subject::Account(_) | Subject::Province(_) if inner.accounts.allows(&subject, now) => {
                inner.accounts.spend(subject, now);
                (true, false)
            }
            Subject::Account(_) | Subject::Province(_) => (false, true),
        };
        let known_only = guessed || !inner.addresses.allows(&address, now);
        if !matches!(subject, Subject::Device(_)) {
            // Whoever hangs up before the password is found wrong has tried it.
            inner.addresses.spend(address, now);
        }
        Ok(Attempt { subject, address, counted, known_only })
    }

    /// It was right, or was not what decided.
    pub fn right(&self, now: Millis, attempt: Attempt) {
        let mut inner = self.lock();
        match attempt.subject {
            Subject::Device(device) => inner.devices.give_back(&(device, attempt.address), now),
            subject @ (Subject::Account(_) | Subject::Province(_)) => {
                inner.logins.give_back(&(subject, attempt.address), now);
                inner.addresses.give_back(&attempt.address, now);
                if attempt.counted {
                    inner.accounts.give_back(&subject, now);
                }
            }
        }
    }

    /// It was wrong. Returns the limit of the address or the account, when this meets it.
    pub fn wrong(&self, now: Millis, attempt: Attempt) -> Option<Met> {
        let mut inner = self.lock();
        if matches!(attempt.subject, Subject::Device(_)) {
            inner.addresses.spend(attempt.address, now);
        }
        if let subject @ (Subject::Account(_) | Subject::Province(_)) = attempt.subject {
            if !attempt.counted {
                inner.accounts.spend(subject, now);
            }
            if !inner.accounts.allows(&subject, now) {
                let first = inner.accounts.is_news(&subject);
                return Some(inner.met(Limit::Passwords, first, now));
            }
        }
        if inner.addresses.allows(&attempt.address, now) {
            return None;
        }
        let first = inner.addresses.is_news(&attempt.address);
        Some(inner.met(Limit::KeysFromAddress, first, now))
    }

    /// Whether a device that nobody knows may be put on record; it counts.
    ///
    /// # Errors
    ///
    /// [`Met`].
    pub fn newcomer(&self, now: Millis, peer: IpAddr) -> Result<(), Met> {
        let address = neighbourhood(peer);
        let mut inner = self.lock();
        if !inner.newcomers.allows(&address, now) {
            let first = inner.newcomers.is_news(&address);
            return Err(inner.met(Limit::NewFromAddress, first, now));
        }
        if !inner.all_newcomers.allows(&(), now) {
            let first = inner.all_newcomers.is_news(&());
            return Err(inner.met(Limit::New, first, now));
        }
        inner.newcomers.spend(address, now);
        inner.all_newcomers.spend((), now);
        Ok(())
    }

    /// Whether a short message may be asked for; it counts, whether there is such an account or not: the answer tells.
    ///
    /// # Errors
    ///
    /// [`Met`].
    pub fn message(&self, now: Millis, peer: IpAddr) -> Result<(), Met> {
        let mut inner = self.lock();
        match inner.messages.try_spend(neighbourhood(peer), now) {
            Ok(()) => Ok(()),
            Err(first) => Err(inner.met(Limit::MessagesFromAddress, first, now)),
        }
    }

    /// How many pairs, accounts and addresses are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        let inner = self.lock();
        let pairs = inner.devices.len() + inner.logins.len();
        pairs + inner.accounts.len() + inner.addresses.len() + inner.newcomers.len() + inner.messages.len()
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn met(&mut self, limit: Limit, first: bool, now: Millis) -> Met {
        let is_news = first && self.news.allows(&(), now);
        if is_news {
            self.news.spend((), now);
        }
        Met { limit, is_news }
    }
}

/// What counts as one address: whoever has an IPv6 address has 2^64 of them.
pub(crate) fn neighbourhood(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX)).into(),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_000);

    fn limits() -> Limits {
        Limits {
            wrong_keys_per_device: 3,
            wrong_keys_per_address: 5,
            wrong_passwords_per_address: 2,
            wrong_passwords: 3,
            new_devices_per_address: 2,
            new_devices: 3,
            messages_per_address: 2,
        }
    }

    fn id(number: u32) -> DevId {
        format!("811{number:08}").parse().unwrap()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn wrong(guard: &Guard, device: u32, peer: &str) -> Result<Option<Met>, Met> {
        guard.attempt(NOW, id(device), ip(peer)).map(|attempt| guard.wrong(NOW, attempt))
    }

    /// The device itself, from another address, is not slowed down by who guesses its key.
    #[test]
    fn guessing_slows_down_who_guesses() {
        let guard = Guard::new(&limits());
        for _ in 0..3 {
            assert_eq!(wrong(&guard, 1, "192.0.2.1"), Ok(None));
        }
        let met = Met { limit: Limit::KeysForDevice, is_news: true };
        assert_eq!(wrong(&guard, 1, "192.0.2.1"), Err(met));
        assert_eq!(wrong(&guard, 1, "::ffff:192.0.2.1"), Err(Met { is_news: false, ..met }));
        let attempt = guard.attempt(NOW, id(1), ip("192.0.2.2")).unwrap();
        assert!(!attempt.known_only);
        guard.right(NOW, attempt);
    }

    /// One key tried on many devices meets the limit of the address.
    #[test]
    fn spraying_does_too() {
        let guard = Guard::new(&limits());
        for device in 0..4 {
            assert_eq!(wrong(&guard, device, "192.0.2.1"), Ok(None));
        }
        let met = Met { limit: Limit::KeysFromAddress, is_news: true };
        assert_eq!(wrong(&guard, 4, "192.0.2.1"), Ok(Some(met)));
        assert!(guard.attempt(NOW, id(9), ip("192.0.2.1")).unwrap().known_only);
        assert!(!guard.attempt(NOW, id(9), ip("192.0.2.2")).unwrap().known_only);
    }

    /// Many addresses guess one password no faster than a few; where somebody logged in last, he still does.
    #[test]
    fn passwords_are_guessed_from_everywhere() {
        let guard = Guard::new(&limits());
        let account: Mobile = "18912345678".parse().unwrap();
        let wrong = |peer: &str| {
            let attempt = guard.attempt(NOW, account, ip(peer))?;
            Ok((attempt.known_only, guard.wrong(NOW, attempt)))
        };
        assert_eq!(wrong("192.0.2.1"), Ok((false, None)));
        assert_eq!(wrong("192.0.2.1"), Ok((false, None)));
        assert_eq!(wrong("192.0.2.1"), Err(Met { limit: Limit::PasswordsFromAddress, is_news: true }));
        let met = Met { limit: Limit::Passwords, is_news: true };
        assert_eq!(wrong("192.0.2.2"), Ok((false, Some(met))));
        let attempt = guard.attempt(NOW, account, ip("192.0.2.3")).unwrap();
        assert!(attempt.known_only);
        guard.right(NOW, attempt);
        let other: Mobile = "18912345679".parse().unwrap();
        assert!(!guard.attempt(NOW, other, ip("192.0.2.3")).unwrap().known_only);
    }

    /// Attempts under way count before they are decided.
    #[test]
    fn many_at_once_are_not_more() {
        let guard = Guard::new(&limits());
        let under_way: Vec<_> = (0..3).map(|_| guard.attempt(NOW, id(1), ip("192.0.2.1")).unwrap()).collect();
        assert!(guard.attempt(NOW, id(1), ip("192.0.2.1")).is_err());
        under_way.into_iter().for_each(|attempt| guard.right(NOW, attempt));
        assert!(guard.is_empty());
    }

    /// So do guesses at one account from many addresses at once; those that were right are forgotten.
    #[test]
    fn nor_from_many_addresses() {
        let guard = Guard::new(&limits());
        let account: Mobile = "18912345678".parse().unwrap();
        let try_from = |last: u8| guard.attempt(NOW, account, IpAddr::from([192, 0, 2, last])).unwrap();
        let under_way: Vec<_> = (1..=5).map(try_from).collect();
        assert_eq!(
            under_way.iter().map(|a| a.known_only).collect::<Vec<_>>(),
            [false, false, false, true, true]
        );
        let met = Met { limit: Limit::Passwords, is_news: true };
        assert_eq!(guard.wrong(NOW, under_way[0]), Some(met));
        under_way[1..].iter().for_each(|attempt| guard.right(NOW, *attempt));
        assert!(!try_from(6).known_only);
    }

    #[test]
    fn messages_are_counted() {
        let guard = Guard::new(&limits());
        let ask = |peer: &str| guard.message(NOW, ip(peer));
        assert_eq!((ask("192.0.2.1"), ask("192.0.2.1")), (Ok(()), Ok(())));
        let met = Met { limit: Limit::MessagesFromAddress, is_news: true };
        assert_eq!((ask("192.0.2.1"), ask("192.0.2.2")), (Err(met), Ok(())));
    }

    #[test]
    fn newcomers_are_counted() {
        let guard = Guard::new(&limits());
        assert_eq!(guard.newcomer(NOW, ip("2001:db8::1")), Ok(()));
        assert_eq!(guard.newcomer(NOW, ip("2001:db8::2")), Ok(()));
        let met = |limit, is_news| Err(Met { limit, is_news });
        assert_eq!(guard.newcomer(NOW, ip("2001:db8::3")), met(Limit::NewFromAddress, true));
        assert_eq!(guard.newcomer(NOW, ip("2001:db8:0:1::3")), Ok(()));
        assert_eq!(guard.newcomer(NOW, ip("192.0.2.1")), met(Limit::New, true));
        assert_eq!(guard.newcomer(NOW, ip("192.0.2.1")), met(Limit::New, false));
    }
}
