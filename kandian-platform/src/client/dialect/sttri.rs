//! Document/literal in the namespace of a platform of the family: `<operation>Req` is answered with `<operation>Res`, `DevId`
//! stands for `DevID`.

use kandian_proto::command::{Interface, OPERATIONS};

use super::{Answer, Row};

pub(super) const NAMESPACE: &str = "http://www.sttri.com.cn/ns1MobileServices/";

const DEVICE: &[(&str, &str)] = &[("DevId", "DevID"), ("DeviceId", "DevID")];

/// The operations that were seen, and share something with chapter 8.
fn seen(name: &str) -> Option<Row> {
    Some(match name {
        "userLoginReq" => Row {
            root: "MCU_LOGIN_REQ",
            fields: &[("LoginPassword", "Password")],
            // Any text is taken for a version (E-165).
            defaults: &[("Version", "")],
            answer: Answer::Login,
        },
        "getPlayUrlByClientReq" => Row {
            root: "MCU_VIDEO_PLAY_REQ",
            fields: DEVICE,
            // It names no stream, and is for phones: the smaller one.
            defaults: &[("StreamType", "2")],
            answer: Answer::Play("PlayUrl"),
        },
        "TerminalListReq" => {
            Row { root: "MCU_GET_DEVICES_REQ", fields: &[], defaults: &[], answer: Answer::Terminals }
        }
        _ => return None,
    })
}

/// The operation of this name; those of chapter 8 under their own names as well, when the document is of the namespace.
pub(super) fn row(name: &str, document: &[u8]) -> Option<Row> {
    if let Some(row) = seen(name) {
        return Some(row);
    }
    let wanted = NAMESPACE.as_bytes();
    if !document.windows(wanted.len()).any(|window| window == wanted) {
        return None;
    }
    let name = name.strip_suffix("Req")?;
    let is_called = |soap: Option<&str>| soap.is_some_and(|soap| soap.eq_ignore_ascii_case(name));
    let mut rows = OPERATIONS.iter().filter(|row| row.interface == Interface::Client);
    let root = rows.find(|row| is_called(row.soap_operation))?.request.root;
    Some(Row { root, fields: DEVICE, defaults: &[], answer: Answer::Same })
}
