//! What happened: alarms, exceptions, pictures, who did what.

use axum::routing::get;

use super::{ADMIN, Route, VIEWER};
use crate::api::{lists, stream};

const LIST: &[(&str, bool, &str)] = &[
    ("device", false, "Only of this device"),
    ("before", true, "Only older than this number; that of the last entry of a page gives the next page"),
    ("limit", true, "Most entries: 1 to 500, else 50"),
];

pub(super) const ROUTES: &[Route] = &[
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
        query: &[
            (
                "before",
                true,
                "Only older than this number; that of the last entry of a page gives the next page",
            ),
            ("limit", true, "Most entries: 1 to 500, else 50"),
        ],
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
