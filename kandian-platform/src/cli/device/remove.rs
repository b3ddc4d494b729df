//! `device remove`.

use clap::Args;
use kandian_platform::clock::Clock;
use kandian_proto::DevId;
use serde_json::json;

use crate::cli::client::Client;
use crate::cli::failure::{Failure, text};
use crate::cli::output;
use crate::cli::record::{noting, open};
use crate::cli::settings::Where;

const EXAMPLE: &str = "\
Example:
  kandian-platform device remove --data-dir data 81100000001";

/// Takes a device off the record.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Remove {
    #[command(flatten)]
    place: Where,
    /// Its id
    id: DevId,
    /// Print a JSON object
    #[arg(long)]
    json: bool,
}

impl Remove {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let id = self.id;
        // A platform that runs closes its link as well.
        match Client::find(&self.place)? {
            Some(client) => {
                client.ask("DELETE", &format!("/api/v1/devices/{id}"), Vec::new()).await?.success()?;
            }
            None => {
                let store = open(&self.place).await?;
                let store = noting(&store, Clock::start().wall(), "device.remove", id.as_str(), "");
                if !store.remove_device(id).await.map_err(text)? {
                    return Err(format!("there is no device {id}").into());
                }
            }
        }
        match self.json {
            true => output::json(&json!({ "device": id.as_str(), "removed": true })),
            false => output::line(&format!("{id} is off the record")),
        }
    }
}
