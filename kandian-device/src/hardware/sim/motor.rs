//! A motor that turns with the clock.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use kandian_proto::value::PtzDirection;
use tokio::time::Instant;

use crate::hardware::{Fault, Position, Ptz};

/// Tenths of a degree per second: a turn from end to end takes 34 seconds.
const SPEED: i64 = 100;
/// The ends, in tenths of a degree: left and right.
const PAN: (i16, i16) = (-1700, 1700);
/// The ends, in tenths of a degree: down and up.
const TILT: (i16, i16) = (-300, 900);

/// A simulated pan and tilt motor for each channel.
#[derive(Debug, Default)]
pub struct Motor {
    channels: Mutex<HashMap<u16, Turning>>,
}

#[derive(Clone, Copy, Debug)]
struct Turning {
    from: Position,
    /// Tenths of a degree per second.
    pan: i64,
    tilt: i64,
    since: Instant,
}

impl Turning {
    fn at_rest(from: Position) -> Self {
        Self { from, pan: 0, tilt: 0, since: Instant::now() }
    }

    fn position(&self) -> Position {
        let elapsed = i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX);
        let moved = |from: i16, speed: i64, (least, most): (i16, i16)| {
            let to = i64::from(from).saturating_add(speed.saturating_mul(elapsed) / 1000);
            // Within the ends, so within what fits.
            to.clamp(least.into(), most.into()) as i16
        };
        Position { pan: moved(self.from.pan, self.pan, PAN), tilt: moved(self.from.tilt, self.tilt, TILT) }
    }
}

impl Motor {
    fn with<T>(&self, channel: u16, change: impl FnOnce(&mut Turning) -> T) -> T {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        change(channels.entry(channel).or_insert_with(|| Turning::at_rest(Position::default())))
    }
}

impl Ptz for Motor {
    fn drive(&self, channel: u16, direction: PtzDirection) -> Result<(), Fault> {
        let (pan, tilt) = match direction {
            PtzDirection::STOP => (0, 0),
            PtzDirection::UP => (0, SPEED),
            PtzDirection::DOWN => (0, -SPEED),
            PtzDirection::LEFT => (-SPEED, 0),
            PtzDirection::RIGHT => (SPEED, 0),
            other => return Err(Fault(format!("the motor has no direction {other}"))),
        };
        self.with(channel, |turning| {
            *turning = Turning { from: turning.position(), pan, tilt, since: Instant::now() };
        });
        Ok(())
    }

    fn position(&self, channel: u16) -> Position {
        self.with(channel, |turning| turning.position())
    }

    fn restore(&self, channel: u16, position: Position) {
        self.with(channel, |turning| *turning = Turning::at_rest(position));
    }
}
