//! Names of recordings and pictures, and whether a peer's name is safe to use.
//!
//! Spec §7.1.1, §7.5.22, §7.5.27, §7.5.34; R-7.6, R-7.7, R-7.86, R-7.97; E-13, E-44, E-45, E-141.
//!
//! All files are called `DevID_ChannelNo_YYYYMMDDHHMMSS.ext`, where the time is the civil time at which the
//! recording began or the picture was taken (E-13). The ending depends on the purpose, and on the one
//! server its letters are capitals (E-44):
//!
//! | [`Purpose`] | ending | where |
//! |---|---|---|
//! | [`CloudRecording`](Purpose::CloudRecording) | `.ts` | object in `ERecordBucket` |
//! | [`CloudPicture`](Purpose::CloudPicture) | `.jpg` | object in `EPictureBucket` |
//! | [`LocalRecording`](Purpose::LocalRecording) | `.ts`, or the device's own container | card or disk; a recommendation only |
//! | [`FtpPicture`](Purpose::FtpPicture) | `.JPG` | FTP server; `FileName` of 36H and 37H |
//!
//! **Keep the name a peer sent.** A [`FileName`] says what a name means. What is asked for, played or looked
//! up is the name as it was received: names of recordings are opaque (E-45), and on a server
//! [`same_file`] finds a picture whose letters differ (E-44). Before any name of a peer becomes part of a
//! path, [`check_component`] must have accepted it.
//!
//! ```
//! use kandian_proto::name::{FileName, Purpose, check_component};
//! use kandian_proto::time::Timestamp;
//!
//! let taken: Timestamp = "20140318103000".parse()?;
//! let name = FileName::new(Purpose::FtpPicture, "81100000001".parse()?, 0, taken)?;
//! assert_eq!(name.to_string(), "81100000001_0_20140318103000.JPG");
//!
//! let printed = "81100000001_0_20140318103000. JPG";
//! assert_eq!(FileName::read(Purpose::FtpPicture, printed), Some(name));
//! assert!(check_component("../../etc/passwd").is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod component;
mod extension;

use core::fmt;

pub use component::{Hazard, MAX_COMPONENT_BYTES, check_component};
pub use extension::Extension;

use crate::DevId;
use crate::time::Timestamp;
use crate::value::InvalidValue;
use crate::value::number::{decimal, padded};
use crate::xml::Tolerated;

/// What a file is and where it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// A recording in the cloud, in the bucket `ERecordBucket`. Spec §7.1.1; R-7.6.
    CloudRecording,
    /// A picture in the cloud, in the bucket `EPictureBucket`. Spec §7.1.1; R-7.7.
    CloudPicture,
    /// A recording on the card or disk of a device. Spec §7.5.22; R-7.86, E-45.
    LocalRecording,
    /// A picture on the platform's FTP server, taken by policy or at an alarm. Spec §7.5.27, §7.5.34;
    /// R-7.97.
    FtpPicture,
}

impl Purpose {
    /// The ending a file gets. E-44, E-45.
    #[must_use]
    pub const fn extension(self) -> Extension {
        match self {
            Self::CloudRecording | Self::LocalRecording => Extension::TS,
            Self::CloudPicture => Extension::JPG,
            Self::FtpPicture => Extension::JPG_CAPITAL,
        }
    }

    /// Whether this exact ending belongs to the purpose. A device may keep recordings in a container of
    /// its own, so only the endings of pictures do not belong to [`Purpose::LocalRecording`] (E-45).
    #[must_use]
    pub fn suits(self, extension: Extension) -> bool {
        match self {
            Self::LocalRecording => !extension.is_picture(),
            _ => extension == self.extension(),
        }
    }

    /// Whether lenient reading takes this ending for the purpose (E-44).
    fn tolerates(self, extension: Extension) -> bool {
        match self {
            Self::CloudRecording => extension.as_str().eq_ignore_ascii_case(Extension::TS.as_str()),
            Self::CloudPicture | Self::FtpPicture => extension.is_picture(),
            Self::LocalRecording => self.suits(extension),
        }
    }
}

/// A name of the specification's form: `DevID_ChannelNo_YYYYMMDDHHMMSS.ext`. E-13, E-44, E-45.
///
/// `Display` writes it. It is at most 32 + 1 + 5 + 1 + 14 + 1 + 8 characters long, all of them letters,
/// digits, `_` and one full stop, so that every file system, object store and FTP server takes it.
///
/// ```
/// use kandian_proto::name::{FileName, Purpose};
/// let name = FileName::parse(Purpose::CloudRecording, "812A930E4BC_3_20141231235959.ts")?;
/// assert_eq!((name.dev_id().as_str(), name.channel_no()), ("812A930E4BC", 3));
/// assert_eq!(name.time().to_string(), "20141231235959");
/// # Ok::<(), kandian_proto::value::InvalidValue>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName {
    dev_id: DevId,
    channel_no: u16,
    time: Timestamp,
    extension: Extension,
}

const INVALID: InvalidValue = InvalidValue { expected: "a file name (DevID_ChannelNo_YYYYMMDDHHMMSS.ext)" };

impl FileName {
    /// The name of a file. `channel_no` counts from 0 (E-15); `time` is the civil time at which the
    /// recording began or the picture was taken (E-13).
    ///
    /// Two files of a channel that begin in the same second have the same name: take one picture a second
    /// at most.
    ///
    /// # Errors
    /// When `dev_id` is the empty id.
    pub fn new(
        purpose: Purpose,
        dev_id: DevId,
        channel_no: u16,
        time: Timestamp,
    ) -> Result<Self, InvalidValue> {
        if dev_id.is_empty() {
            return Err(INVALID);
        }
        Ok(Self { dev_id, channel_no, time, extension: purpose.extension() })
    }

    /// The same name with the ending of another container, for recordings that a device keeps in one of
    /// its own (E-45).
    #[must_use]
    pub const fn with_extension(self, extension: Extension) -> Self {
        Self { extension, ..self }
    }

    /// Reads a name of exactly the form of the specification, with an ending that suits the purpose.
    ///
    /// The device id may have the letters that ids in use have (E-21).
    ///
    /// # Errors
    /// When the text is anything else. For a recording of a device that is no fault of the peer: such
    /// names are opaque (E-45).
    pub fn parse(purpose: Purpose, text: &str) -> Result<Self, InvalidValue> {
        Self::split(text)
            .and_then(|[id, channel, time, extension]| {
                let name = Self {
                    dev_id: DevId::new(id).ok()?,
                    channel_no: decimal(channel)?.try_into().ok()?,
                    time: Timestamp::from_digits(time, 14)?,
                    extension: Extension::new(extension).ok()?,
                };
                Some(name).filter(|name| purpose.suits(name.extension))
            })
            .ok_or(INVALID)
    }

    /// What a name means, in whichever of the two readings it has one. `None` for a name that is opaque.
    #[must_use]
    pub fn read(purpose: Purpose, text: &str) -> Option<Self> {
        Self::parse(purpose, text).ok().or_else(|| Self::tolerate(purpose, text).map(|read| read.value))
    }

    /// Reads a name that [`FileName::parse`] refuses as devices send it besides: with `jpg` and `jpeg` in any case and stray blanks (E-44),
    /// with 12 digits (E-13), with a padded channel (E-09). `None` when it is not even that.
    ///
    /// The value has the canonical ending of the purpose, so its text may differ from the name that was
    /// received. A directory in front of the name is not accepted: take the last component of a path
    /// first (E-141).
    #[must_use]
    pub fn tolerate(purpose: Purpose, text: &str) -> Option<Tolerated<Self>> {
        let stripped: String = text.chars().filter(|c| *c != ' ').collect();
        let [id, channel, time, extension] = Self::split(&stripped)?;
        let extension = Extension::new(extension).ok().filter(|e| purpose.tolerates(*e))?;
        let name = Self {
            dev_id: DevId::new(id).ok()?,
            channel_no: padded(channel)?.try_into().ok()?,
            time: Timestamp::from_digits(time, 14).or_else(|| Timestamp::from_digits(time, 12))?,
            extension: if purpose.suits(extension) { extension } else { purpose.extension() },
        };
        let (erratum, what) = if stripped.len() != text.len() {
            (44, "has blanks; they are dropped")
        } else if name.extension != extension {
            (44, "has another ending; read as the one of the specification")
        } else if time.len() == 12 {
            (13, "has 12 digits; the seconds are 00")
        } else {
            (9, "has leading zeros")
        };
        Some(Tolerated::new(name, erratum, what))
    }

    /// Device id, channel, time and ending.
    fn split(text: &str) -> Option<[&str; 4]> {
        let (stem, extension) = text.split_once('.')?;
        let mut parts = stem.split('_');
        let (id, channel, time) = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().is_none().then_some([id, channel, time, extension])
    }

    /// Device id.
    #[must_use]
    pub const fn dev_id(self) -> DevId {
        self.dev_id
    }

    /// Channel, counted from 0 (E-15).
    #[must_use]
    pub const fn channel_no(self) -> u16 {
        self.channel_no
    }

    /// Civil time at which the recording began or the picture was taken (E-13).
    #[must_use]
    pub const fn time(self) -> Timestamp {
        self.time
    }

    /// The ending, without the full stop.
    #[must_use]
    pub const fn extension(self) -> Extension {
        self.extension
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { dev_id, channel_no, time, extension } = self;
        write!(f, "{dev_id}_{channel_no}_{time}.{extension}")
    }
}

/// Whether a file on a server is the one a peer named: the same name without regard to blanks and to
/// the case of letters. E-44.
///
/// Look for the exact name first, because on FTP servers and in object stores names that differ in case
/// are different files.
///
/// ```
/// use kandian_proto::name::same_file;
/// assert!(same_file("81100000001_0_20140318103000. JPG", "81100000001_0_20140318103000.jpg"));
/// assert!(!same_file("81100000001_0_20140318103000.JPG", "81100000001_0_20140318103000.JPEG"));
/// ```
#[must_use]
pub fn same_file(named: &str, stored: &str) -> bool {
    let letters = |text: &str| -> Vec<char> {
        text.chars().filter(|c| *c != ' ').map(|c| c.to_ascii_lowercase()).collect()
    };
    letters(named) == letters(stored)
}
