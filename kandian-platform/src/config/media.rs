//! Live pictures for browsers.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// Live pictures for browsers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Media {
    /// Networks in which the platform may connect to the address that a device names for itself, beside the address that
    /// its link comes from. Whoever has a device can have the platform connect to any port there.
    pub local_networks: Vec<IpNet>,
    /// Cameras and streams that are fetched at a time.
    pub max_pulls: usize,
    /// Browsers that watch at a time.
    pub max_viewers: usize,
    /// Those of one account.
    pub max_viewers_per_account: usize,
    /// Seconds that a camera is fetched on after its last browser has gone: whoever reloads a page sees a picture at once.
    pub linger_secs: u64,
    /// Other origins whose pages may open a socket, as in `https://portal.example`. Pages of this platform always may; behind
    /// a proxy that changes the header `Host`, the origin that browsers see belongs here.
    pub origins: Vec<String>,
}

impl Default for Media {
    fn default() -> Self {
        Self {
            local_networks: Vec::new(),
            max_pulls: 200,
            max_viewers: 1_000,
            max_viewers_per_account: 64,
            linger_secs: 10,
            origins: Vec::new(),
        }
    }
}
