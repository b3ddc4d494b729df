//! Wi-Fi set-up over the camera's own hotspot. Spec §11, E-08, E-109, E-110.
//!
//! A camera without another network opens a hotspot and serves `http://x.x.x.1:8888/wifi` on it: which access points
//! are there, and which one to use. Once a cable or an access point connects it, the hotspot ends (R-11.4, E-109),
//! and with it this service.

mod exchange;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tracing::Instrument as _;

use crate::journal::note;
use crate::unit::Unit;

/// Clients at a time. A hotspot of a camera has one or two.
const MOST_CLIENTS: usize = 8;
/// Between two attempts to open the port, or to accept a client.
const PAUSE: Duration = Duration::from_secs(2);

/// Serves the hotspot whenever it is on.
pub(crate) async fn serve(unit: &Arc<Unit>) {
    if !unit.config.model.wifi {
        return std::future::pending().await;
    }
    let mut changes = unit.network.subscribe();
    loop {
        changes.mark_unchanged();
        if unit.hardware.network.route().is_some() {
            // The sender is part of the unit.
            let _ = changes.changed().await;
            continue;
        }
        let has_network = async {
            while unit.hardware.network.route().is_none() {
                let _ = changes.changed().await;
            }
        };
        tokio::select! {
            () = hotspot(unit) => {}
            () = has_network => {}
        }
        note!(unit, info, "the hotspot is off: there is another network (R-11.4)");
    }
}

/// The service while the hotspot is on; it ends when this is dropped.
async fn hotspot(unit: &Arc<Unit>) {
    let address = unit.config.wifi_setup;
    let listener = open(unit, address).await;
    note!(unit, info, "the hotspot is on; set up Wi-Fi at http://{address}/wifi (R-11.1)");
    let places = Arc::new(Semaphore::new(MOST_CLIENTS));
    let mut clients = JoinSet::new();
    loop {
        while clients.try_join_next().is_some() {}
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            sleep(PAUSE).await;
            continue;
        };
        let unit = Arc::clone(unit);
        let client = async move {
            exchange::serve(&unit, stream).await;
            drop(place);
        };
        clients.spawn(client.in_current_span());
    }
}

async fn open(unit: &Unit, address: SocketAddr) -> TcpListener {
    let mut told = false;
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(error) if !told => {
                note!(unit, error, "the Wi-Fi set-up cannot listen at {address}: {error}");
            }
            Err(_) => {}
        }
        told = true;
        sleep(PAUSE).await;
    }
}
