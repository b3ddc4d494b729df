use kandian_platform::store::{DeviceChange, DeviceFilter, Store, StoreError};
use kandian_proto::Secret;
use kandian_proto::session::Quirks;
use kandian_proto::value::DevType;

use super::world::{NOW, device, id, on_both};

on_both! {
    async fn are_found_again(store) {
        store.add_device(device(1), NOW).await.unwrap();
        let found = store.device(id(1)).await.unwrap().unwrap();
        assert_eq!((found.id, found.name.as_str(), found.created_at), (id(1), "收银台 1", NOW));
        assert_eq!((found.online, found.quirks, found.channels), (false, None, 0));
        assert!(found.key.matches("K7M2P9Q4"));
        assert_eq!(store.device(id(2)).await.unwrap(), None);
        assert_eq!(store.add_device(device(1), NOW).await, Err(StoreError::Exists));
    }
}

on_both! {
    async fn are_entered_all_or_none(store) {
        store.add_device(device(3), NOW).await.unwrap();
        let list = (1..5).map(device).collect();
        assert_eq!(store.add_devices(list, NOW).await, Err(StoreError::Exists));
        assert_eq!(store.devices(&filter(10)).await.unwrap().total, 1);
        store.add_devices(vec![device(1), device(2)], NOW).await.unwrap();
        assert_eq!(store.devices(&filter(10)).await.unwrap().total, 3);
    }
}

on_both! {
    /// However many are asked for: a list of thousands is more than a statement takes.
    async fn are_known_among_many(store) {
        store.add_devices(vec![device(3), device(700), device(1_499)], NOW).await.unwrap();
        let asked: Vec<_> = (0..1_500).map(id).collect();
        let known = store.on_record(&asked).await.unwrap();
        assert_eq!(known.into_iter().collect::<Vec<_>>(), [id(3), id(700), id(1_499)]);
        assert!(store.on_record(&[]).await.unwrap().is_empty());
    }
}

fn filter(limit: u32) -> DeviceFilter {
    DeviceFilter { limit, ..DeviceFilter::default() }
}

async fn ids(store: &Store, filter: &DeviceFilter) -> Vec<String> {
    store.devices(filter).await.unwrap().items.iter().map(|d| d.id.to_string()[8..].to_owned()).collect()
}

on_both! {
    async fn are_listed_in_pages(store) {
        store.add_devices((1..=25).map(device).collect(), NOW).await.unwrap();
        let first = store.devices(&filter(10)).await.unwrap();
        assert_eq!((first.items.len(), first.total, first.more), (10, 25, true));
        let after = first.items.last().map(|d| d.id);
        let second = DeviceFilter { after, ..filter(10) };
        assert_eq!(ids(&store, &second).await[0], "011");
        let last = DeviceFilter { after: Some(id(20)), ..filter(10) };
        assert!(!store.devices(&last).await.unwrap().more);
        let named = DeviceFilter { text: Some("收银台 7".into()), ..filter(10) };
        assert_eq!(ids(&store, &named).await, ["007"]);
        let nvr = DeviceFilter { dev_type: Some(DevType::NVR), ..filter(10) };
        assert_eq!(ids(&store, &nvr).await, [""; 0]);
        let offline = DeviceFilter { online: Some(false), ..filter(3) };
        assert_eq!(ids(&store, &offline).await, ["001", "002", "003"]);
    }
}

on_both! {
    /// What people type is a text, whatever it means to a database.
    async fn searched_by_hostile_texts(store) {
        store.add_device(device(1), NOW).await.unwrap();
        for text in ["%", "_", "' OR 1=1 --", "\\", "X100%"] {
            let all = DeviceFilter { text: Some(text.into()), ..filter(10) };
            let found = store.devices(&all).await.unwrap().total;
            // A wildcard alone is nothing to search for.
            let everything = text.chars().all(|c| "%_\\".contains(c));
            assert_eq!(found, u64::from(everything), "{text}");
        }
    }
}

on_both! {
    async fn are_changed_where_asked(store) {
        store.add_device(device(1), NOW).await.unwrap();
        let change = DeviceChange { name: Some("门口".into()), blocked: Some(true), ..DeviceChange::default() };
        assert!(store.change_device(id(1), change).await.unwrap());
        let quirks = DeviceChange { quirks: Some(Some(Quirks::LEGACY_RECORDER)), ..DeviceChange::default() };
        assert!(store.change_device(id(1), quirks).await.unwrap());
        let found = store.device(id(1)).await.unwrap().unwrap();
        assert_eq!((found.name.as_str(), found.blocked), ("门口", true));
        assert_eq!(found.quirks, Some(Quirks::LEGACY_RECORDER));
        assert!(found.key.matches("K7M2P9Q4"));
        let back = DeviceChange { quirks: Some(None), key: Some(Secret::from("NEW")), ..DeviceChange::default() };
        assert!(store.change_device(id(1), back).await.unwrap());
        let found = store.device(id(1)).await.unwrap().unwrap();
        assert_eq!(found.quirks, None);
        assert!(found.key.matches("NEW"));
        assert!(!store.change_device(id(2), DeviceChange::default()).await.unwrap());
    }
}

on_both! {
    async fn take_everything_along(store) {
        store.add_device(device(1), NOW).await.unwrap();
        store.put_capabilities(id(1), "{}".into(), 4, NOW).await.unwrap();
        store.put_capabilities(id(1), "{\"a\":1}".into(), 8, NOW).await.unwrap();
        assert_eq!(store.device(id(1)).await.unwrap().unwrap().channels, 8);
        assert_eq!(store.capabilities(id(1)).await.unwrap(), Some(("{\"a\":1}".to_owned(), NOW)));
        assert!(store.remove_device(id(1)).await.unwrap());
        assert!(!store.remove_device(id(1)).await.unwrap());
        assert_eq!(store.capabilities(id(1)).await.unwrap(), None);
    }
}
