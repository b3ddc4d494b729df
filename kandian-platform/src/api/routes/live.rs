//! Live pictures, and why there were none.

use axum::routing::{get, post};

use super::{Route, USER, VIEWER};
use crate::api::live;

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "POST",
        path: "/api/v1/me/devices/{id}/channels/{no}/live",
        role: USER,
        summary: "A ticket that opens the WebSocket of a live picture once, within 30 seconds",
        summary_zh: "获取实时画面 WebSocket 的一次性凭证，30 秒内有效",
        takes: Some("LiveWanted"),
        gives: Some("LiveTicket"),
        query: &[],
        handler: || post(live::ticket),
    },
    Route {
        method: "GET",
        path: "/api/v1/me/devices/{id}/channels/{no}/snapshot",
        role: USER,
        summary: "The picture of now, as an MP4 of one frame",
        summary_zh: "当前画面：单帧 MP4",
        takes: None,
        gives: Some("video/mp4"),
        query: &[("stream", true, "1: the main stream, as when absent; 2: the sub stream")],
        handler: || get(live::snapshot),
    },
    Route {
        method: "GET",
        path: "/api/v1/me/devices/{id}/plays",
        role: USER,
        summary: "What happened to the last attempts to watch one's device, the newest first",
        summary_zh: "本人设备最近的观看尝试及其经过，最新在前",
        takes: None,
        gives: Some("Plays"),
        query: &[],
        handler: || get(live::own_plays),
    },
    Route {
        method: "GET",
        path: "/api/v1/devices/{id}/plays",
        role: VIEWER,
        summary: "What happened to the last attempts to watch a device, the newest first",
        summary_zh: "设备最近的观看尝试及其经过，最新在前",
        takes: None,
        gives: Some("Plays"),
        query: &[],
        handler: || get(live::plays),
    },
];
