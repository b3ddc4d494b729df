use std::time::Duration;

use kandian_platform::rules::Mobile;
use kandian_platform::store::{AccountChange, AccountOrigin, AccountState, ReportCounts, ReportKind, Store};

use super::world::{NOW, on_both};

fn mobile(number: u64) -> Mobile {
    format!("189000{number:05}").parse().unwrap()
}

async fn add(store: &Store, number: u64) {
    store.add_account(mobile(number), None, 4, AccountOrigin::Crm, NOW).await.unwrap();
}

async fn limit(store: &Store, number: u64, device_limit: u32) {
    let change = AccountChange { device_limit: Some(device_limit), ..AccountChange::default() };
    assert!(store.change_account(mobile(number), change).await.unwrap());
}

async fn next(store: &Store) -> Vec<(ReportKind, Mobile, u32)> {
    let next = store.next_reports(10).await.unwrap();
    next.iter().map(|report| (report.kind, report.account, report.cameras)).collect()
}

on_both! {
    /// one report of each account at a time, in the order in which things happened; what was refused does not
    /// stand in the way of what came later.
    async fn in_the_order_of_each_account(store) {
        let store = store.reporting(true);
        add(&store, 1).await;
        limit(&store, 1, 6).await;
        add(&store, 2).await;
        assert!(store.remove_account(mobile(1)).await.unwrap());
        assert_eq!(next(&store).await, [(ReportKind::Open, mobile(1), 4), (ReportKind::Open, mobile(2), 4)]);
        let first = store.next_reports(1).await.unwrap().remove(0);
        assert_eq!((first.attempts, first.refused_at, first.reason.as_str()), (0, None, ""));
        assert!(first.created_at.0 > 1_600_000_000_000);
        assert!(store.report_sent(first.id).await.unwrap());
        store.report_failed(first.id, "silence\0".to_owned(), None).await.unwrap();
        let first = store.next_reports(1).await.unwrap().remove(0);
        assert_eq!((first.attempts, first.reason.as_str()), (1, "silence\u{fffd}"));
        store.report_failed(first.id, "answered 255".to_owned(), Some(NOW)).await.unwrap();
        assert_eq!(next(&store).await, [(ReportKind::Change, mobile(1), 6), (ReportKind::Open, mobile(2), 4)]);
        assert_eq!(store.count_reports().await.unwrap(), ReportCounts { waiting: 3, refused: 1 });
        let refused = store.reports(true, 0, 10).await.unwrap();
        assert_eq!((refused.len(), refused[0].id, refused[0].refused_at), (1, first.id, Some(NOW)));
        let waiting = store.reports(false, first.id, 2).await.unwrap();
        assert_eq!(waiting.iter().map(|report| report.kind).collect::<Vec<_>>(), [ReportKind::Change, ReportKind::Open]);
        assert!(store.retry_report(first.id).await.unwrap() && !store.retry_report(first.id).await.unwrap());
        assert_eq!(next(&store).await[0], (ReportKind::Open, mobile(1), 4));
        for _ in 0..4 {
            let report = store.next_reports(1).await.unwrap().remove(0);
            assert!(store.drop_report(report.id).await.unwrap() && !store.drop_report(report.id).await.unwrap());
        }
        assert_eq!(next(&store).await, []);
    }
}

on_both! {
    /// A change that is not made owes nothing, and neither does one that says nothing new, or a store that is told so.
    async fn and_nothing_else(store) {
        add(&store, 1).await;
        limit(&store, 1, 9).await;
        assert_eq!(next(&store).await, []);
        let store = store.reporting(true);
        assert!(store.add_account(mobile(1), None, 4, AccountOrigin::Crm, NOW).await.is_err());
        limit(&store, 1, 9).await;
        assert!(!store.change_account(mobile(2), AccountChange { device_limit: Some(1), ..Default::default() }).await.unwrap());
        assert!(!store.remove_account(mobile(2)).await.unwrap());
        assert_eq!(next(&store).await, []);
        let closed = AccountChange { state: Some(AccountState::Closed), ..AccountChange::default() };
        assert!(store.change_account(mobile(1), closed).await.unwrap());
        assert_eq!(next(&store).await, [(ReportKind::Cancel, mobile(1), 0)]);
        // Whoever waits for news gets it.
        tokio::time::timeout(Duration::from_secs(5), store.report_queued()).await.unwrap();
    }
}
