//! A picture that shows what it is and when: moving bars, the time, the number of the picture, the device and its channel.
//!
//! People read it; programs read the [`mark`] in its last rows, from which the delay of a picture follows.

mod canvas;
pub mod mark;

pub use canvas::{Canvas, Pattern};
