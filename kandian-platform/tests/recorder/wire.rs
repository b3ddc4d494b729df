//! The frame as the firmware builds and reads it.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use md5::{Digest, Md5};

/// The whole receive buffer; what does not fit makes the firmware close the link.
const BUFFER: usize = 4_096;

/// A frame in one buffer: header of 8 bytes, DATA, 16 bytes of digest over both.
pub(crate) fn frame(command: u8, seq: u16, data: &str) -> Vec<u8> {
    let mut bytes = vec![0xFA, 0xF5, command, (seq >> 8) as u8, seq as u8, 0];
    bytes.extend_from_slice(&[(data.len() >> 8) as u8, data.len() as u8]);
    bytes.extend_from_slice(data.as_bytes());
    let digest = Md5::digest(&bytes);
    bytes.extend_from_slice(&digest);
    bytes
}

/// One frame from the link: command, SEQ, DATA. The digest is read and never compared.
pub(crate) fn read(link: &mut TcpStream) -> io::Result<(u8, u16, String)> {
    let mut head = [0; 8];
    link.read_exact(&mut head)?;
    let length = usize::from(head[6]) << 8 | usize::from(head[7]);
    if head[0] != 0xFA || head[1] != 0xF5 || 8 + length + 16 > BUFFER {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("a frame that this firmware cannot take: {head:02x?}"),
        ));
    }
    let mut rest = vec![0; length + 16];
    link.read_exact(&mut rest)?;
    rest.truncate(length);
    let text = String::from_utf8(rest)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "DATA is not UTF-8"))?;
    Ok((head[2], u16::from(head[3]) << 8 | u16::from(head[4]), text))
}

pub(crate) fn write(link: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    link.write_all(bytes)
}

/// The text of an element as the firmware finds it: the first one of that name at any depth, up to the first space.
pub(crate) fn value<'a>(document: &'a str, name: &str) -> Option<&'a str> {
    let start = document.find(&format!("<{name}>"))? + name.len() + 2;
    let text = &document[start..];
    let text = &text[..text.find('<')?];
    Some(text.split_whitespace().next().unwrap_or(""))
}

/// Captured from the firmware: a login with SEQ 1 and the first heartbeat.
#[test]
fn vectors() {
    let login = "<?xml version=\"1.0\" encoding=\"utf-8\"?><LOGIN_REQ><DevVer>V1.6_20141105</DevVer><DevID>85000012345</DevID>\
        <DevKey>12345678</DevKey><UpnpIP></UpnpIP><RtspUpnpPort>0</RtspUpnpPort><LocalIP>192.168.1.88</LocalIP>\
        <RtspLocalPort>1554</RtspLocalPort><TurnRelayIP></TurnRelayIP><RtspTurnRelayPort>0</RtspTurnRelayPort>\
        <NetType>0</NetType><NatType>1</NatType></LOGIN_REQ>\n";
    let bytes = frame(0x31, 1, login);
    assert_eq!((bytes.len(), &bytes[..8]), (387, &[0xFA, 0xF5, 0x31, 0, 1, 0, 0x01, 0x6B][..]));
    let digest: String = bytes[371..].iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, "cee15b569bc8548b5d334e0923e1572e");
}
