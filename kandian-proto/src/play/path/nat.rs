//! Whether RTP over UDP can find its way between two NATs. Spec §15 (3); E-174.

use core::fmt;

use crate::value::NatType;

/// Why RTP over UDP is not even tried between a client and a device. R-15.10; E-174.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UdpObstacle {
    /// 4:4, 4:3 or 3:4: a symmetric NAT takes a new port for each peer, which the other NAT does not
    /// let in.
    Nat {
        /// NAT of the client.
        client: NatType,
        /// NAT of the device.
        device: NatType,
    },
    /// One side can send and receive no UDP at all.
    Blocked {
        /// NAT of the client.
        client: NatType,
        /// NAT of the device.
        device: NatType,
    },
}

impl fmt::Display for UdpObstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, client, device) = match self {
            Self::Nat { client, device } => ("UDP cannot cross these NATs", client, device),
            Self::Blocked { client, device } => ("UDP is blocked", client, device),
        };
        write!(f, "{what} (client {client}, device {device})")
    }
}

/// What stands in the way of RTP over UDP; `None` when it is worth a try. R-15.10; E-174, E-161.
///
/// Not detected (0) and numbers outside the table are tried: five seconds without a picture decide
/// ([`MEDIA_WAIT_UDP`](super::MEDIA_WAIT_UDP)). There is firmware that reports 1 whatever its NAT is.
///
/// ```
/// use kandian_proto::play::path::{UdpObstacle, udp_obstacle};
/// use kandian_proto::value::NatType;
/// let (client, device) = (NatType::SYMMETRIC, NatType::PORT_RESTRICTED_CONE);
/// assert_eq!(udp_obstacle(client, device), Some(UdpObstacle::Nat { client, device }));
/// assert_eq!(udp_obstacle(client, NatType::FULL_CONE), None);
/// ```
#[must_use]
pub fn udp_obstacle(client: NatType, device: NatType) -> Option<UdpObstacle> {
    const STRICT: NatType = NatType::PORT_RESTRICTED_CONE;
    const WORST: NatType = NatType::SYMMETRIC;
    match (client, device) {
        (NatType::UDP_BLOCKED, _) | (_, NatType::UDP_BLOCKED) => {
            Some(UdpObstacle::Blocked { client, device })
        }
        (WORST, WORST | STRICT) | (STRICT, WORST) => Some(UdpObstacle::Nat { client, device }),
        _ => None,
    }
}
