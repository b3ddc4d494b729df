use kandian_platform::store::Store;

use super::world::{CAMERA, KEY, World};

const ANNA: &str = "18912345678";

/// Issue: who did what: every command that changes something leaves an entry, and one that changes nothing leaves none.
#[tokio::test]
async fn and_are_on_record() {
    let world = World::new();
    std::fs::create_dir(world.data()).unwrap();
    let list = world.file("list.csv", "id,key\n81100000002,K\n");
    let list = list.to_str().unwrap();
    let store = Store::open(&world.data(), None).await.unwrap();
    let token = world.run(&["token", "create", "--name", "crm", "--role", "viewer"]);
    let public = token.out.split('_').nth(1).unwrap_or_else(|| panic!("{token:?}")).to_owned();
    let deeds: [(&[&str], &str, &str); 9] = [
        (&["device", "add", "--id", CAMERA, "--key", KEY], "device.add", CAMERA),
        (&["device", "import", list], "device.import", "1 devices"),
        (&["device", "remove", CAMERA], "device.remove", CAMERA),
        (&["account", "add", ANNA, "--devices", "2"], "account.open", ANNA),
        (&["account", "set", ANNA, "--devices", "3"], "account.change", ANNA),
        (&["account", "password", ANNA], "account.password", ANNA),
        (&["account", "remove", ANNA], "account.remove", ANNA),
        (&["token", "create", "--name", "more"], "token.create", "more"),
        (&["token", "revoke", &public], "token.revoke", &public),
    ];
    for (count, (words, action, target)) in deeds.into_iter().enumerate() {
        let done = world.run(words);
        assert_eq!(done.code, 0, "{words:?}: {done:?}");
        let record = store.audit(500).await.unwrap();
        // The token of before is the first.
        assert_eq!(record.len(), count + 2, "{words:?}");
        let entry = &record[0];
        let found = (entry.actor.as_str(), entry.action.as_str(), entry.target.as_str());
        assert_eq!(found, ("cli", action, target), "{words:?}");
        assert!(!format!("{entry:?}").contains(KEY), "{entry:?}");
    }
    let before = store.audit(500).await.unwrap().len();
    for words in [
        &["device", "remove", CAMERA][..],
        &["device", "import", list],
        &["account", "set", ANNA, "--devices", "3"],
        &["account", "remove", ANNA],
        &["token", "revoke", &public],
        &["account", "list"],
    ] {
        world.run(words);
        assert_eq!(store.audit(500).await.unwrap().len(), before, "{words:?}");
    }
}
