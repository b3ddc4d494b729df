//! The platform itself.

use axum::routing::get;

use super::{ANYBODY, Route, VIEWER};
use crate::api::{health, openapi};

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/healthz",
        role: ANYBODY,
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
        role: ANYBODY,
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
        role: ANYBODY,
        summary: "This description",
        summary_zh: "本接口说明",
        takes: None,
        gives: None,
        query: &[],
        handler: || get(openapi::served),
    },
];
