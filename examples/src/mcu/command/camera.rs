//! Turning, definition and quality. Spec §8.8 to §8.10; E-97, E-111.

use std::time::Duration;

use kandian_proto::Secret;
use kandian_proto::message::client::{
    CameraParameters, GetChannelRequest, SetChannelRequest, VideoPtzRequest,
};
use kandian_proto::message::device::VideoParameters;
use kandian_proto::presets::{Client as Sort, Preset};
use kandian_proto::value::{
    BitRate, FrameRate, FrameSizeDialect, PtzDirection, RateType, Resolution, StreamType,
};
use serde_json::json;

use crate::mcu::args::{Params, Ptz};
use crate::mcu::choice::Direction;
use crate::mcu::client::Client;
use crate::mcu::failure::Failure;
use crate::mcu::output::Output;
use crate::mcu::signals::enough;
use crate::mcu::words::Lang;

/// Press and release..
pub(super) async fn ptz(client: &mut Client, args: &Ptz, output: Output) -> Result<(), Failure> {
    let at = args.at;
    let turn = |direction: PtzDirection| {
        move |account: &str, session: Secret| {
            VideoPtzRequest::new(account, session, at.device, at.channel, direction)
        }
    };
    client.ask(turn(args.direction.into())).await?;
    if args.direction == Direction::Stop {
        output.obeyed("stopped", "已停止");
        return Ok(());
    }
    if args.hold {
        output.obeyed(
            "it turns until `stop`, or until the device stops by itself",
            "正在转动，直到 `stop` 或设备自行停止",
        );
        return Ok(());
    }
    // Whoever lets go early stops early.
    tokio::select! {
        () = tokio::time::sleep(Duration::from_secs_f64(args.span)) => {}
        () = enough() => {}
    }
    client.ask(turn(PtzDirection::STOP)).await?;
    output.obeyed("turned, and stopped", "已转动并停止");
    Ok(())
}

pub(super) async fn params(client: &mut Client, args: &Params, output: Output) -> Result<(), Failure> {
    let dialect = if args.five_sizes { FrameSizeDialect::FiveCodes } else { FrameSizeDialect::ThreeCodes };
    let (at, stream) = (args.at, StreamType::from(args.stream));
    if let Some(wish) = wish(args, dialect)? {
        client
            .ask(|account, session| {
                let mut request = SetChannelRequest::new(account, session, at.device, at.channel, stream);
                // E-100: what is left out stays as it is.
                request.frame_size = wish.size.and_then(|size| size.code(dialect));
                (request.frame_rate, request.rate_type) = (wish.rate, wish.control);
                (request.bit_rate, request.audio_input) = (wish.bits, wish.sound);
                request
            })
            .await?;
    }
    // What the device made of it.
    let answer = client
        .ask(|account, session| GetChannelRequest::new(account, session, at.device, at.channel, stream))
        .await?;
    output.done(&shown(&answer.content, args, dialect, output.lang), json!({"answer": answer.json}));
    Ok(())
}

/// What is to be changed.
#[derive(Clone, Copy, Debug, Default)]
struct Wish {
    size: Option<Resolution>,
    rate: Option<FrameRate>,
    control: Option<RateType>,
    bits: Option<BitRate>,
    sound: Option<bool>,
}

fn wish(args: &Params, dialect: FrameSizeDialect) -> Result<Option<Wish>, Failure> {
    let mut wish = Wish { sound: args.sound.map(bool::from), ..Wish::default() };
    if let (Some(definition), Some(quality)) = (args.definition, args.quality) {
        let preset = Preset::find(Sort::Mobile, definition.into(), quality.into());
        let preset = preset.ok_or_else(|| Failure::Usage("phones do not offer this".to_owned()))?;
        wish.size = Some(preset.definition.resolution());
        (wish.rate, wish.control, wish.bits) =
            (Some(preset.frame_rate), Some(RateType::CBR), Some(preset.bit_rate));
    } else {
        wish.size = args.size.map(Resolution::from);
        (wish.rate, wish.control) = (args.fps.map(FrameRate), args.rate.map(RateType::from));
        wish.bits = args.kbps.map(bits).transpose()?;
    }
    if let Some(size) = wish.size.filter(|size| size.code(dialect).is_none()) {
        let text = format!("{} is in the table of five sizes only: --five-sizes (E-97)", size.name());
        return Err(Failure::Usage(text));
    }
    let Wish { size, rate, control, bits, sound } = wish;
    let is_any = size.is_some() || rate.is_some() || control.is_some() || bits.is_some() || sound.is_some();
    Ok(is_any.then_some(wish))
}

fn bits(kbps: u16) -> Result<BitRate, Failure> {
    let code = BitRate::nearest(kbps);
    if code.kbps() == Some(kbps) {
        return Ok(code);
    }
    let nearest = code.kbps().unwrap_or_default();
    Err(Failure::Usage(format!("{kbps} kbit/s is not in the table; {nearest} is the nearest (E-99)")))
}

fn shown(now: &CameraParameters, args: &Params, dialect: FrameSizeDialect, lang: Lang) -> String {
    let size = now.frame_size.resolution(dialect).map_or_else(
        || format!("{} ?", now.frame_size.0),
        |size| format!("{} ({}x{})", size.name(), size.pixels().0, size.pixels().1),
    );
    let kbps = now.bit_rate.kbps().map_or_else(|| "?".to_owned(), |kbps| kbps.to_string());
    let control = if now.rate_type == RateType::VBR { "VBR" } else { "CBR" };
    let stream = StreamType::from(args.stream);
    let stream = lang.pick(stream.name_en().unwrap_or("?"), stream.name_zh().unwrap_or("?")).to_owned();
    let sound = lang.yes_no(now.audio_input);
    let mut text = match lang {
        Lang::En => format!(
            "{stream}: {size}, {} pictures a second, {control} {kbps} kbit/s, sound: {sound}",
            now.frame_rate.0
        ),
        Lang::Zh => {
            format!("{stream}：{size}，每秒 {} 帧，{control} {kbps} kbps，声音：{sound}", now.frame_rate.0)
        }
    };
    if let Some(preset) = preset_of(now, dialect) {
        let named = format!("{} {}", preset.definition.name_zh(), preset.quality.name_zh());
        let is = lang.pick("\nthat is the choice", "\n对应预设");
        text.push_str(&format!("{is} {named} (R-3.10)"));
    }
    text
}

fn preset_of(now: &CameraParameters, dialect: FrameSizeDialect) -> Option<&'static Preset> {
    let mut parameters = VideoParameters::new(now.frame_size, now.frame_rate, now.rate_type, now.audio_input);
    parameters.bit_rate = now.bit_rate;
    Preset::of_parameters(Sort::Mobile, &parameters, dialect)
}
