//! Calls byte by byte as the libraries write them that clients of the time are made with.

use super::phone::{ANNA, CAMERA, PASSWORD, anna, text, world};
use super::world::{World, http};

/// How a library writes a call: the head of the request, and the envelope around the fields.
struct Library {
    name: &'static str,
    head: fn(operation: &str) -> String,
    body: fn(operation: &str, root: &str, fields: &[(&str, &str)]) -> String,
}

const LIBRARIES: [Library; 5] = [
    Library { name: "kSOAP2", head: ksoap_head, body: ksoap },
    Library { name: "WCF, basicHttpBinding", head: wcf_head, body: wcf },
    Library { name: "WCF, wsHttpBinding", head: wcf_newer_head, body: wcf_newer },
    Library { name: "gSOAP, document/literal", head: gsoap_head, body: gsoap },
    Library { name: "gSOAP, RPC/encoded", head: gsoap_head, body: gsoap_rpc },
];

fn ksoap_head(operation: &str) -> String {
    format!(
        "User-Agent: ksoap2-android/2.6.0+\r\nSOAPAction: urn:x#{operation}\r\nContent-Type: text/xml;charset=utf-8\r\n\
         Accept-Encoding: gzip\r\n"
    )
}

/// Types on every field, an id on the call, an empty header, and a field that is not set as nil.
fn ksoap(operation: &str, _root: &str, fields: &[(&str, &str)]) -> String {
    let typed = |(name, value): &(&str, &str)| {
        let kind = if value.parse::<u16>().is_ok() { "int" } else { "string" };
        format!("<{name} i:type=\"d:{kind}\">{value}</{name}>")
    };
    let fields: String = fields.iter().map(typed).collect();
    format!(
        "<v:Envelope xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:d=\"http://www.w3.org/2001/XMLSchema\" \
         xmlns:c=\"http://schemas.xmlsoap.org/soap/encoding/\" xmlns:v=\"http://schemas.xmlsoap.org/soap/envelope/\">\
         <v:Header /><v:Body><n0:{operation}Req id=\"o0\" c:root=\"1\" xmlns:n0=\"http://www.sttri.com.cn/ns1MobileServices/\">\
         {fields}<Unset i:null=\"true\" /></n0:{operation}Req></v:Body></v:Envelope>\r\n"
    )
}

fn wcf_head(operation: &str) -> String {
    format!(
        "Content-Type: text/xml; charset=utf-8\r\nVsDebuggerCausalityData: uIDPo4r\r\nSOAPAction: \"{operation}\"\r\n\
         Accept-Encoding: gzip, deflate\r\nExpect: 100-continue\r\n"
    )
}

fn plain(fields: &[(&str, &str)], empty_namespace: &str) -> String {
    fields.iter().map(|(name, value)| format!("<{name}{empty_namespace}>{value}</{name}>")).collect()
}

/// The namespace is taken back on every element.
fn wcf(_operation: &str, root: &str, fields: &[(&str, &str)]) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">\
         <{root} xmlns=\"\">{}</{root}></s:Body></s:Envelope>",
        plain(fields, " xmlns=\"\"")
    )
}

fn wcf_newer_head(operation: &str) -> String {
    format!(
        "Content-Type: application/soap+xml; charset=utf-8; action=\"{operation}\"\r\nExpect: 100-continue\r\n"
    )
}

/// SOAP 1.2 with WS-Addressing.
fn wcf_newer(operation: &str, root: &str, fields: &[(&str, &str)]) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:a=\"http://www.w3.org/2005/08/addressing\">\
         <s:Header><a:Action s:mustUnderstand=\"1\">{operation}</a:Action>\
         <a:MessageID>urn:uuid:5b0a6f6c-7d3b-4a5e-9d3a-0c5b8f1f2e11</a:MessageID>\
         <a:ReplyTo><a:Address>http://www.w3.org/2005/08/addressing/anonymous</a:Address></a:ReplyTo>\
         <a:To s:mustUnderstand=\"1\">http://x/MobileService</a:To></s:Header>\
         <s:Body xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <{root} xmlns=\"\">{}</{root}></s:Body></s:Envelope>",
        plain(fields, "")
    )
}

fn gsoap_head(operation: &str) -> String {
    format!(
        "User-Agent: gSOAP/2.8\r\nContent-Type: text/xml; charset=utf-8\r\nSOAPAction: \"{operation}\"\r\n"
    )
}

const GSOAP: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope \
    xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\" \
    xmlns:SOAP-ENC=\"http://schemas.xmlsoap.org/soap/encoding/\" \
    xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" \
    xmlns:ns1=\"urn:kandian:mcu:1.6.2\">";

fn gsoap(_operation: &str, root: &str, fields: &[(&str, &str)]) -> String {
    format!(
        "{GSOAP}<SOAP-ENV:Body><{root} xmlns=\"\">{}</{root}></SOAP-ENV:Body></SOAP-ENV:Envelope>",
        plain(fields, "")
    )
}

/// One parameter with everything in it, and a header whose name is cut off, as one client has it.
fn gsoap_rpc(operation: &str, _root: &str, fields: &[(&str, &str)]) -> String {
    format!(
        "{GSOAP}<SOAP-ENV:Heade /><SOAP-ENV:Body SOAP-ENV:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\">\
         <ns1:{operation}><req xsi:type=\"ns1:{operation}Request\">{}</req></ns1:{operation}></SOAP-ENV:Body>\
         </SOAP-ENV:Envelope>",
        plain(fields, " xsi:type=\"xsd:string\"")
    )
}

async fn called(
    world: &World,
    library: &Library,
    (operation, root): (&str, &str),
    fields: &[(&str, &str)],
) -> String {
    let body = (library.body)(operation, root, fields);
    let head = (library.head)(operation);
    let (status, answer) =
        http(world.platform.http(), "POST", "/MobileService", &head, body.as_bytes()).await;
    let mut answer = String::from_utf8(answer).unwrap();
    let mut status = status.to_string();
    if status == "100" {
        // Who expects to be told to go on is told so, before the answer.
        let (head, rest) = answer.split_once("\r\n\r\n").unwrap();
        (status, answer) = (head[9..12].to_owned(), rest.to_owned());
    }
    assert_eq!(status, "200", "{}: {body}\n{answer}", library.name);
    let envelope = body.split_once("/envelope/\"").map_or("soap-envelope", |_| "/soap/envelope/");
    assert!(answer.contains(envelope), "{}: {answer}", library.name);
    answer
}

/// E-151: what is called is said by the first element of the Body, whatever is written around it; texts are Chinese, with
/// references, and answers come in the version of the call.
#[tokio::test]
async fn and_all_of_them_are_understood() {
    let world = world().await;
    anna(&world).await;
    for (at, library) in LIBRARIES.iter().enumerate() {
        let login = [("Account", ANNA), ("Password", PASSWORD), ("Version", "A-1.0")];
        let answer = called(&world, library, ("Login", "MCU_LOGIN_REQ"), &login).await;
        assert_eq!(text(&answer, "Result"), "0", "{}: {answer}", library.name);
        let session = text(&answer, "LoginSession").to_owned();
        let who = [("Account", ANNA), ("LoginSession", session.as_str())];
        let written = format!("&#x6536;银台 {at} &amp; &lt;门&gt;");
        let name = [&who[..], &[("DevID", CAMERA), ("ChannelNo", "0"), ("NewName", &written)]].concat();
        let answer = called(&world, library, ("SetName", "MCU_SET_NAME_REQ"), &name).await;
        assert_eq!(text(&answer, "Result"), "0", "{}: {answer}", library.name);
        let list = called(&world, library, ("GetDeviceList", "MCU_GET_DEVICES_REQ"), &who).await;
        let expected = format!("<Name>收银台 {at} &amp; &lt;门&gt;</Name>");
        assert!(list.contains(&expected), "{}: {list}", library.name);
        let steer = [&who[..], &[("DevID", CAMERA), ("ChannelNo", "0"), ("PtzDirection", "3")]].concat();
        let answer = called(&world, library, ("VideoPtz", "MCU_VIDEO_PTZ_REQ"), &steer).await;
        assert_eq!(text(&answer, "Result"), "4", "{}: {answer}", library.name);
    }
}
