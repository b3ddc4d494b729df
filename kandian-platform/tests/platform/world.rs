//! A platform on free ports, and a plain HTTP client.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use kandian_platform::config::Config;
use kandian_platform::run::Platform;
use kandian_platform::service::create_token;
use kandian_platform::store::{NewDevice, Origin, TokenRole};
use kandian_proto::Secret;
use kandian_proto::value::{DevType, Manufacturer};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::camera::connect_from;

/// Longest wait for anything here; nothing depends on how long it takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub(crate) platform: Platform,
    pub(crate) directory: TempDir,
    pub(crate) token: String,
}

pub(crate) fn settings(directory: &Path) -> Config {
    let mut config = Config { data_dir: directory.to_owned(), ..Config::default() };
    let free: SocketAddr = "127.0.0.1:0".parse().unwrap();
    (config.http.listen, config.device_http.listen, config.access.listen) = (free, free, free);
    config.access.advertise = "127.0.0.1".parse().ok();
    config
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(|_| ()).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut config = settings(directory.path());
        change(&mut config);
        let platform = Platform::start(config).await.unwrap();
        let app = platform.app();
        let made = create_token(&app.store, "test", TokenRole::Admin, app.clock.wall(), None).await;
        let token = made.unwrap().reveal().to_owned();
        Self { platform, directory, token }
    }

    /// Stops the platform and starts it again on the same data.
    pub(crate) async fn restart(self) -> Self {
        let Self { platform, directory, token } = self;
        platform.stop().await;
        let platform = Platform::start(settings(directory.path())).await.unwrap();
        Self { platform, directory, token }
    }

    pub(crate) fn access(&self) -> SocketAddr {
        self.platform.access().unwrap()
    }

    pub(crate) async fn enter(&self, id: &str, dev_type: DevType) {
        let device = NewDevice {
            id: id.parse().unwrap(),
            key: Secret::from("K7M2P9Q4"),
            dev_type,
            manufacturer: Manufacturer::new("811").unwrap(),
            model: "KD-1".to_owned(),
            name: String::new(),
            origin: Origin::Manual,
        };
        self.platform.app().store.add_device(device, self.platform.app().clock.wall()).await.unwrap();
    }

    /// The header line that allows everything.
    pub(crate) fn bearer(&self) -> String {
        format!("Authorization: Bearer {}\r\n", self.token)
    }

    /// A request to the REST interface; the status and the body.
    pub(crate) async fn rest(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let head = format!("{}Content-Type: application/json\r\n", self.bearer());
        let (status, body) = http(self.platform.http(), method, path, &head, body.as_bytes()).await;
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    pub(crate) async fn presence(&self, id: &str) -> String {
        let (status, device) = self.rest("GET", &format!("/api/v1/devices/{id}"), "").await;
        assert_eq!(status, 200, "{device}");
        device["presence"].as_str().unwrap().to_owned()
    }

    /// Waits until a device is there, or is not.
    pub(crate) async fn until(&self, id: &str, presence: &str) {
        let wait = async {
            while self.presence(id).await != presence {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("{id} is never {presence}"));
    }
}

/// One exchange, the answer to its end.
pub(crate) async fn http(
    at: SocketAddr,
    method: &str,
    path: &str,
    head: &str,
    body: &[u8],
) -> (u16, Vec<u8>) {
    http_from("127.0.0.1", at, method, path, head, body).await
}

/// The same from an address of the loopback network.
pub(crate) async fn http_from(
    source: &str,
    at: SocketAddr,
    method: &str,
    path: &str,
    head: &str,
    body: &[u8],
) -> (u16, Vec<u8>) {
    let mut request =
        format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{head}").into_bytes();
    request.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    request.extend_from_slice(body);
    let answer = exchanged(connect_from(source, at).await, &request).await;
    let split = answer.windows(4).position(|w| w == b"\r\n\r\n").expect("a head");
    let status = std::str::from_utf8(&answer[9..12]).unwrap().parse().unwrap();
    (status, answer[split + 4..].to_vec())
}

/// Sends bytes and reads to the end of the connection.
pub(crate) async fn raw(at: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    exchanged(TcpStream::connect(at).await.unwrap(), bytes).await
}

async fn exchanged(mut stream: TcpStream, bytes: &[u8]) -> Vec<u8> {
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("an end").unwrap();
    answer
}
