//! The PROXY protocol, version 2: who is behind a load balancer.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use ppp::v2::{Addresses, Command, Header};
use tokio::net::TcpStream;

/// A balancer sends the header at once.
const PATIENCE: Duration = Duration::from_secs(5);
/// The fixed part of a header.
const FIXED: usize = 16;
/// Longest header that is read: addresses and a few extensions.
const LONGEST: usize = 536;

/// Reads the header at the start of a connection and not a byte more; `None` when the proxy speaks for itself.
pub(super) async fn read_header(stream: &TcpStream) -> io::Result<Option<SocketAddr>> {
    tokio::time::timeout(PATIENCE, read(stream)).await?
}

async fn read(stream: &TcpStream) -> io::Result<Option<SocketAddr>> {
    let invalid = |text: String| io::Error::new(io::ErrorKind::InvalidData, text);
    let mut header = vec![0; FIXED];
    read_exact(stream, &mut header).await?;
    let length = match header[..] {
        [.., high, low] => usize::from(u16::from_be_bytes([high, low])),
        _ => 0,
    };
    if !header.starts_with(ppp::v2::PROTOCOL_PREFIX) || FIXED + length > LONGEST {
        return Err(invalid("the connection does not begin with a PROXY header of version 2".to_owned()));
    }
    header.resize(FIXED + length, 0);
    read_exact(stream, header.get_mut(FIXED..).unwrap_or_default()).await?;
    let header = Header::try_from(header.as_slice()).map_err(|error| invalid(error.to_string()))?;
    Ok(match (header.command, header.addresses) {
        (Command::Local, _) => None,
        (_, Addresses::IPv4(ip)) => Some(SocketAddr::from((ip.source_address, ip.source_port))),
        (_, Addresses::IPv6(ip)) => Some(SocketAddr::from((ip.source_address, ip.source_port))),
        _ => None,
    })
}

async fn read_exact(stream: &TcpStream, mut into: &mut [u8]) -> io::Result<()> {
    while !into.is_empty() {
        stream.readable().await?;
        match stream.try_read(into) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => into = into.get_mut(count..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    use super::*;

    async fn sent(bytes: &[u8]) -> io::Result<Option<SocketAddr>> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (server, _) = listener.accept().await.unwrap();
        client.write_all(bytes).await.unwrap();
        client.shutdown().await.unwrap();
        let found = read_header(&server).await?;
        // What follows belongs to the link.
        let mut rest = [0; 8];
        server.readable().await.unwrap();
        assert_eq!(server.try_read(&mut rest).unwrap(), 2);
        Ok(found)
    }

    #[tokio::test]
    async fn headers() {
        let prefix = b"\r\n\r\n\0\r\nQUIT\n";
        let v4 = [
            &prefix[..],
            &[0x21, 0x11, 0, 12, 203, 0, 113, 7, 10, 0, 0, 1, 0x9C, 0x40, 0x21, 0x8C],
            b"\xFA\xF5",
        ];
        assert_eq!(sent(&v4.concat()).await.unwrap(), Some("203.0.113.7:40000".parse().unwrap()));
        let local = [&prefix[..], &[0x20, 0x00, 0, 0], b"\xFA\xF5"];
        assert_eq!(sent(&local.concat()).await.unwrap(), None);
        for bad in [
            &b"\xFA\xF5\x31\0\0\0\x01\x6B<?xml version"[..],
            &[&prefix[..], &[0x21, 0x11, 0xFF, 0xFF]].concat(),
            b"",
        ] {
            assert!(sent(bad).await.is_err(), "{bad:?}");
        }
    }
}
