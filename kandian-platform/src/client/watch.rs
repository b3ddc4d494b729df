//! Where a client finds the picture. Spec §8.7, §15; E-91, E-92, E-161, E-162, E-186.

use std::net::{IpAddr, SocketAddr};

use kandian_proto::message::client::{PlayUrls, VideoPlayRequest, VideoPlayResponse};
use kandian_proto::play::{Grant, KEY_BYTES, PlayUrl, Target};
use kandian_proto::value::{Host, McuDeviceOpResult, Port, UrlOrEmpty};
use kandian_proto::{Outcome, Secret};

use super::code::{Codes as _, Why, who};
use crate::access::{PeerAddr, Presence};
use crate::app::App;
use crate::service::accounts::permitted;
use crate::store::{Account, Device, Right};

/// Three URLs, each with a token of its own (E-92); empty where there is no way (E-162).
pub(super) async fn live(app: &App, peer: PeerAddr, request: &VideoPlayRequest) -> VideoPlayResponse {
    let found = urls(app, peer, request).await;
    VideoPlayResponse::new(match found {
        Ok(urls) => Outcome::Success(urls),
        Err(why) => Outcome::Failure(McuDeviceOpResult::code(why)),
    })
}

async fn urls(app: &App, peer: PeerAddr, request: &VideoPlayRequest) -> Result<PlayUrls, Why> {
    let account = who(app, &request.account, &request.login_session).await?;
    permitted(app, &account, request.dev_id, Right::Watch).await?;
    let device = app.store.device(request.dev_id).await?.ok_or(Why::UnknownDevice)?;
    let Presence::Online(epoch) = app.registry.presence(device.id) else { return Err(Why::Offline) };
    // A channel that the device does not have is another camera for devices that count from 1 (E-15).
    if request.channel_no >= device.channels.max(1) {
        return Err(Why::UnknownDevice);
    }
    let target = Target::live(device.id, request.channel_no, request.stream_type);
    let local = is_next_to(&device, peer.ip()).then_some(device.local_address.as_str());
    let stun = app.config.turn.host.clone().unwrap_or_else(|| host(app.config.access.reachable_ip()));
    // Nobody is sent where he may wait in vain.
    let upnp = app.probes.open(device.id, epoch).map(|socket| socket.to_string());
    Ok(PlayUrls::new(stun, Port(app.config.turn.port), device.nat_type)
        .local_play_url(url(app, &account, &target, local)?)
        .upnp_play_url(url(app, &account, &target, upnp.as_deref())?)
        .turn_play_url(url(app, &account, &target, Some(device.relay_address.as_str()))?))
}

/// Whether a client comes from the public address that the device comes from (E-186).
fn is_next_to(device: &Device, client: IpAddr) -> bool {
    let socket = device.public_address.parse::<SocketAddr>().map(|socket| socket.ip());
    let public = socket.or_else(|_| device.public_address.parse());
    public.is_ok_and(|public| public.to_canonical() == client.to_canonical())
}

/// The URL for one way to the device; empty when there is none.
fn url(app: &App, account: &Account, target: &Target, address: Option<&str>) -> Result<UrlOrEmpty, Why> {
    let Some(socket) = address.and_then(|address| address.parse::<SocketAddr>().ok()) else {
        return Ok(UrlOrEmpty::default());
    };
    if socket.ip().is_unspecified() || socket.port() == 0 {
        return Ok(UrlOrEmpty::default());
    }
    let key: [u8; KEY_BYTES] = rand::random();
    // The hash of the password is a secret of the account that nobody else has.
    let secret = account.password.clone().unwrap_or_else(|| Secret::from(""));
    let grant = Grant::new(account.number.to_string(), secret, target.clone());
    let issued = app.with_plays(|book| book.issue(app.clock.now(), &grant, &key)).map_err(|error| {
        tracing::warn!(device = %target.dev_id, %error, "no play token");
        Why::Other
    })?;
    let play = PlayUrl::new(host(socket.ip()), Port(socket.port()), target.clone(), issued.token);
    Ok(play.map(|play| play.to_url().into()).unwrap_or_default())
}

fn host(ip: IpAddr) -> Host {
    ip.to_string().parse().unwrap_or_default()
}
