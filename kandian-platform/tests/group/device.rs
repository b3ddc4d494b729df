//! A camera that knows the group platform only: what it asks over HTTP before its first login.

use std::net::SocketAddr;

use super::phone::{KEY, text};
use super::world::{World, http};

/// What a device presents.
fn document(root: &str, id: &str, key: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><{root}><ManufacturerNo>{}</ManufacturerNo><Mode>KD-9</Mode>\
         <DevType>3</DevType><DevID>{id}</DevID><DevKey>{key}</DevKey></{root}>",
        &id[..3]
    )
}

/// Asks the group platform where to register; status, result and address.
pub(crate) async fn redirect(group: &World, id: &str, key: &str) -> (u16, String, Option<String>) {
    let body = document("REDIRECT_REQ", id, key);
    let at = group.platform.device_http();
    let (status, answer) = http(at, "POST", "/ISMPGroupManager", "", body.as_bytes()).await;
    let answer = String::from_utf8(answer).unwrap();
    assert_eq!(text(&answer, "DevID"), id);
    let url = answer.contains("<LcmsUrl>").then(|| text(&answer, "LcmsUrl").to_owned());
    (status, text(&answer, "Result").to_owned(), url)
}

/// The same as one word: the result, or the address.
pub(crate) async fn boots(group: &World, id: &str) -> String {
    match redirect(group, id, KEY).await {
        (200, result, Some(url)) if result == "0" => url,
        (200, result, None) => result,
        (401, result, None) => format!("401, {result}"),
        other => panic!("{other:?}"),
    }
}

/// Registers where the group platform said; where to log in.
pub(crate) async fn register(url: &str, id: &str) -> SocketAddr {
    let (result, answer) = register_at(url, id).await;
    assert_eq!(result, "0", "{answer}");
    format!("{}:{}", text(&answer, "NatIP"), text(&answer, "NatPort")).parse().unwrap()
}

/// Registers; the result and the answer.
pub(crate) async fn register_at(url: &str, id: &str) -> (String, String) {
    let (at, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let body = document("REGISTER_REQ", id, KEY);
    let (status, answer) = http(at.parse().unwrap(), "POST", &format!("/{path}"), "", body.as_bytes()).await;
    let answer = String::from_utf8(answer).unwrap();
    assert_eq!(status, 200, "{answer}");
    (text(&answer, "Result").to_owned(), answer)
}
