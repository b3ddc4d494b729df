//! A limit on guessing or flooding is met.

use std::fmt::Display;
use std::net::IpAddr;

use super::audit::note;
use crate::access::Met;
use crate::app::App;

/// The name under which the platform itself is on record.
const ACTOR: &str = "platform";

/// Counts it, and puts it on record once: whoever floods must not flood the records as well.
pub(super) async fn limited(app: &App, met: Met, what: &'static str, of: &impl Display, peer: IpAddr) {
    let limit = met.limit.key();
    metrics::counter!("kandian_limited_total", "what" => what, "limit" => limit).increment(1);
    if !met.is_news {
        return tracing::debug!(%of, %peer, what, limit, "refused by a limit");
    }
    tracing::warn!(%of, %peer, what, limit, "a limit is met; what comes beyond it is refused");
    note(app, ACTOR, "limit.met", &of.to_string(), &format!("{what} from {peer}, {limit}")).await;
}
