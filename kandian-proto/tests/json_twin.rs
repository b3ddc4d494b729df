//! The JSON twin of every message: same names, same order, nothing lost, no secret shown.
#![cfg(feature = "json")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use kandian_proto::command::{Interface, OPERATIONS};
use kandian_proto::json::{self, Reveal};
use kandian_proto::message::client;
use kandian_proto::message::device::{
    AbilityUpRequest, GetChannelResponse, LoginRequest, SetWifiRequest, VideoPlayRequest,
};
use kandian_proto::xml::{FieldInfo, Limits, ScalarKind, Shape};
use kandian_proto::{MASK, decode_strict};
use serde_json::{Value, json};
use support::read;

fn canonical(row: &kandian_proto::OperationInfo, root: &str) -> Vec<u8> {
    match row.interface {
        Interface::Hotspot => read(&format!("canonical/{root}.{}.xml", row.section)),
        _ => read(&format!("canonical/{root}.xml")),
    }
}

#[test]
fn every_message_survives_its_twin() {
    for row in OPERATIONS {
        let request =
            row.operation.decode_request_strict(&canonical(row, row.request.root), Limits::CLIENT).unwrap();
        let twin = serde_json::to_value(Reveal(&request)).unwrap();
        let inner = twin[row.request.root].clone();
        assert_eq!(json::request(row.operation, inner).unwrap(), request, "{twin}");

        let response =
            row.operation.decode_response_strict(&canonical(row, row.response.root), Limits::CLIENT).unwrap();
        let twin = serde_json::to_value(Reveal(&response)).unwrap();
        let inner = twin[row.response.root].clone();
        assert_eq!(json::response(row.operation, inner).unwrap(), response, "{twin}");
    }
}

/// The values of all secret fields, and the secret parts of all URLs, in a revealed message: found by
/// walking the table, so that none can be forgotten.
fn secrets_of(fields: &[FieldInfo], clear: &Value, found: &mut Vec<String>) {
    for field in fields.iter().flat_map(|f| std::iter::once(f).chain(f.body)) {
        let Some(value) = clear.get(field.name) else { continue };
        match field.shape {
            Shape::Required(kind) | Shape::Optional(kind) => {
                let text = value.as_str().unwrap_or_default();
                match kind {
                    ScalarKind::Secret => found.push(text.to_owned()),
                    ScalarKind::Url => {
                        let parameters = text.split_once('?').map_or("", |(_, parameters)| parameters);
                        let named = parameters.split('&').filter_map(|p| p.strip_prefix("hashtoken="));
                        found.extend(named.map(str::to_owned));
                    }
                    _ => {}
                }
            }
            Shape::List(inner) => {
                value.as_array().unwrap().iter().for_each(|v| secrets_of(inner, v, found));
            }
            Shape::OptionalGroup(inner) => secrets_of(inner, value, found),
            _ => {}
        }
    }
}

#[test]
fn secrets_are_masked_everywhere() {
    let mut seen = std::collections::BTreeSet::new();
    for row in OPERATIONS {
        let request =
            row.operation.decode_request_strict(&canonical(row, row.request.root), Limits::CLIENT).unwrap();
        let response =
            row.operation.decode_response_strict(&canonical(row, row.response.root), Limits::CLIENT).unwrap();
        let mut secrets = Vec::new();
        let clear = serde_json::to_value(Reveal(&request)).unwrap();
        secrets_of(row.request.fields, &clear[row.request.root], &mut secrets);
        let clear = serde_json::to_value(Reveal(&response)).unwrap();
        secrets_of(row.response.fields, &clear[row.response.root], &mut secrets);
        secrets.retain(|secret| !secret.is_empty());
        for shown in [
            serde_json::to_string(&request).unwrap(),
            serde_json::to_string(&response).unwrap(),
            format!("{request:?} {request:#?}"),
            format!("{response:?} {response:#?}"),
        ] {
            for secret in &secrets {
                assert!(!shown.contains(secret.as_str()), "{secret} in {shown}");
            }
        }
        seen.extend(secrets);
    }
    // Keys, passwords, access keys, sessions and tokens are all among the samples.
    for secret in ["K7M2P9Q4", "Sh#Cms2014", "Pic<2014>&", "AK0001", "5f2c1e7a9b3d4c60a1d8e4f20b7c3356"] {
        assert!(seen.contains(secret), "{secret}");
    }
}

/// Every field that the catalogue calls secret shows the mask, or nothing where there is nothing.
fn check_masks(fields: &[FieldInfo], value: &Value) -> usize {
    let mut seen = 0;
    for field in fields.iter().flat_map(|f| std::iter::once(f).chain(f.body)) {
        let Some(value) = value.get(field.name) else { continue };
        match field.shape {
            Shape::Required(ScalarKind::Secret) | Shape::Optional(ScalarKind::Secret) => {
                assert!(value == MASK || value == "", "{}: {value}", field.name);
                seen += 1;
            }
            Shape::List(inner) => {
                seen += value.as_array().unwrap().iter().map(|v| check_masks(inner, v)).sum::<usize>();
            }
            Shape::OptionalGroup(inner) => seen += check_masks(inner, value),
            _ => {}
        }
    }
    seen
}

#[test]
fn every_secret_field_is_masked() {
    let mut seen = 0;
    for row in OPERATIONS {
        let request =
            row.operation.decode_request_strict(&canonical(row, row.request.root), Limits::CLIENT).unwrap();
        let response =
            row.operation.decode_response_strict(&canonical(row, row.response.root), Limits::CLIENT).unwrap();
        seen += check_masks(row.request.fields, &serde_json::to_value(&request).unwrap()[row.request.root]);
        seen +=
            check_masks(row.response.fields, &serde_json::to_value(&response).unwrap()[row.response.root]);
    }
    let catalogue = String::from_utf8(read("catalogue/messages.toml")).unwrap();
    let marked = catalogue.lines().filter(|line| line.trim() == "secret = true").count();
    assert!(seen >= marked, "{seen} fields of the samples are masked, the catalogue marks {marked}");
}

#[test]
fn the_mask_is_no_value() {
    let masked = json!({"DevID": "81100000001", "SSID": "shop", "Security": 4, "Password": MASK});
    let error = serde_json::from_value::<SetWifiRequest>(masked).unwrap_err();
    assert!(error.to_string().contains("mask"), "{error}");
    let token = json!({"DevID": "81100000001", "ChannelNo": 0, "StreamType": 0, "HashToken": MASK});
    assert!(serde_json::from_value::<VideoPlayRequest>(token).unwrap_err().to_string().contains("mask"));
    for url in ["rtsp://192.0.2.1:554/realplay?hashtoken=***", "rtsp://admin:***@192.0.2.1/"] {
        let urls = json!({"Result": 0, "LocalPlayUrl": url, "UpnpPlayUrl": "", "TurnPlayUrl": ""});
        let error = serde_json::from_value::<client::VideoPlayResponse>(urls).unwrap_err();
        assert!(error.to_string().contains("mask"), "{error}");
    }
    // On the wire three asterisks are a password like any other.
    let wire = support::doc(
        "<SET_WIFI_REQ><DevID>81100000001</DevID><SSID>shop</SSID><Security>4</Security><Password>***</Password></SET_WIFI_REQ>",
    );
    assert!(decode_strict::<SetWifiRequest>(wire.as_bytes()).is_ok());
}

#[test]
fn names_types_and_order() {
    let message = decode_strict::<GetChannelResponse>(&read("canonical/GET_CHANNEL_RES.xml")).unwrap();
    assert_eq!(
        serde_json::to_string(&message).unwrap(),
        r#"{"Result":0,"DevID":"81100000001","FrameSize":3,"FrameRate":15,"RateType":1,"BitRate":4,"AudioInput":1}"#
    );
    let message = decode_strict::<AbilityUpRequest>(&read("canonical/ABILITYUP_REQ.xml")).unwrap();
    let twin = serde_json::to_value(&message).unwrap();
    assert!(twin["Video"].is_array() && twin["Onvif"].is_object() && twin["DIDONum"].is_number());
    assert_eq!(twin["Onvif"]["Password"], MASK);
}

#[test]
fn writers_of_json_get_precise_errors() {
    let good = serde_json::to_value(Reveal(
        &decode_strict::<LoginRequest>(&read("canonical/LOGIN_REQ.xml")).unwrap(),
    ))
    .unwrap();
    assert!(serde_json::from_value::<LoginRequest>(good.clone()).is_ok());
    let with = |key: &str, value: Value| {
        let mut changed = good.clone();
        changed[key] = value;
        serde_json::from_value::<LoginRequest>(changed).map_err(|e| e.to_string())
    };
    for (key, value, word) in [
        ("DevID", json!(""), "DevID"),
        ("DevID", json!(null), "DevID"),
        ("DevID", json!("../etc"), "DevID"),
        ("RtspLocalPort", json!(70_000), "RtspLocalPort"),
        ("RtspLocalPort", json!(-1), "RtspLocalPort"),
        ("RtspLocalPort", json!([1, 2]), "RtspLocalPort"),
        ("NatType", json!({"a": 1}), "NatType"),
        ("Colour", json!("red"), "Colour"),
    ] {
        let error = with(key, value.clone()).unwrap_err();
        assert!(error.contains(word), "{key}={value}: {error}");
    }
    // The path is the one on the wire, not that of the Rust type.
    let error = with("RtspLocalPort", json!(-1)).unwrap_err();
    assert!(error.starts_with("LOGIN_REQ/RtspLocalPort: "), "{error}");
    // Order and a number written as text are a matter of taste.
    assert!(with("RtspLocalPort", json!("554")).is_ok());
}

#[test]
fn nesting_in_json_is_bounded() {
    let deep = format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100));
    assert!(serde_json::from_str::<LoginRequest>(&deep).is_err());
    let deeper = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(serde_json::from_str::<LoginRequest>(&deeper).is_err());
}

// E-21, E-91, E-114: ids and tokens of other parties are what they are, also for writers of JSON.
#[test]
fn ids_of_other_parties_survive_json() {
    use kandian_proto::message::device::{DelRecordPolicyRequest, VideoPlayRequest};
    let delete = json!({"DevID": "812A930E4BC", "ChannelNo": 0, "PolicyID": "31-a"});
    let request: DelRecordPolicyRequest = serde_json::from_value(delete.clone()).unwrap();
    assert_eq!(serde_json::to_value(&request).unwrap(), delete);
    let play = json!({"DevID": "112X1234590", "ChannelNo": 0, "StreamType": 1, "HashToken": "ABCDEF"});
    let request: VideoPlayRequest = serde_json::from_value(play.clone()).unwrap();
    assert_eq!(serde_json::to_value(Reveal(&request)).unwrap(), play);
}
