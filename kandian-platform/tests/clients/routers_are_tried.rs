use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kandian_codec::Command;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::camera::Camera;
use super::phone::{ANNA, CAMERA, KEY, anna, ask, text, with};
use super::world::{PATIENCE, World};

/// A platform of a laboratory, which tries ports in the loopback network.
async fn laboratory() -> World {
    with(|config| config.access.probe_private = true).await
}

/// A port that counts who comes.
struct Port {
    at: SocketAddr,
    visits: Arc<AtomicUsize>,
}

impl Port {
    async fn open(ip: &str) -> Self {
        let listener = TcpListener::bind((ip, 0)).await.unwrap();
        let (at, visits) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&visits);
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { at, visits }
    }

    fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

/// A port where nobody listens.
async fn closed() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// The camera, logged in with this port at its router.
async fn camera(world: &World, upnp: SocketAddr) -> Camera {
    let mut camera = Camera::connect(world.access(), CAMERA).await;
    let (ip, port) = (upnp.ip(), upnp.port());
    let login = format!(
        "<LOGIN_REQ><DevVer>V1.6_20140318</DevVer><DevID>{CAMERA}</DevID><DevKey>{KEY}</DevKey><UpnpIP>{ip}</UpnpIP>\
         <RtspUpnpPort>{port}</RtspUpnpPort><LocalIP>192.168.1.88</LocalIP><RtspLocalPort>1554</RtspLocalPort>\
         <TurnRelayIP>0.0.0.0</TurnRelayIP><RtspTurnRelayPort>0</RtspTurnRelayPort><NetType>0</NetType>\
         <NatType>1</NatType></LOGIN_REQ>"
    );
    assert_eq!(text(&camera.ask(Command::LOGIN, &login).await, "Result"), "0");
    camera
}

async fn heartbeat(camera: &mut Camera, upnp: SocketAddr) {
    let (ip, port) = (upnp.ip(), upnp.port());
    let heartbeat = format!(
        "<HEARTBEAT_REQ><DevID>{CAMERA}</DevID><CurVideoNum>0</CurVideoNum><UpnpIP>{ip}</UpnpIP>\
         <RtspUpnpPort>{port}</RtspUpnpPort><LocalIP>192.168.1.88</LocalIP><RtspLocalPort>1554</RtspLocalPort>\
         </HEARTBEAT_REQ>"
    );
    camera.ask(Command::HEARTBEAT, &heartbeat).await;
}

async fn state(world: &World) -> String {
    let (_, device) = world.rest("GET", &format!("/api/v1/devices/{CAMERA}"), "").await;
    device["upnp_state"].as_str().unwrap_or("none").to_owned()
}

/// Waits for what REST says of the port.
async fn until(world: &World, expected: &str) {
    let wait = async {
        while state(world).await != expected {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("the port is never {expected}"));
}

/// The three URLs of a live view.
async fn urls(world: &World, session: &str) -> [String; 3] {
    let live = format!("<DevID>{CAMERA}</DevID><ChannelNo>0</ChannelNo><StreamType>1</StreamType>");
    let answer = ask(world, "MCU_VIDEO_PLAY_REQ", ANNA, session, &live).await;
    assert_eq!(text(&answer, "Result"), "0");
    ["LocalPlayUrl", "UpnpPlayUrl", "TurnPlayUrl"].map(|name| text(&answer, name).replace("&amp;", "&"))
}

fn token(url: &str) -> &str {
    url.split_once("hashtoken=").unwrap().1
}

/// E-92, E-187: an open port has a URL with a token of its own; a closed one has none.
#[tokio::test]
async fn and_clients_are_sent_where_they_are_open() {
    let world = laboratory().await;
    let anna = anna(&world).await;
    let port = Port::open("127.0.0.1").await;
    let mut camera = camera(&world, port.at).await;
    until(&world, "open").await;
    assert_eq!(port.visits(), 1);
    let [local, upnp, turn] = urls(&world, &anna).await;
    let expected = format!("rtsp://{}/realplay?devid={CAMERA}&channelno=0&streamtype=1&", port.at);
    assert!(upnp.starts_with(&expected), "{upnp}");
    assert_ne!(token(&upnp), token(&local));
    assert_eq!(turn, "");
    let check = |token: &str| {
        format!(
            "<VIDEO_PLAY_REQ><DevID>{CAMERA}</DevID><ChannelNo>0</ChannelNo><StreamType>1</StreamType>\
             <HashToken>{token}</HashToken></VIDEO_PLAY_REQ>"
        )
    };
    assert_eq!(text(&camera.ask(Command::VIDEO_PLAY, &check(token(&upnp))).await, "Result"), "0");
    // A heartbeat that says nothing new is no reason to try again; one that names another port is.
    heartbeat(&mut camera, port.at).await;
    heartbeat(&mut camera, closed().await).await;
    until(&world, "closed").await;
    assert_eq!(urls(&world, &anna).await[1], "");
    assert_eq!(port.visits(), 1);
    heartbeat(&mut camera, port.at).await;
    until(&world, "open").await;
    assert!(urls(&world, &anna).await[1].starts_with(&expected));
    assert_eq!(port.visits(), 2);
    // No port at all: nothing to try, and nobody is sent to the former one.
    heartbeat(&mut camera, "0.0.0.0:0".parse().unwrap()).await;
    assert_eq!(urls(&world, &anna).await[1], "");
    drop(camera);
    world.until(CAMERA, "offline").await;
    let live = format!("<DevID>{CAMERA}</DevID><ChannelNo>0</ChannelNo><StreamType>1</StreamType>");
    assert_eq!(text(&ask(&world, "MCU_VIDEO_PLAY_REQ", ANNA, &anna, &live).await, "Result"), "4");
}

/// E-187: the platform connects to no address but that of the device's own link; and to no private one unless that is set.
#[tokio::test]
async fn but_no_stranger_is() {
    let stranger = Port::open("127.0.0.2").await;
    let own = Port::open("127.0.0.1").await;
    let world = laboratory().await;
    let session = anna(&world).await;
    let mut first = camera(&world, stranger.at).await;
    assert_eq!(urls(&world, &session).await[1], "");
    // What comes after it is tried, so what comes before it was not.
    heartbeat(&mut first, own.at).await;
    until(&world, "open").await;
    let usual = with(|_| ()).await;
    let session = anna(&usual).await;
    let mut second = camera(&usual, own.at).await;
    heartbeat(&mut second, stranger.at).await;
    assert_eq!((state(&usual).await.as_str(), urls(&usual, &session).await[1].as_str()), ("not_tried", ""));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!((stranger.visits(), own.visits()), (0, 1));
}

/// A port that never answers costs three seconds of nobody's time: the link goes on meanwhile.
#[tokio::test]
async fn and_silence_is_no_answer() {
    let world = laboratory().await;
    let session = anna(&world).await;
    // A full queue: the kernel drops what comes after it.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let at = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(stream) = tokio::time::timeout(Duration::from_millis(300), TcpStream::connect(at)).await {
        waiting.push(stream.unwrap());
    }
    let started = Instant::now();
    let mut camera = camera(&world, at).await;
    for _ in 0..3 {
        heartbeat(&mut camera, at).await;
        assert_eq!(urls(&world, &session).await[1], "");
    }
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    until(&world, "closed").await;
    assert!(started.elapsed() >= Duration::from_secs(3), "{:?}", started.elapsed());
    assert_eq!(urls(&world, &session).await[1], "");
}
