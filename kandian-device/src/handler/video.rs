//! Video parameters: 60H, 61H. Spec §7.5.6, §7.5.7, E-97 to E-103.

use kandian_proto::message::device::{GetChannelRequest, SetChannelRequest, Video, VideoParameters};
use kandian_proto::value::{FrameSize, FrameSizeDialect, StreamType};

use super::{After, Refusal, Verdict, channel};
use crate::model::Model;
use crate::unit::Unit;

/// Sets what the request names, and leaves the rest as it is (R-7.62, E-100).
pub(super) async fn set(unit: &Unit, request: &SetChannelRequest) -> Verdict<After> {
    let key = (channel(unit, request.channel_no)?, stream(request.stream_type)?);
    let wanted = Wanted::read(&unit.config.model, request)?;
    let changed = unit.change(|state| {
        let video = state.video.get_mut(&key).ok_or_else(|| no_stream(key.1))?;
        wanted.apply(video);
        Ok(After::Nothing)
    });
    changed.await
}

///
pub(super) fn get(unit: &Unit, request: &GetChannelRequest) -> Verdict<VideoParameters> {
    let key = (channel(unit, request.channel_no)?, stream(request.stream_type)?);
    unit.store.read().video.get(&key).cloned().ok_or_else(|| no_stream(key.1))
}

fn stream(stream: StreamType) -> Verdict<StreamType> {
    if stream.is_known() { Ok(stream) } else { Err(no_stream(stream)) }
}

fn no_stream(stream: StreamType) -> Refusal {
    Refusal::wrong("R-7.63", format!("there is no stream {stream}"))
}

/// The values of a request, all of them checked.
struct Wanted<'a> {
    size: Option<FrameSize>,
    request: &'a SetChannelRequest,
}

impl<'a> Wanted<'a> {
    fn read(model: &Model, request: &'a SetChannelRequest) -> Verdict<Self> {
        let wrong = |what: String| Refusal::wrong("R-7.63", what);
        let size =
            request.frame_size.map(|size| picture_size(model, request.stream_type, size)).transpose()?;
        // 2 to 25 (E-98): lower than what platforms are to set, but a rate that devices may report.
        if let Some(rate) = request.frame_rate.filter(|rate| !rate.is_valid()) {
            return Err(wrong(format!("{} pictures per second are not 2 to 25", rate.0)));
        }
        if let Some(control) = request.rate_type.filter(|control| !control.is_known()) {
            return Err(wrong(format!("there is no rate control {control}")));
        }
        if let Some(rate) = request.bit_rate.filter(|rate| !rate.is_known()) {
            return Err(wrong(format!("there is no bit rate {rate}")));
        }
        Ok(Self { size, request })
    }

    fn apply(&self, video: &mut VideoParameters) {
        let request = self.request;
        video.frame_size = self.size.unwrap_or(video.frame_size);
        video.frame_rate = request.frame_rate.unwrap_or(video.frame_rate);
        video.rate_type = request.rate_type.unwrap_or(video.rate_type);
        video.bit_rate = request.bit_rate.unwrap_or(video.bit_rate);
        video.audio_input = request.audio_input.unwrap_or(video.audio_input);
    }
}

/// The size in the table of three codes, when the encoder has it for the stream (E-97).
fn picture_size(model: &Model, stream: StreamType, size: FrameSize) -> Verdict<FrameSize> {
    let dialect = FrameSizeDialect::ThreeCodes;
    let own = size.resolution(dialect).and_then(|resolution| resolution.code(dialect));
    own.filter(|own| model.videos().contains(&Video::new(stream, *own)))
        .ok_or_else(|| Refusal::wrong("R-7.63", format!("stream {stream} has no picture size {size}")))
}
