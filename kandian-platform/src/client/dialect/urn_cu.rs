//! RPC of an early mobile client: one parameter `req`, the fields of chapter 8 in it under nearly all their names.

use super::{Answer, Row};

pub(super) const NAMESPACE: &str = "urn:cu";
/// What an answer of RPC says of its form, in SOAP 1.1.
pub(super) const ENCODING: &str = " soap:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"";

const LOGIN: &[(&str, &str)] = &[("TelPassword", "Password")];
const NAME: &[(&str, &str)] = &[("ChannleNo", "ChannelNo"), ("Name", "NewName"), ("DevName", "NewName")];
const MOBILE: &[(&str, &str)] = &[("Account", "MobileTel")];
/// It is for phones: the smaller stream when it names none.
const STREAM: &[(&str, &str)] = &[("StreamType", "2")];
const PASSWORD: &[(&str, &str)] = &[("Type", "0")];
const NONE: &[(&str, &str)] = &[];

/// The operation of this name. It has them with and without `Mon` in front; what chapter 8 has no counterpart for is not
/// served.
pub(super) fn row(name: &str) -> Option<Row> {
    let (root, fields, defaults, answer) = match name.strip_prefix("Mon").unwrap_or(name) {
        "UserLogin" => ("MCU_LOGIN_REQ", LOGIN, NONE, Answer::Same),
        "RefreshDevList" | "RefreshDevList2" => ("MCU_GET_DEVICES_REQ", NONE, NONE, Answer::Same),
        "GetPassword" => ("MCU_SMS_REQ", MOBILE, PASSWORD, Answer::Same),
        "AddDev" => ("MCU_ADD_DEVICE_REQ", NONE, NONE, Answer::Added),
        "DelDev" => ("MCU_DEL_DEVICE_REQ", NONE, NONE, Answer::Same),
        "GetPlayUrl" => ("MCU_VIDEO_PLAY_REQ", NONE, STREAM, Answer::Play("VideoPlayUrl")),
        "ControlPtz" => ("MCU_VIDEO_PTZ_REQ", NONE, NONE, Answer::Same),
        "GetDevParam" => ("MCU_GET_CHANNEL_REQ", NONE, NONE, Answer::Same),
        "SetDevParam" => ("MCU_SET_CHANNEL_REQ", NONE, NONE, Answer::Same),
        "RebootDev" => ("MCU_REBOOT_REQ", NONE, NONE, Answer::Same),
        "GetDevVersion" => ("MCU_GET_DEVVER_REQ", NONE, NONE, Answer::Same),
        "NotifyUpgrade" => ("MCU_UPGRADE_REQ", NONE, NONE, Answer::Same),
        "GetAlarmSwitch" => ("MCU_GET_ALARM_REQ", NONE, NONE, Answer::Same),
        "SetAlarmSwitch" => ("MCU_SET_ALARM_REQ", NONE, NONE, Answer::Same),
        "SetDevName" => ("MCU_SET_NAME_REQ", NAME, NONE, Answer::Same),
        _ => return None,
    };
    Some(Row { root, fields, defaults, answer })
}
