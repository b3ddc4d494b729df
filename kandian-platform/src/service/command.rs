//! A command to a device. Spec §7.5.

use kandian_proto::{DevId, Request};

use crate::access::{Answer, CommandFailure};
use crate::app::App;
use crate::events::What;
use crate::messages::Direction;

/// Sends a command and waits for its end.
///
/// # Errors
///
/// [`CommandFailure`]: the named reason why there was no success.
pub async fn command(app: &App, device: DevId, request: Request) -> Result<Answer, CommandFailure> {
    let operation = request.operation().info().id;
    app.messages.note(app.clock.wall(), device, Direction::ToDevice, &request, &[]);
    let started = std::time::Instant::now();
    let outcome = app.registry.ask(device, request).await;
    let name = outcome.as_ref().map_or_else(CommandFailure::name, |_| "answered");
    metrics::counter!("kandian_commands_total", "operation" => operation, "outcome" => name).increment(1);
    metrics::histogram!("kandian_command_seconds").record(started.elapsed().as_secs_f64());
    tracing::info!(%device, operation, outcome = name, "command");
    let what = What::Command { operation, outcome: name.to_owned() };
    app.bus.publish(app.clock.wall(), device, what);
    outcome
}
