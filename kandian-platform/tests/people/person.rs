//! A user of REST.

use serde_json::Value;

use super::phone::PASSWORD;
use super::world::{World, http_from};

/// A user who is logged in.
pub(crate) struct Person<'a> {
    world: &'a World,
    pub(crate) session: String,
}

/// An exchange without a token; the status, the head and the body.
pub(crate) async fn open_exchange(
    world: &World,
    source: &str,
    (method, path): (&str, &str),
    body: &str,
) -> (u16, Value) {
    let head = "Content-Type: application/json\r\n";
    let (status, body) = http_from(source, world.platform.http(), method, path, head, body.as_bytes()).await;
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

/// A login over REST; what is answered.
pub(crate) async fn log_in(world: &World, source: &str, number: &str, password: &str) -> (u16, Value) {
    let body = format!("{{\"number\":\"{number}\",\"password\":\"{password}\",\"client\":\"W-1.0\"}}");
    open_exchange(world, source, ("POST", "/api/v1/session"), &body).await
}

impl<'a> Person<'a> {
    pub(crate) async fn log_in(world: &'a World, number: &str) -> Self {
        let (status, answer) = log_in(world, "127.0.0.1", number, PASSWORD).await;
        assert_eq!(status, 201, "{answer}");
        Self::with(world, answer["session"].as_str().unwrap())
    }

    pub(crate) fn with(world: &'a World, session: &str) -> Self {
        Self { world, session: session.to_owned() }
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let head = format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", self.session);
        let at = self.world.platform.http();
        let (status, body) = http_from("127.0.0.1", at, method, path, &head, body.as_bytes()).await;
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// The same for what has no body.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.ask("GET", path, "").await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// Binds the camera that nobody owns.
    pub(crate) async fn binds(&self, device: &str, key: &str) -> (u16, Value) {
        let body = format!("{{\"id\":\"{device}\",\"key\":\"{key}\"}}");
        self.ask("POST", "/api/v1/me/devices", &body).await
    }
}

/// The name of a problem.
pub(crate) fn kind(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["type"].as_str().unwrap_or_default())
}
