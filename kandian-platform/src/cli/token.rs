//! `token`.

use clap::Subcommand;
use kandian_platform::api::time_json;
use kandian_platform::clock::Clock;
use kandian_platform::service::create_token;
use kandian_platform::store::{Token as Record, TokenRole};
use kandian_proto::time::UnixMillis;
use serde_json::{Value, json};

use super::failure::{Failure, text};
use super::output::{self, Cell, Table, Tint};
use super::record::{noting, open};
use super::settings::Where;

const CREATE: &str = "\
Example:
  TOKEN=$(kandian-platform token create --data-dir data --name crm --role operator --days 365)
  curl -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:8080/api/v1/devices";

const LIST: &str = "\
Examples:
  kandian-platform token list --data-dir data
  kandian-platform token list --data-dir data --json | jq -r 'select(.state == \"expired\") | .id'";

const REVOKE: &str = "\
Example:
  kandian-platform token revoke --data-dir data abcd2345";

/// Keys for programs and administrators.
#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a token; it is shown once
    #[command(after_help = CREATE)]
    Create {
        #[command(flatten)]
        place: Box<Where>,
        /// A name for people
        #[arg(long)]
        name: String,
        /// What its holder may do
        #[arg(long, value_enum, default_value = "operator")]
        role: TokenRole,
        /// Days until it ends; without, it never does
        #[arg(long, value_name = "DAYS")]
        days: Option<u32>,
        /// Print a JSON object with the token in it
        #[arg(long)]
        json: bool,
    },
    /// List tokens, without their secret halves
    #[command(after_help = LIST)]
    List {
        #[command(flatten)]
        place: Box<Where>,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Take a token back
    #[command(after_help = REVOKE)]
    Revoke {
        #[command(flatten)]
        place: Box<Where>,
        /// Its public half, as `token list` shows it
        id: String,
    },
}

impl Token {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Create { place, name, role, days, json } => create(&place, &name, role, days, json).await,
            Self::List { place, json } => list(&place, json).await,
            Self::Revoke { place, id } => revoke(&place, &id).await,
        }
    }
}

async fn create(
    place: &Where,
    name: &str,
    role: TokenRole,
    days: Option<u32>,
    json: bool,
) -> Result<(), Failure> {
    let store = open(place).await?;
    let now = Clock::start().wall();
    let expires_at = days.map(|days| UnixMillis(now.0 + i64::from(days) * 86_400_000));
    let store = noting(&store, now, "token.create", name, role.name());
    let token = create_token(&store, name, role, now, expires_at).await.map_err(text)?;
    if !json {
        return output::line(token.reveal());
    }
    output::json(&json!({
        "token": token.reveal(),
        "name": name,
        "role": role.name(),
        "expires_at": expires_at.map_or(Value::Null, time_json),
    }))
}

async fn list(place: &Where, json: bool) -> Result<(), Failure> {
    let tokens = open(place).await?.tokens().await.map_err(text)?;
    let now = Clock::start().wall();
    if json {
        return tokens.iter().try_for_each(|token| output::json(&as_json(token, now)));
    }
    if tokens.is_empty() {
        return output::line("no tokens; the first start of the platform makes one");
    }
    let offset_minutes = place.settings()?.province.offset_minutes;
    let day = |at: UnixMillis| {
        let shown = output::date_and_time(at, offset_minutes);
        shown.split(' ').next().map(str::to_owned).unwrap_or_default()
    };
    let mut table = Table::new(["ID", "ROLE", "STATE", "MADE", "ENDS", "NAME"]);
    for token in &tokens {
        let state = state(token, now);
        let ends = token.expires_at.map_or_else(|| "never".to_owned(), day);
        table.add([
            Cell::new(&token.id),
            Cell::new(token.role.name()),
            Cell::new(state).tinted(if state == "valid" { Tint::Good } else { Tint::Faint }),
            Cell::new(&day(token.created_at)),
            Cell::new(&ends),
            Cell::new(&token.name),
        ]);
    }
    table.print()
}

fn state(token: &Record, now: UnixMillis) -> &'static str {
    match token {
        token if token.revoked_at.is_some() => "revoked",
        token if token.expires_at.is_some_and(|at| at <= now) => "expired",
        _ => "valid",
    }
}

/// Without its hash: nobody needs it.
fn as_json(token: &Record, now: UnixMillis) -> Value {
    let maybe = |at: Option<UnixMillis>| at.map_or(Value::Null, time_json);
    json!({
        "id": token.id,
        "name": token.name,
        "role": token.role.name(),
        "state": state(token, now),
        "created_at": time_json(token.created_at),
        "expires_at": maybe(token.expires_at),
        "revoked_at": maybe(token.revoked_at),
    })
}

async fn revoke(place: &Where, id: &str) -> Result<(), Failure> {
    let store = open(place).await?;
    let now = Clock::start().wall();
    if !noting(&store, now, "token.revoke", id, "").revoke_token(id, now).await.map_err(text)? {
        return Err(format!("there is no valid token `{id}`; see `kandian-platform token list`").into());
    }
    output::line(&format!("{id} is revoked"))
}
