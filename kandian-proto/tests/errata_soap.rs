//! Errata about chapters 6, 8 and 9 and what SOAP clients of the field send. One test an id.
#![cfg(feature = "soap")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use kandian_proto::message::{client, directory, group};
use kandian_proto::soap::{
    Fault, FaultCode, Form, SERVICE_NAMESPACE, Service, SoapError, Version, read_request, read_response,
    write_request, write_response, wsdl,
};
use kandian_proto::value::*;
use kandian_proto::{DiagnosticKind, Erratum, Operation, Outcome, Profile, Request, Response, decode};
use support::{accepts, doc, emits, tolerates};

fn envelope(version: Version, body: &str) -> String {
    doc(&format!(
        "<s:Envelope xmlns:s=\"{}\"><s:Header/><s:Body>{body}</s:Body></s:Envelope>",
        version.namespace()
    ))
}

const LOGOUT: &str =
    "<MCU_LOGOUT_REQ><Account>18900000001</Account><LoginSession>abc</LoginSession></MCU_LOGOUT_REQ>";

fn logout() -> Request {
    client::LogoutRequest::new("18900000001", "abc").into()
}

// E-38
#[test]
fn e38_provision_comes_bare_or_in_an_envelope_and_is_answered_in_kind() {
    let bare = "<SERVICE_CANCEL_REQ><ProvinceNo>3100</ProvinceNo><CmsNo>01</CmsNo><CmsPassword>pw</CmsPassword>\
        <MobileTel>18900000001</MobileTel></SERVICE_CANCEL_REQ>";
    emits::<group::ServiceCancelRequest>(bare);
    for (text, form) in [
        (doc(bare), Form::Bare),
        (envelope(Version::V11, bare), Form::Soap(Version::V11)),
        (envelope(Version::V12, bare), Form::Soap(Version::V12)),
    ] {
        let call = read_request(text.as_bytes()).unwrap();
        assert_eq!(call.form, form);
        assert!(matches!(&call.read.message, Request::ServiceCancel(m) if m.mobile_tel == "18900000001"));
        let answer: Response = group::ServiceCancelResponse::new(ServiceCancelResult::OK).into();
        let written = String::from_utf8(write_response(call.form, &answer, Profile::Spec).unwrap()).unwrap();
        assert_eq!(written.contains("Envelope"), form != Form::Bare);
        let namespace = match form {
            Form::Soap(version) => version.namespace(),
            Form::Bare => "",
        };
        assert!(written.contains(namespace));
    }
}

// E-41
#[test]
fn e41_platform_versions_are_text() {
    let report = |version: &str| {
        format!(
            "<ADDRESS_REPORT_REQ><ProvinceNo>3100</ProvinceNo><CmsNo>01</CmsNo><CmsPassword>pw</CmsPassword><CmsVer>{version}</CmsVer>\
         <McuUrl>http://m.example/ws</McuUrl><DevUrl>http://d.example/register</DevUrl></ADDRESS_REPORT_REQ>"
        )
    };
    for version in ["1", "1.0", "1.6.2"] {
        assert_eq!(accepts::<group::AddressReportRequest>(&report(version)).cms_ver, version);
    }
    emits::<group::AddressReportRequest>(&report("1.0"));
}

// E-151
#[test]
fn e151_any_prefix_namespace_attribute_order_and_version() {
    let ksoap = "<v:Envelope xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:d=\"http://www.w3.org/2001/XMLSchema\" \
        xmlns:c=\"http://schemas.xmlsoap.org/soap/encoding/\" xmlns:v=\"http://schemas.xmlsoap.org/soap/envelope/\"><v:Header />\
        <v:Body><n0:MCU_LOGOUT_REQ id=\"o0\" c:root=\"1\" xmlns:n0=\"http://ns/\"><n0:Account i:type=\"d:string\">18900000001</n0:Account>\
        <n0:LoginSession i:type=\"d:string\">abc</n0:LoginSession></n0:MCU_LOGOUT_REQ></v:Body></v:Envelope>";
    for text in [
        ksoap.to_owned(),
        envelope(Version::V11, LOGOUT),
        envelope(Version::V12, LOGOUT),
        doc(LOGOUT),
        envelope(Version::V11, &LOGOUT.replace("MCU_LOGOUT_REQ", "Logout")),
        envelope(Version::V11, &LOGOUT.replace("MCU_LOGOUT_REQ", "logoutReq")),
        envelope(Version::V11, &LOGOUT.replace("MCU_LOGOUT_REQ", "LogoutRequest")),
        envelope(
            Version::V11,
            "<LogoutReq><LoginSession>abc</LoginSession><Account>18900000001</Account></LogoutReq>",
        ),
    ] {
        let call = read_request(text.as_bytes()).unwrap_or_else(|e| panic!("{e}: {text}"));
        assert_eq!(call.read.message, logout(), "{text}");
    }
    let written = write_request(Form::Soap(Version::V11), &logout(), Profile::Spec).unwrap();
    let expected = format!(
        "<soap:Envelope xmlns:soap=\"{}\"><soap:Body>{LOGOUT}</soap:Body></soap:Envelope>",
        Version::V11.namespace()
    );
    assert_eq!(String::from_utf8(written).unwrap(), doc(&expected));
}

// E-151: RPC clients put the parameters one level down.
#[test]
fn e151_parameters_one_level_down() {
    let inner = LOGOUT.replace("<MCU_LOGOUT_REQ>", "<req>").replace("</MCU_LOGOUT_REQ>", "</req>");
    let call = read_request(
        envelope(Version::V11, &format!("<n:Logout xmlns:n=\"urn:cu\">{inner}</n:Logout>")).as_bytes(),
    )
    .unwrap();
    assert_eq!(call.read.message, logout());
    assert!(call.read.diagnostics.iter().any(|d| matches!(d.kind, DiagnosticKind::ParameterWrapper(_))));
}

#[test]
fn other_spellings_of_the_device_id() {
    for name in ["DevId", "DeviceId"] {
        let text = envelope(
            Version::V11,
            &format!(
                "<RebootReq><Account>1</Account><LoginSession>s</LoginSession><{name}>81100000001</{name}></RebootReq>"
            ),
        );
        let call = read_request(text.as_bytes()).unwrap();
        assert!(matches!(&call.read.message, Request::ClientReboot(m) if m.dev_id.as_str() == "81100000001"));
        assert!(call.read.diagnostics.iter().any(|d| matches!(d.kind, DiagnosticKind::FieldSpelling { .. })));
    }
}

#[test]
fn what_is_no_call_is_refused_with_a_reason() {
    for text in [
        envelope(Version::V11, "<Teapot/>"),
        envelope(Version::V11, ""),
        doc("<s:Envelope/>"),
        doc("<LOGIN_REQ/>"),
        "nonsense".to_owned(),
    ] {
        let error = read_request(text.as_bytes()).unwrap_err();
        let fault = error.to_fault();
        assert_eq!(fault.code, FaultCode::Sender);
        for version in [Version::V11, Version::V12] {
            let written = fault.write(version);
            let answer = read_response(Operation::ClientLogout, &written).unwrap_err();
            assert_eq!(answer, SoapError::Fault(fault.clone()), "{}", String::from_utf8(written).unwrap());
        }
    }
}

#[test]
fn faults_quote_nothing_that_breaks_xml() {
    let fault = Fault::new(FaultCode::Receiver, "a<b>&\u{1}\"c");
    let written = fault.write(Version::V12);
    assert!(!written.contains(&1));
    let SoapError::Fault(read) = read_response(Operation::ClientLogout, &written).unwrap_err() else {
        panic!()
    };
    assert_eq!((read.code, read.reason.as_str()), (FaultCode::Receiver, "a<b>&\"c"));
}

const DEVICES: &str = "<MCU_GET_DEVICES_RES><Result>0</Result><Device><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><Name>door</Name>\
    <OnLine>1</OnLine><PtzFlag>0</PtzFlag><ShareFlag>0</ShareFlag><MotionDetectionFlag>1</MotionDetectionFlag>\
    <InfraredDetectionFlag>0</InfraredDetectionFlag><ManualAlarmFlag>0</ManualAlarmFlag><DIDOAlarmFlag>0</DIDOAlarmFlag></Device>\
    </MCU_GET_DEVICES_RES>";

// E-152
#[test]
fn e152_an_extra_level_around_a_list() {
    let wrapped =
        DEVICES.replace("<Device>", "<DeviceList><Device>").replace("</Device>", "</Device></DeviceList>");
    tolerates::<client::GetDevicesResponse>(152, &wrapped, DEVICES);
    emits::<client::GetDevicesResponse>(DEVICES);
}

// E-82
#[test]
fn e82_ptz_flag_of_a_listed_device() {
    tolerates::<client::GetDevicesResponse>(82, &DEVICES.replace("PtzFlag", "PTZFlag"), DEVICES);
    accepts::<client::GetDevicesResponse>(&DEVICES.replace("<PtzFlag>0</PtzFlag>", ""));
}

// E-106
#[test]
fn e106_in_user_is_the_spelling_of_this_chapter() {
    let scan = "<MCU_GET_WIFI_RES><Result>0</Result><WifiSSID><SSID>shop</SSID><Signal>80</Signal><Security>4</Security>\
        <InUser>1</InUser></WifiSSID></MCU_GET_WIFI_RES>";
    emits::<client::GetWifiResponse>(scan);
    tolerates::<client::GetWifiResponse>(106, &scan.replace("InUser", "InUse"), scan);
}

// E-155
#[test]
fn e155_update_url_of_a_login_is_read_and_never_sent() {
    let refused = "<MCU_LOGIN_RES><Result>3</Result></MCU_LOGIN_RES>";
    emits::<client::LoginResponse>(refused);
    let hinted =
        refused.replace("</Result>", "</Result><UpdateUrl>http://kandian.example/new.apk</UpdateUrl>");
    let read = decode::<client::LoginResponse>(doc(&hinted).as_bytes()).unwrap();
    assert_eq!(read.message.update_url.as_ref().map(Url::as_str), Some("http://kandian.example/new.apk"));
    assert_eq!(read.diagnostics[0].erratum, Some(Erratum(155)));
    let written = kandian_proto::encode(&read.message, Profile::Spec).unwrap();
    assert_eq!(String::from_utf8(written).unwrap(), doc(refused));
}

// E-156
#[test]
fn e156_kinds_and_results_of_the_password_sms() {
    accepts::<client::SmsRequest>(
        "<MCU_SMS_REQ><MobileTel>18900000001</MobileTel><Type>9</Type></MCU_SMS_REQ>",
    );
    assert_eq!(
        accepts::<client::SmsResponse>("<MCU_SMS_RES><Result>1</Result></MCU_SMS_RES>").result,
        McuSmsResult(1)
    );
    emits::<client::SmsResponse>("<MCU_SMS_RES><Result>2</Result></MCU_SMS_RES>");
}

// E-157
#[test]
fn e157_offline_and_other_errors_of_relayed_operations() {
    for code in ["4", "255"] {
        emits::<client::RebootResponse>(&format!("<MCU_REBOOT_RES><Result>{code}</Result></MCU_REBOOT_RES>"));
        emits::<client::VideoPtzResponse>(&format!(
            "<MCU_VIDEO_PTZ_RES><Result>{code}</Result></MCU_VIDEO_PTZ_RES>"
        ));
    }
}

// E-158
#[test]
fn e158_removing_a_shared_device() {
    emits::<client::DelDeviceResponse>("<MCU_DEL_DEVICE_RES><Result>255</Result></MCU_DEL_DEVICE_RES>");
    accepts::<client::DelDeviceResponse>("<MCU_DEL_DEVICE_RES><Result>4</Result></MCU_DEL_DEVICE_RES>");
}

// E-159
#[test]
fn e159_a_second_logout() {
    emits::<client::LogoutResponse>("<MCU_LOGOUT_RES><Result>0</Result></MCU_LOGOUT_RES>");
    let read = decode::<client::LogoutResponse>(
        doc("<MCU_LOGOUT_RES><Result>2</Result></MCU_LOGOUT_RES>").as_bytes(),
    )
    .unwrap();
    assert_eq!(read.diagnostics[0].erratum, Some(Erratum(159)));
}

// E-162
#[test]
fn e162_empty_play_urls() {
    let play = "<MCU_VIDEO_PLAY_RES><Result>0</Result><LocalPlayUrl></LocalPlayUrl><UpnpPlayUrl></UpnpPlayUrl>\
        <TurnPlayUrl></TurnPlayUrl><StunIP>203.0.113.10</StunIP><StunPort>3478</StunPort><NatType>3</NatType></MCU_VIDEO_PLAY_RES>";
    emits::<client::VideoPlayResponse>(play);
    for url in ["LocalPlayUrl", "UpnpPlayUrl", "TurnPlayUrl"] {
        tolerates::<client::VideoPlayResponse>(162, &play.replace(&format!("<{url}></{url}>"), ""), play);
    }
}

// E-163
#[test]
fn e163_alarm_rows_with_more_columns() {
    let rows = "<MCU_QUERY_ALARM_RES><Result>0</Result><TotalAlarmNum>1</TotalAlarmNum><Alarm><DevName>door</DevName>\
        <AlarmType>1</AlarmType><DIDONoName></DIDONoName><AlarmTime>20140318103000</AlarmTime></Alarm></MCU_QUERY_ALARM_RES>";
    emits::<client::QueryAlarmResponse>(rows);
    let more = rows.replace("</AlarmTime>", "</AlarmTime><PictureUrl>http://p.example/x.JPG</PictureUrl>");
    let read = decode::<client::QueryAlarmResponse>(doc(&more).as_bytes()).unwrap();
    assert_eq!(
        (read.unknown.len(), read.unknown[0].parent[1].name, read.unknown[0].parent[1].index),
        (1, "Alarm", 0)
    );
}

// E-164
#[test]
fn e164_all_devices_all_channels_all_times() {
    let all = "<MCU_QUERY_ALARM_REQ><Account>18900000001</Account><LoginSession>abc</LoginSession><DevID></DevID>\
        <StartTime></StartTime><EndTime></EndTime><PageNo>1</PageNo></MCU_QUERY_ALARM_REQ>";
    emits::<client::QueryAlarmRequest>(all);
    for gone in ["<DevID></DevID>", "<StartTime></StartTime>", "<EndTime></EndTime>"] {
        tolerates::<client::QueryAlarmRequest>(164, &all.replace(gone, ""), all);
    }
    let channel = decode::<client::QueryAlarmRequest>(
        doc(&all.replace("<StartTime>", "<ChannelNo/><StartTime>")).as_bytes(),
    )
    .unwrap();
    assert_eq!(channel.message.channel_no, None);
}

// E-165
#[test]
fn e165_any_version_text_of_a_client() {
    for version in ["A-1.0", "I-1.0", "W-1.0", "1.0", "kandian/3 (Linux)"] {
        accepts::<client::LoginRequest>(&format!(
            "<MCU_LOGIN_REQ><Account>1</Account><Password>p</Password><Version>{version}</Version></MCU_LOGIN_REQ>"
        ));
    }
}

// E-167
#[test]
fn e167_device_id_in_other_answers_is_kept_aside() {
    let read = decode::<client::RebootResponse>(
        doc("<MCU_REBOOT_RES><Result>0</Result><DevID>81100000001</DevID></MCU_REBOOT_RES>").as_bytes(),
    )
    .unwrap();
    assert_eq!(read.unknown.len(), 1);
}

// E-171
#[test]
fn e171_upgrade_check() {
    emits::<directory::CheckVersionResponse>(
        "<MCU_CHECK_VERSION_RES><Result>0</Result></MCU_CHECK_VERSION_RES>",
    );
    emits::<directory::CheckVersionResponse>(
        "<MCU_CHECK_VERSION_RES><Result>1</Result><UpdateUrl>http://kandian.example/a.apk</UpdateUrl></MCU_CHECK_VERSION_RES>",
    );
}

// E-169
#[test]
fn e169_platform_list_bare_as_well() {
    let call =
        read_request(doc("<MCU_QUERY_CMS_REQ><Version>A-1.0</Version></MCU_QUERY_CMS_REQ>").as_bytes())
            .unwrap();
    assert_eq!(call.form, Form::Bare);
    assert!(matches!(call.read.message, Request::QueryCms(_)));
}

/// A client of another make reads our WSDL; here yaserde does, and finds what the table says.
mod wsdl_types {
    use kandian_proto::command::{Interface, OPERATIONS};
    use kandian_proto::xml::{FieldInfo, ScalarKind, Shape};
    use yaserde::YaDeserialize;

    use super::{SERVICE_NAMESPACE, Service, wsdl};

    #[derive(Debug, Default, YaDeserialize)]
    #[yaserde(rename = "definitions", prefix = "wsdl", namespaces = {
        "wsdl" = "http://schemas.xmlsoap.org/wsdl/", "xsd" = "http://www.w3.org/2001/XMLSchema"
    })]
    struct Definitions {
        #[yaserde(attribute = true, rename = "targetNamespace")]
        target_namespace: String,
        #[yaserde(prefix = "wsdl")]
        types: Types,
        #[yaserde(rename = "message", prefix = "wsdl")]
        messages: Vec<Message>,
    }

    #[derive(Debug, Default, YaDeserialize)]
    #[yaserde(prefix = "wsdl", namespaces = {
        "wsdl" = "http://schemas.xmlsoap.org/wsdl/", "xsd" = "http://www.w3.org/2001/XMLSchema"
    })]
    struct Types {
        #[yaserde(prefix = "xsd")]
        schema: Schema,
    }

    #[derive(Debug, Default, YaDeserialize)]
    #[yaserde(prefix = "xsd", namespaces = { "xsd" = "http://www.w3.org/2001/XMLSchema" })]
    struct Schema {
        #[yaserde(rename = "element", prefix = "xsd")]
        elements: Vec<Element>,
    }

    #[derive(Debug, Default, YaDeserialize)]
    #[yaserde(prefix = "xsd", namespaces = { "xsd" = "http://www.w3.org/2001/XMLSchema" })]
    struct Element {
        #[yaserde(attribute = true)]
        name: String,
        #[yaserde(attribute = true, rename = "type")]
        kind: Option<String>,
        #[yaserde(attribute = true, rename = "minOccurs")]
        min: Option<String>,
        #[yaserde(attribute = true, rename = "maxOccurs")]
        max: Option<String>,
        #[yaserde(rename = "complexType", prefix = "xsd")]
        complex: Option<ComplexType>,
    }

    #[derive(Debug, Default, YaDeserialize)]
    #[yaserde(prefix = "xsd", namespaces = { "xsd" = "http://www.w3.org/2001/XMLSchema" })]
    struct ComplexType {
        #[yaserde(prefix = "xsd")]
        sequence: Sequence,
    }

    #[derive(Debug, Default, YaDeserialize)]
    #[yaserde(prefix = "xsd", namespaces = { "xsd" = "http://www.w3.org/2001/XMLSchema" })]
    struct Sequence {
        #[yaserde(rename = "element", prefix = "xsd")]
        elements: Vec<Element>,
    }

    #[derive(Debug, Default, YaDeserialize)]
    #[yaserde(prefix = "wsdl", namespaces = { "wsdl" = "http://schemas.xmlsoap.org/wsdl/" })]
    struct Message {
        #[yaserde(attribute = true)]
        name: String,
        #[yaserde(prefix = "wsdl")]
        part: Part,
    }

    #[derive(Debug, Default, YaDeserialize)]
    #[yaserde(prefix = "wsdl", namespaces = { "wsdl" = "http://schemas.xmlsoap.org/wsdl/" })]
    struct Part {
        #[yaserde(attribute = true)]
        element: String,
    }

    #[test]
    fn agree_with_the_table() {
        for (service, interface, roots) in
            [(Service::Client, Interface::Client, 42), (Service::Provision, Interface::Provision, 10)]
        {
            let text = wsdl(service, "http://localhost:8080/ws");
            let read: Definitions = yaserde::de::from_str(&text).unwrap();
            assert_eq!(read.target_namespace, SERVICE_NAMESPACE);
            assert_eq!((read.types.schema.elements.len(), read.messages.len()), (roots, roots));
            for row in OPERATIONS.iter().filter(|row| row.interface == interface) {
                for message in [row.request, row.response] {
                    let element = read.types.schema.elements.iter().find(|e| e.name == message.root).unwrap();
                    compare(message.root, element, message.fields);
                    assert!(
                        read.messages.iter().any(|m| m.part.element == message.root && !m.name.is_empty())
                    );
                }
            }
        }
    }

    fn compare(place: &str, element: &Element, fields: &[FieldInfo]) {
        let complex = element.complex.as_ref().unwrap();
        let body = fields.iter().find(|f| !f.body.is_empty()).map_or(&[][..], |f| f.body);
        let mut wanted = Vec::new();
        for field in fields {
            wanted.extend(field.received_only.is_none().then_some((field, false)));
            if field.body_follows {
                wanted.extend(body.iter().map(|f| (f, true)));
            }
        }
        let names: Vec<_> = complex.sequence.elements.iter().map(|e| e.name.as_str()).collect();
        assert_eq!(names, wanted.iter().map(|(f, _)| f.name).collect::<Vec<_>>(), "{place}");
        for (found, (field, on_success)) in complex.sequence.elements.iter().zip(wanted) {
            let place = format!("{place}/{}", field.name);
            let (kind, min, max, inner) = match field.shape {
                Shape::Required(kind) => (Some(kind), u8::from(!on_success).to_string(), "1", None),
                Shape::Optional(kind) => (Some(kind), "0".to_owned(), "1", None),
                Shape::List(inner) => (None, field.at_least.to_string(), "unbounded", Some(inner)),
                Shape::OptionalGroup(inner) => (None, "0".to_owned(), "1", Some(inner)),
                _ => unreachable!(),
            };
            let kind = kind.map(|k| if k == ScalarKind::Integer { "xsd:int" } else { "xsd:string" });
            assert_eq!(found.kind.as_deref(), kind, "{place}");
            assert_eq!(
                (found.min.as_deref(), found.max.as_deref()),
                (Some(min.as_str()), Some(max)),
                "{place}"
            );
            if let Some(inner) = inner {
                compare(&place, found, inner);
            }
        }
    }
}

#[test]
fn a_refusal_has_no_body_in_soap_either() {
    let answer =
        Response::ClientGetDevices(client::GetDevicesResponse::new(Outcome::Failure(McuDeviceListResult(2))));
    let bytes = write_response(Form::Soap(Version::V12), &answer, Profile::Spec).unwrap();
    assert_eq!(read_response(Operation::ClientGetDevices, &bytes).unwrap().message, answer);
}
