//! The motor: 64H. Spec §7.5.10, E-111.

use std::time::Duration;

use kandian_proto::message::device::VideoPtzRequest;
use kandian_proto::value::PtzDirection;

use super::{After, Chore, Refusal, Verdict, channel};
use crate::journal::note;
use crate::unit::Unit;

/// A movement that nobody stops ends after this: the "stop" may be lost on the way. E-111
pub(crate) const MOVEMENT: Duration = Duration::from_secs(10);

/// Starts moving, or stops and remembers where.
pub(super) async fn drive(unit: &Unit, request: &VideoPtzRequest) -> Verdict<After> {
    if !unit.config.model.ptz {
        return Err(Refusal::missing("R-7.69", "the camera cannot be turned"));
    }
    let (channel, direction) = (channel(unit, request.channel_no)?, request.ptz_direction);
    if !direction.is_known() {
        return Err(Refusal::wrong("R-7.69", format!("there is no direction {direction}")));
    }
    let movement = unit.moves(channel);
    if direction == PtzDirection::STOP {
        stop(unit, channel).await?;
        return Ok(After::Nothing);
    }
    move_to(unit, channel, direction)?;
    Ok(After::Chore(Chore::StopMotor { channel, movement }))
}

fn move_to(unit: &Unit, channel: u16, direction: PtzDirection) -> Verdict<()> {
    let moved = unit.hardware.ptz.drive(channel, direction);
    moved.map_err(|fault| Refusal::wrong("R-7.69", format!("the motor: {fault}")))
}

/// Stops, and remembers where the camera looks.
async fn stop(unit: &Unit, channel: u16) -> Verdict<()> {
    move_to(unit, channel, PtzDirection::STOP)?;
    let position = unit.hardware.ptz.position(channel);
    let changed = unit.change(|state| {
        state.ptz.insert(channel, position);
        Ok(())
    });
    changed.await
}

/// Stops a movement that nobody else has stopped or replaced. E-111
pub(crate) async fn stop_later(unit: &Unit, channel: u16, movement: u64) {
    tokio::time::sleep(MOVEMENT).await;
    if unit.is_moving(channel, movement)
        && let Err(refusal) = stop(unit, channel).await
    {
        note!(unit, error, "the motor of channel {channel} was not stopped: {}", refusal.why);
    }
}
