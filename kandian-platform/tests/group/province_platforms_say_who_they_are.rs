use super::device::boots;
use super::nation::{JIANGSU, Place, SHANGHAI, enter, group};
use super::phone::{CAMERA, KEY, text};

const USER: &str = "18900000001";

/// A call of §6, bare: who says it, and what.
fn call(root: &str, id: (&str, &str), password: &str, rest: &str) -> String {
    format!(
        "<{root}><ProvinceNo>{}</ProvinceNo><CmsNo>{}</CmsNo><CmsPassword>{password}</CmsPassword>{rest}</{root}>",
        id.0, id.1
    )
}

fn soap(version: &str, call: &str) -> String {
    format!("<?xml version=\"1.0\"?><e:Envelope xmlns:e=\"{version}\"><e:Body>{call}</e:Body></e:Envelope>")
}

const V11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const V12: &str = "http://www.w3.org/2003/05/soap-envelope";
const SH: (&str, &str) = ("3100", "01");
const JS: (&str, &str) = ("3200", "01");

fn addresses(dev_url: &str, version: &str) -> String {
    format!(
        "<CmsVer>{version}</CmsVer><McuUrl>http://mcu.example/MobileService</McuUrl><DevUrl>{dev_url}</DevUrl>"
    )
}

async fn result(group: &Place, body: &str) -> String {
    let (status, answer) = group.post(body).await;
    assert_eq!(status, 200, "{answer}");
    text(&answer, "Result").to_owned()
}

const OPERATIONS: [&str; 5] =
    ["ADDRESS_REPORT_REQ", "SERVICE_OPEN_REQ", "SERVICE_CHANGE_REQ", "SERVICE_CANCEL_REQ", "DEVICE_USE_REQ"];

fn content(root: &str) -> String {
    match root {
        "ADDRESS_REPORT_REQ" => addresses("http://lcms.example:8090/register", "1.0"),
        "SERVICE_CANCEL_REQ" => format!("<MobileTel>{USER}</MobileTel>"),
        "DEVICE_USE_REQ" => format!("<DevID>{CAMERA}</DevID><DevKey>{KEY}</DevKey>"),
        _ => format!("<MobileTel>{USER}</MobileTel><IpcamNum>4</IpcamNum>"),
    }
}

/// E-33, E-38, E-40: each result of each operation, in each form.
#[tokio::test(flavor = "multi_thread")]
async fn and_hear_what_it_came_to() {
    // One address says many wrong passwords here.
    let group = group().await.down().await.with(|config| config.limits.wrong_passwords_per_address = 0);
    let group = group.up().await;
    let sh = enter(&group, SHANGHAI, "上海").await;
    let js = enter(&group, JIANGSU, "江苏").await;
    assert_eq!(boots(&group.world, CAMERA).await, "401, 1");
    for root in OPERATIONS {
        let ask =
            async |id, password: &str, rest: &str| result(&group, &call(root, id, password, rest)).await;
        let content = content(root);
        assert_eq!(ask(("9900", "01"), &sh, &content).await, "1", "{root}");
        assert_eq!(ask(("310000", "1"), &sh, &content).await, "1", "R-6.2, {root}");
        assert_eq!(ask(SH, &js, &content).await, "2", "{root}");
        // In an envelope of either version the answer has the same form (E-38).
        for version in [V11, V12] {
            let (status, answer) = group.post(&soap(version, &call(root, SH, "wrong", &content))).await;
            assert_eq!((status, text(&answer, "Result")), (200, "2"), "{answer}");
            assert!(answer.contains(&format!("Envelope xmlns:soap=\"{version}\"")), "{answer}");
        }
        let (_, bare) = group.post(&call(root, SH, "wrong", &content)).await;
        assert!(!bare.contains("Envelope"), "{bare}");
    }
    let ask =
        async |root, id, password: &str, rest: &str| result(&group, &call(root, id, password, rest)).await;
    let user = |cameras| format!("<MobileTel>{USER}</MobileTel><IpcamNum>{cameras}</IpcamNum>");
    let alone = format!("<MobileTel>{USER}</MobileTel>");
    // 6.1: what devices or clients could not use is refused (E-37), and so is a version that is none (E-41).
    let longest = format!("http://lcms.example:8090/{}", "x".repeat(38));
    assert_eq!(ask("ADDRESS_REPORT_REQ", SH, &sh, &addresses(&longest, "1.6.2")).await, "0");
    let bad =
        [("ftp://lcms.example/", "1.0"), ("http://lcms.example/", "beta"), (&*format!("{longest}x"), "1.0")];
    for (url, version) in bad {
        assert_eq!(
            ask("ADDRESS_REPORT_REQ", SH, &sh, &addresses(url, version)).await,
            "255",
            "{url} {version}"
        );
    }
    let (_, list) = group.rest("GET", "/api/v1/provinces", "").await;
    let report = &list["provinces"][0]["report"];
    assert_eq!((&report["dev_url"], &report["version"]), (&longest.into(), &"1.6.2".into()));
    // 6.2 to 6.4.
    assert_eq!(ask("SERVICE_CHANGE_REQ", SH, &sh, &user(1)).await, "3");
    assert_eq!(ask("SERVICE_OPEN_REQ", SH, &sh, &user(4)).await, "0");
    assert_eq!(ask("SERVICE_OPEN_REQ", SH, &sh, &user(6)).await, "0");
    assert_eq!(ask("SERVICE_OPEN_REQ", JS, &js, &user(6)).await, "255");
    assert_eq!(ask("SERVICE_CHANGE_REQ", JS, &js, &user(1)).await, "255");
    assert_eq!(ask("SERVICE_CANCEL_REQ", JS, &js, &alone).await, "255");
    assert_eq!(
        ask("SERVICE_OPEN_REQ", SH, &sh, "<MobileTel>+86</MobileTel><IpcamNum>1</IpcamNum>").await,
        "255"
    );
    assert_eq!(subscribed(&group).await, Some((SHANGHAI.to_owned(), 6)));
    assert_eq!(ask("SERVICE_CHANGE_REQ", SH, &sh, &user(8)).await, "0");
    assert_eq!(subscribed(&group).await, Some((SHANGHAI.to_owned(), 8)));
    assert_eq!(ask("SERVICE_CANCEL_REQ", SH, &sh, &alone).await, "0");
    assert_eq!(ask("SERVICE_CANCEL_REQ", SH, &sh, &alone).await, "3");
    assert_eq!(subscribed(&group).await, None);
    // 6.5.
    let device = |id: &str, key: &str| format!("<DevID>{id}</DevID><DevKey>{key}</DevKey>");
    assert_eq!(ask("DEVICE_USE_REQ", SH, &sh, &device("81100000009", KEY)).await, "3");
    assert_eq!(ask("DEVICE_USE_REQ", SH, &sh, &device(CAMERA, "WRONG")).await, "4");
    assert_eq!(ask("DEVICE_USE_REQ", SH, &sh, &device(CAMERA, KEY)).await, "0");
    assert_eq!(ask("DEVICE_USE_REQ", SH, &sh, &device(CAMERA, KEY)).await, "0");
    assert_eq!(ask("DEVICE_USE_REQ", JS, &js, &device(CAMERA, KEY)).await, "255");
}

async fn subscribed(group: &Place) -> Option<(String, u64)> {
    let (status, list) = group.rest("GET", "/api/v1/subscriptions", "").await;
    assert_eq!(status, 200, "{list}");
    let user = list["subscriptions"].get(0)?;
    assert_eq!(user["account"], USER);
    Some((user["province"].as_str().unwrap().to_owned(), user["cameras"].as_u64().unwrap()))
}

/// E-41: the version of the platform chooses the clients; without a release it is the portal of the specification.
#[tokio::test(flavor = "multi_thread")]
async fn and_where_users_download_the_clients() {
    let group = group().await;
    let sh = enter(&group, SHANGHAI, "上海").await;
    let report = async |version: &str| {
        let content = addresses("http://lcms.example:8090/register", version);
        let (_, answer) = group.post(&call("ADDRESS_REPORT_REQ", SH, &sh, &content)).await;
        assert_eq!(text(&answer, "Result"), "0", "{answer}");
        (text(&answer, "McuAndroidUrl").to_owned(), text(&answer, "McuAndroidVer").to_owned(), answer)
    };
    let (url, version, _) = report("1.0").await;
    assert_eq!((&*url, &*version), ("http://kandian.189.cn/", "A-1.0"));
    for (client, from, version) in [
        ("android", "1.0", "A-1.2"),
        ("android", "1.6", "A-2.0"),
        ("ios", "1", "I-1.1"),
        ("windows", "1.0", "1.0"),
    ] {
        let body = format!("{{\"version\":\"{version}\",\"url\":\"https://dl.example/{client}/{from}\"}}");
        let (status, set) = group.rest("PUT", &format!("/api/v1/releases/{client}/{from}"), &body).await;
        assert_eq!(status, 200, "{set}");
    }
    let (url, version, answer) = report("1.0").await;
    assert_eq!((&*url, &*version), ("https://dl.example/android/1.0", "A-1.2"));
    assert_eq!((text(&answer, "McuIosVer"), text(&answer, "McuWinVer")), ("I-1.1", "W-1.0"));
    assert_eq!(report("1.6.2").await.1, "A-2.0");
    assert_eq!(group.rest("DELETE", "/api/v1/releases/android/1.6", "").await.0, 204);
    assert_eq!(report("1.6.2").await.1, "A-1.2");
    for (path, body) in [
        ("symbian/1.0", "{\"version\":\"A-1.0\",\"url\":\"http://a.example/\"}"),
        ("android/x", "{\"version\":\"A-1.0\",\"url\":\"http://a.example/\"}"),
        ("android/1.0", "{\"version\":\"I-1.0\",\"url\":\"http://a.example/\"}"),
        ("android/1.0", "{\"version\":\"A-1.0\",\"url\":\"javascript://a\"}"),
        ("android/1.0", "{\"version\":\"A-1.0\",\"minimum\":\"A-1.1\",\"url\":\"http://a.example/\"}"),
    ] {
        let (status, problem) = group.rest("PUT", &format!("/api/v1/releases/{path}"), body).await;
        assert_eq!(status, 422, "{path} {body}: {problem}");
    }
}

/// E-38, E-151: the interface describes itself, and a call that is written as the WSDL says is understood.
#[tokio::test(flavor = "multi_thread")]
async fn and_find_a_description() {
    let group = group().await;
    let sh = enter(&group, SHANGHAI, "上海").await;
    let at = group.world.platform.http();
    let (status, wsdl) = super::world::http(at, "GET", "/GroupService?wsdl", "", b"").await;
    let wsdl = String::from_utf8(wsdl).unwrap();
    assert_eq!(status, 200);
    for wanted in
        ["KandianProvision", "DeviceUseNotify", "DEVICE_USE_REQ", "location=\"http://x/GroupService\""]
    {
        assert!(wsdl.contains(wanted), "{wanted}");
    }
    assert_eq!(super::world::http(at, "GET", "/GroupService", "", b"").await.0, 405);
    // By the name of the operation, with a prefix, as generated clients write it.
    let named =
        call("ServiceOpen", SH, &sh, &content("SERVICE_OPEN_REQ")).replace("ServiceOpen>", "n:ServiceOpen>");
    let named = named.replacen("<n:ServiceOpen>", "<n:ServiceOpen xmlns:n=\"urn:x\">", 1);
    let (status, answer) = group.post(&soap(V11, &named)).await;
    assert_eq!((status, text(&answer, "Result")), (200, "0"), "{answer}");
}
