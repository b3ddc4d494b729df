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
//! | Where are recordings and pictures kept? | [`StorageFlag`], [`RecordStoreType`], [`PictureStoreType`], [`LocalStoreFlag`] |
//! | When? | [`Weekday`] and the types of [`time`](crate::time) |
//! | What happened? | [`AlarmType`], [`ExceptionType`], [`ImpliedException`] |
//! | Where to connect? | [`Host`], [`Port`], [`Ipv4OrEmpty`], [`Url`], [`UrlOrEmpty`], [`HashToken`] |
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
pub use network::{Host, Ipv4OrEmpty, Port, Signal, WifiSecurity};
pub use number::PageNo;
pub use result::{
    AddressReportResult, ClientUpgradeResult, DeviceUseResult, FileQueryResult, GenericResult, LoginResult,
    McuAddDeviceResult, McuDeviceListResult, McuDeviceOpResult, McuLoginResult, McuLogoutResult,
    McuPtzResult, McuRemoveDeviceResult, McuSmsResult, RedirectResult, RegisterResult, ResultCode,
    ServiceCancelResult, ServiceChangeResult, ServiceOpenResult, StoreFormatResult, StoreQueryResult,
    UpgradeResult,
};
pub use schedule::Weekday;
pub use storage::{LocalStoreFlag, PictureStoreType, RecordStoreType, StorageFlag};
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
