//! `config`.

use clap::Subcommand;

use super::Failure;
use super::settings::{Usual, Where};

/// Looks at the settings.
#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Print all settings as they are in force, secrets masked
    Print {
        #[command(flatten)]
        place: Box<Where>,
        #[command(flatten)]
        usual: Box<Usual>,
    },
    /// Check whether the settings can work
    Check {
        #[command(flatten)]
        place: Box<Where>,
        #[command(flatten)]
        usual: Box<Usual>,
    },
}

impl Config {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let (place, usual, check) = match self {
            Self::Print { place, usual } => (place, usual, false),
            Self::Check { place, usual } => (place, usual, true),
        };
        let mut config = place.settings()?;
        usual.apply(&mut config);
        if !check {
            print!("{}", config.to_toml());
            return Ok(());
        }
        let problems = config.problems();
        if problems.is_empty() {
            println!("the settings can work");
            return Ok(());
        }
        Err(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n").into())
    }
}
