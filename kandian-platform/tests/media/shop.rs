//! A camera with its link and its RTSP server, bound to Anna.

use std::sync::atomic::Ordering;
use std::time::Duration;

use kandian_codec::Command;
use serde_json::Value;
use tokio::net::TcpSocket;
use tokio::sync::mpsc;

use super::camera::Camera;
use super::person::Person;
use super::phone::{self, ANNA, CAMERA, KEY, text};
use super::rtsp::{Question, Server};
use super::world::{PATIENCE, World};

pub(crate) struct Shop {
    pub(crate) world: World,
    pub(crate) server: Server,
    links: mpsc::Sender<Camera>,
    silent: Option<TcpSocket>,
}

impl Shop {
    /// Cameras are left as soon as nobody watches.
    pub(crate) async fn open() -> Self {
        let shop = Self::closed().await;
        shop.comes_online().await;
        shop
    }

    /// The camera says that its RTSP server is where nothing listens.
    pub(crate) async fn with_closed_port() -> Self {
        let mut shop = Self::closed().await;
        // Nobody else gets the port while this holds it, and it does not listen.
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        shop.server.at = socket.local_addr().unwrap();
        shop.silent = Some(socket);
        shop.comes_online().await;
        shop
    }

    /// The camera is not logged in yet.
    pub(crate) async fn closed() -> Self {
        let world = phone::with(|config| config.media.linger_secs = 0).await;
        let (ask, questions) = mpsc::channel(8);
        let (links, link) = mpsc::channel(1);
        tokio::spawn(attend(link, questions));
        let shop = Self { world, server: Server::start(ask).await, links, silent: None };
        let anna = shop.anna().await;
        assert_eq!(anna.binds(CAMERA, KEY).await.0, 201);
        shop
    }

    pub(crate) async fn anna(&self) -> Person<'_> {
        Person::log_in(&self.world, ANNA).await
    }

    /// The camera logs in.
    pub(crate) async fn comes_online(&self) {
        let mut camera = Camera::connect(self.world.access(), CAMERA).await;
        let login = format!(
            "<LOGIN_REQ><DevVer>V1.6_20140318</DevVer><DevID>{CAMERA}</DevID><DevKey>{KEY}</DevKey>\
             <UpnpIP>0.0.0.0</UpnpIP><RtspUpnpPort>0</RtspUpnpPort><LocalIP>127.0.0.1</LocalIP>\
             <RtspLocalPort>{}</RtspLocalPort><TurnRelayIP>0.0.0.0</TurnRelayIP>\
             <RtspTurnRelayPort>0</RtspTurnRelayPort><NetType>0</NetType><NatType>1</NatType></LOGIN_REQ>",
            self.server.at.port()
        );
        let answer = camera.ask(Command::LOGIN, &login).await;
        assert_eq!(text(&answer, "Result"), "0", "{answer}");
        self.links.send(camera).await.unwrap();
        self.world.until(CAMERA, "online").await;
    }

    /// The last attempt of a kind of watcher that is over.
    pub(crate) async fn last(&self, watcher: &str) -> Value {
        let anna = self.anna().await;
        let plays = anna.get(&format!("/api/v1/me/devices/{CAMERA}/plays")).await;
        let plays = plays["plays"].as_array().unwrap();
        let last = plays.iter().find(|play| play["watcher"] == watcher && !play["ended"].is_null());
        last.unwrap_or_else(|| panic!("{plays:?}")).clone()
    }

    /// Waits until the platform has left the camera.
    pub(crate) async fn is_left(&self) {
        let hub = &self.world.platform.app().media.hub;
        let open = || self.server.seen.open.load(Ordering::SeqCst);
        until("the camera is left", || hub.counts() == (0, 0) && open() == 0).await;
    }
}

/// Waits for something.
pub(crate) async fn until(what: &str, is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("never: {what}"));
}

/// Asks over the link of the camera what its RTSP server wants to know. An empty question ends the link.
async fn attend(mut links: mpsc::Receiver<Camera>, mut questions: mpsc::Receiver<Question>) {
    let mut camera = None;
    loop {
        tokio::select! {
            link = links.recv() => match link {
                Some(link) => camera = Some(link),
                None => return,
            },
            Some((token, answer)) = questions.recv() => {
                if token.is_empty() {
                    camera = None;
                    // The platform hears of it a little later.
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
                let is_good = match &mut camera {
                    Some(camera) => verified(camera, &token).await,
                    None => false,
                };
                // Who asked may be gone.
                let _ = answer.send(is_good);
            }
        }
    }
}

/// §7.5.5, 35H.
async fn verified(camera: &mut Camera, token: &str) -> bool {
    let (channel, token) = token.strip_prefix("wrong ").map_or((0, token), |token| (1, token));
    let request = format!(
        "<VIDEO_PLAY_REQ><DevID>{CAMERA}</DevID><ChannelNo>{channel}</ChannelNo><StreamType>1</StreamType>\
         <HashToken>{token}</HashToken></VIDEO_PLAY_REQ>"
    );
    text(&camera.ask(Command::VIDEO_PLAY, &request).await, "Result") == "0"
}
