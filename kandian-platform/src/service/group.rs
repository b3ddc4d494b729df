//! What a group platform does for its province platforms, their devices and their clients. Spec §5, §6, §9.

mod addresses;
mod claims;
mod clients;
mod directory;
mod keeping;
mod office;
mod subscriptions;

pub use addresses::{ReportRefused, report_addresses};
pub use claims::{Claimed, claim, claim_from};
pub use clients::{Upgrade, check_version, platforms};
pub use directory::{DirectoryError, directory, own, register_url};
pub use keeping::{
    Moved, NewProvince, ProvinceFailure, add_province, assign, new_province_password, release,
    rename_province, set_key, set_province_password,
};
pub use office::{Credentials, Stranger, authenticate};
pub use subscriptions::{ServiceFailure, cancel_service, change_service, open_service};
