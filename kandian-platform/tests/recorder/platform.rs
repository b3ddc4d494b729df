//! The platform in a thread of its own, and a plain HTTP client; the only part that knows Kandian.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use kandian_platform::config::Config;
use kandian_platform::run::Platform;
use kandian_platform::service::create_token;
use kandian_platform::store::TokenRole;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Longest wait for anything; nothing depends on how long it takes.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Running {
    runtime: Runtime,
    platform: Option<Platform>,
    rest: SocketAddr,
    registration: SocketAddr,
    token: String,
    _directory: TempDir,
}

impl Running {
    pub(crate) fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut config = Config { data_dir: directory.path().to_owned(), ..Config::default() };
        let free: SocketAddr = "127.0.0.1:0".parse().unwrap();
        (config.http.listen, config.device_http.listen, config.access.listen) = (free, free, free);
        config.access.advertise = "127.0.0.1".parse().ok();
        let runtime = Runtime::new().unwrap();
        let (platform, token) = runtime.block_on(async {
            let platform = Platform::start(config).await.unwrap();
            let app = platform.app();
            let token =
                create_token(&app.store, "t", TokenRole::Admin, app.clock.wall(), None).await.unwrap();
            (platform, token.reveal().to_owned())
        });
        let (rest, registration) = (platform.http(), platform.device_http());
        Self { runtime, platform: Some(platform), rest, registration, token, _directory: directory }
    }

    pub(crate) fn registration(&self) -> SocketAddr {
        self.registration
    }

    pub(crate) fn presence(&self, id: &str) -> String {
        let (_, device) = self.ask("GET", &format!("/api/v1/devices/{id}"), "");
        device["presence"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn until_online(&self, id: &str) {
        self.wait(|| self.presence(id) == "online");
    }

    pub(crate) fn wait(&self, until: impl Fn() -> bool) {
        let end = Instant::now() + PATIENCE;
        while !until() {
            assert!(Instant::now() < end, "it never happens");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn command(&self, id: &str, operation: &str, body: &str) -> (u16, Value) {
        self.ask("POST", &format!("/api/v1/devices/{id}/commands/{operation}"), body)
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(self.rest).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let token = &self.token;
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head[9..12].parse().unwrap(), serde_json::from_str(body).unwrap_or_default())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(platform) = self.platform.take() {
            self.runtime.block_on(platform.stop());
        }
    }
}
