//! Every document and frame of the specification's sample set, both ways.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use kandian_codec::{Command, DecoderOptions, FrameRef, Status};
use kandian_proto::command::{Interface, OPERATIONS, Operation, OperationInfo};
use kandian_proto::message::{redirect, register};
use kandian_proto::value::{BitRate, FrameRate, FrameSize, Host, OrUnchanged, Port, RateType};
use kandian_proto::xml::{Limits, Outline, outline};
use kandian_proto::{
    Decoded, Erratum, Message, Payload, Profile, Response, Side, decode, decode_payload, encode,
};
use serde_json::Value;
use support::{compact, files, read};

/// The sample file of a root: hotspot messages share their roots with frames.
fn sample(row: &OperationInfo, root: &str) -> String {
    match row.interface {
        Interface::Hotspot => format!("{root}.{}.xml", row.section),
        _ => format!("{root}.xml"),
    }
}

/// Reads a document strictly and writes it again; both must agree with the file.
fn both_ways(row: &OperationInfo, is_request: bool, bytes: &[u8]) -> String {
    let limits = Limits::CLIENT;
    let written = if is_request {
        let strict =
            row.operation.decode_request_strict(bytes, limits).unwrap_or_else(|e| panic!("{}: {e}", row.id));
        let read = row.operation.decode_request(bytes, limits).unwrap();
        assert_eq!((&read.message, &read.diagnostics[..]), (&strict, &[][..]));
        assert_eq!(strict.operation(), row.operation);
        strict.encode(&[], Profile::Spec)
    } else {
        let strict =
            row.operation.decode_response_strict(bytes, limits).unwrap_or_else(|e| panic!("{}: {e}", row.id));
        let read = row.operation.decode_response(bytes, limits).unwrap();
        assert_eq!((&read.message, &read.diagnostics[..]), (&strict, &[][..]));
        assert_eq!(strict.operation(), row.operation);
        strict.encode(&[], Profile::Spec)
    };
    String::from_utf8(written.unwrap_or_else(|e| panic!("{e}"))).unwrap()
}

#[test]
fn canonical_documents() {
    let mut seen = 0;
    for row in OPERATIONS {
        for (is_request, info) in [(true, row.request), (false, row.response)] {
            let bytes = read(&format!("canonical/{}", sample(row, info.root)));
            let text = String::from_utf8(bytes.clone()).unwrap();
            assert_eq!(both_ways(row, is_request, &bytes), compact(&text), "{}", info.root);
            seen += 1;
        }
    }
    assert_eq!((OPERATIONS.len(), seen), (69, 138));
    assert_eq!(files("canonical", ".xml").len(), 138, "a sample without an operation");
}

/// The documents say what the catalogue gives as examples, so that a changed sample is noticed also where
/// no frame with its digest holds it.
#[test]
fn canonical_documents_hold_the_examples_of_the_catalogue() {
    let catalogue: toml::Table =
        std::str::from_utf8(&read("catalogue/messages.toml")).unwrap().parse().unwrap();
    let (mut compared, mut bare) = (0, 0);
    for (wanted, row) in catalogue["operation"].as_array().unwrap().iter().zip(OPERATIONS) {
        for (fields, info) in [("request", row.request), ("response", row.response)] {
            let bytes = read(&format!("canonical/{}", sample(row, info.root)));
            let (found, _) = outline(&bytes, info.root, info.fields, Limits::CLIENT, true).unwrap();
            for field in wanted.get(fields).and_then(toml::Value::as_array).into_iter().flatten() {
                let name = field["name"].as_str().unwrap();
                let text = found.fields.iter().find(|f| f.name == name).and_then(|f| f.text.as_deref());
                match field.get("example").and_then(toml::Value::as_str) {
                    Some(example) => assert_eq!(text, Some(example), "{}/{name}", info.root),
                    // Lists, groups and elements that are never sent have none.
                    None => {
                        assert_eq!(text, None, "{}/{name} has no example", info.root);
                        bare += 1;
                    }
                }
                compared += 1;
            }
        }
    }
    assert_eq!((compared, bare), (475, 18));
}

#[test]
fn variants() {
    let manifest: toml::Table =
        std::str::from_utf8(&read("variants/MANIFEST.toml")).unwrap().parse().unwrap();
    let variants = manifest["variant"].as_array().unwrap();
    assert_eq!(variants.len(), files("variants", ".xml").len());
    for variant in variants {
        let file = variant["file"].as_str().unwrap();
        let id = variant["operation"].as_str().unwrap();
        let row = OPERATIONS.iter().find(|row| row.id == id).unwrap();
        let bytes = read(&format!("variants/{file}"));
        let written = both_ways(row, variant["message"].as_str() == Some("request"), &bytes);
        assert_eq!(written, compact(std::str::from_utf8(&bytes).unwrap()), "{file}");
    }
}

#[test]
#[cfg(feature = "soap")]
fn soap_envelopes() {
    use kandian_proto::soap::{Form, Version, read_request, read_response, write_request, write_response};
    let names = files("soap", ".xml");
    assert_eq!(names.len(), 52);
    for name in names {
        let bytes = read(&format!("soap/{name}"));
        let root = name.trim_end_matches(".xml");
        let text = compact(std::str::from_utf8(&bytes).unwrap());
        let form = Form::Soap(Version::V11);
        let written = if root.ends_with("_REQ") {
            let call = read_request(&bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!((call.form, &call.read.diagnostics[..]), (form, &[][..]), "{name}");
            write_request(form, &call.read.message, Profile::Spec)
        } else {
            let row = OPERATIONS.iter().find(|row| row.response.root == root).unwrap();
            let answer = read_response(row.operation, &bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(answer.diagnostics, [], "{name}");
            write_response(form, &answer.message, Profile::Spec)
        };
        assert_eq!(String::from_utf8(written.unwrap()).unwrap(), text, "{name}");
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

// E-60, E-61, E-63: layout and digest of the golden frames.
#[test]
fn frames() {
    let index: toml::Table = std::str::from_utf8(&read("frames/INDEX.toml")).unwrap().parse().unwrap();
    let frames = index["frame"].as_array().unwrap();
    assert_eq!(frames.len(), 78);
    for entry in frames {
        let root = entry["root"].as_str().unwrap();
        let bytes = unhex(
            std::str::from_utf8(&read(&format!("frames/{}", entry["file"].as_str().unwrap()))).unwrap(),
        );
        let Status::Complete { frame, consumed, .. } =
            kandian_codec::decode(&bytes, DecoderOptions::new()).unwrap()
        else {
            panic!("{root} is incomplete")
        };
        assert_eq!(consumed, bytes.len());
        assert_eq!(i64::from(frame.command.0), entry["command"].as_integer().unwrap());
        assert_eq!(i64::from(frame.seq), entry["seq"].as_integer().unwrap());
        let digest: String = bytes[bytes.len() - 16..].iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(digest, entry["md5"].as_str().unwrap());
        let length = |key: &str| usize::try_from(entry[key].as_integer().unwrap()).unwrap();
        assert_eq!(length("data_len"), frame.payload.len(), "{root}");
        assert_eq!(length("frame_len"), bytes.len(), "{root}");
        assert_eq!(frame.payload, read(&format!("canonical/{root}.xml")));
        // E-66: the side and the command word tell request from response.
        let row = Operation::of_command(frame.command).unwrap().info();
        let is_request = root.ends_with("_REQ");
        let requester = row.requesting_side();
        let sender = if is_request {
            requester
        } else if requester == Side::Device {
            Side::Platform
        } else {
            Side::Device
        };
        assert!(decode_payload(frame.command, sender, frame.payload).is_ok());
        // And back into the same bytes.
        let mut out = Vec::new();
        kandian_codec::encode(&FrameRef { ..frame }, &mut out, 65_535).unwrap();
        assert_eq!(out, bytes, "{root}");
    }
}

/// The specification's own samples as printed: 46 of them are not well-formed. Their values are
/// explanations in Chinese, so it is the known fields that are compared.
#[test]
fn verbatim_samples_of_the_specification() {
    let expected: Value = serde_json::from_slice(&read("spec-verbatim/EXPECTED.json")).unwrap();
    let expected = expected.as_object().unwrap();
    assert_eq!(expected.len(), 86);
    for (file, wanted) in expected {
        let section = file.split('-').next().unwrap();
        let root = wanted["root"].as_str().unwrap();
        let row = OPERATIONS.iter().find(|row| row.section == section).unwrap();
        let info = if root.ends_with("_REQ") { row.request } else { row.response };
        assert_eq!(info.root, root);
        let bytes = read(&format!("spec-verbatim/{file}"));
        let (found, _) = outline(&bytes, info.root, info.fields, Limits::FRAME, true)
            .unwrap_or_else(|e| panic!("{file}: {e}"));
        assert_eq!(json(&found)["fields"], wanted["fields"], "{file}");
    }
}

fn json(outline: &Outline) -> Value {
    match &outline.text {
        Some(text) => serde_json::json!({ "name": outline.name, "text": text }),
        None => {
            let fields: Vec<_> = outline.fields.iter().map(json).collect();
            serde_json::json!({ "name": outline.name, "fields": fields })
        }
    }
}

/// Frames as recorder firmware sends them (values invented), with their digests.
#[test]
fn field_vectors() {
    for (name, side) in [
        ("F1_LOGIN_REQ", Side::Device),
        ("F4_HEARTBEAT_REQ", Side::Device),
        ("F10_VIDEO_PTZ_RES", Side::Device),
        ("F12_GET_CHANNEL_RES", Side::Device),
    ] {
        let bytes = unhex(std::str::from_utf8(&read(&format!("field/{name}.hex"))).unwrap());
        let Status::Complete { frame, consumed, .. } =
            kandian_codec::decode(&bytes, DecoderOptions::new()).unwrap()
        else {
            panic!("{name} is incomplete")
        };
        assert_eq!(consumed, bytes.len());
        let read =
            decode_payload(frame.command, side, frame.payload).unwrap_or_else(|e| panic!("{name}: {e}"));
        let remarks = ids(&read);
        let wanted: &[u16] = match frame.command {
            // Uninitialised memory: FrameRate (E-98), RateType, no BitRate (E-99), AudioInput.
            Command::GET_CHANNEL => {
                let Payload::Response(Response::GetChannel(answer)) = &read.message else { panic!("{name}") };
                let values = answer.outcome.success().unwrap();
                assert_eq!((values.frame_size, values.frame_rate), (FrameSize::CIF, FrameRate::MAX));
                assert_eq!((values.rate_type, values.bit_rate), (RateType(256), BitRate::default()));
                assert!(values.audio_input);
                &[98, 0, 99, 0]
            }
            // Empty UpnpIP and TurnRelayIP (E-75); a DevID with a manufacturer outside the table is fine.
            Command::LOGIN => &[75, 75],
            _ => &[],
        };
        assert_eq!(remarks, wanted, "{name}");
    }
}

/// The ids of the diagnostics, 0 where there is none.
fn ids<M>(read: &Decoded<M>) -> Vec<u16> {
    read.diagnostics.iter().map(|d| d.erratum.map_or(0, |e| e.0)).collect()
}

/// The document in a stored HTTP message, whose Content-Length must be right.
fn body(name: &str) -> (String, Vec<u8>) {
    let bytes = read(&format!("field/{name}.http"));
    let at = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..at].to_vec()).unwrap();
    let document = bytes[at + 4..].to_vec();
    assert!(head.contains(&format!("\r\nContent-Length: {}\r\n", document.len())), "{name}: {head}");
    (head, document)
}

fn read_body<M: Message>(name: &str) -> Decoded<M> {
    decode(&body(name).1).unwrap_or_else(|e| panic!("{name}: {e}"))
}

// E-24, E-49: registrations and redirects as recorder firmware sends and accepts them.
#[test]
fn http_vectors() {
    let plain = read_body::<register::RegisterRequest>("H1_REGISTER_REQ");
    assert_eq!(plain.diagnostics, []);
    assert_eq!(
        (plain.message.model.as_str(), plain.message.dev_id.as_str()),
        ("LK-NVR1604-H", "85000012345")
    );
    // Without a path in its URL the firmware sends the same with an empty target.
    assert!(body("H3_REGISTER_REQ").0.starts_with("POST  HTTP/1.1\r\n"));
    assert_eq!(body("H3_REGISTER_REQ").1, body("H1_REGISTER_REQ").1);
    // Bytes of its memory follow the manufacturer.
    let rubbish = read_body::<register::RegisterRequest>("H2_REGISTER_REQ");
    assert_eq!(rubbish.message, plain.message);
    assert!(rubbish.diagnostics.iter().any(|d| d.erratum == Some(Erratum(24))), "{:?}", rubbish.diagnostics);
    let redirect = read_body::<redirect::RedirectRequest>("H4_REDIRECT_REQ");
    assert_eq!((redirect.diagnostics.len(), redirect.message.dev_id), (0, plain.message.dev_id));

    // No backup of the TURN server: empty elements (E-75), which the legacy profile writes again.
    let answer = read_body::<register::RegisterResponse>("H5_REGISTER_RES");
    assert_eq!(ids(&answer), [75, 75]);
    let grant = answer.message.outcome.success().unwrap();
    assert_eq!((&grant.backup_turn_ip, grant.backup_turn_port), (&Host::default(), Port::NONE));
    assert_eq!(grant.ftp_password.value().map(kandian_proto::Secret::reveal), Some("p!@#"));
    let written = encode(&answer.message, Profile::LegacyRecorder).unwrap();
    let sent = String::from_utf8(body("H5_REGISTER_RES").1).unwrap();
    let sent = sent.replace("<BackupTurnPort></BackupTurnPort>", "<BackupTurnPort>0</BackupTurnPort>");
    assert_eq!(String::from_utf8(written).unwrap(), sent);
}

// E-21, E-73: what a platform of 2017 answered to every device, with somebody else's id.
#[test]
fn registration_of_a_later_platform() {
    let read = decode::<register::RegisterResponse>(&read("field/B_REGISTER_RES.xml")).unwrap();
    assert_eq!(ids(&read), [21, 73, 73, 73, 73, 73]);
    assert_eq!(read.message.dev_id.as_str(), "812A930E4BC");
    let grant = read.message.outcome.success().unwrap();
    assert_eq!(
        (grant.access_host.as_str(), grant.ftp_port),
        ("198.51.100.12", OrUnchanged::Value(Port(8321)))
    );
    let names: Vec<_> = read.unknown.iter().map(|u| u.element.name.as_str()).collect();
    assert_eq!(names, ["DMSUrl", "DMSType", "DMSEnableFlag", "CentralStorageURL", "CentralStorageFlag"]);
}
