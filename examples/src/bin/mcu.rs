//! The phone client in a terminal. See `mcu --help`.

use std::process::ExitCode;

use clap::Parser;
use kandian_examples::mcu::{Args, run};

fn main() -> ExitCode {
    let args = Args::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("mcu: {error}");
            return ExitCode::from(5);
        }
    };
    ExitCode::from(runtime.block_on(run(args)))
}
