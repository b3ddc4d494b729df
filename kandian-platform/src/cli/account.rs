//! `account`.

use clap::{Subcommand, ValueEnum};
use kandian_platform::api::account_json;
use kandian_platform::clock::Clock;
use kandian_platform::rules::Mobile;
use kandian_platform::service::accounts::{NewAccount, Passwords, new_password, open_account, set_password};
use kandian_platform::store::{AccountChange, AccountOrigin, AccountState};
use kandian_proto::Secret;
use serde_json::json;

use super::failure::{Failure, text};
use super::output::{self, Cell, Table, Tint};
use super::record::{noting, open};
use super::settings::Where;

/// Where a password is taken from that somebody chose.
const PASSWORD_VARIABLE: &str = "KANDIAN_PASSWORD";
/// Accounts asked for at a time.
const PAGE: u32 = 500;

const ADD: &str = "\
Example:
  kandian-platform account add --data-dir data 18912345678 --devices 4

Without a password one is made and shown once. With KANDIAN_PASSWORD in the environment that one is
taken; a flag would be seen by other users of this machine.";

const SET: &str = "\
Examples:
  kandian-platform account set --data-dir data 18912345678 --devices 8
  kandian-platform account set --data-dir data 18912345678 --state suspended

Whoever is suspended or closed is logged out at once.";

const PASSWORD: &str = "\
Example:
  kandian-platform account password --data-dir data 18912345678

Everybody is logged out of the account.";

/// Accounts of users.
#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// Open an account
    #[command(after_help = ADD)]
    Add {
        #[command(flatten)]
        place: Box<Where>,
        /// Its mobile number
        number: Mobile,
        /// How many devices it may bind; those shared with it are not counted
        #[arg(long, value_name = "N", default_value_t = 4)]
        devices: u32,
        /// Print a JSON object, with the password that was made in it
        #[arg(long)]
        json: bool,
    },
    /// List accounts
    List {
        #[command(flatten)]
        place: Box<Where>,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Change what an account may
    #[command(after_help = SET)]
    Set {
        #[command(flatten)]
        place: Box<Where>,
        /// Its mobile number
        number: Mobile,
        /// How many devices it may bind
        #[arg(long, value_name = "N")]
        devices: Option<u32>,
        /// Whether it may be used
        #[arg(long, value_enum)]
        state: Option<State>,
    },
    /// Give an account another password; it is made and shown once
    #[command(after_help = PASSWORD)]
    Password {
        #[command(flatten)]
        place: Box<Where>,
        /// Its mobile number
        number: Mobile,
    },
    /// Take an account off the record, with its logins; its devices belong to nobody then
    Remove {
        #[command(flatten)]
        place: Box<Where>,
        /// Its mobile number
        number: Mobile,
    },
}

/// Whether an account may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum State {
    /// It may
    Active,
    /// Not now; everything is kept
    Suspended,
    /// Its service was cancelled
    Closed,
}

impl From<State> for AccountState {
    fn from(state: State) -> Self {
        match state {
            State::Active => Self::Active,
            State::Suspended => Self::Suspended,
            State::Closed => Self::Closed,
        }
    }
}

impl Account {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Add { place, number, devices, json } => add(&place, number, devices, json).await,
            Self::List { place, json } => list(&place, json).await,
            Self::Set { place, number, devices, state } => set(&place, number, devices, state).await,
            Self::Password { place, number } => password(&place, number).await,
            Self::Remove { place, number } => remove(&place, number).await,
        }
    }
}

async fn add(place: &Where, number: Mobile, devices: u32, as_json: bool) -> Result<(), Failure> {
    let store = open(place).await?;
    let now = Clock::start().wall();
    let given = std::env::var(PASSWORD_VARIABLE).ok();
    let made = given.is_none().then(new_password);
    let password = given.map(Secret::from).or_else(|| made.clone());
    let account = NewAccount { number, password, device_limit: devices, origin: AccountOrigin::Admin };
    let store = noting(&store, now, "account.open", &number.to_string(), &format!("{devices} devices"));
    open_account(&store, &Passwords::default(), account, now).await.map_err(text)?;
    let made = made.as_ref().map(Secret::reveal);
    if as_json {
        return output::json(&json!({ "number": number, "device_limit": devices, "password": made }));
    }
    output::line(&format!("{number} is open for {devices} devices"))?;
    made.map_or(Ok(()), |password| output::line(&format!("password, shown this once: {password}")))
}

async fn list(place: &Where, as_json: bool) -> Result<(), Failure> {
    let store = open(place).await?;
    let offset_minutes = place.settings()?.province.offset_minutes;
    let mut table = Table::new(["NUMBER", "STATE", "DEVICES", "LAST LOGIN", "FROM"]);
    let mut after = None;
    loop {
        let page = store.accounts(after, PAGE).await.map_err(text)?;
        for account in &page.items {
            if as_json {
                output::json(&account_json(account))?;
                continue;
            }
            let tint = if account.state == AccountState::Active { Tint::Good } else { Tint::Faint };
            let last = account.login_at.map(|at| output::date_and_time(at, offset_minutes));
            table.add([
                Cell::new(&account.number.to_string()),
                Cell::new(account.state.name()).tinted(tint),
                Cell::new(&account.device_limit.to_string()),
                Cell::new(last.as_deref().unwrap_or("never")),
                Cell::new(&account.login_from),
            ]);
        }
        after = page.items.last().map(|account| account.number);
        if !page.more {
            break;
        }
    }
    match (as_json, after) {
        (true, _) => Ok(()),
        (false, None) => output::line("no accounts; open one with `kandian-platform account add`"),
        (false, Some(_)) => table.print(),
    }
}

async fn set(
    place: &Where,
    number: Mobile,
    devices: Option<u32>,
    state: Option<State>,
) -> Result<(), Failure> {
    if devices.is_none() && state.is_none() {
        return Err(Failure::new(2, "nothing to change; give --devices or --state"));
    }
    let store = open(place).await?;
    let change =
        AccountChange { device_limit: devices, state: state.map(Into::into), ..AccountChange::default() };
    let limit = devices.map(|limit| format!("{limit} devices"));
    let named = state.map(|state| AccountState::from(state).name().to_owned());
    let detail = limit.into_iter().chain(named).collect::<Vec<_>>().join(", ");
    let store = noting(&store, Clock::start().wall(), "account.change", &number.to_string(), &detail);
    if !store.change_account(number, change).await.map_err(text)? {
        return Err(unknown(number));
    }
    output::line(&format!("{number} is changed"))
}

async fn password(place: &Where, number: Mobile) -> Result<(), Failure> {
    let store = open(place).await?;
    if store.account(number).await.map_err(text)?.is_none() {
        return Err(unknown(number));
    }
    let password = new_password();
    let store = noting(&store, Clock::start().wall(), "account.password", &number.to_string(), "");
    set_password(&store, &Passwords::default(), number, &password).await.map_err(text)?;
    output::line(password.reveal())
}

async fn remove(place: &Where, number: Mobile) -> Result<(), Failure> {
    let store = open(place).await?;
    let store = noting(&store, Clock::start().wall(), "account.remove", &number.to_string(), "");
    if !store.remove_account(number).await.map_err(text)? {
        return Err(unknown(number));
    }
    output::line(&format!("{number} is off the record"))
}

fn unknown(number: Mobile) -> Failure {
    format!("there is no account {number}; see `kandian-platform account list`").into()
}
