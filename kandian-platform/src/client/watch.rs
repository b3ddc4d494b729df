//! Where a client finds the picture. Spec §8.7, §15; E-91, E-92, E-161, E-162, E-186.

use kandian_proto::Outcome;
use kandian_proto::message::client::{PlayUrls, VideoPlayRequest, VideoPlayResponse};
use kandian_proto::value::{McuDeviceOpResult, Port};

use super::code::{Codes as _, Why, who};
use crate::access::PeerAddr;
use crate::app::App;
use crate::media::Camera;
use crate::service::play::{NoWays, ways_for_phone};

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
    let camera = Camera { device: request.dev_id, channel: request.channel_no, stream: request.stream_type };
    let ways = ways_for_phone(app, &account, peer.ip(), camera).await?;
    let own = || app.config.access.reachable_ip().to_string().parse().unwrap_or_default();
    let stun = app.config.turn.host.clone().unwrap_or_else(own);
    Ok(PlayUrls::new(stun, Port(app.config.turn.port), ways.nat_type)
        .local_play_url(ways.local)
        .upnp_play_url(ways.upnp)
        .turn_play_url(ways.relay))
}

impl From<NoWays> for Why {
    fn from(why: NoWays) -> Self {
        match why {
            NoWays::NotPermitted(why) => why.into(),
            NoWays::Unknown => Self::UnknownDevice,
            NoWays::Offline => Self::Offline,
            NoWays::NoToken(_) => Self::Other,
            NoWays::Store(error) => error.into(),
        }
    }
}
