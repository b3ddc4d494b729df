//! `device`.

mod add;
mod import;
mod list;
mod remove;
mod send;
mod watch;

use clap::Subcommand;

use super::failure::Failure;

/// Devices on record.
#[derive(Debug, Subcommand)]
pub(crate) enum Device {
    /// Enter a device
    Add(add::Add),
    /// List devices, and whether they are online
    List(list::List),
    /// Enter the devices of a CSV list, all or none
    Import(import::Import),
    /// Send a device a command and show its answer
    Send(send::Send),
    /// Show everything that happens, as it happens
    Watch(watch::Watch),
    /// Take a device off the record, with its alarms and pictures, and close its link
    Remove(remove::Remove),
}

impl Device {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Add(add) => add.run().await,
            Self::List(list) => list.run().await,
            Self::Import(import) => import.run().await,
            Self::Send(send) => send.run().await,
            Self::Watch(watch) => watch.run().await,
            Self::Remove(remove) => remove.run().await,
        }
    }
}
