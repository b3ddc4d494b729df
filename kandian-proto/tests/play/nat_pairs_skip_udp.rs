//! Which pairs of NATs skip media over UDP.

use crate::support::path::urls;
use crate::support::play::at;
use kandian_proto::play::path::{
    Input, Output, Path, PathChooser, Preference, Skip, StepOutcome, UdpObstacle, Urls, udp_obstacle,
};
use kandian_proto::value::{NatType, UrlOrEmpty};

/// One row per client, one column per device, types 0 to 6: `.` try UDP, `n` the NATs, `b` blocked.
const TABLE: [&[u8; 7]; 7] =
    [b".....b.", b".....b.", b".....b.", b"....nb.", b"...nnb.", b"bbbbbbb", b".....b."];

fn expected(client: u16, device: u16) -> Option<UdpObstacle> {
    let (client_nat, device_nat) = (NatType(client), NatType(device));
    let row = TABLE.get(usize::from(client)).copied().unwrap_or(TABLE[0]);
    match row.get(usize::from(device)).unwrap_or(&row[0]) {
        b'n' => Some(UdpObstacle::Nat { client: client_nat, device: device_nat }),
        b'b' => Some(UdpObstacle::Blocked { client: client_nat, device: device_nat }),
        _ => None,
    }
}

fn relay_only(set: u8, device_nat: NatType) -> Urls {
    let mut urls = urls(set, device_nat);
    (urls.local, urls.upnp) = (UrlOrEmpty::NONE, UrlOrEmpty::NONE);
    urls
}

// E-174, E-79: all 7 × 7 pairs, and numbers outside the table, which count as 0.
#[test]
fn all_pairs() {
    for client in 0..10 {
        for device in 0..10 {
            let obstacle = udp_obstacle(NatType(client), NatType(device));
            assert_eq!(obstacle, expected(client, device), "{client}:{device}");

            // The decision of the client is the same.
            let urls = relay_only(0, NatType(device));
            let mut chooser = PathChooser::new(at(0), urls, NatType(client), Preference::Auto);
            let Output::Attempt(attempt) = chooser.poll_output() else { panic!("{client}:{device}") };
            let steps = &chooser.trace().steps;
            match obstacle {
                None => assert_eq!((attempt.path, steps.len()), (Path::RelayUdp, 2)),
                Some(obstacle) => {
                    assert_eq!((attempt.path, steps.len()), (Path::RelayTcp, 3));
                    assert_eq!(steps[2].path, Path::RelayUdp);
                    assert_eq!(steps[2].outcome, StepOutcome::Skipped(Skip::Udp(obstacle)));
                }
            }
        }
    }
}

// the three pairs of the specification, by name.
#[test]
fn the_printed_pairs() {
    let (symmetric, port_restricted) = (NatType::SYMMETRIC, NatType::PORT_RESTRICTED_CONE);
    for (client, device) in
        [(symmetric, symmetric), (symmetric, port_restricted), (port_restricted, symmetric)]
    {
        assert_eq!(udp_obstacle(client, device), Some(UdpObstacle::Nat { client, device }));
    }
    assert_eq!(udp_obstacle(port_restricted, port_restricted), None);
    let obstacle = udp_obstacle(NatType::UDP_BLOCKED, NatType::UNKNOWN);
    assert_eq!(obstacle.unwrap().to_string(), "UDP is blocked (client 5 UDP_BLOCKED, device 0 UNKNOWN)");
}

// An installer who forces UDP wants to see what happens.
#[test]
fn a_forced_path_is_tried() {
    let urls = relay_only(0, NatType::SYMMETRIC);
    let preference = Preference::Only(Path::RelayUdp);
    let mut chooser = PathChooser::new(at(0), urls, NatType::UDP_BLOCKED, preference);
    let Output::Attempt(attempt) = chooser.poll_output() else { panic!("it is tried") };
    assert_eq!(attempt.path, Path::RelayUdp);
}

// The new answer of the platform counts, also for the NAT type.
#[test]
fn renewed_urls_bring_a_new_nat_type() {
    let mut old = relay_only(0, NatType::FULL_CONE);
    old.local = old.turn.clone();
    let mut chooser = PathChooser::new(at(0), old, NatType::SYMMETRIC, Preference::Auto);
    let Output::Attempt(local) = chooser.poll_output() else { panic!("local comes first") };
    chooser.handle_input(at(1), Input::Connected(local.id));
    chooser.handle_input(at(2), Input::Failed(local.id, kandian_proto::play::path::Failure::Closed));
    assert!(matches!(chooser.poll_output(), Output::RenewUrls(_)));
    chooser.handle_input(at(3), Input::Renewed(relay_only(1, NatType::SYMMETRIC)));
    let Output::Attempt(relay) = chooser.poll_output() else { panic!("the relay comes next") };
    assert_eq!(relay.path, Path::RelayTcp);
}
