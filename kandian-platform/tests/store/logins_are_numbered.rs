use std::net::SocketAddrV4;

use kandian_platform::store::{Login, Sighting, Store, UpnpState};
use kandian_proto::DevId;
use kandian_proto::session::Addresses;
use kandian_proto::session::platform::LinkEpoch;
use kandian_proto::time::UnixMillis;
use kandian_proto::value::{LoginResult, NatType, NetType};

use super::world::{NOW, device, id, on_both};

fn login(device: DevId) -> Login {
    Login {
        device,
        dev_ver: "V1.6_20141105".into(),
        public_address: "203.0.113.7:40000".into(),
        addresses: Addresses { local: Some("192.168.1.88:1554".parse().unwrap()), ..Addresses::default() },
        net_type: NetType::WIRED,
        nat_type: NatType(1),
    }
}

async fn accepted(store: &Store, device: DevId) -> LinkEpoch {
    store.log_in(login(device), NOW, |_| Ok(())).await.unwrap().unwrap().0
}

on_both! {
    /// E-72: each accepted login has a higher number than the last.: both addresses are on record.
    async fn upwards(store) {
        store.add_devices(vec![device(1), device(2)], NOW).await.unwrap();
        assert_eq!(accepted(&store, id(1)).await, LinkEpoch(1));
        assert_eq!(accepted(&store, id(1)).await, LinkEpoch(2));
        assert_eq!(accepted(&store, id(2)).await, LinkEpoch(1));
        let found = store.device(id(1)).await.unwrap().unwrap();
        assert_eq!((found.online, found.epoch, found.login_at), (true, LinkEpoch(2), Some(NOW)));
        assert_eq!(found.public_address, "203.0.113.7:40000");
        assert_eq!(found.local_address, "192.168.1.88:1554");
        assert_eq!(found.upnp_address, "");
    }
}

on_both! {
    /// E-187: what is known of the port at the router is known of one login and of one address.
    async fn and_ports_are_tried_for_each(store) {
        store.add_device(device(1), NOW).await.unwrap();
        let epoch = accepted(&store, id(1)).await;
        let state = async || {
            let found = store.device(id(1)).await.unwrap().unwrap();
            (found.upnp_address, found.upnp_state)
        };
        let port = |port: u16| SocketAddrV4::new([203, 0, 113, 7].into(), port);
        let seen = |epoch, upnp| Sighting {
            device: id(1),
            epoch,
            at: NOW,
            addresses: Addresses { upnp: Some(upnp), ..Addresses::default() },
            viewers: 0,
            online: true,
        };
        assert_eq!(state().await, (String::new(), UpnpState::NotTried));
        store.note_upnp(id(1), epoch, port(1).into(), UpnpState::Open).await.unwrap();
        assert_eq!(state().await, ("203.0.113.7:1".to_owned(), UpnpState::Open));
        store.note_sightings(vec![seen(epoch, port(1))]).await.unwrap();
        assert_eq!(state().await.1, UpnpState::Open);
        store.note_sightings(vec![seen(epoch, port(2))]).await.unwrap();
        assert_eq!(state().await, ("203.0.113.7:2".to_owned(), UpnpState::NotTried));
        store.note_upnp(id(1), epoch, port(2).into(), UpnpState::Closed).await.unwrap();
        assert_eq!(state().await.1, UpnpState::Closed);
        let newer = accepted(&store, id(1)).await;
        assert_eq!(state().await.1, UpnpState::NotTried);
        store.note_upnp(id(1), epoch, port(2).into(), UpnpState::Open).await.unwrap();
        assert_eq!(state().await.1, UpnpState::NotTried);
        store.note_upnp(id(1), newer, port(2).into(), UpnpState::Open).await.unwrap();
        assert_eq!(state().await.1, UpnpState::Open);
    }
}

on_both! {
    /// what is on record decides, and a refusal leaves no trace.
    async fn or_refused(store) {
        store.add_device(device(1), NOW).await.unwrap();
        let wrong = store.log_in(login(id(1)), NOW, |record| {
            let record = record.unwrap();
            assert!(record.key.matches("K7M2P9Q4") && !record.blocked);
            Err(LoginResult::BAD_DEV_KEY)
        });
        assert_eq!(wrong.await.unwrap().unwrap_err(), LoginResult::BAD_DEV_KEY);
        let unknown = store.log_in(login(id(9)), NOW, |record| {
            assert!(record.is_none());
            Ok(())
        });
        assert_eq!(unknown.await.unwrap().unwrap_err(), LoginResult::UNKNOWN_DEVICE);
        let found = store.device(id(1)).await.unwrap().unwrap();
        assert_eq!((found.epoch, found.online, found.login_at), (LinkEpoch(0), false, None));
    }
}

on_both! {
    /// E-72: what an older link says of a device is about a link that is gone.
    async fn and_older_ones_say_nothing_more(store) {
        store.add_device(device(1), NOW).await.unwrap();
        let old = accepted(&store, id(1)).await;
        let new = accepted(&store, id(1)).await;
        let later = UnixMillis(NOW.0 + 60_000);
        let sighting = |epoch, viewers| Sighting {
            device: id(1),
            epoch,
            at: later,
            addresses: Addresses::default(),
            viewers,
            online: true,
        };
        store.note_sightings(vec![sighting(old, 5)]).await.unwrap();
        store.note_offline(vec![(id(1), old)]).await.unwrap();
        let found = store.device(id(1)).await.unwrap().unwrap();
        assert_eq!((found.online, found.viewers, found.seen_at), (true, 0, Some(NOW)));
        store.note_sightings(vec![sighting(new, 3)]).await.unwrap();
        let found = store.device(id(1)).await.unwrap().unwrap();
        assert_eq!((found.viewers, found.seen_at, found.local_address.as_str()), (3, Some(later), ""));
        assert_eq!(store.logged_in().await.unwrap(), [(id(1), new)]);
        store.note_offline(vec![(id(1), new)]).await.unwrap();
        assert_eq!(store.logged_in().await.unwrap(), []);
    }
}
