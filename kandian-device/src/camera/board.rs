//! Which channel shows what.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use kandian_proto::message::device::VideoParameters;
use kandian_proto::value::StreamType;

use super::{Feed, Source, StreamId};
use crate::hardware::{Fault, Pending};

/// A source for each channel, and for each stream of it where they differ.
#[derive(Clone)]
pub struct Board {
    usual: Arc<dyn Source>,
    others: BTreeMap<(u16, Option<StreamType>), Arc<dyn Source>>,
}

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Board").field("others", &self.others.keys()).finish_non_exhaustive()
    }
}

impl Board {
    /// All channels show this.
    #[must_use]
    pub fn new(usual: Arc<dyn Source>) -> Self {
        Self { usual, others: BTreeMap::new() }
    }

    /// The same with another source for a channel, or for one stream of it.
    #[must_use]
    pub fn with(mut self, channel: u16, stream: Option<StreamType>, source: Arc<dyn Source>) -> Self {
        self.others.insert((channel, stream), source);
        self
    }

    /// What a stream shows.
    #[must_use]
    pub fn source(&self, id: StreamId) -> &Arc<dyn Source> {
        let of = |stream| self.others.get(&(id.channel, stream));
        of(Some(id.stream)).or_else(|| of(None)).unwrap_or(&self.usual)
    }
}

impl Source for Board {
    fn open(&self, stream: StreamId, wanted: &VideoParameters) -> Pending<'_, Result<Box<dyn Feed>, Fault>> {
        self.source(stream).open(stream, wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::File;
    use crate::hardware::Absent;

    /// What is said of a stream goes before what is said of its channel, and that before what is said of all.
    #[test]
    fn the_nearest_counts() {
        let sources: Vec<Arc<dyn Source>> =
            vec![Arc::new(Absent), Arc::new(File::clip()), Arc::new(File::new("x"))];
        let board = Board::new(Arc::clone(&sources[0])).with(1, None, Arc::clone(&sources[1])).with(
            1,
            Some(StreamType::SUB),
            Arc::clone(&sources[2]),
        );
        for (channel, stream, source) in [
            (0, StreamType::MAIN, 0),
            (0, StreamType::SUB, 0),
            (1, StreamType::MAIN, 1),
            (1, StreamType::SUB, 2),
        ] {
            let found = board.source(StreamId { channel, stream });
            assert!(Arc::ptr_eq(found, &sources[source]), "{channel} {stream}");
        }
    }
}
