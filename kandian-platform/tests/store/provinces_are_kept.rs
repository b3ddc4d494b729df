use kandian_platform::rules::{ClientKind, Dotted, Mobile};
use kandian_platform::store::{
    AccountOrigin, AddressReport, Download, EnrolmentFilter, EnrolmentStep, ProvinceRemoval, Release, Store,
    StoreError, Subscribed, SubscriptionFilter,
};
use kandian_proto::Secret;
use kandian_proto::enrolment::{Addition, Province, State, WhyNot};

use super::world::{NOW, device, id, on_both};

fn province(text: &str) -> Province {
    text.parse().unwrap()
}

fn mobile(number: u64) -> Mobile {
    format!("189000{number:05}").parse().unwrap()
}

async fn enter(store: &Store, text: &str) {
    store.add_province(province(text), "上海".to_owned(), Secret::from("$argon2id$x"), NOW).await.unwrap();
}

async fn record(store: &Store, number: u32, state: State) {
    store.move_enrolment(id(number), NOW, move |_| (state.clone(), ())).await.unwrap();
}

on_both! {
    /// what is written is read.
    async fn with_their_addresses(store) {
        enter(&store, "3200-01").await;
        enter(&store, "3100-01").await;
        let again = store.add_province(province("3100-01"), "x".to_owned(), Secret::from("y"), NOW).await;
        assert_eq!(again, Err(StoreError::Exists));
        let found = store.province(province("3100-01")).await.unwrap().unwrap();
        assert_eq!((found.name.as_str(), &found.report, found.created_at), ("上海", &None, NOW));
        let report = AddressReport {
            version: "1.6.2".parse().unwrap(),
            mcu_url: "http://mcu.example/".parse().unwrap(),
            dev_url: "http://lcms.example/".parse().unwrap(),
            at: NOW,
            from: "192.0.2.1".to_owned(),
        };
        assert!(store.note_addresses(province("3100-01"), report.clone()).await.unwrap());
        assert!(!store.note_addresses(province("9900-01"), report.clone()).await.unwrap());
        assert!(store.change_province(province("3100-01"), Some("沪".to_owned()), None).await.unwrap());
        assert!(store.change_province(province("3100-01"), None, Some(Secret::from("z"))).await.unwrap());
        assert!(!store.change_province(province("9900-01"), None, None).await.unwrap());
        let all = store.provinces().await.unwrap();
        assert_eq!(all.iter().map(|p| p.id).collect::<Vec<_>>(), [province("3100-01"), province("3200-01")]);
        assert_eq!((all[0].name.as_str(), &all[0].report, all[0].password.reveal()), ("沪", &Some(report), "z"));
    }
}

on_both! {
    /// E-40: a user belongs to one province platform, and goes with it.
    async fn with_their_users(store) {
        let (sh, js) = (province("3100-01"), province("3200-01"));
        assert!(store.open_subscription(mobile(1), sh, 4, NOW).await.is_err());
        enter(&store, "3100-01").await;
        enter(&store, "3200-01").await;
        assert_eq!(store.change_subscription(mobile(1), sh, 4, NOW).await.unwrap(), Subscribed::Unknown);
        assert_eq!(store.cancel_subscription(mobile(1), sh).await.unwrap(), Subscribed::Unknown);
        for _ in 0..2 {
            assert_eq!(store.open_subscription(mobile(1), sh, 4, NOW).await.unwrap(), Subscribed::Done);
        }
        assert_eq!(store.open_subscription(mobile(1), js, 9, NOW).await.unwrap(), Subscribed::ToAnother);
        assert_eq!(store.change_subscription(mobile(1), js, 9, NOW).await.unwrap(), Subscribed::ToAnother);
        assert_eq!(store.cancel_subscription(mobile(1), js).await.unwrap(), Subscribed::ToAnother);
        assert_eq!(store.open_subscription(mobile(2), js, 2, NOW).await.unwrap(), Subscribed::Done);
        assert_eq!(store.change_subscription(mobile(1), sh, 5, NOW).await.unwrap(), Subscribed::Done);
        let filter = |province, after| SubscriptionFilter { province, after, limit: 10 };
        let listed = async |filter| {
            let found = store.subscriptions(filter).await.unwrap();
            found.iter().map(|user| (user.account, user.cameras)).collect::<Vec<_>>()
        };
        assert_eq!(listed(filter(None, None)).await, [(mobile(1), 5), (mobile(2), 2)]);
        assert_eq!(listed(filter(Some(js), None)).await, [(mobile(2), 2)]);
        assert_eq!(listed(filter(None, Some(mobile(1)))).await, [(mobile(2), 2)]);
        assert_eq!(store.remove_province(sh).await.unwrap(), ProvinceRemoval::Done);
        assert_eq!(listed(filter(None, None)).await, [(mobile(2), 2)]);
    }
}

on_both! {
    /// E-34: devices are found by whose they are, whatever their keys look like; a province platform with devices stays.
    async fn with_their_devices(store) {
        let sh = province("3100-01");
        enter(&store, "3100-01").await;
        let key = || Secret::from("3100-01 x");
        record(&store, 1, State::Unclaimed { key: key() }).await;
        assert_eq!(store.remove_province(sh).await.unwrap(), ProvinceRemoval::Done);
        enter(&store, "3100-01").await;
        record(&store, 2, State::Claimed { key: key(), by: sh }).await;
        record(&store, 3, State::Redirected { key: key(), by: sh }).await;
        record(&store, 4, State::Claimed { key: key(), by: province("3100-02") }).await;
        assert_eq!(store.remove_province(sh).await.unwrap(), ProvinceRemoval::HasDevices(2));
        let listed = async |province, step, after, limit| {
            let found = store.enrolments(EnrolmentFilter { province, step, after, limit }).await.unwrap();
            found.iter().map(|record| record.device).collect::<Vec<_>>()
        };
        assert_eq!(listed(None, None, None, 10).await, [id(1), id(2), id(3), id(4)]);
        assert_eq!(listed(Some(sh), None, None, 10).await, [id(2), id(3)]);
        assert_eq!(listed(Some(sh), Some(EnrolmentStep::Redirected), None, 10).await, [id(3)]);
        assert_eq!(listed(None, Some(EnrolmentStep::Unclaimed), None, 10).await, [id(1)]);
        assert_eq!(listed(None, None, Some(id(2)), 1).await, [id(3)]);
        assert_eq!(store.enrolment(id(3)).await.unwrap().unwrap().state.province(), Some(sh));
        assert_eq!(store.enrolment(id(9)).await.unwrap(), None);
        assert_eq!(store.remove_province(province("3200-01")).await.unwrap(), ProvinceRemoval::Unknown);
    }
}

on_both! {
    ///
    async fn with_the_clients_they_are_given(store) {
        let release = Release {
            client: ClientKind::Android,
            from: Dotted::ONE,
            version: "A-1.2".to_owned(),
            minimum: Dotted::ONE,
            url: "http://dl.example/a.apk".parse().unwrap(),
        };
        let newer = Release { version: "A-1.3".to_owned(), minimum: "1.2".parse().unwrap(), ..release.clone() };
        store.set_release(release).await.unwrap();
        store.set_release(newer.clone()).await.unwrap();
        assert_eq!(store.releases().await.unwrap(), [newer]);
        assert!(store.remove_release(ClientKind::Android, Dotted::ONE).await.unwrap());
        assert!(!store.remove_release(ClientKind::Android, Dotted::ONE).await.unwrap());
        let download = |client, version: &str| Download {
            client,
            version: version.to_owned(),
            url: "http://dl.example/".parse().unwrap(),
            at: NOW,
        };
        let both = vec![download(ClientKind::Android, "A-1.0"), download(ClientKind::Ios, "I-1.0")];
        store.set_downloads(both).await.unwrap();
        store.set_downloads(vec![download(ClientKind::Android, "A-1.1")]).await.unwrap();
        let now = [download(ClientKind::Android, "A-1.1"), download(ClientKind::Ios, "I-1.0")];
        assert_eq!(store.downloads().await.unwrap(), now);
    }
}

on_both! {
    /// E-32, E-168: a device that was claimed is stored and bound in one step; who was quicker counts.
    async fn and_what_they_claim_is_bound(store) {
        for number in 1..=2 {
            store.add_account(mobile(number), None, 1, AccountOrigin::Crm, NOW).await.unwrap();
        }
        let refused = |why| Addition::Refuse(why);
        assert!(store.has_room(mobile(1)).await.unwrap() && !store.has_room(mobile(9)).await.unwrap());
        let claim = async |number, account| store.bind_claimed(device(number), mobile(account), NOW).await.unwrap();
        assert_eq!(claim(1, 1).await, Addition::StoreAndBind);
        assert!(!store.has_room(mobile(1)).await.unwrap());
        assert_eq!((claim(1, 1).await, claim(1, 2).await), (refused(WhyNot::AlreadyBound), refused(WhyNot::AlreadyBound)));
        // It registered meanwhile, with this key or with another.
        store.add_device(device(2), NOW).await.unwrap();
        let mut other = device(2);
        other.key = Secret::from("OTHER");
        assert_eq!(store.bind_claimed(other, mobile(2), NOW).await.unwrap(), refused(WhyNot::KeyWrong));
        assert_eq!(claim(2, 2).await, Addition::Bind { newly_claimed: true });
        // No room any more: the province has it, and nobody else.
        assert_eq!(claim(3, 2).await, refused(WhyNot::NoRoom));
        assert!(store.device(id(3)).await.unwrap().is_some());
        assert_eq!(store.owner(id(3)).await.unwrap(), None);
        // What it says of itself is filled in later.
        let mut known = device(3);
        known.model = "KD-9".to_owned();
        store.note_first_registration(known, NOW).await.unwrap();
        let found = store.device(id(3)).await.unwrap().unwrap();
        assert_eq!((found.model.as_str(), found.registered_at), ("KD-9", Some(NOW)));
    }
}
