//! What each command does.

mod account;
mod alarms;
mod camera;
mod devices;
mod directory;
mod hotspot;
mod wifi;

use super::args::{Args, Command, Global};
use super::client::{Client, User};
use super::failure::Failure;
use super::http::Http;
use super::live;
use super::output::Output;
use super::password::Source;
use super::soap::Soap;
use super::state::Kept;

/// Does what the command line says.
pub(super) async fn run(args: Args, output: Output) -> Result<(), Failure> {
    let Args { global, command } = args;
    let http = Http::new(global.ca.as_ref())?;
    // What needs nobody to be logged in.
    match &command {
        Command::Platforms => return directory::platforms(&service(&global, http)?, &global, output).await,
        Command::Update { cms_url, cms_name } => {
            return directory::update(&service(&global, http)?, &global, (cms_url, cms_name), output).await;
        }
        Command::Sms => return account::sms(&service(&global, http)?, account(&global)?, output).await,
        Command::Hotspot(hotspot) => return hotspot::run(&http, hotspot, output).await,
        _ => {}
    }
    let kept = global.state.as_deref().map(Kept::new).transpose()?;
    let user = User {
        account: account(&global)?.to_owned(),
        password: Source { file: global.password_file.clone(), given: global.password.clone() },
        version: global.client_version.clone(),
        lang: output.lang,
    };
    let mut client = Client::new(service(&global, http)?, user, kept)?;
    let done = obey(&mut client, command, output).await;
    // What went wrong first is what is said.
    let left = client.leave().await;
    done.and(left)
}

async fn obey(client: &mut Client, command: Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Login => account::login(client, output).await,
        Command::Logout => account::logout(client, output).await,
        Command::List => devices::list(client, output).await,
        Command::Live(args) => live::run(client, args, output).await,
        Command::Ptz(args) => camera::ptz(client, &args, output).await,
        Command::Params(args) => camera::params(client, &args, output).await,
        Command::Wifi(args) => wifi::run(client, &args, output).await,
        Command::Alarms(args) => alarms::run(client, args, output).await,
        Command::Add(args) => devices::add(client, &args, output).await,
        Command::Remove(args) => devices::remove(client, &args, output).await,
        Command::Rename { at, name } => devices::rename(client, at, &name, output).await,
        Command::Reboot { device } => devices::reboot(client, device, output).await,
        Command::Firmware { device, upgrade } => devices::firmware(client, device, upgrade, output).await,
        // Done without a user.
        Command::Sms | Command::Platforms | Command::Update { .. } | Command::Hotspot(_) => Ok(()),
    }
}

fn service(global: &Global, http: Http) -> Result<Soap, Failure> {
    let missing = || Failure::Usage("--platform is missing (or KANDIAN_PLATFORM)".to_owned());
    Soap::new(http, global.platform.as_deref().ok_or_else(missing)?)
}

fn account(global: &Global) -> Result<&str, Failure> {
    let missing = || Failure::Usage("--account is missing (or KANDIAN_ACCOUNT)".to_owned());
    global.account.as_deref().ok_or_else(missing)
}
