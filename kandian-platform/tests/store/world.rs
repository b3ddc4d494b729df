//! A store of its own for each test.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use kandian_platform::store::{NewDevice, Origin, Store};
use kandian_proto::time::UnixMillis;
use kandian_proto::value::{DevType, Manufacturer};
use kandian_proto::{DevId, Secret};
use sqlx::{AnyConnection, Connection};

pub(crate) const NOW: UnixMillis = UnixMillis(1_395_109_800_000);

/// Makes two tests of one: on SQLite, and on PostgreSQL.
macro_rules! on_both {
    ($(#[$meta:meta])* async fn $name:ident($store:ident) $body:block) => {
        mod $name {
            use super::*;

            async fn behaviour($store: kandian_platform::store::Store) $body

            $(#[$meta])*
            #[tokio::test]
            async fn sqlite() {
                let directory = tempfile::tempdir().unwrap();
                behaviour($crate::world::open(directory.path()).await).await;
            }

            $(#[$meta])*
            #[tokio::test]
            #[ignore = "needs a PostgreSQL server in KANDIAN_TEST_POSTGRES"]
            async fn postgres() {
                behaviour($crate::world::postgres(stringify!($name)).await).await;
            }
        }
    };
}
pub(crate) use on_both;

pub(crate) async fn open(directory: &Path) -> Store {
    Store::open(directory, None).await.unwrap()
}

/// A database of its own on the server.
pub(crate) async fn postgres(test: &str) -> Store {
    let server = std::env::var("KANDIAN_TEST_POSTGRES").expect("KANDIAN_TEST_POSTGRES");
    let unique = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let name = format!("kandian_{test}_{unique}");
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&format!("{server}/postgres")).await.unwrap();
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(create).execute(&mut connection).await.unwrap();
    Store::open(Path::new(""), Some(&Secret::from(format!("{server}/{name}")))).await.unwrap()
}

pub(crate) fn id(number: u32) -> DevId {
    format!("811{number:08}").parse().unwrap()
}

pub(crate) fn device(number: u32) -> NewDevice {
    NewDevice {
        id: id(number),
        key: Secret::from("K7M2P9Q4"),
        dev_type: DevType::IPCAM,
        manufacturer: Manufacturer::new("811").unwrap(),
        model: "KD-1".to_owned(),
        name: format!("收银台 {number}"),
        origin: Origin::Manual,
    }
}
