//! `token`.

use clap::Subcommand;
use kandian_platform::clock::Clock;
use kandian_platform::service::create_token;
use kandian_platform::store::{AuditEntry, Store, TokenRole};
use kandian_proto::time::UnixMillis;

use super::Failure;
use super::settings::Where;

/// Keys for programs and administrators.
#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a token; it is shown once
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
    },
    /// List tokens
    List {
        #[command(flatten)]
        place: Box<Where>,
    },
    /// Take a token back
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
            Self::Create { place, name, role, days } => {
                let store = open(&place).await?;
                let now = Clock::start().wall();
                let expires_at = days.map(|days| UnixMillis(now.0 + i64::from(days) * 86_400_000));
                let token = create_token(&store, &name, role, now, expires_at).await.map_err(text)?;
                audit(&store, now, "token.create", &name, role.name()).await?;
                println!("{}", token.reveal());
            }
            Self::List { place } => {
                let store = open(&place).await?;
                for token in store.tokens().await.map_err(text)? {
                    let state = if token.revoked_at.is_some() { "revoked" } else { "valid" };
                    println!("{}  {:<8}  {:<7}  {}", token.id, token.role.name(), state, token.name);
                }
            }
            Self::Revoke { place, id } => {
                let store = open(&place).await?;
                let now = Clock::start().wall();
                if !store.revoke_token(&id, now).await.map_err(text)? {
                    return Err(format!("there is no valid token `{id}`; see `kandian-platform token list`"));
                }
                audit(&store, now, "token.revoke", &id, "").await?;
            }
        }
        Ok(())
    }
}

/// The store of a platform, which may run.
pub(super) async fn open(place: &Where) -> Result<Store, Failure> {
    let config = place.settings()?;
    if config.store.url.is_none() && !config.data_dir.exists() {
        let dir = config.data_dir.display();
        return Err(format!(
            "there is no data directory {dir}; start the platform there first, or name another"
        ));
    }
    Store::open(&config.data_dir, config.store.url.as_ref()).await.map_err(text)
}

pub(super) async fn audit(
    store: &Store,
    at: UnixMillis,
    action: &str,
    target: &str,
    detail: &str,
) -> Result<(), Failure> {
    let entry = AuditEntry {
        at,
        actor: "cli".to_owned(),
        action: action.to_owned(),
        target: target.to_owned(),
        detail: detail.to_owned(),
    };
    store.add_audit(entry).await.map_err(text)
}

pub(super) fn text(error: impl ToString) -> Failure {
    error.to_string()
}
