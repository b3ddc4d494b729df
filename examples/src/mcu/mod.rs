//! The program `mcu`: the phone client (手机客户端, MCU) of chapter 3 in a terminal..
//!
//! | module | does |
//! |---|---|
//! | `args`, `choice` | the command line |
//! | `client`, `soap`, `ask`, `http` | chapter 8: a session, one call, what each operation gives |
//! | `password`, `state` | where the password comes from, where a session is kept |
//! | `command` | one file per family of commands |
//! | `live` | the way to the camera, the view, its progress |
//! | `record`, `mp4`, `snapshot` | files |
//! | `failure`, `output`, `table`, `words` | what is said, in two languages and in JSON |

mod args;
mod ask;
mod choice;
mod client;
mod command;
mod failure;
mod http;
mod live;
mod mp4;
mod output;
mod password;
mod record;
mod signals;
mod snapshot;
mod soap;
mod state;
mod table;
mod words;

pub use args::Args;
pub use failure::{Failure, Refusal};
pub use words::Lang;

use output::Output;

/// Does what the command line says; the exit status.
pub async fn run(args: Args) -> u8 {
    let environment = || Lang::of_environment(|name| std::env::var(name).ok());
    let lang = args.global.lang.unwrap_or_else(environment);
    let output = Output { lang, json: args.global.json, quiet: args.global.quiet };
    match command::run(args, output).await {
        Ok(()) => 0,
        Err(failure) => {
            output.failed(&failure);
            failure.status()
        }
    }
}
