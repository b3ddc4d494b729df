//! `sms`.

use std::sync::Arc;

use clap::Subcommand;
use kandian_platform::api::short_message_json;
use kandian_platform::clock::Clock;
use kandian_platform::outward::Outward;
use kandian_platform::rules::Mobile;
use kandian_platform::sms::{Post, Taken};
use kandian_platform::store::{MessageState, ShortMessage};
use kandian_proto::Secret;

use super::failure::{Failure, text};
use super::output::{self, Cell, Table, Tint};
use super::record::{open, read};
use super::settings::Where;

const LIST: &str = "\
Example:
  kandian-platform sms list --data-dir data --number 18912345678

Without a gateway, passwords that users ask for stay here: this is where they are read out. Reading is
noted in the audit log. What a gateway took is listed without a text that holds a secret.";

const TEST: &str = "\
Example:
  kandian-platform sms test --config kandian.toml 18912345678

Sends one message through the gateway of the settings, beside everything else, and says what it answered.";

/// Short messages.
#[derive(Debug, Subcommand)]
pub(crate) enum Sms {
    /// List short messages, the newest first
    #[command(after_help = LIST)]
    List {
        #[command(flatten)]
        place: Box<Where>,
        /// Only to this number
        #[arg(long)]
        number: Option<Mobile>,
        /// Most of them
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: u32,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Try the gateway
    #[command(after_help = TEST)]
    Test {
        #[command(flatten)]
        place: Box<Where>,
        /// To whom
        number: Mobile,
    },
}

impl Sms {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::List { place, number, limit, json } => list(&place, number, limit, json).await,
            Self::Test { place, number } => test(&place, number).await,
        }
    }
}

async fn list(place: &Where, number: Option<Mobile>, limit: u32, as_json: bool) -> Result<(), Failure> {
    let store = open(place).await?;
    let found = store.short_messages(number, None, limit.clamp(1, 500)).await.map_err(text)?;
    let of = number.map_or_else(|| "all".to_owned(), Mobile::masked);
    read(&store, Clock::start().wall(), "short_messages.read", &of).await?;
    if as_json {
        return found.iter().try_for_each(|message| output::json(&short_message_json(message)));
    }
    if found.is_empty() {
        return output::line("no short messages");
    }
    let offset_minutes = place.settings()?.province.offset_minutes;
    let mut table = Table::new(["ID", "NUMBER", "KIND", "STATE", "MADE", "TEXT"]);
    found.iter().for_each(|message| table.add(row(message, offset_minutes)));
    table.print()
}

fn row(message: &ShortMessage, offset_minutes: i16) -> [Cell; 6] {
    let tint = match message.state {
        MessageState::Waiting | MessageState::Kept => Tint::Doubt,
        MessageState::Sent | MessageState::Delivered => Tint::Good,
        MessageState::Failed => Tint::Faint,
    };
    let said = match (message.body.reveal(), message.reason.as_str()) {
        ("", "") => "(not kept)".to_owned(),
        ("", reason) => format!("({reason})"),
        (body, "") => body.to_owned(),
        (body, reason) => format!("({reason}) {body}"),
    };
    [
        Cell::new(&message.id.to_string()),
        Cell::new(&message.to.to_string()),
        Cell::new(message.kind.name()),
        Cell::new(message.state.name()).tinted(tint),
        Cell::new(&output::date_and_time(message.created_at, offset_minutes)),
        Cell::new(&said),
    ]
}

async fn test(place: &Where, number: Mobile) -> Result<(), Failure> {
    let config = place.settings()?;
    let outward = Arc::new(Outward::new(config.outward.authorities.clone()));
    let post = Post::new(&config.sms, &outward);
    let said = match post.send_now(number, Secret::from("测试短信 / test")).await.map_err(text)? {
        Taken::Kept => {
            "there is no gateway: sms.gateway is \"outbox\", and messages stay on record".to_owned()
        }
        Taken::Sent(id) if id.is_empty() => "the gateway took it".to_owned(),
        Taken::Sent(id) => format!("the gateway took it and calls it {id}"),
    };
    output::line(&said)
}
