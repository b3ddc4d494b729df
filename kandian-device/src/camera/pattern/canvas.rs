//! Drawing.

use std::convert::Infallible;

use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::ascii::{FONT_6X10, FONT_10X20};
use embedded_graphics::pixelcolor::Gray8;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{PrimitiveStyle, Rectangle};
use embedded_graphics::text::{Baseline, Text};
use kandian_proto::time::UnixMillis;

use super::mark::{self, Mark};

/// Colours of the bars, as Y, Cb and Cr: the eight of television.
const BARS: [(u8, u8, u8); 8] = [
    (180, 128, 128),
    (162, 44, 142),
    (131, 156, 44),
    (112, 72, 58),
    (84, 184, 198),
    (65, 100, 212),
    (35, 212, 114),
    (16, 128, 128),
];
/// Columns by which the bars move from one picture to the next.
const SPEED: u64 = 4;

/// How bright the snow is, at most.
const SNOW: u8 = 24;

/// A picture in YUV with half the colours in each direction (4:2:0).
#[derive(Clone, Debug)]
pub struct Canvas {
    width: usize,
    height: usize,
    luma: Vec<u8>,
    blue: Vec<u8>,
    red: Vec<u8>,
}

impl Canvas {
    /// A black picture; sizes are even, and no less than 2.
    #[must_use]
    pub fn new(width: usize, height: usize) -> Self {
        let (width, height) = ((width & !1).max(2), (height & !1).max(2));
        let colours = width * height / 4;
        Self {
            width,
            height,
            luma: vec![16; width * height],
            blue: vec![128; colours],
            red: vec![128; colours],
        }
    }

    /// Width and height.
    #[must_use]
    pub const fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// Brightness, blue and red; the colours with half the width and height.
    #[must_use]
    pub fn planes(&self) -> (&[u8], &[u8], &[u8]) {
        (&self.luma, &self.blue, &self.red)
    }

    fn bars(&mut self, number: u64) {
        let moved = usize::try_from(number.wrapping_mul(SPEED) % u64::try_from(self.width).unwrap_or(1));
        let moved = moved.unwrap_or_default();
        let bar = |column: usize, width: usize| BARS[(column + moved) % width * BARS.len() / width];
        let top: Vec<u8> = (0..self.width).map(|column| bar(column, self.width).0).collect();
        for row in self.luma.chunks_exact_mut(self.width) {
            row.copy_from_slice(&top);
        }
        let half = self.width / 2;
        let colours: Vec<(u8, u8)> = (0..half)
            .map(|column| {
                let (_, blue, red) = bar(column * 2, self.width);
                (blue, red)
            })
            .collect();
        for (blue, red) in self.blue.chunks_exact_mut(half).zip(self.red.chunks_exact_mut(half)) {
            for (column, (b, r)) in colours.iter().enumerate() {
                (blue[column], red[column]) = (*b, *r);
            }
        }
    }

    /// Fine snow in the middle, new in each picture: what an encoder spends the bits on that it is allowed. It is faint,
    /// so that one with few bits leaves it out first.
    fn snow(&mut self, number: u64) {
        let (left, top) = (self.width / 4, self.height / 3);
        // xorshift; any will do that begins elsewhere in each picture.
        let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        for row in self.luma.chunks_exact_mut(self.width).skip(top).take(self.height / 3) {
            for value in &mut row[left..self.width - left] {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                *value = value.saturating_add(u8::try_from(state % u64::from(SNOW)).unwrap_or_default());
            }
        }
    }

    /// A field without colour.
    fn grey(&mut self, field: &Rectangle) {
        let half = self.width / 2;
        let place = |at: i32| usize::try_from(at).unwrap_or_default() / 2;
        let end = field.top_left + field.size;
        let columns = place(field.top_left.x).min(half)..place(end.x + 1).min(half);
        for row in place(field.top_left.y)..place(end.y + 1).min(self.height / 2) {
            let span = row * half + columns.start..row * half + columns.end;
            self.blue[span.clone()].fill(128);
            self.red[span].fill(128);
        }
    }

    fn line(&mut self, text: &str, at: Point, is_large: bool) {
        let font = if is_large { &FONT_10X20 } else { &FONT_6X10 };
        let style = MonoTextStyle::new(font, Gray8::new(235));
        // Infallible.
        let _ = Text::with_baseline(text, at, style, Baseline::Top).draw(self);
    }
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        Size::new(
            u32::try_from(self.width).unwrap_or_default(),
            u32::try_from(self.height).unwrap_or_default(),
        )
    }
}

impl DrawTarget for Canvas {
    type Color = Gray8;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Gray8>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        for Pixel(Point { x, y }, colour) in pixels {
            let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { continue };
            if x < self.width && y < self.height {
                self.luma[y * self.width + x] = colour.luma();
            }
        }
        Ok(())
    }
}

/// Draws the pictures of one stream.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// What stands in the first line: device and channel. Characters of ASCII.
    caption: String,
    offset_minutes: i16,
}

impl Pattern {
    /// One with this caption; the time is so many minutes ahead of UTC.
    #[must_use]
    pub fn new(caption: impl Into<String>, offset_minutes: i16) -> Self {
        Self { caption: caption.into(), offset_minutes }
    }

    /// Draws a picture.
    pub fn draw(&self, canvas: &mut Canvas, at: UnixMillis, number: u64) {
        canvas.bars(number);
        canvas.snow(number);
        let is_large = canvas.width >= 640;
        let (row, letter) = if is_large { (20, 10) } else { (10, 6) };
        let lines = [self.caption.clone(), self.time(at), format!("#{number}")];
        let longest = lines.iter().map(String::len).max().unwrap_or_default();
        let (margin, width) = (8, longest * letter + 8);
        let height = lines.len() * row + 8;
        let field = Rectangle::new(
            Point::new(margin, margin),
            Size::new(u32::try_from(width).unwrap_or_default(), u32::try_from(height).unwrap_or_default()),
        );
        canvas.grey(&field);
        // Infallible.
        let _ = field.into_styled(PrimitiveStyle::with_fill(Gray8::new(16))).draw(canvas);
        for (line, text) in lines.iter().enumerate() {
            let top = margin + 4 + i32::try_from(line * row).unwrap_or_default();
            canvas.line(text, Point::new(margin + 4, top), is_large);
        }
        let (width, height) = (canvas.width, canvas.height);
        let rows = i32::try_from(mark::ROWS).unwrap_or_default();
        let size = OriginDimensions::size(canvas);
        let top = i32::try_from(height).unwrap_or_default() - rows;
        canvas.grey(&Rectangle::new(Point::new(0, top.max(0)), size));
        let at = u32::try_from(at.0.rem_euclid(1 << 32)).unwrap_or_default();
        let number = u16::try_from(number % (1 << 16)).unwrap_or_default();
        mark::draw(&mut canvas.luma, width, height, Mark { at, number });
    }

    fn time(&self, at: UnixMillis) -> String {
        let Some(t) = at.civil(self.offset_minutes) else { return String::new() };
        let (date, clock) = ((t.year(), t.month(), t.day()), (t.hour(), t.minute(), t.second()));
        let millis = at.0.rem_euclid(1_000);
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{millis:03}",
            date.0, date.1, date.2, clock.0, clock.1, clock.2
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture says when it was drawn, also to a program, and the next one looks different.
    #[test]
    fn pictures_say_when() {
        let pattern = Pattern::new("81100000001 ch 0", 480);
        let mut canvas = Canvas::new(352, 288);
        pattern.draw(&mut canvas, UnixMillis(1_395_109_800_007), 70_000);
        // Both are what is left of more bits.
        let expected = Mark { at: 3_540_396_103, number: 4_464 };
        assert_eq!(mark::read(canvas.planes().0, 352, 352, 288), Some(expected));
        assert_eq!(pattern.time(UnixMillis(1_395_109_800_007)), "2014-03-18 10:30:00.007");
        let first = canvas.planes().0.to_vec();
        pattern.draw(&mut canvas, UnixMillis(1_395_109_800_047), 70_001);
        let changed = first.iter().zip(canvas.planes().0).filter(|(a, b)| a != b).count();
        assert!(changed > 1_000, "{changed}");
    }

    /// Odd and tiny sizes are drawn as far as they go.
    #[test]
    fn every_size_can_be_drawn() {
        for (width, height) in [(0, 0), (1, 9), (9, 1), (2, 2), (64, 16), (65, 17), (176, 144), (1920, 1080)]
        {
            let mut canvas = Canvas::new(width, height);
            Pattern::new("x", 0).draw(&mut canvas, UnixMillis(0), u64::MAX);
            assert!(!canvas.planes().1.is_empty());
            assert_eq!(canvas.planes().1.len() * 4, canvas.planes().0.len());
        }
    }
}
