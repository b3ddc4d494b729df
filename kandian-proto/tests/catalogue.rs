//! The table and the structs against the catalogue of the specification: two statements of the same
//! facts, compared by machine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use kandian_codec::Command;
use kandian_proto::command::{Interface, OPERATIONS, OperationInfo, Party};
use kandian_proto::xml::{FieldInfo, ScalarKind, Shape};
use support::read;
use toml::{Table, Value};

fn catalogue(file: &str) -> Table {
    std::str::from_utf8(&read(&format!("catalogue/{file}"))).unwrap().parse().unwrap()
}

fn text<'a>(table: &'a Value, key: &str) -> &'a str {
    table.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn strings(table: &Value, key: &str) -> Vec<String> {
    let array = table.get(key).and_then(Value::as_array);
    array.into_iter().flatten().map(|v| v.as_str().unwrap().to_owned()).collect()
}

fn list<'a>(table: &'a Value, key: &str) -> &'a [Value] {
    table.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[test]
fn every_operation_has_its_row() {
    let catalogue = catalogue("messages.toml");
    let operations = catalogue["operation"].as_array().unwrap();
    assert_eq!(operations.len(), OPERATIONS.len());
    for (wanted, row) in operations.iter().zip(OPERATIONS) {
        assert_eq!(text(wanted, "id"), row.id);
        assert_eq!(text(wanted, "section"), row.section);
        assert_eq!(text(wanted, "title_zh"), row.title_zh, "{}", row.id);
        assert_eq!(text(wanted, "request_root"), row.request.root);
        assert_eq!(text(wanted, "response_root"), row.response.root);
        assert_eq!(text(wanted, "soap_operation"), row.soap_operation.unwrap_or_default());
        assert_eq!(wanted.get("command").and_then(Value::as_integer), row.command().map(|c| i64::from(c.0)));
        assert_eq!((text(wanted, "from"), text(wanted, "to")), (party(row.requester), party(row.responder)));
        assert_eq!(text(wanted, "transport"), transport(row), "{}", row.id);
        assert!(
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(row.file).exists(),
            "{}",
            row.file
        );
    }
}

fn party(party: Party) -> &'static str {
    match party {
        Party::Device => "device",
        Party::Province => "province_platform",
        Party::Group => "group_platform",
        Party::Client => "mcu_client",
        _ => "?",
    }
}

fn transport(row: &OperationInfo) -> &'static str {
    match row.interface {
        Interface::DeviceHttp | Interface::Hotspot => "http-xml",
        Interface::Frame(_) => "tcp-frame",
        Interface::Provision => "http-provision",
        Interface::Client => "soap",
        _ => "?",
    }
}

#[test]
fn every_field_has_its_name_order_cardinality_and_aliases() {
    let catalogue = catalogue("messages.toml");
    let mut compared = 0;
    for (wanted, row) in catalogue["operation"].as_array().unwrap().iter().zip(OPERATIONS) {
        compared += compare(row.request.root, list(wanted, "request"), row.request.fields);
        compared += compare(row.response.root, list(wanted, "response"), row.response.fields);
    }
    assert_eq!(compared, 554);
}

/// The fields of a message as they stand on the wire, each with whether it belongs to the success body.
fn on_the_wire(fields: &'static [FieldInfo]) -> Vec<(&'static FieldInfo, bool)> {
    let body = fields.iter().find(|f| !f.body.is_empty()).map_or(&[][..], |f| f.body);
    let mut out = Vec::new();
    for field in fields {
        out.push((field, false));
        if field.body_follows {
            out.extend(body.iter().map(|f| (f, true)));
        }
    }
    out
}

fn compare(place: &str, wanted: &[Value], fields: &'static [FieldInfo]) -> usize {
    let fields = on_the_wire(fields);
    let names: Vec<_> = fields.iter().map(|(f, _)| f.name).collect();
    let wanted_names: Vec<_> = wanted.iter().map(|f| text(f, "name")).collect();
    assert_eq!(names, wanted_names, "{place}");
    let mut compared = 0;
    for (wanted, (field, in_body)) in wanted.iter().zip(fields) {
        let place = format!("{place}/{}", field.name);
        let rust_name = if field.body.is_empty() { text(wanted, "rust_name") } else { "outcome" };
        assert_eq!(field.rust_name, rust_name, "{place}");
        assert_eq!(field.aliases, strings(wanted, "aliases"), "{place}");
        assert_eq!(in_body, text(wanted, "condition") == "on_success", "{place}: success only");
        assert_eq!(
            field.received_only.is_some(),
            wanted.get("emit") == Some(&Value::Boolean(false)),
            "{place}"
        );
        let (cardinality, inner, secret) = match field.shape {
            Shape::Required(kind) => ("required", None, kind == ScalarKind::Secret),
            Shape::Optional(kind) => ("optional", None, kind == ScalarKind::Secret),
            Shape::List(inner) => (if field.at_least > 0 { "1..n" } else { "0..n" }, Some(inner), false),
            Shape::OptionalGroup(inner) => ("optional", Some(inner), false),
            _ => ("?", None, false),
        };
        assert_eq!(cardinality, text(wanted, "cardinality"), "{place}");
        assert_eq!(secret, wanted.get("secret").is_some(), "{place}: secret");
        assert_eq!(field.unit, text(wanted, "unit"), "{place}: unit");
        assert_eq!(
            field.at_most.map(|n| i64::try_from(n).unwrap()),
            wanted.get("max").and_then(Value::as_integer),
            "{place}"
        );
        let kind = kind(text(wanted, "type"));
        if let (Shape::Required(found) | Shape::Optional(found), Some(kind)) = (field.shape, kind)
            && !secret
        {
            assert_eq!(found, kind, "{place}: {}", text(wanted, "type"));
        }
        compared += 1 + compare(&place, list(wanted, "fields"), inner.unwrap_or(&[]));
    }
    compared
}

fn kind(catalogue_type: &str) -> Option<ScalarKind> {
    Some(match catalogue_type {
        "u8" | "u16" | "u32" | "u64" | "port" | "flag01" | "weekday1-7" => ScalarKind::Integer,
        // Three digits, but what devices send is text (E-24).
        "enum:Manufacturer" => ScalarKind::Text,
        "url" | "url_or_empty" => ScalarKind::Url,
        t if t.starts_with("enum:") => ScalarKind::Integer,
        t if t.starts_with("list<") || t.starts_with("group<") => return None,
        _ => ScalarKind::Text,
    })
}

/// Enumerations by the name of the constant's code and Chinese text.
#[test]
fn enumerations() {
    use kandian_proto::value::*;
    let catalogue = catalogue("enums.toml");
    let enums = catalogue["enum"].as_array().unwrap();
    let codes = |name: &str| -> Vec<(i64, String)> {
        let e = enums.iter().find(|e| text(e, "name") == name).unwrap_or_else(|| panic!("{name}"));
        let numbers = list(e, "value")
            .iter()
            .filter_map(|v| Some((v.get("code")?.as_integer()?, text(v, "zh").to_owned())));
        numbers.collect()
    };
    macro_rules! check {
        ($($name:ident),* $(,)?) => { $(
            let wanted = codes(stringify!($name));
            for (code, _) in &wanted {
                let value = $name(u16::try_from(*code).unwrap());
                assert!(value.is_known(), "{}({code}) has no constant", stringify!($name));
            }
            let mut found: Vec<_> = $name::KNOWN.iter().map(|row| i64::from(row.0.0)).collect();
            let mut wanted: Vec<_> = wanted.into_iter().map(|w| w.0).collect();
            found.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(found, wanted, "{}", stringify!($name));
        )* };
    }
    check!(
        DevType,
        NetType,
        NatType,
        StreamType,
        FrameSize,
        RateType,
        BitRate,
        WifiSecurity,
        PtzDirection,
        RecordStoreType,
        PictureStoreType,
        StorageFlag,
        AlarmType,
        ExceptionType,
        LocalStoreFlag,
        SmsType,
        Weekday,
        RedirectResult,
        AddressReportResult,
        ServiceOpenResult,
        ServiceChangeResult,
        ServiceCancelResult,
        DeviceUseResult,
        RegisterResult,
        LoginResult,
        GenericResult,
        UpgradeResult,
        FileQueryResult,
        StoreQueryResult,
        StoreFormatResult,
        McuSmsResult,
        McuLoginResult,
        McuLogoutResult,
        McuDeviceListResult,
        McuAddDeviceResult,
        McuRemoveDeviceResult,
        McuPtzResult,
        McuDeviceOpResult,
        ClientUpgradeResult,
    );
}

#[test]
fn command_words() {
    let catalogue = catalogue("commands.toml");
    for wanted in catalogue["command"].as_array().unwrap() {
        let command = Command(u8::try_from(wanted["code"].as_integer().unwrap()).unwrap());
        let info = command.info().unwrap_or_else(|| panic!("{command:?}"));
        assert_eq!(info.name_zh, text(wanted, "name_zh"));
        assert_eq!(info.section.unwrap_or_default(), text(wanted, "section"));
        let row = OPERATIONS.iter().find(|row| row.command() == Some(command));
        assert_eq!(row.map_or("", |row| row.id), text(wanted, "operation"));
        if let Some(row) = row {
            assert_eq!(row.requesting_side(), info.requester);
        }
    }
    assert_eq!(OPERATIONS.iter().filter(|row| row.command().is_some()).count(), 39);
}
