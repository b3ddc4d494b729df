//! The port where devices log in. Spec §7.3.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tracing::Instrument as _;

use super::counts::{Counts, Crowd};
use super::link::LinkTask;
use super::peer::{PeerAddr, is_trusted};
use super::proxy;
use crate::app::App;

/// The wait after a connection could not be accepted, because descriptors are used up for example.
const BREATH: Duration = Duration::from_millis(100);

/// Accepts links until the platform stops.
pub(crate) async fn serve(app: Arc<App>, listener: TcpListener) {
    let counts = Counts::new(app.config.access.max_links, app.config.access.max_links_per_address);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = app.stop.cancelled() => return,
        };
        match accepted {
            Ok((stream, peer)) => enter(&app, &counts, stream, peer),
            Err(error) => {
                tracing::error!(%error, "a link could not be accepted");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

/// Takes a connection in, whoever it is from.
fn enter(app: &Arc<App>, counts: &Arc<Counts>, stream: TcpStream, peer: SocketAddr) {
    // Small frames, each waited for.
    let _ = stream.set_nodelay(true);
    if is_trusted(&app.config.access.proxies, peer.ip()) {
        app.tasks.spawn(enter_by_proxy(Arc::clone(app), Arc::clone(counts), stream, peer));
    } else {
        admit(app, counts, stream, PeerAddr::direct(peer));
    }
}

async fn enter_by_proxy(app: Arc<App>, counts: Arc<Counts>, stream: TcpStream, proxy: SocketAddr) {
    let peer = match proxy::read_header(&stream).await {
        Ok(Some(real)) => PeerAddr::behind_proxy(real),
        // The proxy speaks for itself: a health check.
        Ok(None) => PeerAddr::direct(proxy),
        Err(error) => return tracing::warn!(peer = %proxy, %error, "a proxy without a PROXY header"),
    };
    admit(&app, &counts, stream, peer);
}

/// Serves a connection as a link, if there is room for it.
fn admit(app: &Arc<App>, counts: &Arc<Counts>, stream: TcpStream, peer: PeerAddr) {
    let limit = match counts.enter(peer.ip()) {
        Ok(place) => {
            // Everything that is logged about a link has its peer, and the device once it is logged in.
            let span = tracing::info_span!("device", %peer, id = tracing::field::Empty);
            let link = LinkTask::new(Arc::clone(app), stream, peer, place);
            app.tasks.spawn(link.run().instrument(span));
            return;
        }
        Err(Crowd::All) => "access.max_links",
        Err(Crowd::Address) => "access.max_links_per_address",
    };
    metrics::counter!("kandian_links_refused_total", "limit" => limit).increment(1);
    tracing::debug!(%peer, limit, "a link was refused");
}
