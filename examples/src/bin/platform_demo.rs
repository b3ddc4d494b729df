//! A platform for trying the example devices: takes every device in, and shows what they say. It stores nothing and
//! checks no keys; it shows how `platform::Link` is driven, with one thread per link.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use clap::Parser;
use kandian_examples::loops::{Clock, serve};
use kandian_proto::message::device::{
    AbilityUpResponse, AlarmNotifyResponse, CloudAccount, ExceptionNotifyResponse, LoginResponse,
    NotifyPictureResponse, RecordPlayResponse, VideoPlayResponse,
};
use kandian_proto::message::register::{RegisterGrant, RegisterRequest, RegisterResponse};
use kandian_proto::session::Input;
use kandian_proto::session::platform::{Event, Link, Output};
use kandian_proto::time::{CHINA_OFFSET_MINUTES, Now};
use kandian_proto::value::{GenericResult, Host, Port, RegisterResult, UrlOrEmpty};
use kandian_proto::{DevId, Outcome, Profile, Request, Response, decode, encode};

/// A platform for trying the example devices; takes every device in.
#[derive(Debug, Parser)]
struct Args {
    /// Where devices register
    #[arg(long, default_value = "127.0.0.1:8098")]
    http: SocketAddr,
    /// Where devices log in
    #[arg(long, default_value = "127.0.0.1:8588")]
    access: SocketAddr,
}

fn main() -> std::io::Result<()> {
    let args = Args::parse();
    let clock = Clock::start();
    let (http, access) = (TcpListener::bind(args.http)?, TcpListener::bind(args.access)?);
    let server = access.local_addr()?;
    println!("registration at http://{}/DeviceRegisterServlet, access at {server}", http.local_addr()?);
    thread::spawn(move || serve(&http, |body| register(body, server, clock.now())));
    loop {
        let (stream, peer) = access.accept()?;
        thread::spawn(move || drive(stream, peer, clock));
    }
}

fn register(body: &[u8], access: SocketAddr, now: Now) -> Vec<u8> {
    let time = now.civil(CHINA_OFFSET_MINUTES);
    let response = match decode::<RegisterRequest>(body) {
        Ok(read) => {
            println!("{} registers as {}", read.message.dev_id, read.message.model);
            // One machine plays every server.
            let host: Host = access.ip().to_string().parse().unwrap_or_default();
            let port = Port(access.port());
            let grant = RegisterGrant::new(host.clone(), host.clone(), host.clone(), host.clone())
                .access_port(port)
                .backup_access_port(port)
                .turn_port(Port(3478))
                .backup_turn_port(Port(3478))
                .ftp_ip(host)
                .ftp_port(Port(2121))
                .ftp_account("demo".to_owned())
                .ftp_password(kandian_proto::Secret::from("demo"));
            RegisterResponse::new(Outcome::Success(grant)).dev_id(read.message.dev_id)
        }
        Err(error) => {
            println!("a registration cannot be read: {error}");
            RegisterResponse::new(Outcome::Failure(RegisterResult::OTHER))
        }
    };
    encode(&response.time(time), Profile::Spec).unwrap_or_default()
}

/// One link from accept to close.
fn drive(mut stream: TcpStream, peer: SocketAddr, clock: Clock) {
    let mut link = Link::new(Arc::default(), clock.now());
    let mut piece = [0; 2048];
    while let Some(wait) = drain(&mut link, &mut stream, peer, clock) {
        // Zero would mean "wait for ever".
        let timeout = stream.set_read_timeout(Some(wait.max(Duration::from_millis(1))));
        let read = timeout.and_then(|()| stream.read(&mut piece));
        let input = match &read {
            Ok(n @ 1..) => Input::Bytes(&piece[..*n]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Input::Timeout
            }
            Ok(_) | Err(_) => {
                println!("{peer} is gone");
                return;
            }
        };
        link.handle_input(clock.now(), input);
    }
}

/// Does everything the link wants done; returns how long it can wait, `None` when it is over.
fn drain(link: &mut Link, stream: &mut TcpStream, peer: SocketAddr, clock: Clock) -> Option<Duration> {
    loop {
        match link.poll_output() {
            Output::Transmit(bytes) => stream.write_all(&bytes).ok()?,
            Output::Event(Event::Request { ticket, request, diagnostics }) => {
                println!("{peer} asks: {:?}", request.operation());
                diagnostics.iter().for_each(|diagnostic| println!("  {diagnostic}"));
                let now = clock.now();
                if let Some(response) = answer(&request, now) {
                    // The ticket is open: it came a moment ago.
                    let _ = link.respond(now, ticket, response);
                }
            }
            Output::Event(Event::Heartbeat { heartbeat, .. }) => println!("{} is alive", heartbeat.dev_id),
            Output::Event(event) => println!("{peer}: {event:?}"),
            Output::Disconnect(reason) => {
                println!("{peer}: closed, {reason:?}");
                return None;
            }
            Output::Timeout(at) => {
                let (at, _) = at?;
                return Some(Duration::from_millis((at - clock.now().mono).0));
            }
            _ => {}
        }
    }
}

/// Yes to everything.
fn answer(request: &Request, now: Now) -> Option<Response> {
    let ok = GenericResult::OK;
    let time = now.civil(CHINA_OFFSET_MINUTES);
    Some(match request {
        Request::Login(r) => login(r.dev_id, now),
        Request::AbilityUp(r) => AbilityUpResponse::new().dev_id(r.dev_id).time(time).into(),
        Request::ExceptionNotify(r) => ExceptionNotifyResponse::new(ok).dev_id(r.dev_id).into(),
        Request::AlarmNotify(r) => AlarmNotifyResponse::new(ok).dev_id(r.dev_id).into(),
        Request::NotifyPicture(r) => NotifyPictureResponse::new().dev_id(r.dev_id).into(),
        Request::VideoPlay(r) => VideoPlayResponse::new(ok).dev_id(r.dev_id).into(),
        Request::RecordPlay(r) => RecordPlayResponse::new(ok).dev_id(r.dev_id).into(),
        _ => return None,
    })
}

fn login(device: DevId, now: Now) -> Response {
    let nothing = CloudAccount::new(UrlOrEmpty::NONE, "", "", "", "");
    let response = LoginResponse::new(Outcome::Success(nothing)).dev_id(device);
    response.time(now.civil(CHINA_OFFSET_MINUTES)).into()
}
