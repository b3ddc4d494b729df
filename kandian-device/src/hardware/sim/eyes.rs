//! What the cameras see and hear.

use std::fmt;
use std::sync::Arc;

use kandian_proto::DevId;
use kandian_proto::value::StreamType;

use super::{Lens, Options};
use crate::camera::{Board, Choice, Microphone};
use crate::hardware::{Camera, Source};

/// What a channel shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// Which channel; `None` for all of which nothing else is said.
    pub channel: Option<u16>,
    /// Which of its streams; `None` for those of which nothing else is said.
    pub stream: Option<StreamType>,
    /// What it shows.
    pub choice: Choice,
}

impl Assigned {
    /// The channel, in words.
    pub(crate) fn place(&self) -> impl fmt::Display {
        match (self.channel, self.stream) {
            (None, _) => "every channel".to_owned(),
            (Some(channel), None) => format!("channel {channel}"),
            (Some(channel), Some(StreamType::SUB)) => format!("channel {channel}/sub"),
            (Some(channel), Some(_)) => format!("channel {channel}/main"),
        }
    }
}

/// What is heard where a source has no sound of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Microphones {
    /// A tone with the test pattern and the clip, nothing with others: a beep that is not in the shop would mislead.
    #[default]
    Usual,
    /// Nothing at all.
    None,
    /// The same everywhere.
    All(Microphone),
}

pub(super) fn video(options: &Options, device: DevId, offset_minutes: i16) -> Arc<dyn Source> {
    let build = |choice: &Choice| choice.source(device, offset_minutes, &options.microphones);
    let (mut board, mut usual) = (None, Choice::Pattern);
    for assigned in &options.sources {
        match assigned.channel {
            None => usual = assigned.choice.clone(),
            Some(channel) => {
                let board = board.get_or_insert_with(Vec::new);
                board.push((channel, assigned.stream, build(&assigned.choice)));
            }
        }
    }
    let usual = build(&usual);
    let Some(others) = board else { return usual };
    let all = others.into_iter();
    let board =
        all.fold(Board::new(usual), |board, (channel, stream, source)| board.with(channel, stream, source));
    Arc::new(board)
}

/// Single pictures come from a file, or from the moving pictures.
pub(super) fn camera(options: &Options) -> Option<Arc<dyn Camera>> {
    let shows_test_picture = !cfg!(feature = "encoder") && options.sources.is_empty();
    let has_lens = options.picture.is_some() || shows_test_picture;
    has_lens.then(|| Arc::new(Lens::new(options.picture.clone())) as Arc<dyn Camera>)
}
