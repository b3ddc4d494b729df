use kandian_platform::store::{DeviceFilter, Store, StoreError};

use super::world::{NOW, device, id, on_both, open};

on_both! {
    /// A change that fails fails alone, though it shares its commit with many others.
    async fn and_fail_alone(store) {
        let changes = (0..200_u32).map(|n| {
            let store = store.clone();
            tokio::spawn(async move { store.add_device(device(n / 2), NOW).await })
        });
        let outcomes = futures_util::future::join_all(changes).await;
        let (done, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().map(Result::unwrap).partition(Result::is_ok);
        assert_eq!((done.len(), refused.len()), (100, 100));
        assert!(refused.iter().all(|outcome| *outcome == Err(StoreError::Exists)));
        let filter = DeviceFilter { limit: 1, ..DeviceFilter::default() };
        assert_eq!(store.devices(&filter).await.unwrap().total, 100);
        assert_eq!(store.waiting(), 0);
    }
}

/// What was acknowledged is there when the database is opened again.
#[tokio::test]
async fn and_are_there_afterwards() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path()).await;
    store.add_device(device(1), NOW).await.unwrap();
    store.close().await;
    assert_eq!(store.add_device(device(2), NOW).await, Err(StoreError::Closed));
    let again = open(directory.path()).await;
    assert!(again.device(id(1)).await.unwrap().is_some());
}

/// Directories are named as people like.
#[tokio::test]
async fn in_any_directory() {
    let directory = tempfile::tempdir().unwrap();
    let odd = directory.path().join("a b?c#d%20");
    std::fs::create_dir(&odd).unwrap();
    open(&odd).await.add_device(device(1), NOW).await.unwrap();
    assert!(odd.join("kandian.sqlite3").exists());
    let missing = Store::open(&directory.path().join("missing"), None).await;
    assert!(matches!(missing, Err(StoreError::Open(_))), "{missing:?}");
}
