//! Fills `corpus/<target>/` with the test data of `kandian-proto`, so that the fuzzer starts from
//! documents and frames that mean something.

use std::path::{Path, PathBuf};
use std::{fs, io};

use kandian_proto::Operation;
use kandian_proto::command::{Interface, OPERATIONS};
use kandian_proto::fuzz::{http_byte, kind_byte};

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
