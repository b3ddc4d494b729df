//! A client that writes its envelopes by hand.

use kandian_platform::service::accounts::{NewAccount, open_account};
use kandian_platform::store::AccountOrigin;
use kandian_proto::Secret;
use kandian_proto::value::DevType;

use super::world::{World, http, http_from};

pub(crate) const ANNA: &str = "18912345678";
pub(crate) const BERT: &str = "18912345679";
pub(crate) const PASSWORD: &str = "kaffee14";
pub(crate) const CAMERA: &str = "81100000001";
pub(crate) const KEY: &str = "K7M2P9Q4";

/// A platform with two accounts, two devices each, and a camera that nobody owns.
pub(crate) async fn world() -> World {
    with(|_| ()).await
}

pub(crate) async fn with(change: impl FnOnce(&mut kandian_platform::config::Config)) -> World {
    let world = World::with(change).await;
    world.enter(CAMERA, DevType::IPCAM).await;
    for account in [ANNA, BERT] {
        let (number, password) = (account.parse().unwrap(), Some(Secret::from(PASSWORD)));
        let account = NewAccount { number, password, device_limit: 2, origin: AccountOrigin::Admin };
        let app = world.platform.app();
        open_account(&app.store, &app.passwords, account, app.clock.wall()).await.unwrap();
    }
    world
}

/// The text of an element.
pub(crate) fn text<'a>(answer: &'a str, element: &str) -> &'a str {
    let (_, rest) =
        answer.split_once(&format!("<{element}>")).unwrap_or_else(|| panic!("{element}: {answer}"));
    rest.split_once(&format!("</{element}>")).unwrap().0
}

/// Posts bytes; the status and the answer.
pub(crate) async fn post(world: &World, body: &str) -> (u16, String) {
    let head = "Content-Type: text/xml; charset=utf-8\r\nSOAPAction: \"\"\r\n";
    let (status, answer) = http(world.platform.http(), "POST", "/MobileService", head, body.as_bytes()).await;
    (status, String::from_utf8(answer).unwrap())
}

/// Posts a call in an envelope of SOAP 1.1.
pub(crate) async fn call(world: &World, call: &str) -> String {
    let (status, answer) = post(world, &enveloped(call)).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

pub(crate) fn enveloped(call: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{call}</s:Body>\
         </s:Envelope>"
    )
}

pub(crate) async fn log_in_from(world: &World, source: &str, account: &str, password: &str) -> String {
    let body = enveloped(&format!(
        "<MCU_LOGIN_REQ><Account>{account}</Account><Password>{password}</Password><Version>A-1.0</Version></MCU_LOGIN_REQ>"
    ));
    let (status, answer) =
        http_from(source, world.platform.http(), "POST", "/MobileService", "", body.as_bytes()).await;
    assert_eq!(status, 200);
    String::from_utf8(answer).unwrap()
}

/// Logs in; the session.
pub(crate) async fn session(world: &World, account: &str) -> String {
    let answer = log_in_from(world, "127.0.0.1", account, PASSWORD).await;
    assert_eq!(text(&answer, "Result"), "0", "{answer}");
    text(&answer, "LoginSession").to_owned()
}

/// A call of somebody who is logged in, by the root of its request; the result.
pub(crate) async fn ask(world: &World, root: &str, account: &str, session: &str, rest: &str) -> String {
    call(
        world,
        &format!("<{root}><Account>{account}</Account><LoginSession>{session}</LoginSession>{rest}</{root}>"),
    )
    .await
}

/// Anna, logged in, with the camera bound to her.
pub(crate) async fn anna(world: &World) -> String {
    let session = session(world, ANNA).await;
    let device = format!("<DevID>{CAMERA}</DevID><DevKey>{KEY}</DevKey>");
    let answer = ask(world, "MCU_ADD_DEVICE_REQ", ANNA, &session, &device).await;
    assert_eq!(text(&answer, "Result"), "0");
    session
}
