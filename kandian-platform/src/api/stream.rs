//! Everything that happens, as Server-Sent Events.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use kandian_proto::DevId;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::devices::id;
use super::problem::Problem;
use crate::app::App;
use crate::events::Happening;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    device: Option<String>,
}

struct Listener {
    happenings: Receiver<Happening>,
    device: Option<DevId>,
    stop: CancellationToken,
}

pub(super) async fn events(
    State(app): State<Arc<App>>,
    query: Result<Query<Wanted>, QueryRejection>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let device = query?.device.as_deref().map(id).transpose()?;
    let listener = Listener { happenings: app.bus.listen(), device, stop: app.stop.clone() };
    let stream = futures_util::stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}

impl Listener {
    /// The next event that is wanted; `None` when the platform stops.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let happening = tokio::select! {
                happening = self.happenings.recv() => happening,
                () = self.stop.cancelled() => return None,
            };
            match happening {
                Ok(happening) if self.device.is_none_or(|device| device == happening.device) => {
                    let event = Event::default().id(happening.id.to_string());
                    // What happened is plain data.
                    return Some(event.json_data(&happening).unwrap_or_default());
                }
                Ok(_) => {}
                Err(RecvError::Lagged(missed)) => {
                    return Some(
                        Event::default().event("missed").data(json!({ "missed": missed }).to_string()),
                    );
                }
                Err(RecvError::Closed) => return None,
            }
        }
    }
}
