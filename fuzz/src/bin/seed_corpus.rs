//! Fills `corpus/<target>/` with the test data of `kandian-proto`, so that the fuzzer starts from
//! documents and frames that mean something.

use std::path::{Path, PathBuf};
use std::{fs, io};

use kandian_proto::Operation;
use kandian_proto::command::{Interface, OPERATIONS};
use kandian_proto::fuzz::{http_byte, kind_byte, rtsp_byte};

/// Targets whose inputs are a kind byte and a document.
const DOCUMENT_TARGETS: [&str; 3] = ["decode_message", "roundtrip", "strict_vs_lenient"];

/// Requests and answers with what clients and servers in the field do to HTTP, and what attackers do.
const HTTP: [&str; 28] = [
    "POST  HTTP/1.1\r\nContent-Length: 15\r\n\r\n<REGISTER_REQ/>",
    "POST HTTP/1.0\nContent-Length: 15\n\n<REDIRECT_REQ/>",
    "\r\npost http://h:8098/a?b HTTP/1.1\r\nHost : a\r\nstray\r\n\r\n\u{feff}\n<REGISTER_REQ/>\n",
    "POST /a HTTP/1.1\r\nContent-Length: 2\r\ncontent-length:2\r\n\r\nab",
    "POST /a HTTP/1.1\r\nContent-Length: 2, 3\r\n\r\nab",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nf;x=y\r\n<REGISTER_REQ/>\r\n0\r\nT: t\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\n<\n1\na\n2\n/>\n0\n\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n<a/>",
    "POST / HTTP/1.1\r\nContent-Length: 1\r\n 0\r\n\r\n",
    "POST / HTTP/1.1\r\nA: b\r\n c\r\nContent-Encoding: gzip\r\n\r\n",
    "GET /favicon.ico HTTP/1.1\r\nHost: a\r\nCookie: b\r\n\r\n",
    "HEAD / HTTP/1.1\r\n\r\n",
    "PUT /tykd/DeviceRegisterServlet HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
    "POST /a b HTTP/1.1\r\n\r\n",
    "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
    "\r\n\r\n\0\r\nQUIT\n",
    "http://[2001:db8::1]:8098/\u{5e97}?a=b#c <REGISTER_REQ/>",
    "192.0.2.1:9000/DeviceRegisterServlet <REGISTER_REQ/>",
    "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<REGISTER_RES/>",
    "HTTP/1.0 200 OK\nset-cookie: a\n\n\n<?xml version=\"1.0\"?><REGISTER_RES/>\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<REGISTER_RES/>",
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<a/>\r\n0\r\n\r\n",
    "HTTP/1.1 401 NO\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 204\r\n\r\n",
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html\r\n\r\n<html>",
    "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n",
];

/// A play URL, as it stands for `URL` below.
const URL: &str = "rtsp://192.0.2.7/realplay?devid=81100000001&channelno=0&streamtype=2&hashtoken=6f1ed002";

/// What players send: whole views, and what is wrong with them.
const RTSP_REQUESTS: [&str; 8] = [
    "OPTIONS URL RTSP/1.0\r\nCSeq: 1\r\n\r\nDESCRIBE URL RTSP/1.0\r\nCSeq: 2\r\nAccept: application/sdp\r\n\r\n\
     SETUP URL/trackID=0 RTSP/1.0\r\nCSeq: 3\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n\
     PLAY URL RTSP/1.0\r\nCSeq: 4\r\nSession: 0000000000000007\r\n\r\n$\u{1}\0\u{4}abcd\
     TEARDOWN URL RTSP/1.0\r\nCSeq: 5\r\nSession: 0000000000000007\r\n\r\n",
    "SETUP URL/trackID=1 RTSP/1.0\nCseq: 3\nTransport: RTP/AVP;UNICAST;destination=203.0.113.80;client_port=16264-16265;mode=play\n\n\
     PLAY URL RTSP/1.0\nCSeq: 4\n\nGET_PARAMETER * RTSP/1.0\nCSeq: 5\n\n",
    "SETUP    rtsp://    192.0.2.7:    554\nrealplay?devid=81100000001&channelno=1&streamtype=2&hashtoken=6f1ed002\nCSeq: 4\n\
     Transport: RTP/AVP/TCP;unicast;interleaved=0-1//comment\n\nPAUSE * RTSP/1.0\nCSeq: 5\n\n",
    "DESCRIBE rtsp://192.0.2.7/realplay?devid=81100000001&channelno=0&filename=a.mp4&hashtoken=0a RTSP/1.0\r\nCSeq: 1\r\n\r\n\
     SETUP rtsp://192.0.2.7/trackID=0 RTSP/1.0\r\nCSeq: 2\r\nTransport: RTP/AVP/TCP\r\n\r\n\
     PLAY * RTSP/1.0\r\nCSeq: 3\r\nRange: npt=5-\r\nScale: 0.5\r\n\r\nPAUSE * RTSP/1.0\r\nCSeq: 4\r\n\r\n\
     PLAY * RTSP/1.0\r\nCSeq: 5\r\nScale: 3\r\n\r\n",
    "DESCRIBE URL RTSP/2.0\r\nCSeq: 1\r\n\r\nDESCRIBE URL RTSP/1.0\r\nCSeq: 2\r\nRequire: x\r\n\r\nBREW URL RTSP/1.0\r\nCSeq: 3\r\n\r\n\r\n\0",
    "SET_PARAMETER * RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 3\r\n\r\na: OPTIONS * RTSP/1.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "DESCRIBE /realplay?devid=81100000001&channelno=2&streamtype=2&hashtoken=6f1ed002 RTSP/1.0\r\nCSeq: 1\r\n\r\nPLAY URL RTSP/1.0\r\nCSeq: 2\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
];

/// What devices answer. `SDP` stands for a description and its length.
const RTSP_ANSWERS: [&str; 10] = [
    "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\nRTSP/1.0 200 OK\r\nCSeq: 2\r\nSDP\
     RTSP/1.0 200 OK\r\nCSeq: 3\r\nSession: 7;timeout=60\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n\
     RTSP/1.0 200 OK\r\nCSeq: 4\r\nTransport: RTP/AVP/TCP;interleaved=2-3\r\n\r\n\
     RTSP/1.0 200 OK\r\nCSeq: 5\r\nRTP-Info: url=a;seq=1;rtptime=2\r\n\r\n\
     $\0\0\u{f}@`\0\u{1}\0\0\0\0\0\0\0\u{1}e@@",
    "RTSP/1.0 200 OK\n\nRTSP/1.0 200 OK\nSDPRTSP/1.0 200 OK\nTransport: RTP/AVP;server_port=5-6;source=203.0.113.66\n\n\
     RTSP/1.0 200 OK\nTransport: RTP/AVP;server_port=7-8\n\nRTSP/1.0 200 OK\n\n",
    "RTSP/1.0 501 Not Implemented\r\nCSeq: 1\r\n\r\nRTSP/1.0 302 Moved\r\nCSeq: 2\r\nLocation: rtsp://a/\r\n\r\n",
    "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\nRTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\n\r\n",
    "REDIRECT * RTSP/1.0\r\nCSeq: 1\r\n\r\n",
    "ANNOUNCE * RTSP/1.0\r\nCSeq: 1\r\n\r\nRTSP/1.0 200 OK\r\nCSeq: 9\r\n\r\n",
    "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\nRTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Base: rtsp://a/b/\r\nContent-Length: 5\r\n\r\nv=0\r\n",
    "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\nRTSP/1.0 200 OK\r\nCSeq: 2\r\nSDPRTSP/1.0 461 No\r\nCSeq: 3\r\n\r\n",
    "HTTP/1.1 400 Bad Request\r\n\r\n",
    "RTSP/1.0 200 OK\r\nContent-Length: 65537\r\n\r\n",
];

/// A description with sound.
const SDP: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=h264.mp4\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\na=control:*\r\n\
    m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 sprop-parameter-sets=Z0LAHtk=,aM48gA==\r\n\
    a=control:trackID=0\r\nm=audio 0 RTP/AVP 8\r\na=control:trackID=1\r\n";

/// Payloads and streams, as they begin in the field.
const MEDIA: [&[u8]; 10] = [
    &[1, 0, 2, 0x67, 0x42, 1, 0, 2, 0x68, 0xCE, 1, 1, 3, 0x65, 0x88, 0x80],
    &[1, 0, 4, 0x7C, 0x85, 0x88, 1, 1, 0, 3, 0x7C, 0x05, 2, 1, 1, 3, 0x7C, 0x45, 3],
    &[1, 1, 9, 0x78, 0, 2, 0x67, 0x42, 0, 2, 0x65, 0x88],
    &[1, 0, 3, 0x7C, 0x85, 0x88, 230, 1, 3, 0x7C, 0x45, 3, 1, 3, 2, 0x41, 0x9A],
    &[1, 1, 2, 0x41, 0x9A, 229, 3, 2, 0x41, 0x9B, 227, 3, 2, 0x41, 0x9C],
    &[1, 1, 6, 0, 16, 0, 16, 0xAA, 0xBB],
    &[1, 0, 0, 1, 0, 0],
    b"\0\0\0\x01\x67\x42\xC0\x1E\xD9\0\0\x01\x68\xCE\0\0\x01\x65\x88\x84\0\0\x03\0\0\x01\x41\x9A",
    b"\x67\x64\x00\x28\xAC\xD9\x40\x78\x02\x27\xE5\xC0\x44\x00\x00\x03\x00\x04\x00\x00\x03\x00\xC8\x3C\x60\xC6\x58",
    b"\x81\xC9\0\x07\0\0\0\x01\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x81\xCB\0\x01\0\0\0\x01",
];

fn main() -> io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let seeds = Seeds { testdata: here.join("../kandian-proto/testdata"), corpus: here.join("corpus") };
    let mut count = 0;
    for folder in ["canonical", "variants", "spec-verbatim", "soap"] {
        for file in seeds.files(folder, "xml")? {
            let targets: &[&str] = if folder == "soap" { &["soap"] } else { &DOCUMENT_TARGETS };
            count += seeds.document(folder, &file, targets)?;
        }
    }
    for folder in ["frames", "field"] {
        for file in seeds.files(folder, "hex")? {
            count += seeds.frame(folder, &file)?;
        }
    }
    for file in seeds.files("field", "http")? {
        count += seeds.http(&format!("field-{}", stem(&file)), &fs::read(file)?)?;
    }
    for (number, stream) in HTTP.iter().enumerate() {
        count += seeds.http(&format!("sloppy-{number:02}"), stream.as_bytes())?;
    }
    count += seeds.rtsp()?;
    println!("{count} seeds in {}", seeds.corpus.display());
    Ok(())
}

struct Seeds {
    testdata: PathBuf,
    corpus: PathBuf,
}

impl Seeds {
    fn files(&self, folder: &str, extension: &str) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(self.testdata.join(folder))? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == extension) {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    fn document(&self, folder: &str, file: &Path, targets: &[&str]) -> io::Result<usize> {
        let stem = stem(file);
        let Some((operation, is_request)) = message_of(&stem) else {
            return Err(io::Error::other(format!("{} belongs to no message", file.display())));
        };
        let mut input = vec![kind_byte(operation, is_request)];
        input.extend(fs::read(file)?);
        self.write(targets, &format!("{folder}-{stem}"), &input)
    }

    /// The frame alone; for the scan also damaged, between bytes that are no frame.
    fn frame(&self, folder: &str, file: &Path) -> io::Result<usize> {
        let frame = bytes_of_hex(&fs::read_to_string(file)?)
            .ok_or_else(|| io::Error::other(format!("{} is not hexadecimal", file.display())))?;
        let name = format!("{folder}-{}", stem(file));
        let mut damaged = frame[..frame.len() / 2].to_vec();
        damaged.extend_from_slice(&frame);
        damaged.extend_from_slice(&frame[..frame.len() - 1]);
        Ok(self.write(&["frame", "resync"], &name, &frame)?
            + self.write(&["resync"], &format!("{name}-damaged"), &damaged)?)
    }

    /// A stream under the usual limits and under small ones.
    fn http(&self, name: &str, stream: &[u8]) -> io::Result<usize> {
        let is_answer = stream.trim_ascii_start().starts_with(b"HTTP/");
        for (name, has_small_limits) in [(name.to_owned(), false), (format!("{name}-small"), true)] {
            let input = [&[http_byte(is_answer, has_small_limits)], stream].concat();
            self.write(&["http"], &name, &input)?;
        }
        Ok(2)
    }

    /// Streams of both ends and media, each under several policies.
    fn rtsp(&self) -> io::Result<usize> {
        let sdp = format!("Content-Length: {}\r\n\r\n{SDP}", SDP.len());
        let mut count = 0;
        for policy in [0, 1, 2, 3, 5, 7] {
            for (number, text) in RTSP_REQUESTS.iter().enumerate() {
                let input = [&[rtsp_byte(policy, 4)], text.replace("URL", URL).as_bytes()].concat();
                count += self.write(&["rtsp_server"], &format!("players-{number}-{policy}"), &input)?;
            }
            for (number, text) in RTSP_ANSWERS.iter().enumerate() {
                let input = [&[rtsp_byte(policy, 4)], text.replace("SDP", &sdp).as_bytes()].concat();
                count += self.write(&["rtsp_client"], &format!("devices-{number}-{policy}"), &input)?;
            }
            for (number, media) in MEDIA.iter().enumerate() {
                let input = [&[rtsp_byte(policy, 4)], *media].concat();
                count += self.write(&["depacketise"], &format!("media-{number}-{policy}"), &input)?;
            }
        }
        Ok(count)
    }

    fn write(&self, targets: &[&str], name: &str, input: &[u8]) -> io::Result<usize> {
        for target in targets {
            let folder = self.corpus.join(target);
            fs::create_dir_all(&folder)?;
            fs::write(folder.join(name), input)?;
        }
        Ok(targets.len())
    }
}

fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The message of `7.5.1-LOGIN_REQ`, `LOGIN_RES.refused` or `GET_WIFI_REQ.11.1`.
fn message_of(stem: &str) -> Option<(Operation, bool)> {
    let is_section = |head: &str| head.starts_with(|c: char| c.is_ascii_digit());
    let name = stem.split_once('-').filter(|(head, _)| is_section(head)).map_or(stem, |(_, name)| name);
    let root = name.split('.').next().unwrap_or(name);
    let is_hotspot = stem.contains("11.");
    let mut rows = OPERATIONS.iter().filter(|row| (row.interface == Interface::Hotspot) == is_hotspot);
    rows.find_map(|row| match root {
        _ if row.request.root == root => Some((row.operation, true)),
        _ if row.response.root == root => Some((row.operation, false)),
        _ => None,
    })
}

/// Bytes written as pairs of digits, with white space and comments (`#`).
fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or(line));
    let digits: String = lines.flat_map(str::chars).filter(|c| !c.is_whitespace()).collect();
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
