//! Sessions: one for each command, or one that is kept.; E-153.

use super::world::{OWNER, World, finished, program};

/// A session that is kept needs no password, and one that has ended meanwhile is replaced once.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_kept_where_that_is_asked_for() {
    let world = World::start().await;
    let without_password = async |args: &str| {
        let mut command = program(world.directory.path());
        command.env("KANDIAN_PLATFORM", world.service()).env("KANDIAN_ACCOUNT", OWNER);
        command.args(args.split_whitespace());
        finished(command).await
    };
    without_password("--state s list").await.failed(2, &["KANDIAN_PASSWORD"]);
    world.mcu("--state s login").await.done();
    let kept = std::fs::read_to_string(world.path("s/session.json")).unwrap();
    assert!(kept.contains(OWNER) && !kept.contains(super::world::PASSWORD), "{kept}");
    without_password("--state s list").await.done();
    // Ended from elsewhere.
    let session: serde_json::Value = serde_json::from_str(&kept).unwrap();
    let body = format!(
        "<MCU_LOGOUT_REQ><Account>{OWNER}</Account><LoginSession>{}</LoginSession></MCU_LOGOUT_REQ>",
        session["session"].as_str().unwrap()
    );
    world.post(&body).await;
    without_password("--state s list").await.failed(2, &["KANDIAN_PASSWORD"]);
    world.mcu("--state s list").await.done();
    let again = std::fs::read_to_string(world.path("s/session.json")).unwrap();
    assert_ne!(kept, again);
    assert_eq!(without_password("--state s logout").await.done().trim(), "logged out");
    assert!(!world.path("s/session.json").exists());
}

/// Nobody can go on with the session of a command that is over.
#[tokio::test(flavor = "multi_thread")]
async fn a_command_ends_its_session() {
    let world = World::start().await;
    world.mcu("list").await.done();
    let run = world.mcu("login --json").await;
    // And it is not shown.
    assert_eq!(run.json()[0]["answer"]["LoginSession"], "***", "{run:?}");
    assert_eq!(world.sessions().await, 0);
}
