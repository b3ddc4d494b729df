//! Runs `inspect` on everything it promises to read.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is a failed test")]

#[allow(dead_code, reason = "shared with the other tests")]
mod support;

use std::process::{Command, Stdio};

use serde_json::Value;
use support::{Capture, DEVICE, PLATFORM, document, frame, hex_file, inspect, testdata};

const KEYS: [&str; 7] = ["offset", "command", "name", "seq", "digest", "message", "diagnostics"];

fn golden_frames() -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> =
        std::fs::read_dir(testdata("frames")).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "hex"));
    files.sort();
    assert_eq!(files.len(), 78, "39 commands, each with request and response");
    files
}

// ---- frames -----------------------------------------------------------------------------------

#[test]
fn golden_frames_are_read_without_a_remark() {
    for path in golden_frames() {
        let file = path.to_str().unwrap();
        let run = inspect(&[file, "--json", "--strict"], b"");
        assert_eq!(run.status, 0, "{file}\n{}", run.stdout);
        let [line] = &run.json()[..] else { panic!("{file}") };
        assert_eq!(line["digest"], "ok", "{file}");
        assert_eq!(line["diagnostics"], Value::Array(Vec::new()), "{file}");
        let root = path.file_stem().unwrap().to_str().unwrap();
        assert!(line["message"][root].is_object(), "{file}");

        let text = inspect(&[file], b"");
        assert_eq!(text.status, 0, "{file}");
        assert!(text.stdout.contains(root), "{file}");
        assert!(text.stdout.ends_with("1 frame · 1 digest ok · no diagnostics\n"), "{}", text.stdout);
    }
}

#[test]
fn the_frames_of_a_deployed_recorder() {
    let cases = [
        ("field/F1_LOGIN_REQ.hex", "LOGIN_REQ", "31H", 1),
        ("field/F4_HEARTBEAT_REQ.hex", "HEARTBEAT_REQ", "33H", 3),
        ("field/F10_VIDEO_PTZ_RES.hex", "VIDEO_PTZ_RES", "64H", 0x1234),
    ];
    for (file, root, command, seq) in cases {
        let run = inspect(&[testdata(file).to_str().unwrap(), "--json"], b"");
        let [line] = &run.json()[..] else { panic!("{file}") };
        assert_eq!((run.status, line["digest"].as_str()), (0, Some("ok")), "{file}");
        assert_eq!((line["command"].as_str(), line["seq"].as_u64()), (Some(command), Some(seq)), "{file}");
        assert_eq!(line["message"][root]["DevID"], "85000012345", "{file}");
    }
}

#[test]
fn raw_hex_and_dumps_give_the_same() {
    let bytes = [hex_file("frames/LOGIN_REQ.hex"), hex_file("frames/LOGIN_RES.hex")].concat();
    let raw = inspect(&["-", "--json"], &bytes);
    assert_eq!(raw.gist(), ["LOGIN", "LOGIN"]);
    assert_eq!(raw.json()[1]["offset"], 455);

    let digits: String = bytes.iter().map(|byte| format!("{byte:02X} ")).collect();
    assert_eq!(inspect(&["-", "--json"], digits.as_bytes()).stdout, raw.stdout);

    let mut xxd = String::from("# two frames\n");
    for (row, line) in bytes.chunks(16).enumerate() {
        let columns: String = line
            .chunks(2)
            .map(|pair| pair.iter().map(|b| format!("{b:02x}")).collect::<String>() + " ")
            .collect();
        let text: String =
            line.iter().map(|&b| if b.is_ascii_graphic() { char::from(b) } else { '.' }).collect();
        xxd.push_str(&format!("{:08x}: {columns:<40} {text}\n", row * 16));
    }
    assert_eq!(inspect(&["-", "--json"], xxd.as_bytes()).stdout, raw.stdout);
}

#[test]
fn the_role_decides_what_the_root_does_not_say() {
    let frame = hex_file("frames/HEARTBEAT_REQ.hex");
    let right = inspect(&["-", "--role", "device"], &frame);
    assert!(right.stdout.starts_with("device → platform  33H HEARTBEAT_REQ"), "{}", right.stdout);
    let wrong = inspect(&["-", "--role", "platform", "--json"], &frame);
    assert_eq!(wrong.status, 1);
    let line = &wrong.json()[0];
    assert_eq!(line["message"], Value::Null);
    assert_eq!(line["diagnostics"][0]["kind"], "unexpected_root");
}

#[test]
fn a_wrong_digest_is_shown_and_the_frame_read_all_the_same() {
    let mut bytes = hex_file("frames/HEARTBEAT_REQ.hex");
    *bytes.last_mut().unwrap() ^= 1;
    bytes.extend(hex_file("frames/HEARTBEAT_RES.hex"));
    let run = inspect(&["-", "--json"], &bytes);
    assert_eq!((run.status, run.gist()), (1, vec!["HEARTBEAT".to_owned(); 2]));
    let text = inspect(&["-"], &bytes).stdout;
    assert!(
        text.ends_with("2 frames · 1 digest ok · 1 digest bad · 1 diagnostic (1 error): E-61\n"),
        "{text}"
    );
    let lines = run.json();
    assert_eq!((&lines[0]["digest"], &lines[1]["digest"]), (&"bad".into(), &"ok".into()));
    assert_eq!(lines[0]["message"]["HEARTBEAT_REQ"]["DevID"], "81100000001");
    assert_eq!(
        (&lines[0]["diagnostics"][0]["kind"], &lines[0]["diagnostics"][0]["erratum"]),
        (&"bad_digest".into(), &"E-61".into())
    );
}

#[test]
fn garbage_ends_the_stream_unless_scanned() {
    let good = hex_file("frames/HEARTBEAT_REQ.hex");
    let bytes = [&good[..], b"line noise \xfa\xf5 and more", &good, &good[..100]].concat();
    let plain = inspect(&["-", "--json"], &bytes);
    assert_eq!((plain.status, plain.gist()), (1, vec!["HEARTBEAT".to_owned(), "bad_magic".to_owned()]));
    assert_eq!(plain.json()[1]["offset"], good.len());
    let text = inspect(&["-"], &bytes).stdout;
    assert!(
        text.contains("6C where the frame start FA F5 needs FA\n    --scan looks for the next frame"),
        "{text}"
    );

    let scanned = inspect(&["-", "--scan", "--json"], &bytes);
    assert_eq!(scanned.gist(), ["HEARTBEAT", "not_magic", "HEARTBEAT", "truncated"]);
    assert_eq!(scanned.status, 1);
    assert_eq!(scanned.json()[2]["offset"], good.len() + 22);
}

#[test]
fn an_unfinished_frame_is_named() {
    let bytes = hex_file("frames/HEARTBEAT_REQ.hex");
    let run = inspect(&["-"], &bytes[..100]);
    assert_eq!(run.status, 1);
    assert!(run.stdout.starts_with("an unfinished frame: 100 bytes\n  at byte 0\n"), "{}", run.stdout);
}

#[test]
fn words_that_nobody_defines_are_shown_as_they_came() {
    let data = document("VENDOR_REQ", "<DevKey>K7M2P9Q4</DevKey><Mood>fine</Mood>");
    let run = inspect(&["-", "--json"], &frame(0x91, 5, &data));
    let line = &run.json()[0];
    assert_eq!((run.status, &line["command"], &line["name"]), (0, &"91H".into(), &Value::Null));
    let xml = line["message"]["xml"].as_str().unwrap();
    assert!(xml.contains("<DevKey>***</DevKey><Mood>fine</Mood>"), "{xml}");
}

// ---- documents --------------------------------------------------------------------------------

#[test]
fn xml_files_with_and_without_what_is_around_them() {
    let register = std::fs::read(testdata("canonical/REGISTER_REQ.xml")).unwrap();
    let bare = inspect(&["-", "--json", "--strict"], &register);
    let line = &bare.json()[0];
    assert_eq!((bare.status, line["name"].as_str()), (0, Some("REGISTER")));
    assert_eq!(
        (&line["command"], &line["seq"], &line["digest"]),
        (&Value::Null, &Value::Null, &"unchecked".into())
    );

    let head = b"POST /DeviceRegisterServlet HTTP/1.1\r\nHost: 198.51.100.10:8098\r\n\r\n";
    let posted = inspect(&["-", "--json"], &[&head[..], &register].concat());
    let posted = &posted.json()[0];
    assert_eq!((&posted["offset"], &posted["message"]), (&head.len().into(), &line["message"]));

    for (file, root) in
        [("soap/MCU_LOGIN_REQ.xml", "MCU_LOGIN_REQ"), ("soap/MCU_LOGIN_RES.xml", "MCU_LOGIN_RES")]
    {
        let run = inspect(&[testdata(file).to_str().unwrap(), "--json"], b"");
        assert!(run.json()[0]["message"][root].is_object(), "{}", run.stdout);
    }
}

/// E-08: chapter 11 uses root elements of chapter 7 again.
#[test]
fn shared_roots_are_told_apart_by_the_device_id() {
    for (file, section) in
        [("canonical/GET_WIFI_RES.xml", "§7.5.8"), ("canonical/GET_WIFI_RES.11.1.xml", "§11.1")]
    {
        let run = inspect(&[testdata(file).to_str().unwrap()], b"");
        assert_eq!(run.status, 0);
        assert!(run.stdout.contains(&format!("E-08 read as {section}, because DevID is")), "{}", run.stdout);
    }
}

#[test]
fn gbk_is_converted() {
    let mut bytes =
        b"<?xml version=\"1.0\" encoding=\"GB2312\"?><MCU_SET_NAME_REQ><Account>18900000001</Account>\
        <LoginSession>0</LoginSession><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><NewName>"
            .to_vec();
    bytes.extend(b"\xC7\xB0\xC3\xC5"); // 前门
    bytes.extend(b"</NewName></MCU_SET_NAME_REQ>");
    let run = inspect(&["-", "--json"], &bytes);
    assert_eq!(run.status, 0, "{}", run.stdout);
    assert!(run.stdout.contains("前门"), "{}", run.stdout);
    assert!(
        run.json()[0]["diagnostics"].as_array().unwrap().iter().any(|d| d["kind"] == "gbk"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_message_that_cannot_be_read_is_outlined() {
    let file = testdata("spec-verbatim/7.5.2-ABILITYUP_REQ.xml");
    let run = inspect(&[file.to_str().unwrap()], b"");
    assert_eq!(run.status, 1);
    for part in [
        "what can be read:",
        "DevID                  设备编码",
        "is not a device id",
        "ABILITYUP_REQ/DevID, byte ",
    ] {
        assert!(run.stdout.contains(part), "{part}\n{}", run.stdout);
    }
    let json = inspect(&[file.to_str().unwrap(), "--json"], b"").json();
    assert_eq!(
        (&json[0]["message"], &json[0]["diagnostics"][0]["kind"]),
        (&Value::Null, &"bad_value".into())
    );
    assert_eq!(json[0]["outline"]["ABILITYUP_REQ"]["DevID"], "设备编码");
}

// ---- captures ---------------------------------------------------------------------------------

/// A login and a heartbeat with everything that networks do to them.
fn conversation(mut capture: Capture) -> Capture {
    let login = hex_file("frames/LOGIN_REQ.hex");
    let (first, rest) = login.split_at(3);
    let (second, third) = rest.split_at(200);
    capture.send(DEVICE, first);
    let late = capture.advance(DEVICE, second.len());
    capture.send(DEVICE, third); // arrives before `second`
    capture.packet(DEVICE, late, "A", second);
    capture.packet(DEVICE, late, "A", second); // retransmitted
    capture.send(PLATFORM, &hex_file("frames/LOGIN_RES.hex"));
    let two = [hex_file("frames/ABILITYUP_REQ.hex"), hex_file("frames/HEARTBEAT_REQ.hex")].concat();
    capture.send(DEVICE, &two); // two frames in one packet
    capture.send(PLATFORM, &hex_file("frames/ABILITYUP_RES.hex"));
    capture.send(PLATFORM, &hex_file("frames/HEARTBEAT_RES.hex"));
    capture.send(PLATFORM, &hex_file("frames/REBOOT_REQ.hex"));
    capture.send(DEVICE, &hex_file("frames/REBOOT_RES.hex"));
    let (device, platform) = (capture.advance(DEVICE, 0), capture.advance(PLATFORM, 0));
    capture.packet(DEVICE, device, "FA", b"");
    capture.packet(PLATFORM, platform, "FA", b"");
    capture
}

const CONVERSATION: [&str; 8] =
    ["LOGIN", "LOGIN", "ABILITYUP", "HEARTBEAT", "ABILITYUP", "HEARTBEAT", "REBOOT", "REBOOT"];

#[test]
fn a_pcap_with_two_directions() {
    let capture = conversation(Capture::new(8_588).open());
    let run = inspect(&["-", "--json", "--strict"], &capture.pcap());
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    assert_eq!(run.gist(), CONVERSATION);
    assert!(run.json().iter().all(|line| line["digest"] == "ok"));

    let text = inspect(&["-"], &capture.pcap()).stdout;
    assert!(
        text.starts_with("device → platform  31H LOGIN_REQ  登录认证请求  §7.5.1\n  2014-11-05 01:30:00.00"),
        "{text}"
    );
    assert!(text.contains(" UTC · 198.51.100.1:8588 → 192.0.2.7:40000\n"), "{text}");
    assert!(text.contains("device ← platform  6CH REBOOT_REQ"), "{text}");
    assert!(text.contains("device → platform  6CH REBOOT_RES"), "{text}");
}

#[test]
fn pcapng_vlan_and_other_ports_give_the_same() {
    let pcap = inspect(&["-"], &conversation(Capture::new(8_588).open()).pcap()).stdout;
    assert_eq!(inspect(&["-"], &conversation(Capture::new(8_588).open()).pcapng()).stdout, pcap);
    let mut tagged = Capture::new(8_588);
    tagged.vlan = Some(42);
    assert_eq!(inspect(&["-"], &conversation(tagged.open()).pcap()).stdout, pcap);
    let other = inspect(&["-", "--port", "9000"], &conversation(Capture::new(9_000).open()).pcap());
    assert_eq!(other.stdout.replace(":9000", ":8588"), pcap);
}

#[test]
fn a_capture_that_begins_inside_the_connection() {
    // Neither SYN nor port tell who is who; the root elements do.
    let mut capture = Capture::new(9_000);
    capture.send(PLATFORM, &hex_file("frames/REBOOT_REQ.hex"));
    capture.send(DEVICE, &hex_file("frames/REBOOT_RES.hex"));
    let run = inspect(&["-"], &capture.pcap());
    assert_eq!(run.status, 0);
    assert!(run.stdout.contains("device ← platform  6CH REBOOT_REQ"), "{}", run.stdout);
    assert!(run.stdout.contains("device → platform  6CH REBOOT_RES"), "{}", run.stdout);

    // Begins in the middle of a frame: the first whole one is found.
    let mut capture = Capture::new(8_588);
    capture.send(DEVICE, &hex_file("frames/LOGIN_REQ.hex")[100..]);
    capture.send(DEVICE, &hex_file("frames/HEARTBEAT_REQ.hex"));
    assert_eq!(inspect(&["-", "--json"], &capture.pcap()).gist(), ["not_magic", "HEARTBEAT"]);
}

#[test]
fn lost_segments_are_named_and_the_stream_goes_on_behind_them() {
    let mut capture = Capture::new(8_588).open();
    capture.send(DEVICE, &hex_file("frames/LOGIN_REQ.hex"));
    let ability = hex_file("frames/ABILITYUP_REQ.hex");
    capture.send(DEVICE, &ability[..300]);
    capture.advance(DEVICE, 200);
    capture.send(DEVICE, &ability[500..]);
    for _ in 0..3 {
        capture.send(DEVICE, &hex_file("frames/HEARTBEAT_REQ.hex"));
    }
    let run = inspect(&["-", "--json"], &capture.pcap());
    assert_eq!(run.status, 1);
    assert_eq!(
        run.gist(),
        ["LOGIN", "truncated", "lost", "not_magic", "HEARTBEAT", "HEARTBEAT", "HEARTBEAT"]
    );
    let lines = run.json();
    assert_eq!((&lines[2]["offset"], &lines[3]["offset"]), (&(455 + 300).into(), &(455 + 500).into()));
    assert_eq!(lines[4]["offset"], 455 + ability.len());

    // The platform has acknowledged the missing bytes: nobody waits for the end of the connection.
    let seq = capture.next_seq(PLATFORM);
    for _ in 0..5 {
        capture.packet(PLATFORM, seq, "A", b"");
    }
    capture.send(PLATFORM, &hex_file("frames/HEARTBEAT_RES.hex"));
    let gist = inspect(&["-", "--json"], &capture.pcap()).gist();
    assert_eq!(gist.iter().filter(|kind| *kind == "lost").count(), 1);
    assert_eq!(gist.last().map(String::as_str), Some("HEARTBEAT"));
}

#[test]
fn a_cut_capture_shows_what_is_whole() {
    let whole = conversation(Capture::new(8_588).open());
    for bytes in [whole.pcap(), whole.pcapng()] {
        let run = inspect(&["-", "--json"], &bytes[..bytes.len() - 100]);
        assert_eq!(run.status, 1);
        assert_eq!(run.gist().last().map(String::as_str), Some("truncated_capture"), "{}", run.stdout);
        assert!(run.gist().len() > 6);
    }
}

#[test]
fn a_capture_without_frames_says_what_to_try() {
    let mut capture = Capture::new(80).open();
    capture.send(DEVICE, b"GET / HTTP/1.1\r\n\r\n");
    let run = inspect(&["-"], &capture.pcap());
    assert_eq!(run.status, 1);
    let remark = "4 packets read, 3 of other TCP connections, 1 HTTP message of other protocols\n";
    assert!(run.stdout.ends_with(remark), "{}", run.stdout);
    assert!(
        run.stderr.contains("no frame or document found") && run.stderr.contains("--port PORT"),
        "{}",
        run.stderr
    );
}

/// Damage to a capture is found out, not crashed on.
#[test]
fn damaged_captures_do_no_harm() {
    use clap::Parser;
    let whole = conversation(Capture::new(8_588).open());
    let args = [
        kandian_examples::inspect::Args::parse_from(["inspect", "-"]),
        kandian_examples::inspect::Args::parse_from(["inspect", "-", "--json", "--scan"]),
    ];
    let mut seed = 1_u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for file in [whole.pcap(), whole.pcapng()] {
        for round in 0..400 {
            let mut bytes = file.clone();
            for _ in 0..=round % 5 {
                let at = random(bytes.len());
                bytes[at] = [0, 1, 0x7F, 0xFF, random(256) as u8][random(5)];
            }
            if round % 3 == 0 {
                bytes.truncate(random(bytes.len()));
            }
            for args in &args {
                let mut out = Vec::new();
                let _ = kandian_examples::inspect::run(args, &bytes[..], &mut out, false);
            }
        }
    }
}

// ---- output -----------------------------------------------------------------------------------

#[test]
fn json_has_exactly_these_keys_in_this_order() {
    let mut bytes = hex_file("frames/LOGIN_REQ.hex");
    bytes.extend(frame(0x91, 1, b"\x01\x02"));
    bytes.extend(frame(0x33, 1, b""));
    bytes.extend(b"garbage");
    let run = inspect(&["-", "--json"], &bytes);
    assert_eq!(run.gist(), ["LOGIN", "undefined_command", "HEARTBEAT", "bad_magic"]);
    for line in run.stdout.lines() {
        let positions: Vec<_> = KEYS.iter().map(|key| line.find(&format!("\"{key}\":")).unwrap()).collect();
        assert!(positions.is_sorted() && positions[0] == 1, "{line}");
        let value: Value = serde_json::from_str(line).unwrap();
        // What can be read of a message that cannot be read as a whole comes behind them.
        assert_eq!(
            value.as_object().unwrap().len(),
            KEYS.len() + usize::from(line.contains("\"outline\"")),
            "{line}"
        );
        assert!(value.get("outline").is_none() || value["message"].is_null(), "{line}");
        for diagnostic in value["diagnostics"].as_array().unwrap() {
            let keys: Vec<_> = diagnostic.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(keys, ["erratum", "kind", "offset", "path", "text"], "{line}");
        }
    }
}

#[test]
fn secrets_appear_only_when_asked_for() {
    let frames = [hex_file("frames/LOGIN_REQ.hex"), hex_file("frames/SET_WIFI_REQ.hex")].concat();
    let odd = document(
        "LOGIN_REQ",
        "<DevID>?</DevID><DevKey>K7M2P9Q4</DevKey><Extra><DevKey>K7M2P9Q4</DevKey></Extra>",
    );
    let unreadable = frame(0x31, 0, &odd);
    let strange = frame(0x91, 0, &odd);
    for args in [&["-"][..], &["-", "--json"]] {
        for bytes in [&frames, &unreadable, &strange, &odd] {
            let run = inspect(args, bytes);
            assert!(!format!("{run:?}").contains("K7M2P9Q4"), "{}", run.stdout);
            assert!(!run.stdout.is_empty());
        }
    }
    for args in [&["-", "--show-secrets"][..], &["-", "--json", "--show-secrets"]] {
        assert!(inspect(args, &frames).stdout.contains("K7M2P9Q4"));
    }
}

/// Elements that no message defines, messages of vendors, and documents whose secrets have no certain end.
#[test]
fn secrets_without_a_type_are_masked_too() {
    let base = "<DevID>81100000001</DevID>";
    let documents = [
        "<Passwd>SEKRET1</Passwd>",
        "<FtpPasswd>SEKRET1</FtpPasswd>",
        "<DevKeyNew>SEKRET1</DevKeyNew>",
        "<Secret><a>SEKRET1</a></Secret>",
        "<hashtoken>SEKRET1</hashtoken>",
        "<Play>rtsp://u:SEKRET1@192.0.2.1/x?hashtoken=SEKRET1</Play>",
        "<Note>DevKey=SEKRET1</Note>",
        "<Note>{\"DevKey\":\"SEKRET1\"}</Note>",
        "<DevKey><![CDATA[SEKRET1]]></DevKey>",
        "<Password><b>SEKRET1</b></Password>",
        "<DevKey><!-- x -->SEKRET1</DevKey>",
        "<DevKey>ab</x>cd<SEKRET1>SEKRET1</DevKey>",
        "<DevKey>p&SEKRET1;x</DevKey>",
        "<DevKey>pw<!SEKRET1>x</DevKey>",
        "<DevKey>ab</SEKRET1>",
        "<DevKey>ab<SEKRET1>c</DevKey>",
        "<DevKey/>SEKRET1",
        "<DevKey><![CDATA[SEKRET1",
    ];
    for inside in documents {
        for root in ["REBOOT_REQ", "LOGIN_REQ", "VENDOR_REQ"] {
            let data = document(root, &format!("{base}{inside}"));
            for input in [data.clone(), frame(0x6C, 0, &data), frame(0x31, 0, &data), frame(0x91, 0, &data)] {
                for args in [&["-"][..], &["-", "--json"]] {
                    let run = inspect(args, &input);
                    assert!(!format!("{run:?}").contains("SEKRET1"), "{inside}\n{}", run.stdout);
                    assert!(!run.stdout.is_empty(), "{inside}");
                }
            }
        }
    }
    for text in [&b"DevKey=SEKRET1"[..], b"{\"DevKey\":\"SEKRET1\"}"] {
        for args in [&["-"][..], &["-", "--json"]] {
            let run = inspect(args, &frame(0x91, 0, text));
            assert!(!run.stdout.contains("SEKRET1") && run.stdout.contains("DevKey"), "{}", run.stdout);
        }
    }
}

/// Access keys (E-78), sessions (E-153), play tokens (E-91) and passwords in URLs.
#[test]
fn secrets_of_every_kind_are_masked() {
    let shown = |file: &str, args: &[&str]| {
        let file = testdata(&format!("canonical/{file}.xml"));
        inspect(&[&[file.to_str().unwrap()], args].concat(), b"").stdout
    };
    for (file, secret) in [
        ("LOGIN_RES", "AK0001"),
        ("SET_ESTORE_REQ", "AK0001"),
        ("GET_ESTORE_RES", "AK0001"),
        ("MCU_LOGIN_RES", "5f2c1e7a9b3d4c60a1d8e4f20b7c3356"),
        ("MCU_VIDEO_PLAY_RES", "6f1ed002ab5595859014ebf0951522d9"),
        ("VIDEO_PLAY_REQ", "6f1ed002ab5595859014ebf0951522d9"),
    ] {
        for args in [&[][..], &["--json"]] {
            assert!(!shown(file, args).contains(secret), "{file}");
            assert!(shown(file, &[args, &["--show-secrets"]].concat()).contains(secret), "{file}");
        }
    }
    // The account of a client is its telephone number, and no secret.
    assert!(shown("MCU_LOGIN_REQ", &[]).contains("18900000001"));
    assert!(shown("MCU_VIDEO_PLAY_RES", &[]).contains("streamtype=2&hashtoken=***"));
}

#[test]
fn terminal_sequences_never_reach_the_terminal() {
    // U+009B starts a terminal sequence and is allowed in XML; U+202E turns text around.
    let fields =
        "<DevID>81100000001</DevID><NewName>\u{9b}31mred\u{202e}txt</NewName><E\u{9b}2J>x</E\u{9b}2J>";
    let name = document(
        "MCU_SET_NAME_REQ",
        &format!("<LoginSession>s</LoginSession>{fields}<ChannelNo>0</ChannelNo>"),
    );
    let escape = document("LOGIN_REQ", "<DevID>\x1b]0;owned\x07</DevID>");
    let vendor = [&frame(0x91, 0, b"\x1b[2J\x9b2J\r\x08")[..], &frame(0x31, 0, &escape)].concat();
    for args in [&["-"][..], &["-", "--json"]] {
        for bytes in [&name[..], &escape, &vendor] {
            let run = inspect(args, bytes);
            let harmful = |c: &char| (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{202e}').contains(c);
            assert_eq!(run.stdout.chars().find(harmful), None, "{}", run.stdout.escape_debug());
        }
    }
}

#[test]
fn strictness_decides_the_exit_status() {
    let good = hex_file("frames/REBOOT_REQ.hex");
    let repaired = document("REBOOT_REQ", "<DevID>81100000001</ DevID>");
    let remark = document("REBOOT_REQ", "<DevID a=\"b\">81100000001</DevID>");
    let hopeless = document("REBOOT_REQ", "");
    for (bytes, lenient, strict) in [(&good, 0, 0), (&repaired, 0, 1), (&remark, 0, 1), (&hopeless, 1, 1)] {
        assert_eq!(inspect(&["-"], bytes).status, lenient);
        assert_eq!(inspect(&["-", "--strict"], bytes).status, strict);
    }
}

#[test]
fn usage_errors_and_unreadable_inputs() {
    for args in
        [&[][..], &["-", "--hex", "--xml"], &["-", "--role", "camera"], &["-", "--pcap", "--role", "device"]]
    {
        let run = inspect(args, b"");
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{args:?}");
    }
    let in_capture = inspect(&["-", "--role", "device"], &Capture::new(8_588).open().pcap());
    assert_eq!(in_capture.status, 2);
    assert!(in_capture.stderr.contains("the connection tells who sent what"), "{}", in_capture.stderr);
    let cases: [(&[&str], &[u8], &str); 6] = [
        (&["-"], b"", "the input is empty"),
        (&["-"], b"plain text", "neither a capture, nor frames, nor XML, nor hex digits"),
        (&["-"], b"\x1f\x8b\x08", "gunzip"),
        (&["-"], b"noise \xfa\xf5", "--raw --scan"),
        (&["-", "--hex"], b"faf5\nfaf", "line 2, column 1: an odd number of hex digits"),
        (&["/nonexistent/file"], b"", "cannot open"),
    ];
    for (args, input, message) in cases {
        let run = inspect(args, input);
        assert_eq!(run.status, 1, "{args:?} {message}");
        assert!(run.stderr.contains(message), "{message}\n{}", run.stderr);
    }
}

#[test]
fn colour_is_for_terminals() {
    let bytes = hex_file("frames/REBOOT_REQ.hex");
    assert!(!inspect(&["-"], &bytes).stdout.contains('\x1b'));
    assert!(inspect(&["-", "--color", "always"], &bytes).stdout.contains("\x1b[1m6CH REBOOT_REQ\x1b[0m"));
}

#[test]
fn help_teaches() {
    let help = inspect(&["--help"], b"");
    assert_eq!(help.status, 0);
    for part in
        ["Examples:", "tcpdump -i eth0 -U -w - tcp port 8588 | inspect -", "Exit status:", "--show-secrets"]
    {
        assert!(help.stdout.contains(part), "{part}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let bytes = hex_file("frames/ABILITYUP_REQ.hex").repeat(2_000);
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("many.bin");
    std::fs::write(&path, bytes).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_inspect"))
        .arg(&path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}
