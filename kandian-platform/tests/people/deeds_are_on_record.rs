use kandian_platform::api::{Who, routes};
use kandian_proto::value::DevType;
use serde_json::Value;

use super::camera::Camera;
use super::person::Person;
use super::phone::{ANNA, BERT, CAMERA, KEY, PASSWORD, ask, session, text, world};
use super::world::{World, http};

async fn record(world: &World) -> Vec<Value> {
    let (_, audit) = world.rest("GET", "/api/v1/audit?limit=500", "").await;
    audit["audit"].as_array().unwrap().clone()
}

/// A deed: route, what fills the gaps of its path, body, and how it is on record.
struct Deed {
    method: &'static str,
    path: &'static str,
    filled: &'static [(&'static str, &'static str)],
    body: &'static str,
    actor: &'static str,
    action: &'static str,
    target: &'static str,
}

macro_rules! deed {
    ($method:literal $path:literal $filled:expr, $body:expr => $actor:literal $action:literal $target:expr) => {
        Deed {
            method: $method,
            path: $path,
            filled: &$filled,
            body: $body,
            actor: $actor,
            action: $action,
            target: $target,
        }
    };
}

const AS_ANNA: &str = "user:18912345678";
const CARL: &str = "18912345680";
const NEW: &str = "81100000007";

/// A device that has asked the group platform for its province.
const SEEN: &str = "81100000009";
const SHANGHAI: &str = "3100-01";
const FIRMWARE: &str = "{\"manufacturer\":\"811\",\"model\":\"KD-1\",\"version\":\"V1.7_20150101\",\"ftp_host\":\"192.0.2.1\",\
    \"ftp_account\":\"up\",\"ftp_password\":\"down\",\"file\":\"f.bin\"}";

/// Every route that changes something, in an order in which each has an effect.
const DEEDS: &[Deed] = &[
    deed!("POST" "/api/v1/devices" [], "{\"id\":\"81100000007\",\"key\":\"K7M2P9Q4\"}" => "test" "device.add" NEW),
    deed!("PATCH" "/api/v1/devices/{id}" [("id", NEW)], "{\"name\":\"x\"}" => "test" "device.change" NEW),
    deed!("POST" "/api/v1/devices/import" [], "id,key\n81100000008,K\n" => "test" "device.import" "1 devices"),
    deed!("POST" "/api/v1/devices/{id}/commands/{operation}" [("id", NEW), ("operation", "device_reboot")], ""
        => "test" "command.device_reboot" NEW),
    deed!("POST" "/api/v1/accounts" [], "{\"number\":\"18912345680\"}" => "test" "account.open" CARL),
    deed!("PATCH" "/api/v1/accounts/{number}" [("number", CARL)], "{\"device_limit\":9}" => "test" "account.change" CARL),
    deed!("POST" "/api/v1/accounts/{number}/password" [("number", CARL)], "{\"password\":\"kaffee14\"}"
        => "test" "account.password" CARL),
    deed!("PUT" "/api/v1/accounts/{number}/devices/{id}" [("number", CARL), ("id", NEW)], "" => "test" "device.bind" NEW),
    deed!("DELETE" "/api/v1/accounts/{number}/devices/{id}" [("number", CARL), ("id", NEW)], ""
        => "test" "device.unbind" NEW),
    deed!("DELETE" "/api/v1/accounts/{number}/logins/{login}" [("number", BERT), ("login", "<bert>")], ""
        => "test" "login.end" BERT),
    deed!("DELETE" "/api/v1/accounts/{number}/logins" [("number", BERT)], "" => "test" "login.end" BERT),
    deed!("POST" "/api/v1/me/devices" [], "{\"id\":\"81100000001\",\"key\":\"K7M2P9Q4\"}"
        => "user:18912345678" "device.bind" CAMERA),
    deed!("PUT" "/api/v1/me/devices/{id}/channels/{no}" [("id", CAMERA), ("no", "0")], "{\"name\":\"x\"}"
        => "user:18912345678" "channel.name" CAMERA),
    deed!("PUT" "/api/v1/me/devices/{id}/inputs/{no}" [("id", CAMERA), ("no", "0")], "{\"name\":\"x\"}"
        => "user:18912345678" "input.name" CAMERA),
    deed!("PUT" "/api/v1/me/devices/{id}/shares/{number}" [("id", CAMERA), ("number", BERT)], "{\"rights\":[\"watch\"]}"
        => "user:18912345678" "share.set" CAMERA),
    deed!("DELETE" "/api/v1/me/devices/{id}/shares/{number}" [("id", CAMERA), ("number", BERT)], ""
        => "user:18912345678" "share.end" CAMERA),
    deed!("POST" "/api/v1/me/devices/{id}/key-message" [("id", CAMERA)], "" => "user:18912345678" "message.key" CAMERA),
    deed!("PUT" "/api/v1/me/devices/{id}/notices" [("id", CAMERA)], "{\"alarms\":[1]}"
        => "user:18912345678" "notice.set" CAMERA),
    deed!("DELETE" "/api/v1/me/devices/{id}/notices" [("id", CAMERA)], "" => "user:18912345678" "notice.remove" CAMERA),
    deed!("POST" "/api/v1/me/devices/{id}/unbind" [("id", CAMERA)], "{\"key\":\"K7M2P9Q4\"}"
        => "user:18912345678" "device.unbind" CAMERA),
    deed!("PUT" "/api/v1/me/password" [], "{\"old\":\"kaffee14\",\"new\":\"espresso15\"}"
        => "user:18912345678" "account.password" ANNA),
    deed!("DELETE" "/api/v1/me/logins/{login}" [("login", "<anna>")], "" => "user:18912345678" "login.end" ANNA),
    deed!("DELETE" "/api/v1/me/logins" [], "" => "user:18912345678" "login.end" ANNA),
    deed!("DELETE" "/api/v1/accounts/{number}" [("number", CARL)], "" => "test" "account.remove" CARL),
    deed!("POST" "/api/v1/firmware" [], FIRMWARE => "test" "firmware.add" "811 KD-1 V1.7_20150101"),
    deed!("DELETE" "/api/v1/firmware/{id}" [("id", "1")], "" => "test" "firmware.remove" "1"),
    deed!("POST" "/api/v1/provinces" [], "{\"id\":\"3100-01\",\"name\":\"上海\"}" => "test" "province.add" SHANGHAI),
    deed!("PATCH" "/api/v1/provinces/{id}" [("id", SHANGHAI)], "{\"name\":\"沪\"}" => "test" "province.change" SHANGHAI),
    deed!("POST" "/api/v1/provinces/{id}/password" [("id", SHANGHAI)], "" => "test" "province.password" SHANGHAI),
    deed!("PUT" "/api/v1/enrolments/{id}/province" [("id", SEEN)], "{\"province\":\"3100-01\"}"
        => "test" "enrolment.assign" SEEN),
    deed!("POST" "/api/v1/enrolments/{id}/release" [("id", SEEN)], "" => "test" "enrolment.release" SEEN),
    deed!("PUT" "/api/v1/enrolments/{id}/key" [("id", SEEN)], "{\"key\":\"espresso15\"}" => "test" "enrolment.key" SEEN),
    deed!("DELETE" "/api/v1/provinces/{id}" [("id", SHANGHAI)], "" => "test" "province.remove" SHANGHAI),
    deed!("PUT" "/api/v1/releases/{client}/{from}" [("client", "android"), ("from", "1.0")],
        "{\"version\":\"A-1.2\",\"url\":\"http://kandian.example/a.apk\"}" => "test" "release.set" "android from 1.0"),
    deed!("DELETE" "/api/v1/releases/{client}/{from}" [("client", "android"), ("from", "1.0")], ""
        => "test" "release.remove" "android from 1.0"),
    deed!("POST" "/api/v1/group/retry" [], "" => "test" "group.retry" ""),
    deed!("DELETE" "/api/v1/devices/{id}" [("id", NEW)], "" => "test" "device.remove" NEW),
];

/// What needs a report that the group platform refused, or a password that was sent; tests/group and
/// `messages_are_asked_for` see how these are on record.
const ELSEWHERE: [(&str, &str); 4] = [
    ("POST", "/api/v1/sent-passwords"),
    ("POST", "/api/v1/group/reports/{id}/retry"),
    ("DELETE", "/api/v1/group/reports/{id}"),
    ("POST", "/api/v1/sent-passwords/use"),
];

/// What changes nothing that is kept: logins are seen in the list of logins, watching among the attempts to watch.
const NOT_KEPT: [(&str, &str); 3] = [
    ("POST", "/api/v1/session"),
    ("DELETE", "/api/v1/session"),
    ("POST", "/api/v1/me/devices/{id}/channels/{no}/live"),
];

/// The other login of somebody, by what it is called.
async fn other_login(world: &World, number: &str, but: &str) -> String {
    let (_, logins) = world.rest("GET", &format!("/api/v1/accounts/{number}/logins"), "").await;
    let ids =
        logins["logins"].as_array().unwrap().iter().map(|login| login["id"].as_str().unwrap().to_owned());
    ids.into_iter().find(|id| id != but).unwrap()
}

/// Issue and: every route that changes something leaves one entry that says who did what to what; one that fails
/// leaves none.
#[tokio::test]
async fn whatever_the_route() {
    let world = world().await;
    let anna = Person::log_in(&world, ANNA).await;
    let mut camera = Camera::online(world.access(), CAMERA).await;
    let report = format!(
        "<ABILITYUP_REQ><DevID>{CAMERA}</DevID><ChannelNum>1</ChannelNum><LocalStoreFlag>1</LocalStoreFlag>\
         <DIDONum>1</DIDONum></ABILITYUP_REQ>"
    );
    camera.ask(kandian_codec::Command::ABILITYUP, &report).await;
    let asks = format!(
        "<REDIRECT_REQ><ManufacturerNo>811</ManufacturerNo><Mode>KD-1</Mode><DevType>1</DevType><DevID>{SEEN}</DevID>\
         <DevKey>{KEY}</DevKey></REDIRECT_REQ>"
    );
    http(world.platform.device_http(), "POST", "/ISMPGroupManager", "", asks.as_bytes()).await;
    let table = routes().filter(|route| {
        // Orders of CRM have a test of their own.
        let is_known = matches!(route.role, Who::Token(_) | Who::User | Who::Anybody);
        let is_elsewhere = NOT_KEPT.iter().chain(&ELSEWHERE).any(|one| *one == (route.method, route.path));
        is_known && route.method != "GET" && !is_elsewhere
    });
    for route in table {
        let known = DEEDS.iter().any(|deed| (deed.method, deed.path) == (route.method, route.path));
        assert!(known, "{route:?} changes something, and this test does not know how that is on record");
    }
    for deed in DEEDS {
        let mut path = deed.path.to_owned();
        let (here, there) = (Person::log_in(&world, BERT).await, anna.get("/api/v1/me/logins").await);
        let this =
            there["logins"].as_array().unwrap().iter().find(|l| l["is_this"] == true).unwrap()["id"].clone();
        if path.starts_with("/api/v1/me/logins") {
            session_of_anna(&world, deed.path).await;
        }
        for (name, value) in deed.filled {
            let value = match *value {
                "<bert>" => other_login(&world, BERT, "").await,
                "<anna>" => other_login(&world, ANNA, this.as_str().unwrap()).await,
                value => value.to_owned(),
            };
            path = path.replace(&format!("{{{name}}}"), &value);
        }
        let before = record(&world).await.len();
        let (status, answer) = match deed.actor {
            AS_ANNA => anna.ask(deed.method, &path, deed.body).await,
            _ => world.rest(deed.method, &path, deed.body).await,
        };
        // The new device is not online, and that it was told something is on record all the same.
        assert!(
            status < 300 || deed.action.starts_with("command."),
            "{} {path}: {status} {answer}",
            deed.method
        );
        let after = record(&world).await;
        assert_eq!(after.len(), before + 1, "{} {path}", deed.method);
        let entry = |name: &str| after[0][name].as_str().unwrap().to_owned();
        let found = (entry("actor"), entry("action"), entry("target"));
        assert_eq!(
            found,
            (deed.actor.into(), deed.action.into(), deed.target.into()),
            "{} {path}",
            deed.method
        );
        assert!(![PASSWORD, KEY, "espresso15"].iter().any(|secret| after[0].to_string().contains(secret)));
        // A second time there is nothing to do, or it is done again; what is refused is not on record.
        if deed.method == "DELETE" && !deed.path.ends_with("/logins") {
            let again = match deed.actor {
                AS_ANNA => anna.ask(deed.method, &path, deed.body).await,
                _ => world.rest(deed.method, &path, deed.body).await,
            };
            assert_eq!(again.0, 404, "{path}");
            assert_eq!(record(&world).await.len(), before + 1, "{} {path}", deed.method);
        }
        drop(here);
    }
}

/// Another login of Anna, with the password that she has by now.
async fn session_of_anna(world: &World, path: &str) {
    let (status, _) = super::person::log_in(world, "127.0.0.1", ANNA, "espresso15").await;
    assert_eq!(status, 201, "{path}");
}

/// What phones change is on record as well, with who it was; what they only look at is not.
#[tokio::test]
async fn and_for_phones() {
    let world = world().await;
    world.enter("81100000002", DevType::IPCAM).await;
    let anna = session(&world, ANNA).await;
    let add = format!("<DevID>{CAMERA}</DevID><DevKey>{KEY}</DevKey>");
    let rest = format!(
        "<DevID>{CAMERA}</DevID><ChannelNo>0</ChannelNo><StreamType>1</StreamType><AlarmType>2</AlarmType>\
         <AlarmFlag>1</AlarmFlag><NewName>x</NewName><SSID>x</SSID><Security>0</Security><Password></Password>"
    );
    for (root, fields, action) in [
        ("MCU_ADD_DEVICE_REQ", &add, "device.bind"),
        ("MCU_SET_NAME_REQ", &rest, "channel.name"),
        ("MCU_SET_CHANNEL_REQ", &rest, "command.video_params_set"),
        ("MCU_SET_WIFI_REQ", &rest, "command.wifi_config"),
        ("MCU_REBOOT_REQ", &rest, "command.device_reboot"),
        ("MCU_SET_ALARM_REQ", &rest, "command.alarm_switch_set"),
        ("MCU_DEL_DEVICE_REQ", &add, "device.unbind"),
    ] {
        let before = record(&world).await.len();
        let answer = ask(&world, root, ANNA, &anna, fields).await;
        assert!(["0", "4"].contains(&text(&answer, "Result")), "{root}: {answer}");
        let after = record(&world).await;
        assert_eq!(after.len(), before + 1, "{root}");
        assert_eq!(after[0]["actor"], AS_ANNA, "{root}");
        assert_eq!((after[0]["action"].as_str(), after[0]["target"].as_str()), (Some(action), Some(CAMERA)));
        let looking = ask(&world, "MCU_GET_DEVICES_REQ", ANNA, &anna, "").await;
        assert_eq!((text(&looking, "Result"), record(&world).await.len()), ("0", before + 1));
    }
}
