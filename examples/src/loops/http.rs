//! One POST and its answer, over a blocking socket: enough for the two exchanges of a device.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::time::Duration;

/// Most bytes of a message, head included. The answers of the protocol are below 1,024.
const MOST_BYTES: u64 = 64 << 10;
/// How long a peer may keep silent.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came back: the status, `None` for no answer, and the body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Post {
    /// Status code.
    pub status: Option<u16>,
    /// Body.
    pub body: Vec<u8>,
}

/// Sends a document to a `http://` address and waits for the answer.
#[must_use]
pub fn post(url: &str, document: &[u8]) -> Post {
    exchange(url, document).unwrap_or_default()
}

fn exchange(url: &str, document: &[u8]) -> io::Result<Post> {
    let rest = url.strip_prefix("http://").ok_or(io::ErrorKind::Unsupported)?;
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let address = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let address = address.to_socket_addrs()?.next().ok_or(io::ErrorKind::NotFound)?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let path = if path.is_empty() { "/" } else { path };
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/xml;charset=UTF-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        document.len()
    );
    stream.write_all(&[head.as_bytes(), document].concat())?;
    let answer = read(stream)?;
    let (head, body) = split(&answer).ok_or(io::ErrorKind::InvalidData)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(Post { status, body: body.to_vec() })
}

/// Answers POSTs on a listener, one after the other, until accepting fails.
///
/// # Errors
/// When no connection can be accepted any more.
pub fn serve(listener: &TcpListener, mut answer: impl FnMut(&[u8]) -> Vec<u8>) -> io::Result<()> {
    loop {
        let (mut stream, _) = listener.accept()?;
        stream.set_read_timeout(Some(PATIENCE))?;
        // A client that breaks off is the client's affair.
        let _ = stream.try_clone().and_then(read).and_then(|request| {
            let body = split(&request).map_or(&[][..], |(_, body)| body);
            let document = answer(body);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/xml;charset=UTF-8\r\nContent-Length: {}\r\n\r\n",
                document.len()
            );
            // One write: some firmware reads the answer once.
            stream.write_all(&[head.into_bytes(), document].concat())
        });
    }
}

/// Reads a message up to its announced length, or the end.
fn read(stream: TcpStream) -> io::Result<Vec<u8>> {
    let mut message = Vec::new();
    let mut stream = stream.take(MOST_BYTES);
    let mut piece = [0; 2048];
    loop {
        match stream.read(&mut piece)? {
            0 => return Ok(message),
            n => message.extend_from_slice(&piece[..n]),
        }
        if let Some((head, body)) = split(&message)
            && length(&head).is_some_and(|length| body.len() >= length)
        {
            return Ok(message);
        }
    }
}

fn split(message: &[u8]) -> Option<(String, &[u8])> {
    let end = message.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some((String::from_utf8_lossy(&message[..end]).into_owned(), &message[end + 4..]))
}

fn length(head: &str) -> Option<usize> {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    fields.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?.1.trim().parse().ok()
}
