//! One access unit that is being put together.

use bytes::{BufMut, Bytes, BytesMut};

use super::{MAX_UNIT_BYTES, RtpError};
use crate::rtsp::h264::{MAX_NALS, NalType};

/// An access unit so far.
#[derive(Debug)]
pub(super) struct Assembly {
    /// Packets are missing before the next one; at first, all that were sent before.
    is_gap: bool,
    unit: Option<Begun>,
}

impl Default for Assembly {
    fn default() -> Self {
        Self { is_gap: true, unit: None }
    }
}

#[derive(Debug)]
struct Begun {
    timestamp: u32,
    data: BytesMut,
    nals: usize,
    /// Whether the last NAL unit still goes on.
    is_open: bool,
    is_idr: bool,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Good,
    /// The first packet comes after a gap: was it the first one of the unit?
    Unsure,
    /// A part was lost; counted already.
    Lost,
    /// A part was wrong.
    Wrong,
}

/// An access unit that came to its end.
pub(super) struct Whole {
    pub(super) timestamp: u32,
    /// None when a part of it is missing.
    pub(super) data: Option<Bytes>,
    pub(super) is_idr: bool,
}

impl Assembly {
    /// Packets are missing here; whether a unit was broken by it.
    pub(super) fn gap(&mut self) -> bool {
        self.is_gap = true;
        let Some(unit) = &mut self.unit else { return false };
        let was_good = matches!(unit.state, State::Good | State::Unsure);
        unit.data = BytesMut::new();
        if was_good {
            unit.state = State::Lost;
        }
        was_good
    }

    /// A packet of this time comes next; gives the unit before it when it ended without saying so.
    pub(super) fn turn_to(&mut self, timestamp: u32) -> Option<Whole> {
        let is_gap = core::mem::take(&mut self.is_gap);
        if self.unit.as_ref().is_some_and(|unit| unit.timestamp == timestamp) {
            return None;
        }
        let before = self.end();
        let state = if is_gap { State::Unsure } else { State::Good };
        let data = BytesMut::new();
        self.unit = Some(Begun { timestamp, data, nals: 0, is_open: false, is_idr: false, state });
        before
    }

    /// The unit ends; none when it had been given up before, and was counted then.
    pub(super) fn end(&mut self) -> Option<Whole> {
        let Begun { timestamp, data, nals, is_open, is_idr, state } = self.unit.take()?;
        let is_whole = match state {
            State::Lost => return None,
            State::Wrong | State::Unsure => false,
            State::Good => !is_open && nals > 0,
        };
        Some(Whole { timestamp, data: is_whole.then(|| data.freeze()), is_idr })
    }

    /// Takes the payload of a packet.
    pub(super) fn payload(&mut self, payload: &[u8]) -> Result<(), RtpError> {
        self.unit.as_mut().map_or(Ok(()), |unit| unit.payload(payload))
    }
}

/// Whether an access unit may begin with this payload.
fn is_first(payload: &[u8]) -> bool {
    let (kind, second) = match NalType::of(payload) {
        NalType::FU_A => match payload {
            [_, head, rest @ ..] if head & 0x80 != 0 => (NalType(head & 0x1F), rest.first()),
            _ => return false,
        },
        NalType::STAP_A => (NalType::of(payload.get(3..).unwrap_or_default()), payload.get(4)),
        kind => (kind, payload.get(1)),
    };
    // The first slice of a picture says that its first macroblock is number 0.
    kind.begins_access_unit() || kind.is_slice() && second.is_some_and(|byte| byte & 0x80 != 0)
}

impl Begun {
    fn payload(&mut self, payload: &[u8]) -> Result<(), RtpError> {
        match self.state {
            State::Good => {}
            State::Unsure if is_first(payload) => self.state = State::Good,
            State::Unsure => self.state = State::Wrong,
            State::Lost | State::Wrong => {}
        }
        if self.state != State::Good {
            return Ok(());
        }
        let taken = self.try_payload(payload);
        if taken.is_err() {
            self.state = State::Wrong;
            self.data = BytesMut::new();
        }
        taken
    }

    fn try_payload(&mut self, payload: &[u8]) -> Result<(), RtpError> {
        match NalType::of(payload) {
            NalType::FU_A => self.part(payload),
            kind if self.is_open || !(kind.is_single() || kind == NalType::STAP_A) => Err(RtpError::Payload),
            NalType::STAP_A => self.several(payload.get(1..).unwrap_or_default()),
            _ => self.nal(payload),
        }
    }

    fn part(&mut self, payload: &[u8]) -> Result<(), RtpError> {
        let (head, data) = payload.split_at_checked(2).ok_or(RtpError::Payload)?;
        let (is_start, is_end) = (head[1] & 0x80 != 0, head[1] & 0x40 != 0);
        if is_start == self.is_open {
            return Err(RtpError::Payload);
        }
        if is_start {
            let first = head[0] & 0xE0 | head[1] & 0x1F;
            self.begin(first)?;
            self.append(&[first])?;
        }
        self.append(data)?;
        self.is_open = !is_end;
        Ok(())
    }

    fn several(&mut self, mut rest: &[u8]) -> Result<(), RtpError> {
        while !rest.is_empty() {
            let (size, after) = rest.split_at_checked(2).ok_or(RtpError::Payload)?;
            let size = usize::from(u16::from_be_bytes([size[0], size[1]]));
            let (nal, after) = after.split_at_checked(size).ok_or(RtpError::Payload)?;
            rest = after;
            self.nal(nal)?;
        }
        Ok(())
    }

    fn nal(&mut self, nal: &[u8]) -> Result<(), RtpError> {
        let first = *nal.first().ok_or(RtpError::Payload)?;
        self.begin(first)?;
        self.append(nal)
    }

    /// A NAL unit begins.
    fn begin(&mut self, first: u8) -> Result<(), RtpError> {
        self.nals += 1;
        self.is_idr |= NalType(first & 0x1F) == NalType::IDR;
        if self.nals > MAX_NALS {
            return Err(RtpError::Payload);
        }
        self.append(&[0, 0, 0, 1])
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), RtpError> {
        if self.data.len() + bytes.len() > MAX_UNIT_BYTES {
            return Err(RtpError::Payload);
        }
        self.data.put_slice(bytes);
        Ok(())
    }
}
