use kandian_codec::Command;
use kandian_proto::value::DevType;

use super::camera::Camera;
use super::person::{Person, kind};
use super::phone::{ANNA, BERT, CAMERA, KEY, with, world};

/// E-32, E-158, E-168: a device is bound and given up by who knows its key; each refusal has a name.
#[tokio::test]
async fn by_who_knows_the_key() {
    let world = world().await;
    for number in 2..=3 {
        world.enter(&format!("8110000000{number}"), DevType::IPCAM).await;
    }
    let (anna, bert) = (Person::log_in(&world, ANNA).await, Person::log_in(&world, BERT).await);
    assert_eq!(kind(&anna.binds("81100000009", KEY).await), (404, "no_such_device"));
    assert_eq!(kind(&anna.binds(CAMERA, "WRONG").await), (403, "wrong_key"));
    assert_eq!(kind(&anna.binds("811-1", KEY).await), (422, "invalid_input"));
    let (status, bound) = anna.binds(CAMERA, KEY).await;
    assert_eq!((status, bound["id"].as_str(), bound["owned"].as_bool()), (201, Some(CAMERA), Some(true)));
    assert_eq!(kind(&bert.binds(CAMERA, KEY).await), (409, "already_bound"));
    assert_eq!(anna.binds("81100000002", KEY).await.0, 201);
    assert_eq!(kind(&anna.binds("81100000003", KEY).await), (409, "limit_met"));
    let unbind = format!("/api/v1/me/devices/{CAMERA}/unbind");
    let key = format!("{{\"key\":\"{KEY}\"}}");
    assert_eq!(kind(&bert.ask("POST", &unbind, &key).await), (404, "no_such_device"));
    assert_eq!(kind(&anna.ask("POST", &unbind, "{\"key\":\"WRONG\"}").await), (403, "wrong_key"));
    assert_eq!(anna.ask("POST", &unbind, &key).await.0, 204);
    assert_eq!(kind(&anna.ask("POST", &unbind, &key).await), (404, "no_such_device"));
    assert_eq!(bert.binds(CAMERA, KEY).await.0, 201);
}

/// Keys are guessed no faster here than anywhere else.
#[tokio::test]
async fn which_nobody_guesses() {
    let world = with(|config| config.limits.wrong_keys_per_device = 2).await;
    let anna = Person::log_in(&world, ANNA).await;
    for key in ["A", "B"] {
        assert_eq!(anna.binds(CAMERA, key).await.0, 403);
    }
    assert_eq!(kind(&anna.binds(CAMERA, KEY).await), (429, "try_later"));
}

/// E-82, E-152: what the device reported, what people call it, whether it is there.
#[tokio::test]
async fn and_shown_and_named() {
    let world = world().await;
    let (anna, bert) = (Person::log_in(&world, ANNA).await, Person::log_in(&world, BERT).await);
    assert_eq!(anna.binds(CAMERA, KEY).await.0, 201);
    let mut camera = Camera::online(world.access(), CAMERA).await;
    let report = format!(
        "<ABILITYUP_REQ><DevID>{CAMERA}</DevID><ChannelNum>2</ChannelNum><PTZFlag>1</PTZFlag><EStoreFlag>0</EStoreFlag>\
         <LocalStoreFlag>1</LocalStoreFlag><DIDOAlarmFlag>1</DIDOAlarmFlag><DIDONum>2</DIDONum>\
         <Video><StreamType>1</StreamType><FrameSize>2</FrameSize></Video></ABILITYUP_REQ>"
    );
    camera.ask(Command::ABILITYUP, &report).await;
    let one = format!("/api/v1/me/devices/{CAMERA}");
    for (part, name, status) in [
        ("channels/1", " 收银台 ", 204),
        ("inputs/0", "门", 204),
        ("channels/2", "x", 404),
        ("inputs/2", "x", 404),
        ("channels/-1", "x", 422),
        ("channels/0", "", 422),
        ("inputs/0", "a\\tb", 422),
    ] {
        let answer = anna.ask("PUT", &format!("{one}/{part}"), &format!("{{\"name\":\"{name}\"}}")).await;
        assert_eq!(answer.0, status, "{part} {name}: {}", answer.1);
    }
    let long = format!("{{\"name\":\"{}\"}}", "x".repeat(64));
    assert_eq!(anna.ask("PUT", &format!("{one}/channels/0"), &long).await.0, 422);
    let shown = anna.get(&one).await;
    assert_eq!(shown["online"], true);
    assert_eq!(shown["can"]["ptz"], true);
    assert_eq!(shown["can"]["motion_detection"], false);
    assert_eq!(shown["videos"][0]["frame_size"], 2);
    assert_eq!(shown["channels"][1]["name"], "收银台");
    assert_eq!(shown["inputs"][0]["name"], "门");
    assert_eq!(shown["inputs"][1]["name"], "DI1");
    assert_eq!(anna.get("/api/v1/me/devices").await["devices"][0], shown);
    assert_eq!(kind(&bert.ask("GET", &one, "").await), (404, "no_such_device"));
    assert_eq!(bert.ask("PUT", &format!("{one}/channels/1"), "{\"name\":\"x\"}").await.0, 404);
    assert_eq!(anna.get(&one).await, shown);
}

/// E-163, E-164: alarms and exceptions of one's own devices, by device, kind and time, page after page.
#[tokio::test]
async fn with_what_they_reported() {
    let world = world().await;
    let other = "81100000002";
    world.enter(other, DevType::IPCAM).await;
    let (anna, bert) = (Person::log_in(&world, ANNA).await, Person::log_in(&world, BERT).await);
    assert_eq!(anna.binds(CAMERA, KEY).await.0, 201);
    assert_eq!(bert.binds(other, KEY).await.0, 201);
    let alarm = |id: &str, kind: u8, text: &str| {
        format!(
            "<ALARM_NOTIFY_REQ><DevID>{id}</DevID><ChannelNo>0</ChannelNo><AlarmType>{kind}</AlarmType><AlarmDesc>{text}\
             </AlarmDesc><FileName></FileName></ALARM_NOTIFY_REQ>"
        )
    };
    let mut camera = Camera::online(world.access(), CAMERA).await;
    for number in 0..5 {
        let request = alarm(CAMERA, 1 + number % 2, &format!("a{number}"));
        camera.ask(Command::ALARM_NOTIFY, &request).await;
    }
    let exception = format!(
        "<EXCEPTION_NOTIFY_REQ><DevID>{CAMERA}</DevID><ChannelNo>0</ChannelNo><ExceptionType>2</ExceptionType>\
         <ExceptionDesc>disk</ExceptionDesc></EXCEPTION_NOTIFY_REQ>"
    );
    camera.ask(Command::EXCEPTION_NOTIFY, &exception).await;
    let mut foreign = Camera::online(world.access(), other).await;
    foreign.ask(Command::ALARM_NOTIFY, &alarm(other, 1, "theirs")).await;
    let texts = |page: &serde_json::Value| {
        let alarms = page["alarms"].as_array().unwrap().iter();
        alarms.map(|alarm| alarm["description"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let first = anna.get("/api/v1/me/alarms?limit=2").await;
    assert_eq!((texts(&first), &first["total"]), (vec!["a4".into(), "a3".into()], &5.into()));
    let last = first["alarms"][1]["id"].as_i64().unwrap();
    let second = anna.get(&format!("/api/v1/me/alarms?limit=2&before={last}")).await;
    assert_eq!((texts(&second), &second["total"]), (vec!["a2".into(), "a1".into()], &5.into()));
    assert_eq!(texts(&anna.get("/api/v1/me/alarms?type=2").await), ["a3", "a1"]);
    assert_eq!(texts(&anna.get(&format!("/api/v1/me/alarms?device={CAMERA}")).await).len(), 5);
    assert_eq!(anna.ask("GET", &format!("/api/v1/me/alarms?device={other}"), "").await.0, 404);
    assert_eq!(texts(&anna.get("/api/v1/me/alarms?until=2014-03-18T02:30:00Z").await).len(), 0);
    assert_eq!(texts(&anna.get("/api/v1/me/alarms?from=2014-03-18T10:30:00%2B08:00").await).len(), 5);
    assert_eq!(anna.ask("GET", "/api/v1/me/alarms?from=yesterday", "").await.0, 422);
    assert_eq!(texts(&bert.get("/api/v1/me/alarms").await), ["theirs"]);
    let exceptions = anna.get("/api/v1/me/exceptions?type=2").await;
    assert_eq!(exceptions["exceptions"][0]["description"], "disk");
    assert_eq!(anna.get("/api/v1/me/exceptions?type=3").await["exceptions"].as_array().unwrap().len(), 0);
    assert_eq!(bert.get("/api/v1/me/exceptions").await["exceptions"].as_array().unwrap().len(), 0);
}
