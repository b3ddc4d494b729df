use kandian_platform::store::{
    AccountChange, AccountOrigin, AuditEntry, Bound, Order, Rights, Share, StoreError,
};

use super::world::{NOW, device, id, on_both};

fn deed(action: &str) -> AuditEntry {
    let text = |text: &str| text.to_owned();
    AuditEntry {
        at: NOW,
        actor: text("test"),
        action: text(action),
        target: text("it"),
        detail: String::new(),
    }
}

fn order(key: &str, request: &str) -> Order {
    let text = |text: &str| text.to_owned();
    Order {
        client: text("billing"),
        key: text(key),
        request: text(request),
        status: 201,
        answer: text("{}"),
        at: NOW,
    }
}

fn number(last: u64) -> kandian_platform::rules::Mobile {
    format!("1891234{last:04}").parse().unwrap()
}

on_both! {
    /// A change and the entry that says who made it are one commit: neither is there without the other, and what changes
    /// nothing is no deed.
    async fn deeds_are_noted_with_what_they_do(store) {
        let actions = async || {
            let entries = store.audit(50).await.unwrap();
            entries.into_iter().rev().map(|entry| entry.action).collect::<Vec<_>>()
        };
        let open = async |action: &str| {
            store.noting(deed(action)).add_account(number(1), None, 1, AccountOrigin::Crm, NOW).await
        };
        open("first").await.unwrap();
        assert_eq!(open("second").await, Err(StoreError::Exists));
        let change = AccountChange { device_limit: Some(1), ..AccountChange::default() };
        assert!(!store.noting(deed("nobody")).change_account(number(2), change.clone()).await.unwrap());
        assert!(store.noting(deed("change")).change_account(number(1), change).await.unwrap());
        store.add_device(device(1), NOW).await.unwrap();
        let bind = async |action: &str| store.noting(deed(action)).bind(id(1), number(1), NOW).await.unwrap();
        assert_eq!(bind("bind").await, Bound::Now);
        assert_eq!(bind("bound before").await, Bound::Already);
        assert_eq!(store.noting(deed("no login")).end_sessions_of(number(1), None).await.unwrap(), 0);
        assert_eq!(actions().await, ["first", "change", "bind"]);
        // What cannot be stored as it is must not keep the deed from being on record.
        store.noting(AuditEntry { target: "a\0b".into(), ..deed("odd") }).unbind(id(1), number(1)).await.unwrap();
        assert_eq!(store.audit(1).await.unwrap()[0].target, "a\u{FFFD}b");
    }
}

on_both! {
    /// an order that is on record is not carried out again: the change it would make is taken back.
    async fn orders_are_carried_out_once(store) {
        let open = async |last: u64, order: Order| {
            store.carrying_out(order).noting(deed("open")).add_account(number(last), None, 1, AccountOrigin::Crm, NOW).await
        };
        open(1, order("a", "x")).await.unwrap();
        assert_eq!(open(2, order("a", "x")).await, Err(StoreError::Exists));
        assert_eq!(store.account(number(2)).await.unwrap(), None);
        assert_eq!(store.audit(50).await.unwrap().len(), 1);
        assert_eq!(store.order("billing", "a").await.unwrap(), Some(order("a", "x")));
        assert_eq!(store.order("other", "a").await.unwrap(), None);
        open(2, order("b", "x")).await.unwrap();
        assert_eq!(store.note_order(order("b", "y")).await, Err(StoreError::Exists));
        assert_eq!(store.forget_orders(NOW).await.unwrap(), 0);
        let later = kandian_proto::time::UnixMillis(NOW.0 + 1);
        assert_eq!(store.forget_orders(later).await.unwrap(), 2);
        assert_eq!(store.order("billing", "a").await.unwrap(), None);
    }
}

on_both! {
    /// Only an account that was cancelled makes way for another with its number.
    async fn accounts_that_are_open_stay(store) {
        use kandian_platform::store::AccountState;
        store.add_account(number(1), None, 1, AccountOrigin::Crm, NOW).await.unwrap();
        assert!(!store.remove_closed_account(number(1)).await.unwrap());
        let close = AccountChange { state: Some(AccountState::Closed), ..AccountChange::default() };
        store.change_account(number(1), close).await.unwrap();
        assert!(store.remove_closed_account(number(1)).await.unwrap());
        assert!(!store.remove_closed_account(number(1)).await.unwrap());
    }
}

on_both! {
    /// A device has fifty guests at most; those it has may be changed.
    async fn guests_are_not_without_number(store) {
        store.add_device(device(1), NOW).await.unwrap();
        for last in 0..52 {
            store.add_account(number(last), None, 1, AccountOrigin::Crm, NOW).await.unwrap();
        }
        assert_eq!(store.bind(id(1), number(0), NOW).await.unwrap(), Bound::Now);
        let share = async |last: u64| {
            let share = Share { device: id(1), account: number(last), rights: Rights::ALL, expires_at: None };
            store.share(number(0), share, NOW).await.unwrap()
        };
        for last in 1..=50 {
            assert!(share(last).await, "{last}");
        }
        assert!(!share(51).await);
        assert!(share(50).await);
        assert!(store.unshare(id(1), number(7)).await.unwrap());
        assert!(share(51).await);
    }
}
