//! A limit on guessing or flooding is met.

use kandian_proto::DevId;

use super::audit::note;
use crate::access::{Met, PeerAddr};
use crate::app::App;

/// The name under which the platform itself is on record.
const ACTOR: &str = "platform";

/// Counts it, and puts it on record once: whoever floods must not flood the records as well.
pub(super) async fn limited(app: &App, met: Met, what: &'static str, device: DevId, peer: PeerAddr) {
    let limit = met.limit.key();
    metrics::counter!("kandian_limited_total", "what" => what, "limit" => limit).increment(1);
    if !met.is_news {
        return tracing::debug!(%device, %peer, what, limit, "refused by a limit");
    }
    tracing::warn!(%device, %peer, what, limit, "a limit is met; what comes beyond it is refused with 255");
    note(app, ACTOR, "limit.met", device.as_str(), &format!("{what} from {}, {limit}", peer.ip())).await;
}
