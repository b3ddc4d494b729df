//! A client of the interface for CRM, which signs by itself.

use hmac::{Hmac, KeyInit as _, Mac as _};
use kandian_platform::config::{Config, CrmAuth, CrmClient};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::phone;
use super::world::{World, http};

pub(crate) const PATH: &str = "/api/v1/crm/orders";
pub(crate) const SECRET: &str = "4f6c1d2e3b5a69788796a5b4c3d2e1f0";
pub(crate) const NEXT_SECRET: &str = "00112233445566778899aabbccddeeff";
pub(crate) const CARL: &str = "18912345680";

/// A request, part by part, so that a test can change one.
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) client: String,
    pub(crate) timestamp: String,
    pub(crate) key: String,
    pub(crate) body: String,
}

pub(crate) fn with_hmac(config: &mut Config) {
    config.crm.auth = CrmAuth::Hmac;
    let secrets = vec![SECRET.into(), NEXT_SECRET.into()];
    config.crm.clients.insert("billing".to_owned(), CrmClient { secrets, ..CrmClient::default() });
    let secrets = vec!["another secret that is long enough".into()];
    config.crm.clients.insert("other".to_owned(), CrmClient { secrets, ..CrmClient::default() });
}

pub(crate) async fn world() -> World {
    phone::with(with_hmac).await
}

pub(crate) fn order(world: &World, key: &str, body: &str) -> Order {
    Order {
        method: "POST",
        target: PATH.to_owned(),
        client: "billing".to_owned(),
        timestamp: (world.platform.app().clock.wall().0 / 1_000).to_string(),
        key: key.to_owned(),
        body: body.to_owned(),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The signature, as docs/platform.md says.
pub(crate) fn signature(order: &Order, secret: &str) -> String {
    let Order { method, target, timestamp, key, body, .. } = order;
    let digest = hexadecimal(&Sha256::digest(body));
    let text = format!("kandian-v1\n{method}\n{target}\n{timestamp}\n{key}\n{digest}");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    format!("v1={}", hexadecimal(&mac.finalize().into_bytes()))
}

/// Sends an order with a signature made before; the status and the answer.
pub(crate) async fn send_with(world: &World, order: &Order, signature: &str) -> (u16, Value) {
    let head = format!(
        "Content-Type: application/json\r\nKandian-Client: {}\r\nKandian-Timestamp: {}\r\nIdempotency-Key: {}\r\n\
         Kandian-Signature: {signature}\r\n",
        order.client, order.timestamp, order.key
    );
    let at = world.platform.http();
    let (status, body) = http(at, order.method, &order.target, &head, order.body.as_bytes()).await;
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

pub(crate) async fn send(world: &World, order: &Order) -> (u16, Value) {
    send_with(world, order, &signature(order, SECRET)).await
}

/// Sends a new order.
pub(crate) async fn place(world: &World, key: &str, body: &str) -> (u16, Value) {
    send(world, &order(world, key, body)).await
}
