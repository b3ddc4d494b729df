//! What happened, in words for the person who sees no picture: English and Chinese.

use kandian_proto::play::TokenRefusal;
use kandian_proto::play::path::Path;
use kandian_proto::rtsp::message::Method;

use super::{Cause, End, Sound, Watcher, What};
use crate::media::way::WhyNot;

/// The same in two languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

fn words(en: impl Into<String>, zh: impl Into<String>) -> Words {
    Words { en: en.into(), zh: zh.into() }
}

/// Who watches.
#[must_use]
pub fn watcher(watcher: Watcher) -> Words {
    match watcher {
        Watcher::Phone(number) => words(
            format!("a phone of {} asked for the picture", number.masked()),
            format!("{} 的手机请求观看", number.masked()),
        ),
        Watcher::Browser(number) => words(
            format!("a browser of {} asked for the picture", number.masked()),
            format!("{} 的浏览器请求观看", number.masked()),
        ),
        Watcher::Gateway => words("the platform fetches the picture for browsers", "平台为浏览器取流"),
    }
}

fn way(path: Path) -> Words {
    match path {
        Path::Local => words("the camera's local address", "摄像机本地地址"),
        Path::Upnp => words("the port at the camera's router (UPnP)", "摄像机路由器映射端口（UPnP）"),
        Path::RelayUdp | Path::RelayTcp => words("the relay", "中继"),
    }
}

/// What happened.
#[must_use]
pub fn what(what: &What) -> Words {
    match what {
        What::Way { path, leads } => leading(*path, leads.as_ref().map(ToString::to_string)),
        What::Token { path } => {
            let way = way(*path);
            words(format!("a token was issued for {}", way.en), format!("已为{}签发令牌", way.zh))
        }
        What::Offline => {
            words("the camera is offline: it is not logged in at the platform", "摄像机不在线：未登录平台")
        }
        What::Connecting { path, address } => {
            let way = way(*path);
            words(format!("connecting to {} ({address})", way.en), format!("正在连接{}（{address}）", way.zh))
        }
        What::Connected => words("connected", "已连接"),
        What::NotConnected { refused: true } => words(
            "the connection was refused: nothing listens there, or a firewall is in between",
            "连接被拒绝：该端口无服务或被防火墙阻挡",
        ),
        What::NotConnected { refused: false } => {
            words("nobody answered there in time", "对方未在时限内应答连接")
        }
        What::Checked { path, refusal } => checked(*path, *refusal),
        What::Described { sound } => described(*sound),
        What::Playing => {
            words("the camera agreed to play (PLAY was answered with 200)", "摄像机同意播放（PLAY 应答 200）")
        }
        What::Refused { method, status, cause } => refused(*method, status.0, *cause),
        What::FirstMedia => words("the first video arrived", "收到首个视频数据"),
        What::FirstPicture { width, height } => words(
            format!("the first complete picture (IDR) arrived: {width}×{height}"),
            format!("收到首个关键帧：{width}×{height}"),
        ),
        What::Changed { width, height } => words(
            format!("the camera sends other pictures now: {width}×{height}"),
            format!("摄像机改变了视频参数：{width}×{height}"),
        ),
        What::Silent => words("nothing comes from the camera any more", "摄像机停止发送数据"),
        What::Joined { pull } => words(
            format!("gets what the platform fetches (attempt {pull})"),
            format!("接入平台取流（尝试 {pull}）"),
        ),
        What::HungUp(end) | What::Ended(end) => ended(end),
    }
}

fn leading(path: Path, leads: Result<String, &WhyNot>) -> Words {
    let way = way(path);
    let why = match leads {
        Ok(address) => {
            return words(format!("{} leads to {address}", way.en), format!("{}可用：{address}", way.zh));
        }
        Err(WhyNot::NoAddress) => words("the camera named no address", "摄像机未上报地址"),
        Err(WhyNot::OtherNetwork) => words(
            "the camera is in another network, as its public address shows",
            "公网地址表明摄像机在另一网络",
        ),
        Err(WhyNot::NoHost) => words("that is not the address of a camera", "该地址不可能是摄像机"),
        Err(WhyNot::NotOpen) => words(
            "the port was not found open when the camera logged in, or it named none",
            "摄像机登录时探测端口未开放，或未上报端口",
        ),
        Err(WhyNot::NoRelay) => words(
            "the relay arrives with the NAT work and is not part of this version",
            "中继尚未实现，将随 NAT 功能提供",
        ),
    };
    words(format!("{}: skipped, {}", way.en, why.en), format!("跳过{}：{}", way.zh, why.zh))
}

fn checked(path: Path, refusal: Option<TokenRefusal>) -> Words {
    let way = way(path);
    match refusal.map(why_token) {
        None => words(
            format!("the camera had the token for {} checked (35H), and it is good", way.en),
            format!("摄像机校验了{}的令牌（35H）：有效", way.zh),
        ),
        Some(why) => words(
            format!(
                "the camera had the token for {} checked (35H), and the platform refused it: {}",
                way.en, why.en
            ),
            format!("摄像机校验{}的令牌（35H），平台拒绝：{}", way.zh, why.zh),
        ),
    }
}

fn why_token(refusal: TokenRefusal) -> Words {
    let zh = match refusal {
        TokenRefusal::Unknown => "令牌不存在或已撤销".to_owned(),
        TokenRefusal::WrongDevice { issued_for } => format!("令牌属于设备 {issued_for}"),
        TokenRefusal::WrongChannel { issued_for } => format!("令牌属于通道 {issued_for}"),
        TokenRefusal::WrongMedia => "令牌属于另一码流或录像".to_owned(),
        TokenRefusal::AlreadyUsed { ago } => format!("令牌已在 {} 毫秒前使用", ago.0),
        TokenRefusal::Expired { age } => format!("令牌已签发 {} 毫秒，超过一分钟", age.0),
        _ => refusal.to_string(),
    };
    words(refusal.to_string(), zh)
}

fn described(sound: Sound) -> Words {
    let sound = match sound {
        Sound::None => words("no sound", "无声音"),
        Sound::Passed => words("sound in G.711", "声音为 G.711"),
        Sound::NotPassed => {
            words("sound in a codec that browsers do not get from this version", "声音编码暂不支持转给浏览器")
        }
    };
    words(
        format!("the camera described its stream (DESCRIBE was answered with 200): H.264, {}", sound.en),
        format!("摄像机描述了码流（DESCRIBE 应答 200）：H.264，{}", sound.zh),
    )
}

///
fn refused(method: Method, status: u16, cause: Cause) -> Words {
    let (en, zh) =
        (format!("the camera answered {status} at {method}"), format!("摄像机对 {method} 应答 {status}"));
    let why = match (cause, status) {
        (Cause::TokenRefused(refusal), _) => {
            let why = why_token(refusal);
            words(
                format!("because the platform had refused its token: {}", why.en),
                format!("因为平台拒绝了令牌：{}", why.zh),
            )
        }
        (Cause::LinkDown, _) => words(
            "because its token check timed out after 4 s: its link to the platform was down",
            "因为令牌校验 4 秒超时：摄像机到平台的链路已断开",
        ),
        (Cause::NeverAsked, _) => words(
            "although it never asked the platform about the token: either its question was lost, or something else answers there",
            "但平台没有收到令牌校验请求：请求丢失，或应答者不是该摄像机",
        ),
        (Cause::AnswerLost, _) => words(
            "although the platform had told it that the token is good: the answer came too late or was lost",
            "但平台已答复令牌有效：答复超时或丢失",
        ),
        (Cause::AsItSays, 403) => words("the stream is switched off at the camera", "该码流已在摄像机上关闭"),
        (Cause::AsItSays, 404) => {
            words("it knows no such device, channel or stream", "设备、通道或码流不存在")
        }
        (Cause::AsItSays, 453) => words("too many watch it already", "观看路数已达上限"),
        (Cause::AsItSays, _) => words("it gave no reason", "未说明原因"),
    };
    let is_new_sentence = cause == Cause::AsItSays;
    let (en_link, zh_link) = if is_new_sentence { (": ", "：") } else { (" ", "，") };
    words(format!("{en}{en_link}{}", why.en), format!("{zh}{zh_link}{}", why.zh))
}

fn ended(end: &End) -> Words {
    match end {
        End::Left => words("ended: nobody watches any more", "结束：已无人观看"),
        End::Stopped => words("ended: the platform stops", "结束：平台停止运行"),
        End::NoWay => {
            words("no picture: there is no way to the camera", "没有画面：没有可用的路径到达摄像机")
        }
        End::Failed => words("no picture: no way led to it", "没有画面：所有路径均失败"),
        End::Closed => words("the camera closed the connection", "摄像机关闭了连接"),
        End::NoAnswer => words("the camera did not answer in time", "摄像机未在时限内应答"),
        End::NoMedia => words(
            "the camera agreed to play, and no picture came within 10 s",
            "摄像机同意播放，但 10 秒内没有收到画面",
        ),
        End::NotUnderstood(why) => words(
            format!("the camera's answer was not understood: {why}"),
            format!("无法理解摄像机的应答：{why}"),
        ),
        End::Silent => words("ended: the camera sent nothing for 20 s", "结束：摄像机 20 秒未发送数据"),
        End::TooMuch => words("ended: more came than a camera sends", "结束：数据量超过摄像机上限"),
        End::NoRight => words("ended: the right to watch was withdrawn", "结束：观看权限已收回"),
        End::LoggedOut => words("ended: the login has ended", "结束：登录已失效"),
        End::Gone => words("ended: the browser is gone", "结束：浏览器已断开"),
    }
}

/// A token that nobody used.
#[must_use]
pub fn unused(path: Path) -> Words {
    let way = way(path);
    words(
        format!("the token for {} expired unused: nobody had it checked within its minute", way.en),
        format!("{}的令牌一分钟内未被使用，已过期", way.zh),
    )
}

/// How much more happened.
#[must_use]
pub fn more(count: u64) -> Words {
    words(format!("and {count} more things"), format!("另有 {count} 条未保留"))
}
