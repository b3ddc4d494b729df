//! The command line.

mod account;
mod client;
mod config;
mod device;
mod doctor;
mod failure;
mod input;
mod logging;
mod output;
mod province;
mod record;
mod serve;
mod settings;
mod sms;
mod token;

use clap::{Parser, Subcommand};

pub(crate) use failure::Failure;

/// Platform of 手机看店: takes cameras and recorders in, and serves their owners.
#[derive(Debug, Parser)]
#[command(version, about, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  Start with everything on one machine, for a try:
    kandian-platform serve --data-dir data --http 127.0.0.1:18080 --device-http 127.0.0.1:18098 \\
      --access 127.0.0.1:18588 --advertise 127.0.0.1
  Enter a camera:
    kandian-platform device add --data-dir data --id 81100000001 --key K7M2P9Q4
  See who is online, steer one, see what happens:
    kandian-platform device list --data-dir data
    kandian-platform device send --data-dir data 81100000001 device_reboot
    kandian-platform device watch --data-dir data
  Open an account for somebody with a phone:
    kandian-platform account add --data-dir data 18912345678
  Make a token for a program that uses the REST interface:
    kandian-platform token create --data-dir data --name crm --role operator

Exit codes:
  0  done
  1  failed
  2  wrong usage
  3  no platform runs on the data directory and the command needs one, or it cannot be reached
  4  the device did not do what it was told (device send)";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the platform until Ctrl-C or SIGTERM
    Serve(serve::Serve),
    /// Look at the settings
    #[command(subcommand)]
    Config(config::Config),
    /// Look for what keeps the platform from working here, and say how to fix it
    Doctor(doctor::Doctor),
    /// Devices on record
    #[command(subcommand)]
    Device(device::Device),
    /// Accounts of users
    #[command(subcommand)]
    Account(account::Account),
    /// Short messages: read out what no gateway takes, try the gateway
    #[command(subcommand)]
    Sms(sms::Sms),
    /// Province platforms that the group platform knows
    #[command(subcommand)]
    Province(province::Province),
    /// Keys for programs and administrators
    #[command(subcommand)]
    Token(token::Token),
    /// Print the description of the REST interface, OpenAPI 3.1
    Openapi,
}

impl Cli {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Serve(serve) => serve.run().await,
            Command::Config(config) => config.run(),
            Command::Doctor(doctor) => doctor.run().await,
            Command::Device(device) => device.run().await,
            Command::Account(account) => account.run().await,
            Command::Sms(sms) => sms.run().await,
            Command::Province(province) => province.run().await,
            Command::Token(token) => token.run().await,
            Command::Openapi => {
                let document = kandian_platform::api::openapi_document();
                output::line(&serde_json::to_string_pretty(&document).map_err(failure::text)?)
            }
        }
    }
}
