use kandian_codec::Command;
use kandian_platform::config::Dialect;

use super::camera::Camera;
use super::phone::{
    ANNA, BERT, CAMERA, KEY, PASSWORD, anna, call, enveloped, post, session, text, with, world,
};
use super::world::{World, http};

async fn platform() -> World {
    with(|config| {
        config.client.dialects = vec![Dialect::Sttri, Dialect::UrnCu];
        config.access.probe_private = true;
    })
    .await
}

/// A call in the namespace of the first dialect, as kSOAP2 writes it.
fn sttri(operation: &str, fields: &str) -> String {
    format!(
        "<v:Envelope xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:d=\"http://www.w3.org/2001/XMLSchema\" \
         xmlns:c=\"http://schemas.xmlsoap.org/soap/encoding/\" xmlns:v=\"http://schemas.xmlsoap.org/soap/envelope/\">\
         <v:Header /><v:Body><n0:{operation} id=\"o0\" c:root=\"1\" \
         xmlns:n0=\"http://www.sttri.com.cn/ns1MobileServices/\">{fields}</n0:{operation}></v:Body></v:Envelope>"
    )
}

/// A call of the second dialect, as gSOAP writes RPC.
fn urn_cu(method: &str, fields: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope \
         xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:SOAP-ENC=\"http://schemas.xmlsoap.org/soap/encoding/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" \
         xmlns:n0=\"urn:cu\"><SOAP-ENV:Body SOAP-ENV:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\">\
         <n0:{method}><req xsi:type=\"n0:{method}Request\">{fields}</req></n0:{method}></SOAP-ENV:Body>\
         </SOAP-ENV:Envelope>"
    )
}

async fn said(world: &World, body: &str) -> String {
    let (status, answer) = post(world, body).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

fn field(name: &str, value: &str) -> String {
    format!("<{name} xsi:type=\"xsd:string\">{value}</{name}>")
}

/// Posts to the root of the port, where clients of the second dialect look.
async fn cu(world: &World, method: &str, fields: &str) -> String {
    let head = format!("Content-Type: text/xml; charset=utf-8\r\nSOAPAction: \"urn:cu{method}\"\r\n");
    let body = urn_cu(method, fields);
    let (status, answer) = http(world.platform.http(), "POST", "/", &head, body.as_bytes()).await;
    let answer = String::from_utf8(answer).unwrap();
    assert_eq!(status, 200, "{answer}");
    let root = format!("<cu:{method}Response xmlns:cu=\"urn:cu\"");
    assert!(
        answer.contains(&root) && answer.contains(&format!("</cu:{method}Response></soap:Body>")),
        "{answer}"
    );
    answer
}

fn logged_in(account: &str, session: &str) -> String {
    field("Account", account) + &field("LoginSession", session)
}

fn device() -> String {
    field("DevID", CAMERA) + "<ChannelNo xsi:type=\"xsd:int\">0</ChannelNo>"
}

/// E-151: login, list and live view in the first dialect; `Result` first, the names of the dialect, lists as siblings.
#[tokio::test]
async fn document_literal() {
    let world = platform().await;
    anna(&world).await;
    let _camera = Camera::online(world.access(), CAMERA).await;
    let login = sttri(
        "userLoginReq",
        &format!(
            "<Account i:type=\"d:string\">{ANNA}</Account><LoginPassword i:type=\"d:string\">{PASSWORD}</LoginPassword>"
        ),
    );
    let answer = said(&world, &login).await;
    let inside = format!(
        "<ns1:userLoginRes xmlns:ns1=\"http://www.sttri.com.cn/ns1MobileServices/\"><Result>0</Result>\
         <Account>{ANNA}</Account><LoginSession>"
    );
    assert!(answer.contains(&inside) && answer.contains("</LoginSession></ns1:userLoginRes>"), "{answer}");
    let session = text(&answer, "LoginSession").to_owned();
    let who = format!("<Account>{ANNA}</Account><LoginSession>{session}</LoginSession>");
    let play = format!("{who}<DevId>{CAMERA}</DevId><ChannelNo>0</ChannelNo>");
    let answer = said(&world, &sttri("getPlayUrlByClientReq", &play)).await;
    let url = text(&answer, "PlayUrl").replace("&amp;", "&");
    let expected =
        format!("rtsp://192.168.1.88:1554/realplay?devid={CAMERA}&channelno=0&streamtype=2&hashtoken=");
    assert!(url.starts_with(&expected), "{url}");
    assert!(answer.contains("</PlayUrl><MediaSource></MediaSource></ns1:getPlayUrlByClientRes>"), "{answer}");
    for (page, size, count) in
        [("1", "10", 1), ("2", "10", 0), ("1", "0", 0), ("99999999999999999999", "9", 1)]
    {
        let fields = format!("{who}<CurrPage>{page}</CurrPage><PageSize>{size}</PageSize>");
        let answer = said(&world, &sttri("TerminalListReq", &fields)).await;
        assert_eq!(answer.matches("<terminalInfo>").count(), count, "{answer}");
        let entry =
            format!("<Result>0</Result><terminalInfo><DevId>{CAMERA}</DevId><ChannelNo>0</ChannelNo>");
        assert!(count == 0 || answer.contains(&entry), "{answer}");
    }
    // What chapter 8 has and nobody has seen there goes by its own name.
    let answer = said(&world, &sttri("GetDevVerReq", &format!("{who}<DevId>{CAMERA}</DevId>"))).await;
    assert!(
        answer.contains("<CurDevVer>V1.6_20140318</CurDevVer>") && answer.contains("</ns1:GetDevVerRes>")
    );
    // In an encoding of its own: 后门.
    let fields = format!("{who}<DevId>{CAMERA}</DevId><ChannelNo>0</ChannelNo><NewName>NAME</NewName>");
    let rename = sttri("SetNameReq", &fields);
    let (before, after) = rename.split_once("NAME").unwrap();
    let declared = b"<?xml version=\"1.0\" encoding=\"GBK\"?>";
    let body = [&declared[..], before.as_bytes(), b"\xBA\xF3\xC3\xC5", after.as_bytes()].concat();
    let (status, answer) = http(world.platform.http(), "POST", "/cxf/MobileService", "", &body).await;
    assert_eq!((status, text(std::str::from_utf8(&answer).unwrap(), "Result")), (200, "0"));
    assert!(said(&world, &sttri("TerminalListReq", &who)).await.contains("<Name>后门</Name>"));
    let refused = said(
        &world,
        &sttri("userLoginReq", &format!("<Account>{BERT}</Account><LoginPassword>x</LoginPassword>")),
    )
    .await;
    assert!(refused.contains("><Result>2</Result></ns1:userLoginRes>"), "{refused}");
}

/// E-151: every operation of the second dialect that chapter 8 has, with the camera at the other end of it.
#[tokio::test]
async fn rpc() {
    let world = platform().await;
    let login = field("Account", ANNA)
        + &field("PwdType", "0")
        + &field("TelPassword", PASSWORD)
        + &field("Version", "1.0");
    let answer = cu(&world, "UserLogin", &login).await;
    assert_eq!((text(&answer, "Result"), text(&answer, "DevNum")), ("0", "2"));
    let session = text(&answer, "LoginSession").to_owned();
    assert_eq!(text(&cu(&world, "MonUserLogin", &login.replace(PASSWORD, "x")).await, "Result"), "2");
    let who = logged_in(ANNA, &session);
    let add = async |key: &str| {
        let fields = who.clone() + &field("DevID", CAMERA) + &field("DevKey", key);
        text(&cu(&world, "MonAddDev", &fields).await, "Result").to_owned()
    };
    // 7 is a wrong key there, 6 one's own, 4 another's.
    assert_eq!((add("WRONG").await, add(KEY).await, add(KEY).await), ("7".into(), "0".into(), "6".into()));
    let bert = super::phone::session(&world, BERT).await;
    let other = logged_in(BERT, &bert) + &field("DevID", CAMERA) + &field("DevKey", KEY);
    assert_eq!(text(&cu(&world, "MonAddDev", &other).await, "Result"), "4");
    let mut camera = Camera::online(world.access(), CAMERA).await;
    let list = cu(&world, "MonRefreshDevList2", &who).await;
    assert!(list.contains(&format!("<Result>0</Result><Device><DevID>{CAMERA}</DevID>")), "{list}");
    let play = cu(&world, "GetPlayUrl", &(who.clone() + &device() + "<StreamType>1</StreamType>")).await;
    assert!(text(&play, "VideoPlayUrl").contains("streamtype=1&amp;hashtoken="), "{play}");
    let name =
        who.clone() + &field("DevID", CAMERA) + "<ChannleNo>0</ChannleNo>" + &field("NewName", "收银台");
    assert_eq!(text(&cu(&world, "SetDevName", &name).await, "Result"), "0");
    assert!(cu(&world, "MonRefreshDevList2", &who).await.contains("<Name>收银台</Name>"));
    let done =
        |root: &str, rest: &str| format!("<{root}><Result>0</Result><DevID>{CAMERA}</DevID>{rest}</{root}>");
    let channel = "<FrameSize>3</FrameSize><FrameRate>15</FrameRate><RateType>1</RateType><BitRate>4</BitRate>\
        <AudioInput>1</AudioInput>";
    for (method, more, command, answer, told) in [
        ("ControlPtz", "<PtzDirection>3</PtzDirection>", Command::VIDEO_PTZ, done("VIDEO_PTZ_RES", ""), ""),
        (
            "GetDevParam",
            "<StreamType>2</StreamType>",
            Command::GET_CHANNEL,
            done("GET_CHANNEL_RES", channel),
            channel,
        ),
        (
            "SetDevParam",
            "<StreamType>2</StreamType><BitRate>4</BitRate>",
            Command::SET_CHANNEL,
            done("SET_CHANNEL_RES", ""),
            "",
        ),
        ("RebootDev", "", Command::REBOOT, done("REBOOT_RES", ""), ""),
        (
            "MonGetAlarmSwitch",
            "<AlarmType>4</AlarmType><DIDONo>1</DIDONo>",
            Command::GET_ALARM,
            done("GET_ALARM_RES", "<AlarmFlag>1</AlarmFlag>"),
            "<AlarmFlag>1</AlarmFlag>",
        ),
        (
            "MonSetAlarmSwitch",
            "<AlarmType>2</AlarmType><AlarmFlag>0</AlarmFlag>",
            Command::SET_ALARM,
            done("SET_ALARM_RES", ""),
            "",
        ),
    ] {
        let fields = who.clone() + &device() + more;
        let heard = async {
            let (seq, _) = camera.asked(command).await;
            camera.send(command, seq, &answer).await;
        };
        let (answered, ()) = tokio::join!(cu(&world, method, &fields), heard);
        assert!(answered.contains("<Result>0</Result>") && answered.contains(told), "{method}: {answered}");
    }
    let versions = cu(&world, "GetDevVersion", &(who.clone() + &field("DevID", CAMERA))).await;
    assert_eq!(
        (text(&versions, "CurDevVer"), text(&versions, "NewDevVer")),
        ("V1.6_20140318", "V1.6_20140318")
    );
    let upgrade = cu(&world, "NotifyUpgrade", &(who.clone() + &field("DevID", CAMERA))).await;
    assert_eq!(text(&upgrade, "Result"), "255");
    let remove = who.clone() + &field("DevID", CAMERA) + &field("DevKey", KEY);
    assert_eq!(text(&cu(&world, "DelDev", &remove).await, "Result"), "0");
    let gone = cu(&world, "ControlPtz", &(who + &device() + "<PtzDirection>0</PtzDirection>")).await;
    assert_eq!(text(&gone, "Result"), "3");
}

/// Who speaks a dialect has no way around what holds for all: sessions, and the limits on guessing.
#[tokio::test]
async fn with_the_same_rights() {
    let world = with(|config| {
        config.client.dialects = vec![Dialect::Sttri, Dialect::UrnCu];
        config.limits.wrong_passwords_per_address = 3;
    })
    .await;
    anna(&world).await;
    let bert = session(&world, BERT).await;
    let stranger = cu(&world, "RebootDev", &(logged_in(BERT, &bert) + &field("DevID", CAMERA))).await;
    assert_eq!(text(&stranger, "Result"), "3");
    let foreign = cu(&world, "RebootDev", &(logged_in(ANNA, &bert) + &field("DevID", CAMERA))).await;
    assert_eq!(text(&foreign, "Result"), "2");
    let guess =
        |password: &str| field("Account", ANNA) + &field("TelPassword", password) + &field("Version", "1.0");
    for (password, expected) in [("a", "2"), ("b", "2"), ("c", "2"), (PASSWORD, "2")] {
        assert_eq!(text(&cu(&world, "UserLogin", &guess(password)).await, "Result"), expected, "{password}");
    }
}

/// None is spoken unless the settings say so, and what is no call is none in a dialect either.
#[tokio::test]
async fn when_that_is_set() {
    let usual = world().await;
    let login = urn_cu("UserLogin", &(field("Account", ANNA) + &field("TelPassword", PASSWORD)));
    let (status, answer) = post(&usual, &login).await;
    assert!(status == 500 && answer.contains("Fault>"), "{answer}");
    assert_eq!(http(usual.platform.http(), "POST", "/", "", login.as_bytes()).await.0, 404);
    let one = with(|config| config.client.dialects = vec![Dialect::Sttri]).await;
    assert_eq!(post(&one, &login).await.0, 500);
    let both = platform().await;
    for body in [
        urn_cu("Fly", ""),
        urn_cu("UserLogin", "<Account>1"),
        sttri("getHistoryVideoReq", "<Account>1</Account>"),
        sttri("userLoginReq", "").replace("<v:Body>", "<!DOCTYPE a [<!ENTITY b \"c\">]><v:Body>"),
        enveloped("<userLoginReq>"),
        "<".repeat(60_000),
        "<a>".repeat(20_000),
    ] {
        let (status, answer) = post(&both, &body).await;
        assert!(status == 500 && answer.contains("Fault>"), "{status} {answer}");
    }
    // Chapter 8 is spoken as before.
    let logout =
        format!("<MCU_LOGOUT_REQ><Account>{ANNA}</Account><LoginSession>x</LoginSession></MCU_LOGOUT_REQ>");
    let answer = call(&both, &logout).await;
    assert!(answer.contains("<MCU_LOGOUT_RES><Result>0</Result></MCU_LOGOUT_RES>"), "{answer}");
}
