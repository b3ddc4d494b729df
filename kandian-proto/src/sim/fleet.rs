//! Who takes part: kinds of devices, their ids and keys.

use core::fmt;

use crate::DevId;

/// A kind of device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Follows the specification: the device machine of this crate.
    Spec,
    /// A recorder of 2014, as field notes describe its firmware. Written without the session machines.
    Legacy,
    /// Means harm, or is broken. Written without the session machines.
    Hostile,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Spec, Self::Legacy, Self::Hostile];

    /// Whether a device of this kind wants to be online, and is watched for getting stuck.
    #[must_use]
    pub const fn is_honest(self) -> bool {
        !matches!(self, Self::Hostile)
    }

    /// Position in arrays that have one entry per kind.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Manufacturer code of the simulated ids: one in the table of the specification, one seen in the field, one
    /// of nobody.
    const fn prefix(self) -> u64 {
        match self {
            Self::Spec => 811,
            Self::Legacy => 850,
            Self::Hostile => 901,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Spec => "spec",
            Self::Legacy => "legacy",
            Self::Hostile => "hostile",
        })
    }
}

/// How many devices of each kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fleet {
    /// Devices of the specification.
    pub spec: u32,
    /// Recorders of 2014.
    pub legacy: u32,
    /// Hostile ones.
    pub hostile: u32,
}

/// Ids have eight digits behind the manufacturer.
const MOST_OF_A_KIND: u32 = 100_000_000;

impl Fleet {
    /// All devices.
    #[must_use]
    pub const fn total(self) -> u32 {
        self.spec.saturating_add(self.legacy).saturating_add(self.hostile)
    }

    /// Devices of one kind.
    #[must_use]
    pub const fn of(self, kind: Kind) -> u32 {
        match kind {
            Kind::Spec => self.spec,
            Kind::Legacy => self.legacy,
            Kind::Hostile => self.hostile,
        }
    }

    pub(super) fn fits(self) -> bool {
        Kind::ALL.iter().all(|&kind| self.of(kind) <= MOST_OF_A_KIND)
    }

    /// Kind of the device with this number, and its number within the kind.
    pub(super) fn member(self, device: u32) -> (Kind, u32) {
        let mut rest = device;
        for kind in [Kind::Spec, Kind::Legacy] {
            if rest < self.of(kind) {
                return (kind, rest);
            }
            rest -= self.of(kind);
        }
        (Kind::Hostile, rest)
    }

    /// The kind of the device with this id; `None` when the platform does not know it.
    pub(super) fn kind_of(self, id: DevId) -> Option<(Kind, u32)> {
        if !id.is_canonical() {
            return None;
        }
        let (prefix, number) = id.as_str().split_at_checked(3)?;
        let prefix: u64 = prefix.parse().ok()?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.prefix() == prefix)?;
        let number = number.parse().ok()?;
        (number < self.of(kind)).then_some((kind, number))
    }
}

/// The id of a device.
pub(super) fn id_of(kind: Kind, number: u32) -> DevId {
    // Eleven digits always are an id.
    DevId::new(&format!("{}{number:08}", kind.prefix())).unwrap_or_default()
}

/// The key of a device: eight digits that look like nothing.
pub(super) fn key_of(kind: Kind, number: u32) -> String {
    let mixed = (u64::from(number) + kind.prefix() * 1_000_003).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
    format!("{:08}", mixed % 100_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_kinds_and_ids_agree() {
        let fleet = Fleet { spec: 3, legacy: 2, hostile: 1 };
        let members: Vec<_> = (0..fleet.total()).map(|device| fleet.member(device)).collect();
        assert_eq!(members[2..], [(Kind::Spec, 2), (Kind::Legacy, 0), (Kind::Legacy, 1), (Kind::Hostile, 0)]);
        for (kind, number) in members {
            assert_eq!(fleet.kind_of(id_of(kind, number)), Some((kind, number)));
            assert!(id_of(kind, number).is_canonical());
        }
        assert_eq!(fleet.kind_of(id_of(Kind::Spec, 3)), None);
        assert_eq!(fleet.kind_of(DevId::default()), None);
        assert_ne!(key_of(Kind::Spec, 1), key_of(Kind::Spec, 2));
    }
}
