//! The values of settings, in words: the same on the command line and in a file.

use std::fmt;
use std::str::FromStr;

use kandian_proto::defaults::Grade;
use kandian_proto::value::{DevType, Manufacturer, Url, WifiSecurity};
use kandian_proto::{DevId, Secret};
use serde::{Deserialize, Deserializer};

use super::problem::nearest;
use crate::config::parse;
use crate::hardware::sim::GatewayState;

/// A value that is read from a word.
macro_rules! word {
    ($(#[$meta:meta])* $Name:ident($Value:ty) by $parse:expr) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $Name(pub $Value);

        impl FromStr for $Name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let parse: fn(&str) -> Result<$Value, String> = $parse;
                parse(text).map(Self)
            }
        }

        impl<'de> Deserialize<'de> for $Name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

word! {
    /// The address of a platform: `http://host[:port]/path`.
    PlatformUrl(Url) by parse::platform_url
}

word! {
    /// A device id.
    Id(DevId) by parse::device_id
}

word! {
    /// A manufacturer's code.
    Code(Manufacturer) by parse::manufacturer
}

word! {
    /// A device key or password; shown to nobody.
    #[derive(Default)]
    Key(Secret) by |text| Ok(Secret::from(text))
}

word! {
    /// Kind of device: `ipc`, `nvr` or `dvr`.
    Kind(DevType) by |text| {
        one_of(text, &[("ipc", DevType::IPCAM), ("nvr", DevType::NVR), ("dvr", DevType::DVR)])
    }
}

word! {
    /// A simulated router: its public address, or `refuses`.
    Gateway(GatewayState) by |text| match text {
        "refuses" => Ok(GatewayState::Refuses),
        address => {
            let wrong = |_| format!("{text:?} is neither an IPv4 address nor `refuses`");
            address.parse().map(GatewayState::Forwards).map_err(wrong)
        }
    }
}

word! {
    /// Definition of a camera: `hd` or `sd`.
    Definition(Grade) by |text| one_of(text, &[("hd", Grade::Hd), ("sd", Grade::Sd)])
}

word! {
    /// Security of an access point.
    Security(WifiSecurity) by |text| one_of(text, SECURITIES)
}

impl Default for Security {
    fn default() -> Self {
        Self(WifiSecurity::NONE)
    }
}

impl fmt::Display for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = SECURITIES.iter().find(|(_, security)| *security == self.0);
        f.write_str(word.map_or("other", |(word, _)| word))
    }
}

const SECURITIES: &[(&str, WifiSecurity)] = &[
    ("open", WifiSecurity::NONE),
    ("wep", WifiSecurity::WEP),
    ("wpa-psk", WifiSecurity::WPA_PSK),
    ("wpa-wpa2-psk", WifiSecurity::WPA_WPA2_PSK),
    ("wpa2-psk", WifiSecurity::WPA2_PSK),
];

fn one_of<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<T, String> {
    if let Some((_, value)) = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)) {
        return Ok(*value);
    }
    let names: Vec<_> = words.iter().map(|(word, _)| *word).collect();
    let hint = nearest(text, names.iter().copied()).map(|word| format!("; did you mean `{word}`?"));
    Err(format!("{text:?} is none of {}{}", names.join(", "), hint.unwrap_or_default()))
}
