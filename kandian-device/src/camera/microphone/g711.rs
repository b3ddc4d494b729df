//! G.711 (ITU-T G.711): sound in eight bits a sample.

/// Every second bit is turned over on the line.
const EVEN_BITS: u8 = 0x55;

/// A sample as A-law.
pub(super) const fn a_law(sample: i16) -> u8 {
    // 13 bits with a sign; what is below zero is turned over, as the standard has no second zero.
    let (sign, size) = if sample < 0 { (0, !sample as u16 >> 3) } else { (0x80, sample as u16 >> 3) };
    // The position of the highest bit makes the segment, the four bits behind it the step.
    let segment = (16 - (size >> 4).leading_zeros()).saturating_sub(1);
    let (segment, step) = if size < 32 { (0, size >> 1) } else { (segment, size >> segment & 0x0F) };
    (sign | (segment as u8) << 4 | step as u8 & 0x0F) ^ EVEN_BITS
}

/// A sample of A-law.
pub(super) const fn from_a_law(byte: u8) -> i16 {
    let byte = byte ^ EVEN_BITS;
    let (segment, step) = (byte >> 4 & 7, (byte & 0x0F) as i16);
    let size = if segment == 0 { (step << 4) + 8 } else { ((step << 4) + 0x108) << (segment - 1) };
    if byte & 0x80 != 0 { size } else { -size }
}

/// A sample of µ-law.
pub(super) const fn from_u_law(byte: u8) -> i16 {
    let byte = !byte;
    let (segment, step) = (byte >> 4 & 7, (byte & 0x0F) as i16);
    let size = (((step << 3) + 0x84) << segment) - 0x84;
    if byte & 0x80 != 0 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of the tables of the standard: both signs, every segment, the ends.
    #[test]
    fn the_tables_of_the_standard() {
        for (sample, byte) in [
            (0, 0xD5),
            (-1, 0x55),
            (16, 0xD4),
            (248, 0xDA),
            (504, 0xCA),
            (1_008, 0xFA),
            (2_016, 0xEA),
            (4_032, 0x9A),
            (8_064, 0x8A),
            (16_128, 0xBA),
            (32_256, 0xAA),
            (32_767, 0xAA),
            (-32_768, 0x2A),
        ] {
            assert_eq!(a_law(sample), byte, "{sample}");
        }
        assert_eq!((from_u_law(0xFF), from_u_law(0x80), from_u_law(0x00)), (0, 32_124, -32_124));
    }

    /// What was decoded is encoded into the same byte again.
    #[test]
    fn there_and_back() {
        for byte in 0..=u8::MAX {
            assert_eq!(a_law(from_a_law(byte)), byte, "{byte:02X}");
        }
    }
}
