//! The catalogue of firmware.

use axum::routing::{delete, get, post};

use super::{ADMIN, Route};
use crate::api::firmware;

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/api/v1/firmware",
        role: ADMIN,
        summary: "The catalogue of firmware, in the order in which it was put in (8.14)",
        summary_zh: "固件目录，按录入顺序（8.14）",
        takes: None,
        gives: Some("FirmwarePage"),
        query: &[
            ("manufacturer", false, "Only of this manufacturer's code"),
            ("model", false, "Only for this model"),
            ("after", true, "Only behind this number; that of the last entry of a page gives the next page"),
            ("limit", true, "Most entries: 1 to 500, else 50"),
        ],
        handler: || get(firmware::list),
    },
    Route {
        method: "POST",
        path: "/api/v1/firmware",
        role: ADMIN,
        summary: "Put firmware into the catalogue; the file lies on the FTP server that is named (7.5.17)",
        summary_zh: "录入固件，文件位于所给 FTP 服务器（7.5.17）",
        takes: Some("NewFirmware"),
        gives: Some("Firmware"),
        query: &[],
        handler: || post(firmware::create),
    },
    Route {
        method: "DELETE",
        path: "/api/v1/firmware/{id}",
        role: ADMIN,
        summary: "Take firmware out of the catalogue",
        summary_zh: "从目录中删除固件",
        takes: None,
        gives: None,
        query: &[],
        handler: || delete(firmware::remove),
    },
];
