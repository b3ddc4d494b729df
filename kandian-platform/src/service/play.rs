//! Ways to the picture of a camera, each with a token of its own. Spec §8.7, §15; E-91,
//! E-92, E-161, E-162, E-186.
//!
//! SOAP gives them to phones; the gateway takes them itself. What differs is who watches from where, and so which local
//! address is near.

use std::net::{IpAddr, SocketAddr};

use kandian_proto::Secret;
use kandian_proto::play::path::Path;
use kandian_proto::play::{Grant, IssueError, KEY_BYTES, PlayUrl};
use kandian_proto::value::{Host, NatType, Port, UrlOrEmpty};

use crate::access::Presence;
use crate::app::App;
use crate::media::Camera;
use crate::media::explain::{End, PlayId, Watcher, What};
use crate::media::ticket::Ticket;
use crate::media::way::{self, WhyNot};
use crate::service::accounts::{NotPermitted, SessionFailure, holder, permitted};
use crate::store::{Account, Device, Right, StoreError};

/// Where the picture is.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    /// In the network of the device.
    pub local: UrlOrEmpty,
    /// At its router.
    pub upnp: UrlOrEmpty,
    /// Over the relay.
    pub relay: UrlOrEmpty,
    /// The NAT that the device found before it.
    pub nat_type: NatType,
}

/// Why there are no ways.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoWays {
    /// The account may not watch the device.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// There is no such device, or it has no such channel.
    #[error("there is no such device or channel")]
    Unknown,
    /// It is not logged in.
    #[error("the device is offline")]
    Offline,
    /// No token could be issued.
    #[error(transparent)]
    NoToken(#[from] IssueError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The ways for a phone that comes from an address. What it does with them is seen when the device asks about the tokens.
///
/// # Errors
///
/// [`NoWays`].
pub async fn ways_for_phone(
    app: &App,
    account: &Account,
    from: IpAddr,
    camera: Camera,
) -> Result<Ways, NoWays> {
    permitted(app, account, camera.device, Right::Watch).await?;
    let device = of(app, camera).await?;
    let Presence::Online(epoch) = app.registry.presence(device.id) else { return Err(NoWays::Offline) };
    let upnp = app.probes.open(device.id, epoch);
    let is_near = way::seen_ip(&device.public_address) == Some(from.to_canonical());
    let local = if is_near { usable(&device.local_address) } else { Err(WhyNot::OtherNetwork) };
    let leads = Leads { local, upnp: upnp.ok_or(WhyNot::NotOpen), relay: usable(&device.relay_address) };
    let play = app.media.plays.begin(app.clock.now(), camera, Watcher::Phone(account.number));
    // The hash of the password is a secret of the account that nobody else has.
    let secret = account.password.clone().unwrap_or_else(|| Secret::from(""));
    let grant = Grant::new(account.number.to_string(), secret, camera.target());
    written(app, play, &grant, leads, device.nat_type)
}

/// The ways for the platform itself: only to where it may connect.
///
/// # Errors
///
/// [`NoWays`].
pub async fn ways_for_gateway(app: &App, play: PlayId, camera: Camera) -> Result<Ways, NoWays> {
    let device = of(app, camera).await?;
    let Presence::Online(epoch) = app.registry.presence(device.id) else { return Err(NoWays::Offline) };
    let networks = &app.config.media.local_networks;
    let leads = Leads {
        local: way::local(&device.local_address, &device.public_address, networks),
        upnp: app.probes.open(device.id, epoch).ok_or(WhyNot::NotOpen),
        relay: Err(WhyNot::NoRelay),
    };
    // An account of its own for each device: no camera uses up the tokens of another.
    let grant = Grant::new(format!("gateway:{}", device.id), app.own_secret.clone(), camera.target());
    tracing::debug!(%camera, "the platform issues itself tokens to watch");
    written(app, play, &grant, leads, device.nat_type)
}

/// Whether an account may watch a camera that is on record, whether it is online or not.
///
/// # Errors
///
/// [`NoWays`].
pub async fn may_watch(app: &App, account: &Account, camera: Camera) -> Result<(), NoWays> {
    permitted(app, account, camera.device, Right::Watch).await?;
    of(app, camera).await.map(drop)
}

/// Whether somebody who watches may go on: the login lives, and so does the right. Watching is using the login.
///
/// # Errors
///
/// Why it is over.
pub async fn may_go_on(app: &App, ticket: &Ticket) -> Result<(), End> {
    match holder(app, &ticket.session).await {
        Ok(account) => match permitted(app, &account, ticket.camera.device, Right::Watch).await {
            Ok(_) => Ok(()),
            Err(NotPermitted::NotHeld | NotPermitted::NotShared) => Err(End::NoRight),
            Err(NotPermitted::Store(error)) => unknown(&error),
        },
        Err(SessionFailure::UnknownAccount | SessionFailure::Expired) => Err(End::LoggedOut),
        Err(SessionFailure::Store(error)) => unknown(&error),
    }
}

/// A database that fails for a moment ends no picture: whoever watches had the right seconds ago.
fn unknown(error: &StoreError) -> Result<(), End> {
    tracing::error!(%error, "whether somebody may go on watching could not be found out");
    Ok(())
}

/// A channel that the device does not have is another camera for devices that count from 1 (E-15).
async fn of(app: &App, camera: Camera) -> Result<Device, NoWays> {
    let device = app.store.device(camera.device).await?.ok_or(NoWays::Unknown)?;
    if camera.channel < device.channels.max(1) { Ok(device) } else { Err(NoWays::Unknown) }
}

struct Leads {
    local: Result<SocketAddr, WhyNot>,
    upnp: Result<SocketAddr, WhyNot>,
    relay: Result<SocketAddr, WhyNot>,
}

fn usable(address: &str) -> Result<SocketAddr, WhyNot> {
    let socket = address.parse::<SocketAddr>().ok();
    socket.filter(|socket| !socket.ip().is_unspecified() && socket.port() != 0).ok_or(WhyNot::NoAddress)
}

fn written(app: &App, play: PlayId, grant: &Grant, leads: Leads, nat_type: NatType) -> Result<Ways, NoWays> {
    let url = |path, leads| url(app, play, grant, path, leads);
    Ok(Ways {
        local: url(Path::Local, leads.local)?,
        upnp: url(Path::Upnp, leads.upnp)?,
        relay: url(Path::RelayTcp, leads.relay)?,
        nat_type,
    })
}

/// The URL for one way, with a token of its own (E-92); empty where there is no way (E-162).
fn url(
    app: &App,
    play: PlayId,
    grant: &Grant,
    path: Path,
    leads: Result<SocketAddr, WhyNot>,
) -> Result<UrlOrEmpty, NoWays> {
    let (now, plays) = (app.clock.now(), &app.media.plays);
    plays.note(now, play, What::Way { path, leads });
    let Ok(socket) = leads else { return Ok(UrlOrEmpty::default()) };
    let key: [u8; KEY_BYTES] = rand::random();
    let issued = app.with_plays(|book| book.issue(now, grant, &key)).inspect_err(|error| {
        tracing::warn!(device = %grant.target.dev_id, %error, "no play token");
    })?;
    plays.token(now, play, path, &issued.token);
    let host = socket.ip().to_string().parse::<Host>().unwrap_or_default();
    let play = PlayUrl::new(host, Port(socket.port()), grant.target.clone(), issued.token);
    Ok(play.map(|play| play.to_url().into()).unwrap_or_default())
}
