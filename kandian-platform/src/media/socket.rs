//! The socket of a browser: pictures and sound as they come, and what is going on in words.
//!
//! Text messages are JSON with a `type`; binary messages begin with their kind, as `docs/platform.md` describes them.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, Interval, MissedTickBehavior};

use super::explain::{End, PlayId, Watcher, What, lines, path_name, reason};
use super::hub::{Full, Seat, Stage, Status};
use super::ticket::Ticket;
use crate::api::Problem;
use crate::app::App;
use crate::service::play::may_go_on;
use crate::service::{Actor, did};

/// How often it is looked whether somebody may still watch, and how often he is told what he has missed.
const LOOK: Duration = Duration::from_secs(2);
/// How often a browser is asked for a sign of life, and how long it may give none.
const PING: Duration = Duration::from_secs(15);
const PATIENCE: Duration = Duration::from_secs(45);
/// Longest message of a browser; it has nothing to say.
const MESSAGE_BYTES: usize = 1_024;
/// Messages of a browser in a second, pongs among them.
const MESSAGES: u32 = 20;

/// Codes with which a socket is closed, for the player (RFC 6455 §7.4.2).
mod code {
    pub(super) const GOING_AWAY: u16 = 1_001;
    pub(super) const POLICY: u16 = 1_008;
    pub(super) const LOGGED_OUT: u16 = 4_401;
    pub(super) const NO_RIGHT: u16 = 4_403;
    pub(super) const FULL: u16 = 4_429;
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    ticket: String,
}

/// Opens a socket for whoever has a ticket.
pub(super) async fn open(
    State(app): State<Arc<App>>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    // A page of somebody else that got hold of a ticket shows nothing with it.
    if !is_own_page(&headers, &app.config.media.origins) {
        let next = "open it from a page of this platform, or list the origin in media.origins";
        let title = "Pages of other origins open no socket here";
        return Problem::new(StatusCode::FORBIDDEN, "wrong_origin", title, next).into_response();
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(why) => {
            let next = "open it with `new WebSocket(…)`";
            let title = "This is the address of a WebSocket";
            return Problem::new(StatusCode::UPGRADE_REQUIRED, "no_websocket", title, next)
                .because(why)
                .into_response();
        }
    };
    let text = asked.map(|Query(asked)| asked.ticket).unwrap_or_default();
    let Some(ticket) = app.media.tickets.redeem(app.clock.now().mono, &text) else {
        let next = "make another with POST /api/v1/me/devices/{id}/channels/{no}/live";
        let title = "The ticket was used, is too old, or never was";
        return Problem::new(StatusCode::FORBIDDEN, "no_ticket", title, next).into_response();
    };
    upgrade
        .max_message_size(MESSAGE_BYTES)
        .max_frame_size(MESSAGE_BYTES)
        .on_upgrade(move |socket| async move { serve(app, socket, ticket).await })
}

/// Whether a socket is opened by a page of this platform. A program that is no browser names no origin.
fn is_own_page(headers: &HeaderMap, allowed: &[String]) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let Some(origin) = origins.next() else { return true };
    let (Ok(origin), None) = (origin.to_str(), origins.next()) else { return false };
    if allowed.iter().any(|allowed| allowed.trim_end_matches('/').eq_ignore_ascii_case(origin)) {
        return true;
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    matches!((authority, host), (Some(authority), Some(host)) if authority.eq_ignore_ascii_case(host))
}

async fn serve(app: Arc<App>, mut socket: WebSocket, ticket: Ticket) {
    let camera = ticket.camera;
    let plays = &app.media.plays;
    let play = plays.begin(app.clock.now(), camera, Watcher::Browser(ticket.account));
    // The login may have ended since the ticket was made.
    if let Err(end) = may_go_on(&app, &ticket).await {
        return over(&app, &mut socket, play, end).await;
    }
    let seat = match app.media.hub.join(&app, camera, ticket.account) {
        Ok(seat) => seat,
        Err(full) => {
            tracing::warn!(%camera, %full, "a browser was sent away");
            plays.note(app.clock.now(), play, What::Ended(End::Left));
            return close(&mut socket, code::FULL, full_name(full)).await;
        }
    };
    let detail = format!("channel {}, stream {}", camera.channel, camera.stream.0);
    did(&app, &Actor::User(ticket.account), "live.watch", camera.device, &detail).await;
    let stop = app.stop.clone();
    let mut browser = Browser { app: Arc::clone(&app), socket, ticket, seat, play, joined: None, bytes: 0 };
    let end = tokio::select! {
        end = browser.run() => end,
        () = stop.cancelled() => End::Stopped,
    };
    app.media.plays.bytes(play, browser.bytes);
    over(&app, &mut browser.socket, play, end).await;
}

/// Says why it is over: in the attempt, and to the browser where it can do something about it.
async fn over(app: &App, socket: &mut WebSocket, play: PlayId, end: End) {
    let said = match end {
        End::LoggedOut => Some((code::LOGGED_OUT, "logged_out")),
        End::NoRight => Some((code::NO_RIGHT, "no_right")),
        End::Stopped => Some((code::GOING_AWAY, "stopped")),
        End::TooMuch => Some((code::POLICY, "too_much")),
        _ => None,
    };
    app.media.plays.note(app.clock.now(), play, What::Ended(end));
    if let Some((code, reason)) = said {
        close(socket, code, reason).await;
    }
}

async fn close(socket: &mut WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: reason.into() };
    // It may be gone.
    let _ = tokio::time::timeout(LOOK, socket.send(Message::Close(Some(frame)))).await;
}

const fn full_name(full: Full) -> &'static str {
    match full {
        Full::Viewers => "too_many_viewers",
        Full::Account => "too_many_of_account",
        Full::Pulls => "too_many_cameras",
    }
}

/// One who watches.
struct Browser {
    app: Arc<App>,
    socket: WebSocket,
    ticket: Ticket,
    seat: Seat,
    play: PlayId,
    /// The attempt of the gateway whose pictures he gets.
    joined: Option<PlayId>,
    bytes: u64,
}

impl Browser {
    async fn run(&mut self) -> End {
        let mut status = self.seat.pull.status();
        status.mark_changed();
        let (mut look, mut ping) = (every(LOOK), every(PING));
        let mut heard = Instant::now();
        let mut messages = 0;
        let queue = Arc::clone(&self.seat.queue);
        loop {
            let sent = tokio::select! {
                changed = status.changed() => {
                    if changed.is_err() {
                        return End::Stopped;
                    }
                    let status = *status.borrow_and_update();
                    self.tell(status).await
                }
                piece = queue.next() => match piece {
                    Some(piece) => {
                        self.bytes += piece.len() as u64;
                        metrics::counter!("kandian_media_sent_bytes_total").increment(piece.len() as u64);
                        self.send(Message::Binary(piece)).await
                    }
                    None => return End::Stopped,
                },
                message = self.socket.recv() => match message {
                    Some(Ok(Message::Close(_))) | None | Some(Err(_)) => return End::Gone,
                    Some(Ok(_)) => {
                        heard = Instant::now();
                        messages += 1;
                        if messages > MESSAGES * LOOK.as_secs() as u32 {
                            return End::TooMuch;
                        }
                        Ok(())
                    }
                },
                _ = look.tick() => {
                    messages = 0;
                    if let Err(end) = may_go_on(&self.app, &self.ticket).await {
                        return end;
                    }
                    self.figures().await
                }
                _ = ping.tick() => {
                    if heard.elapsed() > PATIENCE {
                        return End::Gone;
                    }
                    self.send(Message::Ping(bytes::Bytes::new())).await
                }
            };
            if sent.is_err() {
                return End::Gone;
            }
        }
    }

    /// Sends a message. Who takes nothing for half a minute is left by the connection; until then his rights are looked at.
    async fn send(&mut self, message: Message) -> Result<(), axum::Error> {
        self.socket.send(message).await
    }

    async fn text(&mut self, value: &Value) -> Result<(), axum::Error> {
        self.send(Message::Text(value.to_string().into())).await
    }

    /// Says what is going on.
    async fn tell(&mut self, status: Status) -> Result<(), axum::Error> {
        let plays = &self.app.media.plays;
        let now = self.app.clock.now();
        if let Some(pull) = status.play.filter(|pull| self.joined != Some(*pull)) {
            self.joined = Some(pull);
            plays.note(now, self.play, What::Joined { pull: pull.number });
        }
        if status.stage == Stage::Playing {
            plays.note(now, self.play, What::Playing);
        }
        let attempt = status.play.and_then(|play| plays.one(play));
        let why = attempt.as_ref().and_then(reason).map(|why| json!({ "en": why.en, "zh": why.zh }));
        let told = attempt.map(|play| lines(&play, now.mono)).unwrap_or_default();
        let way = status
            .way
            .map(|(path, address)| json!({ "path": path_name(path), "address": address.to_string() }));
        let value = json!({
            "type": "status",
            "stage": status.stage.name(),
            "way": way,
            "reason": why,
            "en": told.iter().map(|line| line.en.as_str()).collect::<Vec<_>>(),
            "zh": told.iter().map(|line| line.zh.as_str()).collect::<Vec<_>>(),
        });
        self.text(&value).await
    }

    async fn figures(&mut self) -> Result<(), axum::Error> {
        let value = json!({
            "type": "figures",
            "dropped": self.seat.queue.dropped(),
            "viewers": self.seat.pull.watchers(),
            "bytes": self.bytes,
        });
        self.text(&value).await
    }
}

fn every(period: Duration) -> Interval {
    let mut interval = tokio::time::interval_at(Instant::now() + period, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn own(origins: &[&str], host: &str, allowed: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for origin in origins {
            headers.append(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        is_own_page(&headers, &allowed.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn pages_of_others_open_no_socket() {
        assert!(own(&["http://a.example:8080"], "a.example:8080", &[]));
        assert!(own(&["https://A.example"], "a.EXAMPLE", &[]));
        assert!(own(&[], "a.example", &[]));
        assert!(own(&["https://portal.example"], "a.example", &["https://portal.example/"]));
        for origin in [
            "https://b.example",
            "null",
            "",
            "file://a.example",
            "https://a.example.b.example",
            "https://x@a.example",
        ] {
            assert!(!own(&[origin], "a.example", &["https://portal.example"]), "{origin}");
        }
        assert!(!own(&["https://a.example", "https://b.example"], "a.example", &[]));
    }
}
