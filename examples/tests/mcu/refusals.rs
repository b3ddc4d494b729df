//! Who says no, and how that is said.

use super::world::{CAMERA, DARK, OWNER, World, finished, program};

///
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_account() {
    let world = World::start().await;
    let run = world.mcu_with("wrong", "list").await;
    run.failed(1, &["result 2, Password wrong", "§8.2", "R-8.3"]);
    assert_eq!(run.stdout, "");
    let run = world.mcu("--account 18900000002 list").await;
    run.failed(1, &["result 1, User name does not exist", "--account"]);
    let run = world.mcu_with("wrong", "list --lang zh").await;
    run.failed(1, &["结果码 2：密码错误", "R-8.3"]);
    let run = world.mcu_with("wrong", "list --json").await;
    let error = &run.json()[0]["error"];
    assert_eq!((run.status, error["kind"].as_str()), (1, Some("refused")), "{run:?}");
    assert_eq!((error["section"].as_str(), error["result"].as_u64()), (Some("8.2"), Some(2)));
}

/// E-157: a device that is off, in every command that needs it.: one that is nobody's.
#[tokio::test(flavor = "multi_thread")]
async fn devices_that_are_off_and_devices_of_others() {
    let world = World::start().await;
    for command in ["live", "params", "wifi", "reboot", "alarms state"] {
        let run = world.mcu(&format!("{command} {DARK}")).await;
        run.failed(1, &["result 4, device offline (E-157)", "switched on"]);
        let run = world.mcu(&format!("{command} 81100000055")).await;
        run.failed(1, &["result 3, Device does not exist", "`list` shows"]);
    }
    world.mcu(&format!("ptz {DARK} up")).await.failed(1, &["result 4", "§8.8"]);
}

///
#[tokio::test(flavor = "multi_thread")]
async fn devices_are_bound_by_their_key() {
    let world = World::start().await;
    std::fs::write(world.path("key"), "WRONGKEY\n").unwrap();
    std::fs::write(world.path("right"), "K7M2P9Q4\n").unwrap();
    world.mcu(&format!("remove {DARK} --key-file key")).await.failed(1, &["§8.6", "E-158"]);
    world.mcu(&format!("add {DARK} --key-file right")).await.failed(1, &["result 6, Already bound"]);
    assert_eq!(world.mcu(&format!("remove {DARK} --key-file right")).await.done().trim(), "unbound");
    world.mcu(&format!("add {DARK} --key-file key")).await.failed(1, &["result 4, Device key wrong"]);
    assert_eq!(world.mcu(&format!("add {DARK} --key-file right")).await.done().trim(), "bound");
    // No terminal, no key.
    world.mcu(&format!("add {DARK}")).await.failed(2, &["KANDIAN_DEVICE_KEY"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_line_that_makes_no_sense() {
    let directory = tempfile::tempdir().unwrap();
    for (args, why) in [
        (&["list"][..], "--account is missing"),
        (&["list", "--account", "1"], "--platform is missing"),
        (&["list", "--platform", "http://127.0.0.1:1"], "--account is missing"),
        (&["list", "--account", "1", "--platform", "ftp://127.0.0.1"], "http://"),
        (&["list", "--account", "1", "--platform", "nonsense"], "no address of a platform"),
        (&["list", "--account", "1", "--platform", "http://127.0.0.1:1"], "KANDIAN_PASSWORD"),
        (&["live", "8110 000"], "invalid value"),
        (&["ptz", CAMERA, "sideways"], "sideways"),
        (&["frobnicate"], "frobnicate"),
    ] {
        let mut command = program(directory.path());
        command.args(args);
        finished(command).await.failed(2, &[why]);
    }
    let mut command = program(directory.path());
    command.args(["list", "--account", OWNER, "--platform", "http://127.0.0.1:1", "--password-file", "none"]);
    finished(command).await.failed(5, &["none"]);
}
