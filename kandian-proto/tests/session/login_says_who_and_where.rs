use kandian_codec::Command;
use kandian_proto::message::device::LoginRequest;
use kandian_proto::session::Exchange;
use kandian_proto::session::device::{Event, Network};
use kandian_proto::session::platform;
use kandian_proto::value::NatType;
use kandian_proto::{Request, decode_strict};

use super::world::{DEVICE, Delivery, Entry, GROUP, Script, World, config, login_success};

fn login(world: &World) -> LoginRequest {
    let logins = world.pick(|e| match e {
        Entry::Up(Command::LOGIN, _, text) => Some(decode_strict::<LoginRequest>(text.as_bytes()).unwrap()),
        _ => None,
    });
    logins.into_iter().next().unwrap()
}

/// E-75: without a mapping and a relay the addresses are 0.0.0.0 and the ports 0, and strict reading takes it.
#[test]
fn no_mapping_is_written_as_zeros() {
    let mut world = World::new(config(), Script::default(), Delivery::Whole);
    world.run_for(1);
    let texts = world.pick(|e| match e {
        Entry::Up(Command::LOGIN, _, text) => Some(text.clone()),
        _ => None,
    });
    assert!(texts[0].contains("<UpnpIP>0.0.0.0</UpnpIP><RtspUpnpPort>0</RtspUpnpPort>"), "{}", texts[0]);
    assert!(texts[0].contains("<TurnRelayIP>0.0.0.0</TurnRelayIP><RtspTurnRelayPort>0</RtspTurnRelayPort>"));
    assert_eq!(login(&world).upnp_ip.get(), None);
}

/// what the application found out about the network is in the login, and the link knows it.
#[test]
fn addresses_and_nat_type_are_reported() {
    let mut network = Network { nat_type: NatType::PORT_RESTRICTED_CONE, ..Network::default() };
    network.addresses.local = Some("192.168.1.64:8554".parse().unwrap());
    network.addresses.upnp = Some("203.0.113.7:18588".parse().unwrap());
    let mut config = config();
    config.network = network;
    let mut world = World::new(config, Script::default(), Delivery::Whole);
    world.run_for(1);
    let login = login(&world);
    assert_eq!(login.nat_type, NatType::PORT_RESTRICTED_CONE);
    assert_eq!(login.local_ip.to_string(), "192.168.1.64");
    assert_eq!(world.link.as_ref().unwrap().addresses(), network.addresses);
}

/// the first request carries the id and the key.
#[test]
fn the_redirect_carries_id_and_key() {
    let mut config = config();
    config.province_url = None;
    config.group_url = Some(GROUP.parse().unwrap());
    let mut device =
        kandian_proto::session::device::Device::new(config, super::world::moment(Default::default()));
    let kandian_proto::session::Output::Http(request) = device.poll_output() else { panic!() };
    assert_eq!(request.exchange, Exchange::Redirect);
    let body = String::from_utf8(request.body.clone()).unwrap();
    assert!(body.contains(&format!("<DevID>{DEVICE}</DevID><DevKey>K7M2P9Q4</DevKey>")), "{body}");
    assert!(!format!("{request:?}").contains("K7M2P9Q4"), "the key is in the log");
}

/// E-73: upgrade elements that older platforms put into the answer change nothing.
#[test]
fn upgrade_elements_in_the_answer_are_ignored() {
    let kandian_proto::Response::Login(plain) = login_success() else { panic!() };
    let text = String::from_utf8(kandian_proto::encode(&plain, Default::default()).unwrap()).unwrap();
    let extended =
        text.replace("</LOGIN_RES>", "<NewDevVer>V9</NewDevVer><FtpIP>198.51.100.9</FtpIP></LOGIN_RES>");
    let mut outcomes = Vec::new();
    for text in [text, extended] {
        let script = Script {
            answer: Box::new(|request| match request {
                Request::Login(_) => None,
                other => Some(super::world::accept(other)),
            }),
            ..Script::default()
        };
        let mut world = World::new(config(), script, Delivery::Whole);
        world.run_for(1);
        let mut bytes = Vec::new();
        let frame = kandian_codec::FrameRef::new(Command::LOGIN, 0, text.as_bytes());
        kandian_codec::encode(&frame, &mut bytes, 65_535).unwrap();
        let now = world.moment();
        world.device.handle_input(now, kandian_proto::session::Input::Bytes(&bytes));
        world.settle();
        let accounts = world.pick(|e| match e {
            Entry::Device(Event::LoggedIn { account, time }) => Some((account.clone(), *time)),
            _ => None,
        });
        assert_eq!(accounts.len(), 1);
        outcomes.push(accounts);
    }
    assert_eq!(outcomes[0], outcomes[1]);
}

/// the link keeps what the last login said.
#[test]
fn a_repeated_login_replaces_the_addresses() {
    let mut peer = super::peer::Peer::online(Default::default(), Delivery::Whole);
    assert_eq!(peer.link.addresses().local, Some("192.168.1.88:1554".parse().unwrap()));
    peer.up(Command::LOGIN, 2, &super::peer::LOGIN.replace("192.168.1.88", "10.0.0.2"));
    assert!(peer.events.iter().any(|e| matches!(e, platform::Event::Request { .. })));
    let ticket = peer.ticket();
    peer.respond(ticket, login_success());
    assert_eq!(peer.link.addresses().local, Some("10.0.0.2:1554".parse().unwrap()));
}
