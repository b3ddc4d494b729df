//! Every document and frame of the specification's sample set, both ways.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use kandian_codec::{Command, DecoderOptions, FrameRef, Status};
use kandian_proto::command::{Interface, OPERATIONS, Operation, OperationInfo};
use kandian_proto::xml::{Limits, Outline, outline};
use kandian_proto::{Profile, Side, decode_payload};
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
        let remarks: Vec<_> = read.diagnostics.iter().filter_map(|d| d.erratum.map(|e| e.0)).collect();
        let wanted: &[u16] = match frame.command {
            // Empty UpnpIP and TurnRelayIP (E-75); a DevID with a manufacturer outside the table is fine.
            Command::LOGIN => &[75, 75],
            _ => &[],
        };
        assert_eq!(remarks, wanted, "{name}");
    }
}
