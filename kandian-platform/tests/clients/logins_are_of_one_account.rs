use super::phone::{ANNA, BERT, PASSWORD, anna, ask, log_in_from, session, text, with, world};

async fn result(world: &super::world::World, root: &str, account: &str, session: &str) -> String {
    text(&ask(world, root, account, session, "").await, "Result").to_owned()
}

/// E-154: a password opens, and says what it opens.
#[tokio::test]
async fn with_a_password() {
    let world = world().await;
    let answer = log_in_from(&world, "127.0.0.1", ANNA, PASSWORD).await;
    assert_eq!((text(&answer, "Result"), text(&answer, "DevNum")), ("0", "2"));
    let session = text(&answer, "LoginSession");
    assert!(session.len() == 32 && session.bytes().all(|b| b.is_ascii_hexdigit()), "{session}");
    for (account, password, expected) in
        [(ANNA, "kaffee15", "2"), (ANNA, "", "2"), ("18900000000", PASSWORD, "1"), ("anna", PASSWORD, "1")]
    {
        let answer = log_in_from(&world, "127.0.0.1", account, password).await;
        assert_eq!(text(&answer, "Result"), expected, "{account} {password}");
        assert!(!answer.contains("LoginSession"));
    }
    let again = log_in_from(&world, "127.0.0.1", ANNA, PASSWORD).await;
    assert_ne!(text(&again, "LoginSession"), session);
    assert_eq!(result(&world, "MCU_GET_DEVICES_REQ", ANNA, session).await, "0");
}

/// E-153: a login is the account's that made it. Every operation looks.
#[tokio::test]
async fn and_of_no_other() {
    let world = world().await;
    let (anna, bert) = (anna(&world).await, session(&world, BERT).await);
    let device = "<DevID>81100000001</DevID><ChannelNo>0</ChannelNo><StreamType>1</StreamType><PtzDirection>3</PtzDirection>\
        <DevKey>K7M2P9Q4</DevKey><AlarmType>2</AlarmType><AlarmFlag>1</AlarmFlag><NewName>x</NewName><SSID>x</SSID>\
        <Security>0</Security><Password></Password><PageNo>1</PageNo>";
    let roots = [
        "MCU_GET_DEVICES_REQ",
        "MCU_ADD_DEVICE_REQ",
        "MCU_DEL_DEVICE_REQ",
        "MCU_VIDEO_PLAY_REQ",
        "MCU_VIDEO_PTZ_REQ",
        "MCU_GET_CHANNEL_REQ",
        "MCU_SET_CHANNEL_REQ",
        "MCU_GET_WIFI_REQ",
        "MCU_SET_WIFI_REQ",
        "MCU_REBOOT_REQ",
        "MCU_GET_DEVVER_REQ",
        "MCU_UPGRADE_REQ",
        "MCU_GET_ALARM_REQ",
        "MCU_SET_ALARM_REQ",
        "MCU_SET_NAME_REQ",
        "MCU_QUERY_ALARM_REQ",
    ];
    for root in roots {
        let rest = if root == "MCU_GET_DEVICES_REQ" { "" } else { device };
        for (account, session, expected) in [
            (BERT, anna.as_str(), "2"),
            (ANNA, bert.as_str(), "2"),
            (ANNA, "", "2"),
            (ANNA, "00000000000000000000000000000000", "2"),
            (ANNA, "' OR 1=1 --", "2"),
            ("18900000000", anna.as_str(), "1"),
            ("", anna.as_str(), "1"),
        ] {
            let answer = ask(&world, root, account, session, rest).await;
            assert_eq!(text(&answer, "Result"), expected, "{root} {account} {session}");
        }
    }
    // Bert is logged in; the camera is not his, and nothing tells whether there is one.
    for root in &roots[3..] {
        let mut answers = Vec::new();
        for id in ["81100000001", "81100000009"] {
            let rest = device.replace("81100000001", id);
            answers.push(ask(&world, root, BERT, &bert, &rest).await);
        }
        assert_eq!(text(&answers[0], "Result"), "3", "{root}");
        assert_eq!(answers[0], answers[1]);
    }
}

/// E-159: a logout ends the login, a second one does no harm, and nobody logs out another.
#[tokio::test]
async fn until_they_end() {
    let world = world().await;
    let (anna, other) = (session(&world, ANNA).await, session(&world, ANNA).await);
    assert_eq!(result(&world, "MCU_LOGOUT_REQ", BERT, &anna).await, "0");
    assert_eq!(result(&world, "MCU_GET_DEVICES_REQ", ANNA, &anna).await, "0");
    for _ in 0..2 {
        assert_eq!(result(&world, "MCU_LOGOUT_REQ", ANNA, &anna).await, "0");
        assert_eq!(result(&world, "MCU_GET_DEVICES_REQ", ANNA, &anna).await, "2");
    }
    assert_eq!(result(&world, "MCU_LOGOUT_REQ", "18900000000", &anna).await, "1");
    assert_eq!(result(&world, "MCU_GET_DEVICES_REQ", ANNA, &other).await, "0");
}

/// E-153: half an hour after the last use, whenever that was.
#[tokio::test]
async fn or_nobody_uses_them() {
    let world = with(|config| config.accounts.session_minutes = 30).await;
    let session = session(&world, ANNA).await;
    let clock = &world.platform.app().clock;
    for _ in 0..3 {
        clock.jump(29 * 60_000);
        assert_eq!(result(&world, "MCU_GET_DEVICES_REQ", ANNA, &session).await, "0");
    }
    clock.jump(31 * 60_000);
    assert_eq!(result(&world, "MCU_GET_DEVICES_REQ", ANNA, &session).await, "2");
}
