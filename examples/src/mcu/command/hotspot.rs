//! The Wi-Fi of a camera, over its own hotspot. Spec §11; E-08, E-109, E-110.

use kandian_proto::message::device::AccessPoint;
use kandian_proto::message::wifi_setup::{GetWifiRequest, GetWifiResponse, SetWifiRequest, SetWifiResponse};
use kandian_proto::value::ResultCode as _;
use kandian_proto::{Call, Message, Profile, decode, encode};
use serde_json::json;

use super::wifi::{Seen, found, key, shown};
use crate::mcu::args::Hotspot;
use crate::mcu::failure::{Failure, Refusal};
use crate::mcu::http::Http;
use crate::mcu::output::Output;

///
const CONTENT_TYPE: &str = "text/xml;charset=UTF-8";

impl<'a> From<&'a AccessPoint> for Seen<'a> {
    fn from(point: &'a AccessPoint) -> Self {
        let AccessPoint { ssid, signal, security, in_use, .. } = point;
        Self { ssid, signal: signal.get(), security: *security, in_use: *in_use }
    }
}

pub(super) async fn run(http: &Http, args: &Hotspot, output: Output) -> Result<(), Failure> {
    let Some(ssid) = args.join.join.as_deref() else {
        let answer = scan(http, &args.url).await?;
        let json = serde_json::to_value(&answer).unwrap_or_default();
        let points = answer.outcome.into_result().map_err(refused::<GetWifiRequest, _>)?;
        let seen: Vec<_> = points.access_points.iter().map(Seen::from).collect();
        output.done(&shown(&seen, output.lang), json!({"answer": json}));
        return Ok(());
    };
    let security = match args.join.security {
        Some(security) => security.into(),
        None => {
            let outcome = scan(http, &args.url).await?.outcome;
            let points = outcome.into_result().map_err(refused::<GetWifiRequest, _>)?;
            found(&points.access_points.iter().map(Seen::from).collect::<Vec<_>>(), ssid)?
        }
    };
    let password = key(&args.join, ssid, security, output.lang)?;
    let request = SetWifiRequest::new(ssid, security).password(password);
    let answer: SetWifiResponse = ask(http, &args.url, &request).await?;
    if !answer.result.is_ok() {
        return Err(refused::<SetWifiRequest, _>(answer.result));
    }
    output.obeyed("the camera joins it; its own hotspot ends", "摄像机正在连接该热点；其自身热点将关闭");
    Ok(())
}

async fn scan(http: &Http, url: &str) -> Result<GetWifiResponse, Failure> {
    ask(http, url, &GetWifiRequest::new()).await
}

async fn ask<R: Call>(http: &Http, url: &str, request: &R) -> Result<R::Response, Failure>
where
    R::Response: Message,
{
    let body = encode(request, Profile::Spec).map_err(|error| Failure::Usage(error.to_string()))?;
    let (status, bytes) = http.post(url, CONTENT_TYPE, body).await?;
    let read = decode::<R::Response>(&bytes);
    read.map(|read| read.message)
        .map_err(|error| Failure::Network(format!("{url}: HTTP status {status}, {error}")))
}

fn refused<R: Call, C: kandian_proto::value::ResultCode>(code: C) -> Failure {
    Failure::Refused(Refusal::new(R::OPERATION, code))
}
