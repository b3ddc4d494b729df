//! What all parts of a platform share.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use kandian_proto::Secret;
use kandian_proto::play::TokenBook;
use kandian_proto::session::platform;
use kandian_proto::time::Millis;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::access::{Board, Guard, Probes, Registry};
use crate::clock::Clock;
use crate::config::Config;
use crate::crm::Opinions;
use crate::events::Bus;
use crate::local::LocalKey;
use crate::media::Media;
use crate::messages::Messages;
use crate::outward::Outward;
use crate::province::Uplink;
use crate::service::accounts::Passwords;
use crate::sms::Post;
use crate::store::Store;

/// What all parts of a platform share.
#[derive(Debug)]
pub struct App {
    /// The settings.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// The database.
    pub store: Store,
    /// The live links.
    pub registry: Registry,
    /// What may still be tried, and by whom.
    pub guard: Arc<Guard>,
    /// The passwords of users.
    pub passwords: Passwords,
    /// What was heard of devices and is not in the database yet.
    pub board: Board,
    /// Which devices can be reached at their routers.
    pub probes: Probes,
    /// The way to others.
    pub outward: Arc<Outward>,
    /// Short messages on their way out.
    pub post: Post,
    /// The way to the group platform, for a province platform.
    pub uplink: Uplink,
    /// Everything that happens, for who listens.
    pub bus: Bus,
    /// The last messages of each device.
    pub messages: Messages,
    /// Whom CRM lets log in.
    pub opinions: Opinions,
    /// Live pictures for browsers.
    pub media: Media,
    /// A secret of this process, which goes into the tokens that it issues to itself.
    pub own_secret: Secret,
    /// Play tokens.
    plays: Mutex<TokenBook>,
    /// The settings of a link.
    pub link: Arc<platform::Config>,
    /// Where devices log in, once it listens.
    access: OnceLock<SocketAddr>,
    /// Where devices register, once it listens.
    device_http: OnceLock<SocketAddr>,
    /// What opens it to programs of this machine.
    pub local: LocalKey,
    /// Says that the platform stops.
    pub stop: CancellationToken,
    /// The tasks to wait for when it does.
    pub tasks: TaskTracker,
}

impl App {
    /// A platform that does nothing yet.
    #[must_use]
    pub fn new(config: Config, store: Store) -> Arc<Self> {
        let mut link = platform::Config::default();
        link.offset_minutes = config.province.offset_minutes;
        link.quirks = config.access.quirks;
        link.first_message = Millis::from_secs(config.access.first_message_secs);
        link.accepted_login = Millis::from_secs(config.access.login_secs);
        let outward = Arc::new(Outward::new(config.outward.authorities.clone()));
        Arc::new(Self {
            clock: Clock::start(),
            store,
            registry: Registry::default(),
            guard: Arc::new(Guard::new(&config.limits)),
            passwords: Passwords::default(),
            board: Board::default(),
            probes: Probes::default(),
            post: Post::new(&config.sms, &outward),
            outward,
            uplink: Uplink::default(),
            bus: Bus::default(),
            messages: Messages::new(config.access.messages_kept),
            opinions: Opinions::default(),
            media: Media::default(),
            own_secret: Secret::from(crate::service::random_text(32)),
            plays: Mutex::new(TokenBook::new()),
            link: Arc::new(link),
            access: OnceLock::new(),
            device_http: OnceLock::new(),
            local: LocalKey::default(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            config,
        })
    }

    /// Where devices log in.
    #[must_use]
    pub fn access_address(&self) -> SocketAddr {
        self.access.get().copied().unwrap_or(self.config.access.listen)
    }

    /// Notes where devices log in; the first call counts.
    pub fn set_access_address(&self, address: SocketAddr) {
        // A second listener would be a mistake of the program.
        let _ = self.access.set(address);
    }

    /// The port where devices register.
    #[must_use]
    pub fn device_http_port(&self) -> u16 {
        self.device_http.get().copied().unwrap_or(self.config.device_http.listen).port()
    }

    /// Notes where devices register; the first call counts.
    pub fn set_device_http_address(&self, address: SocketAddr) {
        // A second listener would be a mistake of the program.
        let _ = self.device_http.set(address);
    }

    /// Works on the play tokens.
    pub fn with_plays<T>(&self, work: impl FnOnce(&mut TokenBook) -> T) -> T {
        // A panic while it was held leaves a book that is whole: its functions do not panic half-way.
        work(&mut self.plays.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
