//! The streams of a device.

use std::collections::BTreeMap;
use std::sync::Arc;

use kandian_proto::defaults::Factory;
use kandian_proto::message::device::VideoParameters;
use kandian_proto::value::{DevType, StreamType};
use tokio::sync::watch;

use super::{Source, Stage, StreamId};
use crate::model::Model;
use crate::state::State;

/// The stages of a device: main and sub stream of every channel. Their parameters are those of the settings.
#[derive(Debug)]
pub struct Stages(BTreeMap<StreamId, (Stage, watch::Sender<VideoParameters>)>);

impl Stages {
    pub(crate) fn new(model: &Model, source: &Arc<dyn Source>, state: &State) -> Self {
        let streams = [StreamType::MAIN, StreamType::SUB].into_iter();
        let ids =
            streams.flat_map(|stream| (0..model.channels).map(move |channel| StreamId { channel, stream }));
        let stages = ids.filter_map(|id| {
            let (sender, wanted) = watch::channel(parameters(model, state, id)?);
            Some((id, (Stage::new(id, Arc::clone(source), wanted), sender)))
        });
        Self(stages.collect())
    }

    /// The stage of a stream; `None` when the device has no such channel or stream.
    #[must_use]
    pub fn get(&self, id: StreamId) -> Option<&Stage> {
        self.0.get(&id).map(|(stage, _)| stage)
    }

    /// The parameters of a stream at this moment.
    #[must_use]
    pub fn parameters(&self, id: StreamId) -> Option<VideoParameters> {
        self.0.get(&id).map(|(_, wanted)| wanted.borrow().clone())
    }

    /// The settings have changed. Whoever watches sees it in the next pictures.
    pub(crate) fn follow(&self, model: &Model, state: &State) {
        for (id, (_, wanted)) in &self.0 {
            let Some(now) = parameters(model, state, *id) else { continue };
            wanted.send_if_modified(|before| {
                let is_changed = *before != now;
                *before = now;
                is_changed
            });
        }
    }
}

/// What is set for a stream. A network recorder passes on what its cameras send and has no parameters of its own; its
/// pictures are then those of a camera from the factory.
fn parameters(model: &Model, state: &State, id: StreamId) -> Option<VideoParameters> {
    let set = state.video.get(&(id.channel, id.stream)).cloned();
    set.or_else(|| Factory { kind: DevType::IPCAM, grade: model.grade }.video(id.stream))
}
