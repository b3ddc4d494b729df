//! The values that leaf elements hold: codes, numbers, addresses, URLs, tokens.
//!
//! Every type here implements [`Scalar`](crate::xml::Scalar) and so knows two readings of a text: the
//! one canonical form, and the forms that deployed equipment sends besides it, each with the erratum
//! that says to accept it.
//!
//! Codes are open newtypes with constants, never closed enums: a device may send a number of its own,
//! and the number must survive being stored, compared and passed on.
//!
//! | Question | Types |
//! |---|---|
//! | What kind of device, on what network? | [`DevType`], [`Manufacturer`], [`NetType`], [`NatType`] |
//! | Which stream, how encoded? | [`StreamType`], [`FrameSize`], [`FrameRate`], [`RateType`], [`BitRate`] |
//! | Which way should the camera turn? | [`PtzDirection`] |
//! | Where do recordings and pictures go? | [`StorageFlag`], [`RecordStoreType`], [`PictureStoreType`], [`PolicyId`], [`CloudSpace`] |
//! | Is there a card or disk? | [`LocalStoreFlag`] |
//! | When? | [`Weekday`] and the types of [`time`](crate::time) |
//! | What happened? | [`AlarmType`], [`ExceptionType`], [`ImpliedException`] |
//! | Where to connect? | [`Host`], [`Port`], [`Ipv4OrEmpty`], [`CameraAddress`], [`Url`], [`UrlOrEmpty`], [`HashToken`] |
//! | Did it work? | [`ResultCode`] and one type per operation with codes of its own |
//! | Was it left out on purpose? | [`OrUnchanged`] |
//!
//! Flags are `bool`, counts and channel numbers plain integers (channels count from 0, E-15), free
//! text is `String`, and secrets are [`Secret`](crate::Secret).

mod alarm;
mod client;
mod device;
pub(crate) mod macros;
mod network;
pub(crate) mod number;
mod result;
mod schedule;
mod storage;
mod token;
mod unchanged;
mod url;
mod video;

pub use alarm::{AlarmType, ExceptionType, ImpliedException};
pub use client::SmsType;
pub use device::{DevType, Manufacturer, NatType, NetType};
pub use network::{CameraAddress, Host, Ipv4OrEmpty, Port, Signal, WifiSecurity};
pub use number::PageNo;
pub use result::{
    AddressReportResult, ClientUpgradeResult, DeviceUseResult, FileQueryResult, GenericResult, LoginResult,
    McuAddDeviceResult, McuDeviceListResult, McuDeviceOpResult, McuLoginResult, McuLogoutResult,
    McuPtzResult, McuRemoveDeviceResult, McuSmsResult, RedirectResult, RegisterResult, ResultCode,
    ServiceCancelResult, ServiceChangeResult, ServiceOpenResult, StoreFormatResult, StoreQueryResult,
    UpgradeResult,
};
pub use schedule::Weekday;
pub use storage::{CloudSpace, LocalStoreFlag, PictureStoreType, PolicyId, RecordStoreType, StorageFlag};
pub use token::HashToken;
pub use unchanged::OrUnchanged;
pub use url::{Url, UrlOrEmpty};
pub use video::{
    BitRate, FrameRate, FrameSize, FrameSizeDialect, PolicyStreamType, PtzDirection, RateType, Resolution,
    StreamType,
};

/// A text that a value type refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not {expected}")]
pub struct InvalidValue {
    /// What was expected, as in [`Scalar::EXPECTED`](crate::xml::Scalar::EXPECTED).
    pub expected: &'static str,
}

impl InvalidValue {
    /// The error for a type.
    pub(crate) const fn of<T: crate::xml::Scalar>() -> Self {
        Self { expected: T::EXPECTED }
    }
}

/// The canonical text of a value.
#[cfg(test)]
pub(crate) fn written<T: crate::xml::Scalar>(value: &T) -> String {
    let mut text = String::new();
    assert!(value.write(&mut text).is_ok());
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Scalar, ScalarKind};

    /// Every code of every table: canonical text, name, and both readings.
    #[test]
    fn tables() {
        macro_rules! check {
            ($($Name:ident)*) => {$(
                for &(value, name, zh, en) in $Name::KNOWN {
                    let text = written(&value);
                    assert_eq!($Name::parse(&text), Some(value));
                    assert_eq!($Name::tolerate(&format!("0{text}")).map(|read| read.value), Some(value));
                    assert_eq!((value.name(), value.name_zh(), value.name_en()), (Some(name), Some(zh), Some(en)));
                    assert_eq!(value.as_integer(), Some(u64::from(u16::from(value))));
                    assert_eq!(format!("{value}"), format!("{text} {name}"));
                    assert_eq!(format!("{value:?}"), format!(concat!(stringify!($Name), "::{} ({})"), name, text));
                    assert!(value.is_known() && !zh.is_empty() && !en.is_empty());
                }
                assert_eq!($Name::from(9_999).name(), None);
                assert_eq!($Name::KIND, ScalarKind::Integer);
                for text in [" 1", "+1", "1.0", "一"] {
                    assert_eq!($Name::parse(text), None, "{text}");
                }
            )*};
        }
        check! {
            AddressReportResult AlarmType BitRate ClientUpgradeResult DevType DeviceUseResult ExceptionType
            FileQueryResult FrameSize GenericResult LocalStoreFlag LoginResult McuAddDeviceResult
            McuDeviceListResult McuDeviceOpResult McuLoginResult McuLogoutResult McuPtzResult
            McuRemoveDeviceResult McuSmsResult NatType NetType PictureStoreType PolicyStreamType PtzDirection
            RateType RecordStoreType RedirectResult RegisterResult ServiceCancelResult ServiceChangeResult
            ServiceOpenResult SmsType StorageFlag StoreFormatResult StoreQueryResult StreamType UpgradeResult
            Weekday WifiSecurity
        }
    }
}
