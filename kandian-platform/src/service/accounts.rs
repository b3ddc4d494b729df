//! Accounts of users: who is who, logins, and which device is whose.

mod devices;
mod password;
mod record;
mod session;

pub use devices::{
    Holding, NotPermitted, Point, Removed, add_device, holdings, owned, permitted, remove_device, rename,
};
pub use password::{NoHash, Passwords};
pub use record::{AccountFailure, NewAccount, new_password, open_account, set_password};
pub use session::{
    Client, LoginFailure, PasswordFailure, SessionFailure, SignedIn, caller, change_password, reset_password,
    sign_in, sign_out,
};
