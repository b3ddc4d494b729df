//! The table of routes.

use std::sync::Arc;

use axum::routing::{MethodRouter, delete, get, patch, post};

use super::{commands, devices, health, import, lists, openapi, stream};
use crate::app::App;
use crate::store::TokenRole;

/// One row.
pub struct Route {
    /// The HTTP method.
    pub method: &'static str,
    /// The path, with `{parameters}`.
    pub path: &'static str,
    /// What a token must allow; `None`: anybody may ask.
    pub role: Option<TokenRole>,
    /// What it is for, in English.
    pub summary: &'static str,
    /// The same in Chinese.
    pub summary_zh: &'static str,
    /// The schema of the body it takes.
    pub takes: Option<&'static str>,
    /// The schema of the body it gives.
    pub gives: Option<&'static str>,
    /// Parameters of the query: name, whether it is a number, what it is.
    pub query: &'static [(&'static str, bool, &'static str)],
    /// Who answers.
    pub(super) handler: fn() -> MethodRouter<Arc<App>>,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

const VIEWER: Option<TokenRole> = Some(TokenRole::Viewer);
const OPERATOR: Option<TokenRole> = Some(TokenRole::Operator);
const ADMIN: Option<TokenRole> = Some(TokenRole::Admin);

const LIST: &[(&str, bool, &str)] = &[
    ("device", false, "Only of this device"),
    ("before", true, "Only older than this number; that of the last entry of a page gives the next page"),
    ("limit", true, "Most entries: 1 to 500, else 50"),
];

/// All routes.
pub const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/healthz",
        role: None,
        summary: "Whether the process runs",
        summary_zh: "进程是否在运行",
        takes: None,
        gives: None,
        query: &[],
        handler: || get(health::alive),
    },
    Route {
        method: "GET",
        path: "/readyz",
        role: None,
        summary: "Whether the platform can do its work",
        summary_zh: "平台是否可以工作",
        takes: None,
        gives: None,
        query: &[],
        handler: || get(health::ready),
    },
    Route {
        method: "GET",
        path: "/metrics",
        role: VIEWER,
        summary: "Figures for Prometheus",
        summary_zh: "Prometheus 指标",
        takes: None,
        gives: None,
        query: &[],
        handler: || get(health::metrics),
    },
    Route {
        method: "GET",
        path: "/api/v1/openapi.json",
        role: None,
        summary: "This description",
        summary_zh: "本接口说明",
        takes: None,
        gives: None,
        query: &[],
        handler: || get(openapi::served),
    },
    Route {
        method: "GET",
        path: "/api/v1/devices",
        role: VIEWER,
        summary: "Devices on record, a page at a time, in the order of their ids",
        summary_zh: "按编号分页列出设备",
        takes: None,
        gives: Some("DevicePage"),
        query: &[
            ("text", false, "Only those with this text in id, name or model"),
            ("online", false, "Only those that are logged in (`true`) or are not (`false`)"),
            ("kind", false, "Only of this kind: ipc, dvr or nvr"),
            ("after", false, "Only behind this id; `next` of a page gives the next one"),
            ("limit", true, "Most devices: 1 to 500, else 50"),
        ],
        handler: || get(devices::list),
    },
    Route {
        method: "POST",
        path: "/api/v1/devices",
        role: ADMIN,
        summary: "Put a device on record",
        summary_zh: "添加设备",
        takes: Some("NewDevice"),
        gives: Some("Device"),
        query: &[],
        handler: || post(devices::create),
    },
    Route {
        method: "POST",
        path: "/api/v1/devices/import",
        role: ADMIN,
        summary: "Put the devices of a CSV list on record, all or none",
        summary_zh: "导入 CSV 设备列表，全部成功或全部不做",
        takes: Some("text/csv"),
        gives: Some("ImportReport"),
        query: &[("dry_run", false, "`true`: say what would happen and do nothing")],
        handler: || post(import::import),
    },
    Route {
        method: "GET",
        path: "/api/v1/devices/{id}",
        role: VIEWER,
        summary: "One device",
        summary_zh: "查询设备",
        takes: None,
        gives: Some("Device"),
        query: &[],
        handler: || get(devices::one),
    },
    Route {
        method: "PATCH",
        path: "/api/v1/devices/{id}",
        role: ADMIN,
        summary: "Change a device; what is not named stays as it is",
        summary_zh: "修改设备，未给出的字段不变",
        takes: Some("DeviceChange"),
        gives: Some("Device"),
        query: &[],
        handler: || patch(devices::change),
    },
    Route {
        method: "DELETE",
        path: "/api/v1/devices/{id}",
        role: ADMIN,
        summary: "Take a device off the record with all that belongs to it, and close its link",
        summary_zh: "删除设备及其数据并断开链路",
        takes: None,
        gives: None,
        query: &[],
        handler: || delete(devices::remove),
    },
    Route {
        method: "GET",
        path: "/api/v1/devices/{id}/capabilities",
        role: VIEWER,
        summary: "What a device says it can do (7.5.2)",
        summary_zh: "设备上报的能力（7.5.2）",
        takes: None,
        gives: Some("Capabilities"),
        query: &[],
        handler: || get(devices::capabilities),
    },
    Route {
        method: "GET",
        path: "/api/v1/devices/{id}/messages",
        role: OPERATOR,
        summary: "The last messages of a device, decoded, with what was put up with",
        summary_zh: "设备最近的报文及其诊断",
        takes: None,
        gives: Some("Messages"),
        query: &[],
        handler: || get(devices::messages),
    },
    Route {
        method: "POST",
        path: "/api/v1/devices/{id}/commands/{operation}",
        role: OPERATOR,
        summary: "Send a command and wait for the answer; the body is the JSON twin of the request",
        summary_zh: "向设备下发命令并等待应答；消息体为请求的 JSON 形式",
        takes: Some("Command"),
        gives: Some("CommandAnswer"),
        query: &[("read_back", false, "`true`: after a command that sets something, ask what is set now")],
        handler: || post(commands::send),
    },
    Route {
        method: "GET",
        path: "/api/v1/alarms",
        role: VIEWER,
        summary: "Alarms, the newest first",
        summary_zh: "报警，最新在前",
        takes: None,
        gives: Some("Alarms"),
        query: LIST,
        handler: || get(lists::alarms),
    },
    Route {
        method: "GET",
        path: "/api/v1/exceptions",
        role: VIEWER,
        summary: "Exceptions, the newest first",
        summary_zh: "异常，最新在前",
        takes: None,
        gives: Some("Exceptions"),
        query: LIST,
        handler: || get(lists::exceptions),
    },
    Route {
        method: "GET",
        path: "/api/v1/pictures",
        role: VIEWER,
        summary: "Pictures that devices say they have uploaded, the newest first",
        summary_zh: "设备通知已上传的图片，最新在前",
        takes: None,
        gives: Some("Pictures"),
        query: LIST,
        handler: || get(lists::pictures),
    },
    Route {
        method: "GET",
        path: "/api/v1/audit",
        role: ADMIN,
        summary: "Who did what, the newest first",
        summary_zh: "操作审计，最新在前",
        takes: None,
        gives: Some("Audit"),
        query: &[("limit", true, "Most entries: 1 to 500, else 50")],
        handler: || get(lists::audit),
    },
    Route {
        method: "GET",
        path: "/api/v1/events",
        role: VIEWER,
        summary: "Everything that happens, as Server-Sent Events",
        summary_zh: "所有事件（Server-Sent Events）",
        takes: None,
        gives: Some("text/event-stream"),
        query: &[("device", false, "Only about this device")],
        handler: || get(stream::events),
    },
];
