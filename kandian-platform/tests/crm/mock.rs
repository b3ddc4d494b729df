//! A mock of CRM: answers over real HTTP what a test tells it to, and remembers what it was asked.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A mock that listens.
pub(crate) struct Mock {
    pub(crate) address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    answer: String,
    asked: Vec<String>,
}

impl Mock {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Mutex::new(Inner { answer: String::new(), asked: Vec::new() }));
        let shared = Arc::clone(&inner);
        tokio::spawn(async move {
            while let Ok((peer, _)) = listener.accept().await {
                tokio::spawn(answer(peer, Arc::clone(&shared)));
            }
        });
        Self { address, inner }
    }

    /// What it answers from now on: status line and body; nothing means that it hangs up.
    pub(crate) fn says(&self, status: &str, body: &str) {
        let length = body.len();
        self.inner.lock().unwrap().answer = match status {
            "" => String::new(),
            status => {
                format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
            }
        };
    }

    /// The requests that came, whole.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.inner.lock().unwrap().asked.clone()
    }
}

async fn answer(mut peer: TcpStream, inner: Arc<Mutex<Inner>>) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(count @ 1..) = peer.read(&mut piece).await {
        request.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() < length.and_then(|length| length.parse().ok()).unwrap_or(0) {
            continue;
        }
        let answer = {
            let mut inner = inner.lock().unwrap();
            inner.asked.push(text);
            inner.answer.clone()
        };
        let _ = peer.write_all(answer.as_bytes()).await;
        return;
    }
}
