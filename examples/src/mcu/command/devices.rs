//! The devices of an account. Spec §8.4 to §8.6, §8.13 to §8.15, §8.18.

use kandian_proto::message::client::{
    AddDeviceRequest, DelDeviceRequest, Device, GetDevVerRequest, GetDevicesRequest, RebootRequest,
    SetNameRequest, UpgradeRequest,
};
use kandian_proto::{DevId, Secret};
use serde_json::json;

use crate::inspect::Safe;
use crate::mcu::args::{At, WithKey};
use crate::mcu::client::Client;
use crate::mcu::failure::Failure;
use crate::mcu::output::Output;
use crate::mcu::password::{self, Source};
use crate::mcu::table::table;
use crate::mcu::words::Lang;

const KEY_VARIABLE: &str = "KANDIAN_DEVICE_KEY";

///
pub(super) async fn list(client: &mut Client, output: Output) -> Result<(), Failure> {
    let answer = client.ask(|account, session| GetDevicesRequest::new(account, session)).await?;
    output.done(&points(&answer.content.devices, output.lang), json!({"answer": answer.json}));
    Ok(())
}

/// Monitoring points as a table.
pub(super) fn points(devices: &[Device], lang: Lang) -> String {
    if devices.is_empty() {
        return lang
            .pick("no monitoring points; `add` binds a device", "没有监控点；可用 `add` 绑定设备")
            .to_owned();
    }
    let head = match lang {
        Lang::En => ["device", "channel", "state", "name", "turns", "shared", "alarms"],
        Lang::Zh => ["设备", "通道", "状态", "名称", "云台", "分享", "报警"],
    };
    let rows: Vec<_> = devices.iter().map(|device| row(device, lang)).collect();
    table(&head, &rows)
}

fn row(device: &Device, lang: Lang) -> Vec<String> {
    let state = if device.online { lang.pick("online", "在线") } else { lang.pick("offline", "离线") };
    let sources = [
        (device.motion_detection_flag, "motion", "移动侦测"),
        (device.infrared_detection_flag, "infrared", "人体红外"),
        (device.manual_alarm_flag, "manual", "手动"),
        (device.dido_alarm_flag, "input", "开关量"),
    ];
    let sources: Vec<_> =
        sources.iter().filter(|source| source.0).map(|(_, en, zh)| lang.pick(en, zh)).collect();
    vec![
        device.dev_id.to_string(),
        device.channel_no.to_string(),
        state.to_owned(),
        device.name.clone(),
        // missing counts as no.
        lang.yes_no(device.ptz_flag.unwrap_or(false)).to_owned(),
        lang.yes_no(device.share_flag).to_owned(),
        sources.join(" "),
    ]
}

pub(super) async fn add(client: &mut Client, args: &WithKey, output: Output) -> Result<(), Failure> {
    let key = key(args, output.lang)?;
    let device = args.device;
    client.ask(|account, session| AddDeviceRequest::new(account, session, device, key.clone())).await?;
    output.obeyed("bound", "已绑定");
    Ok(())
}

pub(super) async fn remove(client: &mut Client, args: &WithKey, output: Output) -> Result<(), Failure> {
    let key = key(args, output.lang)?;
    let device = args.device;
    client.ask(|account, session| DelDeviceRequest::new(account, session, device, key.clone())).await?;
    output.obeyed("unbound", "已解除绑定");
    Ok(())
}

fn key(args: &WithKey, lang: Lang) -> Result<Secret, Failure> {
    let source = Source { file: args.key_file.clone(), given: None };
    let prompt = match lang {
        Lang::En => format!("key of {}", args.device),
        Lang::Zh => format!("{} 的验证码", args.device),
    };
    password::find(&source, KEY_VARIABLE, &prompt, lang)
}

pub(super) async fn rename(client: &mut Client, at: At, name: &str, output: Output) -> Result<(), Failure> {
    client.ask(|account, session| SetNameRequest::new(account, session, at.device, at.channel, name)).await?;
    output.obeyed("renamed", "已改名");
    Ok(())
}

pub(super) async fn reboot(client: &mut Client, device: DevId, output: Output) -> Result<(), Failure> {
    client.ask(|account, session| RebootRequest::new(account, session, device)).await?;
    output.obeyed("the device restarts", "设备正在重启");
    Ok(())
}

pub(super) async fn firmware(
    client: &mut Client,
    device: DevId,
    upgrade: bool,
    output: Output,
) -> Result<(), Failure> {
    let answer = client.ask(|account, session| GetDevVerRequest::new(account, session, device)).await?;
    let versions = &answer.content;
    if upgrade {
        client.ask(|account, session| UpgradeRequest::new(account, session, device)).await?;
    }
    let (current, newest) = (Safe(&versions.cur_dev_ver), Safe(&versions.new_dev_ver));
    let said = match (output.lang, upgrade) {
        (Lang::En, false) => format!("firmware {current}, newest {newest}"),
        (Lang::Zh, false) => format!("当前固件 {current}，最新 {newest}"),
        (Lang::En, true) => {
            format!(
                "firmware {current}, newest {newest}\nthe device fetches it: do not cut its power or network"
            )
        }
        (Lang::Zh, true) => format!("当前固件 {current}，最新 {newest}\n设备正在升级：请勿断电或断网"),
    };
    output.done(&said, json!({"answer": answer.json, "upgrading": upgrade}));
    Ok(())
}
