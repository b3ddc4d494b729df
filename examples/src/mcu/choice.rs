//! Words of the command line for values of the specification.

use clap::ValueEnum;
use kandian_proto::play::path::{Path, Preference};
use kandian_proto::presets;
use kandian_proto::time::Timestamp;
use kandian_proto::value::{AlarmType, PtzDirection, RateType, Resolution, StreamType, WifiSecurity};

macro_rules! choices {
    ($($(#[$meta:meta])* $Name:ident => $Value:ty { $($(#[$doc:meta])* $Variant:ident => $value:expr,)* })*) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
            pub(super) enum $Name { $($(#[$doc])* $Variant,)* }

            impl From<$Name> for $Value {
                fn from(choice: $Name) -> Self {
                    match choice { $($Name::$Variant => $value,)* }
                }
            }
        )*
    };
}

choices! {
    /// `--stream`.
    Stream => StreamType {
        /// Main stream
        Main => StreamType::MAIN,
        /// Sub stream
        Sub => StreamType::SUB,
    }
    /// `--path`.
    PathWish => Preference {
        /// All, in the order of chapter 15
        Auto => Preference::Auto,
        /// The local network
        Local => Preference::Only(Path::Local),
        /// The mapped port of the gateway
        Upnp => Preference::Only(Path::Upnp),
        /// Requests over the relay, media over UDP
        RelayUdp => Preference::Only(Path::RelayUdp),
        /// Everything over the relay
        RelayTcp => Preference::Only(Path::RelayTcp),
    }
    /// Where to turn.
    Direction => PtzDirection {
        Up => PtzDirection::UP,
        Down => PtzDirection::DOWN,
        Left => PtzDirection::LEFT,
        Right => PtzDirection::RIGHT,
        Stop => PtzDirection::STOP,
    }
    /// `--definition`: those of the mobile client.
    Definition => presets::Definition {
        /// 普通, 352x288
        Normal => presets::Definition::Normal,
        /// 标清, 704x576
        Sd => presets::Definition::Sd,
    }
    /// `--quality`.
    Quality => presets::Quality {
        /// 低, 10 pictures a second
        Low => presets::Quality::Low,
        /// 中, 15 pictures a second
        Medium => presets::Quality::Medium,
        /// 高, 25 pictures a second
        High => presets::Quality::High,
    }
    /// `--size`.
    Size => Resolution {
        /// 320x240
        Qvga => Resolution::Qvga,
        /// 352x288
        Cif => Resolution::Cif,
        /// 640x480
        Vga => Resolution::Vga,
        /// 704x576
        D1 => Resolution::D1,
        /// 1280x720
        #[value(name = "720p")]
        Hd720p => Resolution::Hd720p,
    }
    /// `--rate`.
    Rate => RateType {
        /// Constant bit rate
        Cbr => RateType::CBR,
        /// Variable bit rate
        Vbr => RateType::VBR,
    }
    /// `--sound`.
    OnOff => bool {
        On => true,
        Off => false,
    }
    /// `--security`.
    Security => WifiSecurity {
        /// Open
        None => WifiSecurity::NONE,
        Wep => WifiSecurity::WEP,
        Wpa => WifiSecurity::WPA_PSK,
        /// WPA and WPA2 mixed
        WpaWpa2 => WifiSecurity::WPA_WPA2_PSK,
        Wpa2 => WifiSecurity::WPA2_PSK,
    }
    /// `--type`.
    AlarmKind => AlarmType {
        /// Motion in the picture
        Motion => AlarmType::MOTION,
        /// Infrared sensor
        Infrared => AlarmType::INFRARED,
        /// Button or remote control
        Manual => AlarmType::MANUAL,
        /// Digital input, with --input
        Input => AlarmType::DIGITAL_INPUT,
    }
}

/// The longest span that is waited for on the command line.
const MOST_SECONDS: f64 = 366.0 * 86_400.0;

/// A span in seconds.
pub(super) fn seconds(text: &str) -> Result<f64, String> {
    let span: f64 = text.parse().map_err(|_| "a number of seconds".to_owned())?;
    if (0.0..=MOST_SECONDS).contains(&span) { Ok(span) } else { Err("0 seconds to a year".to_owned()) }
}

/// A moment in the time of China: the digits of year, month, day, and hour, minute, second as far as given.
pub(super) fn moment(text: &str) -> Result<Timestamp, String> {
    let wrong = || "a moment such as 20261126, 2026-11-26 or 2026-11-26T08:00".to_owned();
    if text.chars().any(|c| !(c.is_ascii_digit() || "-:/T ".contains(c))) {
        return Err(wrong());
    }
    let mut digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if !matches!(digits.len(), 8 | 12 | 14) {
        return Err(wrong());
    }
    digits.extend(core::iter::repeat_n('0', 14 - digits.len()));
    digits.parse().map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        let read = |text| moment(text).map(|time| time.to_string());
        assert_eq!(read("20261126"), Ok("20261126000000".to_owned()));
        assert_eq!(read("2026-11-26T08:00"), Ok("20261126080000".to_owned()));
        assert_eq!(read("2026-11-26 08:00:59"), Ok("20261126080059".to_owned()));
        for wrong in ["", "2026", "20261301", "2026-11-26T8:00", "yesterday", "20261126x"] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn spans() {
        assert_eq!(seconds("0.5"), Ok(0.5));
        for wrong in ["-1", "NaN", "inf", "1e12", "x"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
