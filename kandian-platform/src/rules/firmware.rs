//! Which firmware is newer, and what of it can be put into the catalogue. Spec §7.5.17, §8.14; E-37, E-74, E-126.

use kandian_proto::Secret;
use kandian_proto::value::{Host, Manufacturer};

/// How new a version is; greater is newer.
///
/// The date orders versions (E-74), whatever numbers stand before it: those name the protocol. Versions of one date, and
/// those of another form that have none, are ordered by their numbers; a version without a date comes before each with
/// one, because it may be of any time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Age {
    date: Option<u64>,
    numbers: Vec<u64>,
}

impl Age {
    /// Reads `V<major>.<minor>_<YYYYMMDD>`, and of any other text its numbers. A text without any is older than everything.
    #[must_use]
    pub fn of(version: &str) -> Self {
        let (mut date, mut numbers) = (None, Vec::new());
        for digits in version.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()) {
            // Versions have a few digits; whoever sends more of them has the largest number there is.
            let number = digits.parse().unwrap_or(u64::MAX);
            match date {
                None if is_date(digits, number) => date = Some(number),
                _ => numbers.push(number),
            }
        }
        Self { date, numbers }
    }

    /// Whether there was anything to order it by.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.date.is_some() || !self.numbers.is_empty()
    }
}

/// Whether digits are a day, `YYYYMMDD`.
fn is_date(digits: &str, number: u64) -> bool {
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    digits.len() == 8 && (1990..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// Firmware to put into the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFirmware {
    /// The manufacturer's code.
    pub manufacturer: Manufacturer,
    /// The model, as devices name it when they register.
    pub model: String,
    /// The version.
    pub version: String,
    /// The FTP server where it lies.
    pub host: Host,
    /// Its port.
    pub port: u16,
    /// The account there.
    pub account: String,
    /// Its password.
    pub password: Secret,
    /// The file, from the login directory of that account on.
    pub file: String,
}

/// Longest version, host, account and password that deployed recorders keep whole (E-37).
const LONGEST_WORD: usize = 31;
/// Longest name of a file of the same.
const LONGEST_FILE: usize = 127;
/// Longest model.
const LONGEST_MODEL: usize = 128;

/// Why firmware does not go into the catalogue: no device could be told to fetch it. It never quotes the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadFirmware {
    /// The manufacturer.
    #[error("A manufacturer's code has three letters or digits (E-24)")]
    Manufacturer,
    /// The model.
    #[error("A model is one line of 1 to {LONGEST_MODEL} bytes, as the device names it when it registers")]
    Model,
    /// The version.
    #[error(
        "A version is one word of at most {LONGEST_WORD} bytes with a number in it, such as V1.6_20141105 (E-74)"
    )]
    Version,
    /// The server.
    #[error("An FTP server has a name or address of at most {LONGEST_WORD} characters (E-37), and a port")]
    Server,
    /// The account or its password.
    #[error("Account and password are one word of at most {LONGEST_WORD} bytes each (E-37)")]
    Account,
    /// The file.
    #[error(
        "A file is one word of at most {LONGEST_FILE} bytes, from the login directory on, without a slash at its ends (E-126)"
    )]
    File,
}

impl NewFirmware {
    /// Checks it.
    ///
    /// # Errors
    ///
    /// [`BadFirmware`]: the first thing that is wrong.
    pub fn checked(self) -> Result<Self, BadFirmware> {
        let model = self.model.as_str();
        let fits = (1..=LONGEST_MODEL).contains(&model.len()) && model.trim() == model;
        if !fits || model.contains(char::is_control) {
            return Err(BadFirmware::Model);
        }
        if !is_word(&self.version, LONGEST_WORD) || !Age::of(&self.version).is_known() {
            return Err(BadFirmware::Version);
        }
        if self.host.is_empty() || self.host.as_str().len() > LONGEST_WORD || self.port == 0 {
            return Err(BadFirmware::Server);
        }
        if !is_word(&self.account, LONGEST_WORD) || !is_word(self.password.reveal(), LONGEST_WORD) {
            return Err(BadFirmware::Account);
        }
        let file = self.file.as_str();
        let climbs = file.split('/').any(|step| step == "..");
        if !is_word(file, LONGEST_FILE) || file.starts_with('/') || file.ends_with('/') || climbs {
            return Err(BadFirmware::File);
        }
        Ok(self)
    }
}

/// Whether deployed recorders read it to its end: they stop at the first blank (E-37).
fn is_word(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len()) && !text.contains(|c: char| c.is_control() || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// E-74: the date first, then the numbers as numbers.
    #[test]
    fn the_date_orders_versions() {
        let ordered = [
            "",
            "1.9",
            "V1.10",
            "V2",
            "V2.0.1",
            "V1.6_20131210",
            "V1.6.2_20131210",
            "V1.5_20141105",
            "v1.6-20141105-b2",
            "V1.6_20150101",
        ];
        for pair in ordered.windows(2) {
            assert!(Age::of(pair[0]) < Age::of(pair[1]), "{pair:?}");
        }
        assert_eq!(Age::of("V1.6_20141105"), Age::of("v1.6 20141105"));
        // Eight digits that are no day are a number.
        assert!(Age::of("V1.6_20149999") < Age::of("V1.6_20131210"));
        assert!(Age::of("V99999999999999999999") > Age::of("V3"));
        assert!(!Age::of("build").is_known() && Age::of("build 7").is_known());
    }

    /// E-24, E-37, E-126: what no device could use is refused by name.
    #[test]
    fn what_devices_cannot_use() {
        let check = |change: fn(&mut NewFirmware)| {
            let mut firmware = sample();
            change(&mut firmware);
            firmware.checked().map(|_| ())
        };
        assert_eq!(check(|_| ()), Ok(()));
        assert_eq!(check(|f| f.model = " ".into()), Err(BadFirmware::Model));
        assert_eq!(check(|f| f.model = "a\nb".into()), Err(BadFirmware::Model));
        for version in ["", "next", "V1.6 b", "V1.6_201411050000000000000000000"] {
            assert_eq!(
                NewFirmware { version: version.into(), ..sample() }.checked().map(|_| ()),
                Err(BadFirmware::Version),
                "{version}"
            );
        }
        assert_eq!(check(|f| f.port = 0), Err(BadFirmware::Server));
        assert_eq!(check(|f| f.host = "x".repeat(32).parse().unwrap()), Err(BadFirmware::Server));
        assert_eq!(check(|f| f.account = "two words".into()), Err(BadFirmware::Account));
        assert_eq!(check(|f| f.password = "".into()), Err(BadFirmware::Account));
        for file in ["", "/fw.bin", "kd1/", "../fw.bin", "a/../../b", "fw bin", "a\r\nDELE b"] {
            assert_eq!(
                NewFirmware { file: file.into(), ..sample() }.checked().map(|_| ()),
                Err(BadFirmware::File),
                "{file}"
            );
        }
    }

    fn sample() -> NewFirmware {
        NewFirmware {
            manufacturer: Manufacturer::new("811").unwrap(),
            model: "KD-1".into(),
            version: "V1.6_20141105".into(),
            host: "ftp.example".parse().unwrap(),
            port: 21,
            account: "fw".into(),
            password: "p!@#".into(),
            file: "kd1/fw.bin".into(),
        }
    }
}
