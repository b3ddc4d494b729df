//! The port where devices ask and register over HTTP. Spec §5, §7.2.1.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use kandian_proto::http::{self, HttpError, Limits, Refusal, Request, RequestReader, Routes, Status};
use kandian_proto::message::redirect::RedirectRequest;
use kandian_proto::message::register::RegisterRequest;
use kandian_proto::session::Exchange;
use kandian_proto::{Profile, decode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tracing::Instrument as _;

use super::counts::{Counts, Crowd, Place};
use super::peer::{PeerAddr, is_trusted};
use crate::app::App;
use crate::config::Unassigned;
use crate::service;

/// The wait after a connection could not be accepted.
const BREATH: Duration = Duration::from_millis(100);
/// How long a body without a length may pause before it counts as whole: such a client waits for the answer.
const PAUSE: Duration = Duration::from_secs(1);

/// Answers devices until the platform stops.
pub(crate) async fn serve(app: Arc<App>, listener: TcpListener) {
    let settings = &app.config.device_http;
    let counts = Counts::new(settings.max_connections, settings.max_per_address);
    let routes = Arc::new(routes(&app));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = app.stop.cancelled() => return,
        };
        match accepted {
            Ok((stream, peer)) => match enter(&counts, &settings.trusted_proxies, peer.ip()) {
                Ok(place) => {
                    let (app, routes) = (Arc::clone(&app), Arc::clone(&routes));
                    let span = tracing::info_span!("device", %peer, id = tracing::field::Empty);
                    let tasks = app.tasks.clone();
                    let work = async move {
                        let _place = place;
                        exchange(&app, &routes, stream, peer).await;
                    };
                    tasks.spawn(work.instrument(span));
                }
                // Not worth an answer: whoever comes so often does not read it.
                Err(_) => metrics::counter!("kandian_device_http_refused_total").increment(1),
            },
            Err(error) => {
                tracing::error!(%error, "a connection could not be accepted");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

fn enter(counts: &Arc<Counts>, proxies: &[IpNet], ip: IpAddr) -> Result<Place, Crowd> {
    if is_trusted(proxies, ip) { counts.enter_proxy() } else { counts.enter(ip) }
}

fn routes(app: &App) -> Routes {
    let mut routes = match (app.config.roles.group(), app.config.roles.province()) {
        (true, false) => Routes::only(Exchange::Redirect),
        (false, true) => Routes::only(Exchange::Register),
        _ => Routes::new(),
    };
    for path in &app.config.device_http.redirect_paths {
        routes = routes.redirect_at(path);
    }
    for path in &app.config.device_http.register_paths {
        routes = routes.register_at(path);
    }
    routes
}

/// One exchange, and the connection ends.
async fn exchange(app: &App, routes: &Routes, mut stream: TcpStream, peer: SocketAddr) {
    let _ = stream.set_nodelay(true);
    let patience = Duration::from_secs(app.config.device_http.timeout_secs);
    let answer = match tokio::time::timeout(patience, receive(&mut stream)).await {
        Ok(Ok(Ok(Some(request)))) => answer(app, routes, &request, peer).await,
        Ok(Ok(Ok(None))) => return,
        Ok(Ok(Err(error))) => {
            tracing::info!(%peer, %error, "not an HTTP request");
            metrics::counter!("kandian_device_http_bad_total").increment(1);
            Refusal::new(Status::BAD_REQUEST, error.to_string()).to_bytes()
        }
        // The connection broke, or nothing came in time: there is nobody to answer.
        Ok(Err(_)) | Err(_) => return,
    };
    // One write: recorders take their answer from a single read.
    let sent = tokio::time::timeout(patience, async {
        stream.write_all(&answer).await?;
        stream.shutdown().await
    });
    if let Ok(Err(error)) = sent.await {
        tracing::debug!(%peer, %error, "an answer was not taken");
    }
}

/// The request, or what is wrong with it.
async fn receive(stream: &mut TcpStream) -> io::Result<Result<Option<Request>, HttpError>> {
    let mut reader = RequestReader::new(Limits::REQUEST);
    let mut piece = [0; 2_048];
    loop {
        let read = stream.read(&mut piece);
        let count = if reader.ends_at_close() {
            match tokio::time::timeout(PAUSE, read).await {
                Ok(count) => count?,
                Err(_) => 0,
            }
        } else {
            read.await?
        };
        if count == 0 {
            return Ok(reader.end());
        }
        match reader.push(piece.get(..count).unwrap_or_default()) {
            Ok(None) => {}
            outcome => return Ok(outcome),
        }
        if let Some(go_on) = reader.take_continue() {
            stream.write_all(go_on).await?;
        }
    }
}

async fn answer(app: &App, routes: &Routes, request: &Request, socket: SocketAddr) -> Vec<u8> {
    let settings = &app.config.device_http;
    let values = request.fields.all(settings.forwarded_header.name());
    let peer = PeerAddr::of_request(socket, &settings.trusted_proxies, settings.forwarded_header, values);
    let document = request.document();
    match routes.find(request) {
        Ok(Exchange::Register) => register(app, document, peer).await,
        Ok(Exchange::Redirect) => redirect(app, document, peer).await,
        Err(no_route) => {
            tracing::info!(%peer, path = ?request.path(), reason = %no_route, "nothing for devices");
            no_route.refusal().to_bytes()
        }
    }
}

async fn register(app: &App, document: &[u8], peer: PeerAddr) -> Vec<u8> {
    let read = match decode::<RegisterRequest>(document) {
        Ok(read) => read,
        Err(error) => return unreadable(app, Exchange::Register, document, peer, &error),
    };
    super::count_diagnostics(&read.diagnostics);
    tracing::Span::current().record("id", tracing::field::display(read.message.dev_id));
    let response = service::register(app, &read.message, peer).await;
    written(http::register_answer(&response, Profile::Spec))
}

async fn redirect(app: &App, document: &[u8], peer: PeerAddr) -> Vec<u8> {
    let read = match decode::<RedirectRequest>(document) {
        Ok(read) => read,
        Err(error) => return unreadable(app, Exchange::Redirect, document, peer, &error),
    };
    super::count_diagnostics(&read.diagnostics);
    tracing::Span::current().record("id", tracing::field::display(read.message.dev_id));
    let response = service::redirect(app, &read.message, peer).await;
    let unassigned = match app.config.group.unassigned {
        Unassigned::Status401 => http::Unassigned::Status401,
        Unassigned::Status200 => http::Unassigned::Status200,
    };
    written(http::redirect_answer(&response, unassigned, Profile::Spec))
}

fn unreadable(
    app: &App,
    exchange: Exchange,
    document: &[u8],
    peer: PeerAddr,
    error: &kandian_proto::DecodeError,
) -> Vec<u8> {
    tracing::info!(%peer, ?exchange, %error, "a request cannot be read");
    metrics::counter!("kandian_device_http_bad_total").increment(1);
    match app.clock.now().civil(app.config.province.offset_minutes) {
        Some(time) => http::malformed(exchange, document, time),
        None => Refusal::new(Status::FAILED, "the clock of the platform is wrong").to_bytes(),
    }
}

fn written(answer: Result<Vec<u8>, http::AnswerError>) -> Vec<u8> {
    answer.unwrap_or_else(|error| {
        tracing::error!(%error, "an answer to a device cannot be written; check the advertised addresses");
        Refusal::new(Status::FAILED, "the settings of the platform make no answer").to_bytes()
    })
}
