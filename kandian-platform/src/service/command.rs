//! A command to a device. Spec §7.5.

use kandian_proto::{DevId, Request};

use crate::access::{Answer, CommandFailure};
use crate::app::App;
use crate::events::What;
use crate::messages::Direction;
use crate::rules;

/// Sends a command and waits for its end.
///
/// # Errors
///
/// [`CommandFailure`]: the named reason why there was no success.
pub async fn command(app: &App, device: DevId, request: Request) -> Result<Answer, CommandFailure> {
    let operation = request.operation().info().id;
    let started = std::time::Instant::now();
    let outcome = in_parts(app, device, request).await;
    let name = outcome.as_ref().map_or_else(CommandFailure::name, |_| "answered");
    metrics::counter!("kandian_commands_total", "operation" => operation, "outcome" => name).increment(1);
    metrics::histogram!("kandian_command_seconds").record(started.elapsed().as_secs_f64());
    tracing::info!(%device, operation, outcome = name, "command");
    let what = What::Command { operation, outcome: name.to_owned() };
    app.bus.publish(app.clock.wall(), device, what);
    outcome
}

/// Sends a request, in as many parts as the device needs; stops at the first one without success.
async fn in_parts(app: &App, device: DevId, request: Request) -> Result<Answer, CommandFailure> {
    let profile = app.registry.profile(device).unwrap_or_default();
    let parts = rules::split(request, profile);
    let of = parts.len();
    let mut outcome = Err(CommandFailure::Offline);
    for (done, part) in parts.into_iter().enumerate() {
        app.messages.note(app.clock.wall(), device, Direction::ToDevice, &part, &[]);
        outcome = app.registry.ask(device, part).await;
        if let Err(failure) = outcome {
            let failure = Box::new(failure);
            return Err(if done == 0 { *failure } else { CommandFailure::Partly { done, of, failure } });
        }
    }
    outcome
}
