//! A mark for programs in the last rows of a picture: when it was drawn, and its number.
//!
//! Sixty-four blocks of equal width, black for 0 and white for 1, sixteen rows high: `10110010` to know it by, 32 bits of
//! milliseconds, 16 bits of the picture's number, and 8 bits that are the sum of the six bytes before. Blocks of a whole
//! macroblock's height survive what an encoder does to them.

/// Rows of the mark, at the bottom of the picture.
pub const ROWS: usize = 16;
/// Its blocks.
pub const BLOCKS: usize = 64;
/// What it begins with.
const SIGN: u8 = 0b1011_0010;
/// Black and white, as video has them.
const BLACK: u8 = 16;
const WHITE: u8 = 235;

/// What a mark says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Milliseconds of Unix time when it was drawn, without the higher bits: they begin anew every 49 days.
    pub at: u32,
    /// The number of the picture, without the higher bits.
    pub number: u16,
}

impl Mark {
    fn bits(self) -> u64 {
        let body = (u64::from(self.at) << 16) | u64::from(self.number);
        (u64::from(SIGN) << 56) | (body << 8) | u64::from(sum(body))
    }
}

fn sum(body: u64) -> u8 {
    body.to_be_bytes().iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte))
}

/// The columns of a block.
fn columns(width: usize, block: usize) -> std::ops::Range<usize> {
    block * width / BLOCKS..(block + 1) * width / BLOCKS
}

/// Draws a mark into the brightness of a picture.
pub fn draw(luma: &mut [u8], width: usize, height: usize, mark: Mark) {
    let bits = mark.bits();
    for row in luma.chunks_exact_mut(width).take(height).skip(height.saturating_sub(ROWS)) {
        for block in 0..BLOCKS {
            let is_white = bits >> (BLOCKS - 1 - block) & 1 == 1;
            row[columns(width, block)].fill(if is_white { WHITE } else { BLACK });
        }
    }
}

/// Reads the mark of a picture; `None` when there is none that is whole. `stride` is the distance of rows.
#[must_use]
pub fn read(luma: &[u8], stride: usize, width: usize, height: usize) -> Option<Mark> {
    let middle = height.checked_sub(ROWS / 2)?;
    let row = luma.get(middle * stride..middle * stride + width)?;
    let mut bits = 0u64;
    for block in 0..BLOCKS {
        let columns = columns(width, block);
        let inner = &row[columns.start + columns.len() / 4..columns.end - columns.len() / 4];
        let brightness: usize = inner.iter().map(|value| usize::from(*value)).sum();
        bits = bits << 1 | u64::from(brightness > inner.len() * 128);
    }
    let body = bits >> 8 & 0xffff_ffff_ffff;
    let [sign, .., check] = bits.to_be_bytes();
    let is_whole = sign == SIGN && check == sum(body);
    is_whole.then(|| Mark {
        at: u32::try_from(body >> 16).unwrap_or_default(),
        number: u16::try_from(body & 0xffff).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_where_they_were_drawn() {
        for (width, height) in [(1280, 720), (704, 576), (352, 288), (320, 240), (176, 144)] {
            for mark in [Mark { at: 0, number: 0 }, Mark { at: u32::MAX, number: 0x1234 }] {
                let mut luma = vec![128; width * height];
                draw(&mut luma, width, height, mark);
                assert_eq!(read(&luma, width, width, height), Some(mark), "{width}x{height}");
                luma[(height - ROWS / 2) * width..].fill(BLACK);
                assert_eq!(read(&luma, width, width, height), None);
            }
        }
        assert_eq!(read(&[], 0, 0, 0), None);
    }
}
