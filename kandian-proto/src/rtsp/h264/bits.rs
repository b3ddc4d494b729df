//! Bits of a NAL unit, without the bytes that keep start codes out of it.

use super::SpsError;

/// Reads bits from the front of a NAL unit.
pub(super) struct Bits<'a> {
    rest: core::slice::Iter<'a, u8>,
    zeros: u8,
    byte: u8,
    left: u8,
}

impl<'a> Bits<'a> {
    pub(super) fn new(payload: &'a [u8]) -> Self {
        Self { rest: payload.iter(), zeros: 0, byte: 0, left: 0 }
    }

    pub(super) fn flag(&mut self) -> Result<bool, SpsError> {
        if self.left == 0 {
            self.byte = self.next_byte()?;
            self.left = 8;
        }
        self.left -= 1;
        Ok(self.byte >> self.left & 1 == 1)
    }

    /// The next byte, passing over a 3 behind two zeros.
    fn next_byte(&mut self) -> Result<u8, SpsError> {
        let mut byte = *self.rest.next().ok_or(SpsError::TooShort)?;
        if self.zeros >= 2 && byte == 3 {
            self.zeros = 0;
            byte = *self.rest.next().ok_or(SpsError::TooShort)?;
        }
        self.zeros = if byte == 0 { self.zeros.saturating_add(1) } else { 0 };
        Ok(byte)
    }

    /// At most 32 bits.
    pub(super) fn bits(&mut self, count: u32) -> Result<u32, SpsError> {
        (0..count).try_fold(0, |sum, _| Ok(sum << 1 | u32::from(self.flag()?)))
    }

    /// An unsigned Exp-Golomb code.
    pub(super) fn unsigned(&mut self) -> Result<u32, SpsError> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros > 31 {
                return Err(SpsError::Number);
            }
        }
        // At most 2^32 - 2.
        Ok((1_u64 << zeros) as u32 - 1 + self.bits(zeros)?)
    }

    /// A signed Exp-Golomb code.
    pub(super) fn signed(&mut self) -> Result<i32, SpsError> {
        let code = i64::from(self.unsigned()?);
        let value = if code % 2 == 1 { (code + 1) / 2 } else { -(code / 2) };
        i32::try_from(value).map_err(|_| SpsError::Number)
    }
}
