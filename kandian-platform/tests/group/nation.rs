//! A country: a group platform and two province platforms.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU16, Ordering};

use kandian_platform::config::{Config, Roles};
use kandian_platform::run::Platform;
use kandian_platform::service::accounts::{NewAccount, open_account};
use kandian_platform::service::create_token;
use kandian_platform::store::{AccountOrigin, TokenRole};
use kandian_proto::Secret;
use serde_json::Value;
use tempfile::TempDir;

use super::phone::PASSWORD;
use super::world::{PATIENCE, World, http, settings};

pub(crate) const SHANGHAI: &str = "3100-01";
pub(crate) const JIANGSU: &str = "3200-01";

/// A platform that comes back at the same addresses.
pub(crate) struct Place {
    pub(crate) world: World,
    config: Config,
}

/// A platform that does not run.
pub(crate) struct Down {
    directory: TempDir,
    token: String,
    config: Config,
}

/// Addresses that nothing else of this process uses.
fn address() -> IpAddr {
    static NEXT: AtomicU16 = AtomicU16::new(1);
    let [high, low] = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    Ipv4Addr::new(127, 77, high, low).into()
}

impl Place {
    pub(crate) async fn start(change: impl FnOnce(&mut Config, IpAddr)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut config = settings(directory.path());
        let ip = address();
        config.http.listen = SocketAddr::new(ip, 8080);
        config.device_http.listen = SocketAddr::new(ip, 8098);
        config.access.listen = SocketAddr::new(ip, 8588);
        config.access.advertise = ip.to_string().parse().ok();
        change(&mut config, ip);
        let platform = Platform::start(config.clone()).await.unwrap();
        let app = platform.app();
        let made = create_token(&app.store, "test", TokenRole::Admin, app.clock.wall(), None).await;
        let token = made.unwrap().reveal().to_owned();
        Self { world: World { platform, directory, token }, config }
    }

    pub(crate) async fn down(self) -> Down {
        let Self { world: World { platform, directory, token }, config } = self;
        platform.stop().await;
        Down { directory, token, config }
    }

    pub(crate) async fn restart(self) -> Self {
        self.down().await.up().await
    }

    pub(crate) async fn rest(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        self.world.rest(method, path, body).await
    }

    /// Where province platforms post.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/GroupService", self.world.platform.http())
    }

    pub(crate) async fn open(&self, account: &str, devices: u32) {
        let (number, password) = (account.parse().unwrap(), Some(Secret::from(PASSWORD)));
        let account = NewAccount { number, password, device_limit: devices, origin: AccountOrigin::Admin };
        let app = self.world.platform.app();
        open_account(&app.store, &app.passwords, account, app.clock.wall()).await.unwrap();
    }

    /// Posts a document to the group platform; the status and the answer.
    pub(crate) async fn post(&self, body: &str) -> (u16, String) {
        let head = "Content-Type: text/xml;charset=UTF-8\r\n";
        let (status, answer) =
            http(self.world.platform.http(), "POST", "/GroupService", head, body.as_bytes()).await;
        (status, String::from_utf8(answer).unwrap())
    }

    /// Waits until REST says so.
    pub(crate) async fn until(&self, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let wait = async {
            loop {
                let (_, value) = self.rest("GET", path, "").await;
                if is_so(&value) {
                    return value;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, wait).await;
        match waited {
            Ok(value) => value,
            Err(_) => panic!("{path} stays {}", self.rest("GET", path, "").await.1),
        }
    }
}

impl Down {
    /// With other settings from now on.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    pub(crate) async fn up(self) -> Place {
        let Self { directory, token, config } = self;
        let platform = Platform::start(config.clone()).await.unwrap();
        Place { world: World { platform, directory, token }, config }
    }
}

/// A group platform alone.
pub(crate) async fn group() -> Place {
    Place::start(|config, _| config.roles = Roles::Group).await
}

/// Puts a province platform on record; its password.
pub(crate) async fn enter(group: &Place, id: &str, name: &str) -> String {
    let body = serde_json::json!({ "id": id, "name": name }).to_string();
    let (status, made) = group.rest("POST", "/api/v1/provinces", &body).await;
    assert_eq!(status, 200, "{made}");
    made["password"].as_str().unwrap().to_owned()
}

/// A province platform that reports to a group platform.
pub(crate) async fn province(group: &Place, id: &str, password: &str) -> Place {
    province_with(&group.url(), id, password, |_| ()).await
}

pub(crate) async fn province_with(
    url: &str,
    id: &str,
    password: &str,
    change: impl FnOnce(&mut Config),
) -> Place {
    Place::start(|config, ip| {
        config.roles = Roles::Province;
        config.province.mcu_url = format!("http://{ip}:8080/MobileService").parse().ok();
        config.province.group.url = url.parse().ok();
        let (province_no, cms_no) = id.split_once('-').unwrap();
        config.province.group.province_no = province_no.to_owned();
        config.province.group.cms_no = cms_no.to_owned();
        config.province.group.password = Some(Secret::from(password));
        change(config);
    })
    .await
}

pub(crate) struct Nation {
    pub(crate) group: Place,
    pub(crate) shanghai: Place,
    pub(crate) jiangsu: Place,
}

impl Nation {
    /// Both provinces are known to the group platform, and have reported.
    pub(crate) async fn start() -> Self {
        let group = group().await;
        let password = enter(&group, SHANGHAI, "上海").await;
        let shanghai = province(&group, SHANGHAI, &password).await;
        let password = enter(&group, JIANGSU, "江苏").await;
        let jiangsu = province(&group, JIANGSU, &password).await;
        let both = |list: &Value| {
            let provinces = list["provinces"].as_array().unwrap();
            provinces.iter().all(|province| province["report"].is_object())
        };
        group.until("/api/v1/provinces", both).await;
        Self { group, shanghai, jiangsu }
    }
}
