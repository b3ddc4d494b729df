//! What `inspect` recognises: dumps of all sorts of programs, HTTP, documents one after the other.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is a failed test")]

#[allow(dead_code, reason = "shared with the other tests")]
mod support;

use std::process::{Command, Stdio};

use serde_json::Value;
use support::{Capture, DEVICE, PLATFORM, document, hex_file, inspect, testdata};

fn canonical(name: &str) -> Vec<u8> {
    std::fs::read(testdata(&format!("canonical/{name}.xml"))).unwrap()
}

/// A POST with a length, and an answer in chunks.
fn http() -> (Vec<u8>, Vec<u8>) {
    let (request, response) = (canonical("REGISTER_REQ"), canonical("REGISTER_RES"));
    let head = format!(
        "POST /tykd/DeviceRegisterServlet HTTP/1.1\r\nHost: 198.51.100.1:8098\r\nContent-Length: {}\r\n\r\n",
        request.len()
    );
    let (first, second) = response.split_at(100);
    let length = format!("\r\n{:x}\r\n", second.len());
    let answer = [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n",
        first,
        length.as_bytes(),
        second,
        b"\r\n0\r\n\r\n",
    ];
    ([head.as_bytes(), &request].concat(), answer.concat())
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes()
}

// ---- dumps ------------------------------------------------------------------------------------

/// Runs a program that may not be installed; `None` then.
fn output(program: &str, args: &[&str]) -> Option<Vec<u8>> {
    let output = Command::new(program).args(args).stdin(Stdio::null()).output().ok()?;
    Some(output.stdout).filter(|_| output.status.success())
}

#[test]
fn dumps_of_the_programs_at_hand() {
    let bytes = [hex_file("frames/LOGIN_REQ.hex"), hex_file("frames/LOGIN_RES.hex")].concat();
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (whole, later) = (folder.join("dumped.bin"), folder.join("dumped-later.bin"));
    std::fs::write(&whole, &bytes).unwrap();
    std::fs::write(&later, [&[0; 33][..], &bytes].concat()).unwrap();
    let (whole, later) = (whole.to_str().unwrap(), later.to_str().unwrap());
    let expected = inspect(&["-", "--json"], &bytes).stdout;
    for (program, args) in [
        ("xxd", &[whole][..]),
        ("xxd", &["-p", whole]),
        ("xxd", &["-i", whole]),
        ("xxd", &["-g1", "-c8", whole]),
        ("xxd", &["-s", "33", later]),
        ("hexdump", &["-C", whole]),
        ("hexdump", &["-C", "-s", "33", later]),
        ("od", &["-t", "x1", whole]),
        ("od", &["-A", "x", "-t", "x1", whole]),
        ("od", &["-A", "x", "-t", "x1z", whole]),
        ("od", &["-A", "d", "-t", "x1z", whole]),
        ("od", &["-A", "n", "-t", "x1", whole]),
        ("od", &["-j", "33", "-t", "x1", later]),
    ] {
        if let Some(dump) = output(program, args) {
            let run = inspect(&["-", "--json"], &dump);
            assert_eq!(run.stdout, expected, "{program} {args:?}\n{}", run.stderr);
        }
    }
    for (program, args, message) in [
        ("hexdump", &[whole][..], "line 1, column 1: words of two bytes"),
        ("od", &[whole], "line 1, column 1: words of two bytes"),
        ("xxd", &["-b", whole], "line 1, column 1: bits"),
    ] {
        if let Some(dump) = output(program, args) {
            let run = inspect(&["-", "--json"], &dump);
            assert_eq!(run.status, 1, "{program}");
            assert!(run.stderr.contains(message), "{program}\n{}", run.stderr);
        }
    }
}

#[test]
fn dumps_of_packets_go_the_way_of_captures() {
    let mut capture = Capture::new(8_588).open();
    let login = hex_file("frames/LOGIN_REQ.hex");
    capture.send(DEVICE, &login[..100]);
    capture.send(DEVICE, &login[100..]);
    capture.send(PLATFORM, &hex_file("frames/LOGIN_RES.hex"));
    let expected = inspect(&["-", "--json"], &capture.pcap());
    assert_eq!(expected.gist(), ["LOGIN", "LOGIN"]);
    for with_link in [false, true] {
        let dump = capture.dump(with_link);
        let about =
            format!("tcpdump: listening on lo\n{dump}6 packets captured\n0 packets dropped by kernel\n");
        // Wireshark writes no line in front of a packet.
        let bare: Vec<_> = dump.lines().map(|line| if line.contains(" > ") { "" } else { line }).collect();
        for dump in [&dump, &about, &bare.join("\n")] {
            let run = inspect(&["-", "--json"], dump.as_bytes());
            assert_eq!((run.stdout.as_str(), run.status), (expected.stdout.as_str(), 0), "{}", run.stderr);
        }
        assert!(inspect(&["-"], dump.as_bytes()).stdout.contains("6 packets read"));
    }
    let one = Capture::new(8_588).send(DEVICE, &hex_file("frames/HEARTBEAT_REQ.hex")).dump(false);
    assert!(inspect(&["-"], one.as_bytes()).stdout.ends_with("1 packet read\n"));
}

// ---- documents outside frames -----------------------------------------------------------------

#[test]
fn documents_and_http_from_hex_text() {
    let register = canonical("REGISTER_REQ");
    let soap = std::fs::read(testdata("soap/MCU_LOGIN_REQ.xml")).unwrap();
    let (request, response) = http();
    for (bytes, names) in [
        (register, &["REGISTER"][..]),
        (soap, &["MCU_LOGIN"]),
        (request.clone(), &["REGISTER"]),
        ([request, response].concat(), &["REGISTER", "REGISTER"]),
    ] {
        let run = inspect(&["-", "--json"], &hex(&bytes));
        assert_eq!((run.status, run.gist()), (0, names.iter().map(|n| (*n).to_owned()).collect()));
        assert!(run.json().iter().all(|line| line["message"].is_object()), "{}", run.stdout);
        // The same as from a file.
        assert_eq!(inspect(&["-", "--json"], &bytes).stdout, run.stdout);
    }
}

#[test]
fn http_in_captures() {
    let (request, response) = http();
    for opened in [true, false] {
        let mut capture = if opened { Capture::new(8_098).open() } else { Capture::new(8_098) };
        for _ in 0..2 {
            let (first, rest) = request.split_at(60);
            capture.send(DEVICE, first);
            capture.send(DEVICE, rest);
            capture.send(PLATFORM, &response[..150]);
            capture.send(PLATFORM, &response[150..]);
        }
        let run = inspect(&["-", "--json"], &capture.pcap());
        assert_eq!((run.status, run.gist()), (0, vec!["REGISTER".to_owned(); 4]), "{}", run.stderr);
        let lines = run.json();
        assert_eq!(lines[0]["message"]["REGISTER_REQ"]["DevID"], "81100000001");
        assert_eq!(lines[1]["message"]["REGISTER_RES"]["Result"], 0);
        assert_eq!(
            lines[2]["offset"].as_u64().unwrap(),
            lines[0]["offset"].as_u64().unwrap() + request.len() as u64
        );
        assert_eq!(inspect(&["-", "--json"], capture.dump(true).as_bytes()).stdout, run.stdout);
    }
}

#[test]
fn http_of_other_protocols_is_passed_over() {
    let mut capture = Capture::new(80).open();
    for _ in 0..3 {
        capture.send(DEVICE, b"GET /index.html HTTP/1.1\r\n\r\n");
        capture.send(PLATFORM, b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html/><p>x</p>");
    }
    capture.send(PLATFORM, b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
    capture.send(PLATFORM, &[0; 1_000]);
    let run = inspect(&["-"], &capture.pcap());
    assert!(run.stdout.contains("7 HTTP messages of other protocols"), "{}", run.stdout);
    assert!(run.stderr.contains("no frame or document found"), "{}", run.stderr);
}

#[test]
fn documents_one_after_the_other() {
    let (first, second) = (canonical("REBOOT_REQ"), canonical("REBOOT_RES"));
    let run = inspect(&["-", "--json", "--strict"], &[&first[..], &second].concat());
    assert_eq!((run.status, run.gist()), (0, vec!["REBOOT".to_owned(); 2]), "{}", run.stdout);
    let lines = run.json();
    assert!(lines[0]["message"]["REBOOT_REQ"].is_object() && lines[1]["message"]["REBOOT_RES"].is_object());
    assert_eq!(lines[1]["offset"].as_u64().unwrap(), first.trim_ascii_end().len() as u64 + 1);

    let broken = document("REBOOT_REQ", "");
    let run = inspect(&["-", "--json"], &[&first[..], &broken].concat());
    assert_eq!(run.status, 1, "the second document cannot be read");
    // Rubbish behind a document is no document.
    let run = inspect(&["-", "--json"], &[&first[..], b"</A> rubbish < "].concat());
    assert_eq!((run.status, run.gist().len()), (0, 1), "{}", run.stdout);
    assert_eq!(run.json()[0]["diagnostics"][0]["kind"], "trailing_bytes");
}

#[test]
fn many_documents_are_bounded() {
    let run = inspect(&["-", "--json", "--xml"], &b"<a/>".repeat(200_000));
    assert_eq!(run.status, 1);
    assert!(run.gist().len() < 1_000);
    assert_eq!(run.gist().last().map(String::as_str), Some("too_many_documents"));
}

// ---- documents that end too early -------------------------------------------------------------

#[test]
fn what_stands_before_the_cut_is_shown() {
    let login = canonical("LOGIN_REQ");
    let cut = login.windows(12).position(|w| w == b"192.168.1.64").unwrap() + 4;
    for input in [login[..cut].to_vec(), support::frame(0x31, 7, &login[..cut])] {
        let text = inspect(&["-"], &input);
        assert_eq!(text.status, 1);
        for part in
            ["what can be read:", "81100000001", "***", "LocalIP       192.…", "the document ends before"]
        {
            assert!(text.stdout.contains(part), "{part}\n{}", text.stdout);
        }
        let line = &inspect(&["-", "--json"], &input).json()[0];
        assert_eq!((&line["message"], &line["name"]), (&Value::Null, &"LOGIN".into()));
        assert_eq!(line["diagnostics"][0]["kind"], "truncated");
        let fields = &line["outline"]["LOGIN_REQ"];
        assert_eq!((&fields["DevID"], &fields["DevKey"]), (&"81100000001".into(), &"***".into()));
    }
    let soap = std::fs::read(testdata("soap/MCU_LOGIN_REQ.xml")).unwrap();
    let cut = soap.windows(10).position(|w| w == b"</Password").unwrap();
    let line = &inspect(&["-", "--json"], &soap[..cut]).json()[0];
    assert_eq!(line["outline"]["MCU_LOGIN_REQ"]["Account"], "18900000001", "{line}");
    assert_eq!(line["outline"]["MCU_LOGIN_REQ"]["Password"], "***");
}
