//! Accounts of users: who is who, logins, and which device is whose.

mod devices;
mod keep;
mod logins;
mod password;
mod record;
mod session;
mod shares;

pub(crate) use devices::revoke_all_plays;
pub use devices::{
    Holding, NotPermitted, Point, Removed, add_device, give_up, holdings, owned, permitted, remove_device,
    rename, rename_input,
};
pub use keep::{bind, change, open, remove, remove_closed, replace_password, unbind};
pub use logins::{Login, end_login, end_logins, logins};
pub use password::{NoHash, Passwords};
pub use record::{AccountFailure, NewAccount, new_password, open_account, set_password};
pub use session::{
    Client, LoginFailure, PasswordFailure, SessionFailure, SignedIn, caller, change_password, holder,
    reset_password, sign_in, sign_out,
};
pub use shares::{ShareFailure, share, shares, unshare};
