use kandian_platform::rules::Mobile;
use kandian_platform::store::{
    AccountChange, AccountOrigin, AccountState, Bound, Hold, Right, Rights, Session, Share,
};
use kandian_proto::Secret;
use kandian_proto::time::UnixMillis;

use super::world::{NOW, device, id, on_both};

fn mobile(number: u64) -> Mobile {
    format!("189000{number:05}").parse().unwrap()
}

fn later(by: i64) -> UnixMillis {
    UnixMillis(NOW.0 + by)
}

fn session(hash: &str, account: Mobile, at: i64) -> Session {
    Session {
        hash: hash.to_owned(),
        account,
        client: "A-1.0".to_owned(),
        address: "192.0.2.1".to_owned(),
        created_at: later(at),
        expires_at: later(at + 1_000),
    }
}

on_both! {
    /// What is written is read; pages follow one another.
    async fn accounts_are_kept(store) {
        for number in [3, 1, 2] {
            store.add_account(mobile(number), None, 4, AccountOrigin::Crm, NOW).await.unwrap();
        }
        assert!(store.add_account(mobile(1), None, 4, AccountOrigin::Admin, NOW).await.is_err());
        let change = AccountChange {
            password: Some(Secret::from("$argon2id$x")),
            device_limit: Some(9),
            state: Some(AccountState::Suspended),
            ..AccountChange::default()
        };
        assert!(store.change_account(mobile(2), change).await.unwrap());
        assert!(!store.change_account(mobile(4), AccountChange::default()).await.unwrap());
        let page = store.accounts(None, 2).await.unwrap();
        assert_eq!((page.items.len(), page.more), (2, true));
        let changed = &page.items[1];
        assert_eq!((changed.number, changed.device_limit, changed.state), (mobile(2), 9, AccountState::Suspended));
        assert!(changed.password.as_ref().unwrap().matches("$argon2id$x"));
        assert_eq!((changed.origin, changed.created_at, changed.login_at), (AccountOrigin::Crm, NOW, None));
        let rest = store.accounts(Some(mobile(2)), 2).await.unwrap();
        assert_eq!((rest.items[0].number, rest.items.len(), rest.more), (mobile(3), 1, false));
        assert!(store.remove_account(mobile(3)).await.unwrap());
        assert_eq!(store.account(mobile(3)).await.unwrap(), None);
    }
}

on_both! {
    /// E-153: a login ends by time, by a new password, by suspension, or when somebody ends it.
    async fn logins_end(store) {
        store.add_account(mobile(1), None, 4, AccountOrigin::Crm, NOW).await.unwrap();
        for (hash, at) in [("a", 0), ("b", 1), ("c", 2)] {
            assert!(store.open_session(session(hash, mobile(1), at), None).await.unwrap());
        }
        assert_eq!(store.account(mobile(1)).await.unwrap().unwrap().login_at, Some(later(2)));
        assert_eq!(store.session("a", later(999)).await.unwrap(), Some(session("a", mobile(1), 0)));
        assert_eq!(store.session("a", later(1_000)).await.unwrap(), None);
        store.prolong_session("a", later(5_000)).await.unwrap();
        store.prolong_session("a", later(3_000)).await.unwrap();
        assert_eq!(store.session("a", later(4_999)).await.unwrap().unwrap().expires_at, later(5_000));
        assert!(store.end_session("b").await.unwrap());
        assert!(!store.end_session("b").await.unwrap());
        store.prolong_session("b", later(9_000)).await.unwrap();
        assert_eq!(store.session("b", NOW).await.unwrap(), None);
        let password = AccountChange {
            password: Some(Secret::from("new")),
            keep_session: Some("a".to_owned()),
            ..AccountChange::default()
        };
        store.change_account(mobile(1), password).await.unwrap();
        let left = store.sessions_of(mobile(1), NOW).await.unwrap();
        assert_eq!(left.iter().map(|s| s.hash.as_str()).collect::<Vec<_>>(), ["a"]);
        assert_eq!(store.forget_sessions(later(4_999)).await.unwrap(), 0);
        assert_eq!(store.forget_sessions(later(5_000)).await.unwrap(), 1);
        // With the password that it had when it was looked at, nobody gets in any more.
        let (old, new) = (None, Some(Secret::from("new")));
        assert!(!store.open_session(session("d", mobile(1), 0), old).await.unwrap());
        assert!(store.open_session(session("d", mobile(1), 0), new.clone()).await.unwrap());
        let limit = AccountChange { device_limit: Some(1), ..AccountChange::default() };
        store.change_account(mobile(1), limit).await.unwrap();
        assert!(store.session("d", NOW).await.unwrap().is_some());
        let closed = AccountChange { state: Some(AccountState::Closed), ..AccountChange::default() };
        store.change_account(mobile(1), closed).await.unwrap();
        assert_eq!(store.session("d", NOW).await.unwrap(), None);
        assert!(!store.open_session(session("e", mobile(1), 0), new).await.unwrap());
        // An order that was decided before does not bring it back.
        let resumed = AccountChange {
            state: Some(AccountState::Active),
            unless_closed: true,
            ..AccountChange::default()
        };
        assert!(!store.change_account(mobile(1), resumed).await.unwrap());
        assert_eq!(store.account(mobile(1)).await.unwrap().unwrap().state, AccountState::Closed);
    }
}

on_both! {
    /// However many phones log in, an account has twenty logins, the newest.
    async fn and_are_not_hoarded(store) {
        store.add_account(mobile(1), None, 4, AccountOrigin::Crm, NOW).await.unwrap();
        for number in 0..25 {
            assert!(store.open_session(session(&format!("{number:02}"), mobile(1), number), None).await.unwrap());
        }
        // One that is made after the clock was set back is the newest all the same.
        assert!(store.open_session(session("back", mobile(1), -9), None).await.unwrap());
        assert!(store.session("back", NOW).await.unwrap().is_some());
        assert!(store.end_session("back").await.unwrap());
        let left = store.sessions_of(mobile(1), NOW).await.unwrap();
        let hashes: Vec<_> = left.iter().map(|s| s.hash.clone()).collect();
        assert_eq!(hashes, (6..25).rev().map(|n| format!("{n:02}")).collect::<Vec<_>>());
        assert_eq!(store.end_sessions_of(mobile(1), None).await.unwrap(), 19);
    }
}

on_both! {
    /// E-32, E-168: one owner; as many devices as the account may have, those of others not counted.
    async fn devices_have_one_owner(store) {
        for number in 1..=3 {
            store.add_device(device(number), NOW).await.unwrap();
        }
        for number in [1, 2] {
            store.add_account(mobile(number), None, 1, AccountOrigin::Crm, NOW).await.unwrap();
        }
        let bind = |device, account| store.bind(id(device), mobile(account), NOW);
        assert_eq!(bind(9, 1).await, Ok(Bound::NotOnRecord));
        assert_eq!(bind(1, 9).await, Ok(Bound::NotOnRecord));
        assert_eq!(bind(1, 1).await, Ok(Bound::Now));
        assert_eq!(bind(1, 1).await, Ok(Bound::Already));
        assert_eq!(bind(1, 2).await, Ok(Bound::ToAnother));
        assert_eq!(bind(2, 1).await, Ok(Bound::LimitMet));
        let share = Share { device: id(1), account: mobile(2), rights: Rights::ALL, expires_at: None };
        assert!(store.share(mobile(1), share, NOW).await.unwrap());
        assert_eq!(bind(2, 2).await, Ok(Bound::Now));
        assert!(!store.unbind(id(1), mobile(2)).await.unwrap());
        assert!(store.unbind(id(1), mobile(1)).await.unwrap());
        assert_eq!(store.owner(id(1)).await.unwrap(), None);
        assert_eq!(store.owner(id(2)).await.unwrap(), Some(mobile(2)));
        assert_eq!(bind(3, 1).await, Ok(Bound::Now));
    }
}

on_both! {
    /// A share is the owner's to give, ends by time, and with the binding; it never becomes ownership.
    async fn and_guests_for_a_while(store) {
        store.add_device(device(1), NOW).await.unwrap();
        for number in [1, 2, 3] {
            store.add_account(mobile(number), None, 4, AccountOrigin::Crm, NOW).await.unwrap();
        }
        store.bind(id(1), mobile(1), NOW).await.unwrap();
        let watch = Rights::from_iter([Right::Watch]);
        let share = |account, expires_at| Share { device: id(1), account, rights: watch, expires_at };
        assert!(!store.share(mobile(2), share(mobile(3), None), NOW).await.unwrap());
        assert!(!store.share(mobile(1), share(mobile(1), None), NOW).await.unwrap());
        assert!(!store.share(mobile(1), share(mobile(9), None), NOW).await.unwrap());
        assert!(store.share(mobile(1), share(mobile(2), Some(later(10))), NOW).await.unwrap());
        assert_eq!(store.hold(id(1), mobile(2), later(9)).await.unwrap(), Some(Hold::Guest(watch)));
        assert_eq!(store.hold(id(1), mobile(2), later(10)).await.unwrap(), None);
        let again = Share { rights: Rights::ALL, ..share(mobile(2), None) };
        assert!(store.share(mobile(1), again.clone(), NOW).await.unwrap());
        assert_eq!(store.shares(id(1), later(10)).await.unwrap(), [again]);
        assert_eq!(store.held(mobile(2), NOW).await.unwrap(), [(id(1), Hold::Guest(Rights::ALL))]);
        assert_eq!(store.held(mobile(1), NOW).await.unwrap(), [(id(1), Hold::Owner)]);
        assert_eq!(store.hold(id(1), mobile(3), NOW).await.unwrap(), None);
        assert!(store.share(mobile(1), share(mobile(3), None), NOW).await.unwrap());
        assert!(store.unshare(id(1), mobile(3)).await.unwrap());
        assert!(!store.unshare(id(1), mobile(3)).await.unwrap());
        store.unbind(id(1), mobile(1)).await.unwrap();
        assert_eq!(store.held(mobile(2), NOW).await.unwrap(), []);
        store.bind(id(1), mobile(1), NOW).await.unwrap();
        store.remove_device(id(1)).await.unwrap();
        assert_eq!(store.held(mobile(1), NOW).await.unwrap(), []);
    }
}
