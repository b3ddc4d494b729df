use super::phone::{ANNA, CAMERA, PASSWORD, anna, enveloped, post, text, world};
use super::world::http;

/// E-151: as kSOAP2, .NET and nobody's library write it; the answer goes in the form of the call.
#[tokio::test]
async fn and_are_understood() {
    let world = world().await;
    let fields = format!("<Account>{ANNA}</Account><Password>{PASSWORD}</Password><Version>A-1.0</Version>");
    let ksoap = format!(
        "<v:Envelope xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:d=\"http://www.w3.org/2001/XMLSchema\" \
         xmlns:c=\"http://schemas.xmlsoap.org/soap/encoding/\" xmlns:v=\"http://schemas.xmlsoap.org/soap/envelope/\">\
         <v:Header /><v:Body><n0:LoginReq id=\"o0\" c:root=\"1\" xmlns:n0=\"urn:x\"><n0:Account i:type=\"d:string\">{ANNA}\
         </n0:Account><n0:Password i:type=\"d:string\">{PASSWORD}</n0:Password><n0:Version i:type=\"d:string\">A-1.0\
         </n0:Version></n0:LoginReq></v:Body></v:Envelope>"
    );
    let newer = format!(
        "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body><MCU_LOGIN_REQ>{fields}</MCU_LOGIN_REQ>\
         </e:Body></e:Envelope>"
    );
    let bare = format!("<MCU_LOGIN_REQ>{fields}</MCU_LOGIN_REQ>");
    let old = "http://schemas.xmlsoap.org/soap/envelope/";
    for (body, namespace) in [
        (ksoap, Some(old)),
        (enveloped(&bare), Some(old)),
        (newer, Some("http://www.w3.org/2003/05/soap-envelope")),
        (bare, None),
    ] {
        let (status, answer) = post(&world, &body).await;
        assert_eq!((status, text(&answer, "Result")), (200, "0"), "{answer}");
        assert_eq!(answer.contains("Envelope"), namespace.is_some());
        assert!(namespace.is_none_or(|namespace| answer.contains(namespace)), "{answer}");
    }
}

/// a fault is for what is no call; entity bombs and other operations are none.
#[tokio::test]
async fn and_faults_are_for_the_rest() {
    let world = world().await;
    let bomb = "<!DOCTYPE b [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><MCU_LOGIN_REQ><Account>&b;\
        </Account></MCU_LOGIN_REQ>";
    let newer = "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body><Fly/></e:Body></e:Envelope>";
    for (body, expected) in [
        (String::new(), 500),
        ("GET / HTTP/1.1".to_owned(), 500),
        (enveloped("<Fly/>"), 500),
        (enveloped("<HEARTBEAT_REQ/>"), 500),
        (enveloped("<MCU_REBOOT_REQ><Account>1</Account></MCU_REBOOT_REQ>"), 500),
        (bomb.to_owned(), 500),
        (newer.to_owned(), 400),
    ] {
        let (status, answer) = post(&world, &body).await;
        assert_eq!(status, expected, "{body}\n{answer}");
        assert!(answer.contains("Fault>"), "{answer}");
    }
    let (status, _) = post(&world, &" ".repeat(70_000)).await;
    assert_eq!(status, 413);
}

/// E-157: a value that is none has a result, in the form of the call; who gets a fault has not called anything.
#[tokio::test]
async fn and_values_that_are_none_have_results() {
    let world = world().await;
    let session = anna(&world).await;
    let who = format!("<Account>{ANNA}</Account><LoginSession>{session}</LoginSession>");
    let channel = format!("{who}<DevID>{CAMERA}</DevID><ChannelNo>0</ChannelNo><StreamType>1</StreamType>");
    let set = |value: &str| {
        format!("<MCU_SET_CHANNEL_REQ>{channel}<FrameRate>{value}</FrameRate></MCU_SET_CHANNEL_REQ>")
    };
    for (call, root, result) in [
        (set("99"), "MCU_SET_CHANNEL_RES", "255"),
        (set("fast"), "MCU_SET_CHANNEL_RES", "255"),
        (set("99999999999999999999"), "MCU_SET_CHANNEL_RES", "255"),
        (set("15"), "MCU_SET_CHANNEL_RES", "4"),
        (format!("<RebootReq>{who}<DevID>no id</DevID></RebootReq>"), "MCU_REBOOT_RES", "3"),
        (format!("<QueryAlarm>{who}<PageNo>-1</PageNo></QueryAlarm>"), "MCU_QUERY_ALARM_RES", "255"),
    ] {
        let expected = format!("<{root}><Result>{result}</Result></{root}>");
        let (status, answer) = post(&world, &enveloped(&call)).await;
        assert!(
            status == 200 && answer.contains(&expected) && answer.contains("Envelope"),
            "{call}: {answer}"
        );
        let (status, answer) = post(&world, &call).await;
        assert!(
            status == 200 && answer.contains(&expected) && !answer.contains("Envelope"),
            "{call}: {answer}"
        );
    }
}

/// the description is served where clients look for it.
#[tokio::test]
async fn and_are_described() {
    let world = world().await;
    let at = world.platform.http();
    for path in ["/MobileService?wsdl", "/cxf/MobileService?WSDL", "/tykd/cxf/MobileService?wsdl"] {
        let (status, document) = http(at, "GET", path, "", b"").await;
        let document = String::from_utf8(document).unwrap();
        assert_eq!(status, 200);
        assert!(
            document.contains("wsdl:definitions") && document.contains("http://x/MobileService"),
            "{document}"
        );
    }
    assert_eq!(http(at, "GET", "/MobileService", "", b"").await.0, 405);
}
