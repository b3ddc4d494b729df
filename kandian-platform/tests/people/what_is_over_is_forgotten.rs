use super::person::Person;
use super::phone::{ANNA, with};

/// E-153: what remains of logins that have ended goes at the next start, and every hour.
#[tokio::test]
async fn at_the_start() {
    let world = with(|config| config.accounts.session_minutes = 0).await;
    for _ in 0..3 {
        // It ends at once.
        let person = super::person::log_in(&world, "127.0.0.1", ANNA, super::phone::PASSWORD).await;
        assert_eq!(person.0, 201);
        let session = person.1["session"].as_str().unwrap();
        assert_eq!(Person::with(&world, session).ask("GET", "/api/v1/me", "").await.0, 401);
    }
    let world = world.restart().await;
    let gone = async {
        // Whoever looks for logins that end after the beginning of time finds those that are over as well.
        let beginning = kandian_proto::time::UnixMillis(0);
        let store = &world.platform.app().store;
        while !store.sessions_of(ANNA.parse().unwrap(), beginning).await.unwrap().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(super::world::PATIENCE, gone).await.expect("logins that are over stay");
}
