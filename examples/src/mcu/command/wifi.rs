//! The Wi-Fi of a camera, over the platform. Spec §8.11, §8.12; E-106, E-108.

use kandian_proto::Secret;
use kandian_proto::message::client::{AccessPoint, GetWifiRequest, SetWifiRequest};
use kandian_proto::value::WifiSecurity;
use serde_json::json;

use crate::mcu::args::{Join, Wifi};
use crate::mcu::client::Client;
use crate::mcu::failure::Failure;
use crate::mcu::output::Output;
use crate::mcu::password::{self, Source};
use crate::mcu::table::table;
use crate::mcu::words::Lang;

const VARIABLE: &str = "KANDIAN_WIFI_PASSWORD";

pub(super) async fn run(client: &mut Client, args: &Wifi, output: Output) -> Result<(), Failure> {
    let device = args.device;
    let Some(ssid) = args.join.join.as_deref() else {
        let answer = client.ask(|account, session| GetWifiRequest::new(account, session, device)).await?;
        let seen: Vec<_> = answer.content.access_points.iter().map(Seen::from).collect();
        output.done(&shown(&seen, output.lang), json!({"answer": answer.json}));
        return Ok(());
    };
    let security = match args.join.security {
        Some(security) => security.into(),
        None => {
            let answer = client.ask(|account, session| GetWifiRequest::new(account, session, device)).await?;
            found(&answer.content.access_points.iter().map(Seen::from).collect::<Vec<_>>(), ssid)?
        }
    };
    let password = key(&args.join, ssid, security, output.lang)?;
    client
        .ask(|account, session| {
            SetWifiRequest::new(account, session, device, ssid, security).password(password.clone())
        })
        .await?;
    output.obeyed("the camera joins it", "摄像机正在连接该热点");
    Ok(())
}

/// An access point, whoever says it.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) ssid: &'a str,
    pub(super) signal: u8,
    pub(super) security: WifiSecurity,
    pub(super) in_use: bool,
}

impl<'a> From<&'a AccessPoint> for Seen<'a> {
    fn from(point: &'a AccessPoint) -> Self {
        let AccessPoint { ssid, signal, security, in_use, .. } = point;
        Self { ssid, signal: signal.get(), security: *security, in_use: *in_use }
    }
}

/// Access points as a table.
pub(super) fn shown(seen: &[Seen<'_>], lang: Lang) -> String {
    if seen.is_empty() {
        return lang.pick("the camera sees no access point", "摄像机没有搜索到热点").to_owned();
    }
    let head = match lang {
        Lang::En => ["network", "signal", "security", "in use"],
        Lang::Zh => ["热点", "信号", "安全性", "使用中"],
    };
    let rows: Vec<_> = seen.iter().map(|point| row(point, lang)).collect();
    table(&head, &rows)
}

fn row(point: &Seen<'_>, lang: Lang) -> Vec<String> {
    let security =
        lang.pick(point.security.name_en().unwrap_or("?"), point.security.name_zh().unwrap_or("?"));
    let in_use = lang.yes_no(point.in_use);
    vec![point.ssid.to_owned(), point.signal.to_string(), security.to_owned(), in_use.to_owned()]
}

/// networks are chosen from the list.
pub(super) fn found(seen: &[Seen<'_>], ssid: &str) -> Result<WifiSecurity, Failure> {
    let unseen = || {
        Failure::Usage(format!(
            "the camera does not see {ssid:?}: say --security to have it try all the same"
        ))
    };
    let security = seen.iter().find(|point| point.ssid == ssid).map(|point| point.security);
    match security.ok_or_else(unseen)? {
        // Meaningful in a scan only.
        WifiSecurity::OTHER => {
            Err(Failure::Usage("it has another security: say which with --security".to_owned()))
        }
        security => Ok(security),
    }
}

/// The password of an access point; an open one has none (E-108).
pub(super) fn key(join: &Join, ssid: &str, security: WifiSecurity, lang: Lang) -> Result<Secret, Failure> {
    if security == WifiSecurity::NONE {
        return Ok(Secret::default());
    }
    let source = Source { file: join.wifi_password_file.clone(), given: None };
    let prompt = match lang {
        Lang::En => format!("password of {ssid:?}"),
        Lang::Zh => format!("{ssid:?} 的密码"),
    };
    password::find(&source, VARIABLE, &prompt, lang)
}
