use kandian_proto::DevId;
use kandian_proto::session::platform::{Admission, Hub, LinkEpoch, LinkId};
use kandian_proto::time::Millis;

fn device(n: u32) -> DevId {
    format!("811{n:08}").parse().unwrap()
}

/// E-72: a new accepted login of the same device takes over; the end of the older link changes nothing.
#[test]
fn whatever_the_order_of_events() {
    let mut hub = Hub::new();
    let camera = device(1);
    assert_eq!(hub.admit(Millis(0), camera, LinkId(1), LinkEpoch(10)), Admission::New);
    assert_eq!(hub.admit(Millis(1), camera, LinkId(1), LinkEpoch(11)), Admission::Again);
    // The same login told twice.
    assert_eq!(hub.admit(Millis(1), camera, LinkId(1), LinkEpoch(11)), Admission::Again);
    let replaced = hub.admit(Millis(2), camera, LinkId(2), LinkEpoch(12));
    assert_eq!(replaced, Admission::Replaces { link: LinkId(1), changes: 1 });
    assert!(!hub.release(camera, LinkEpoch(11)));
    assert!(!hub.release(camera, LinkEpoch(10)));
    assert_eq!(hub.holder(camera), Some((LinkId(2), LinkEpoch(12))));
    assert!(hub.is_current(camera, LinkEpoch(12)) && !hub.is_current(camera, LinkEpoch(11)));
    // One epoch belongs to one login.
    assert_eq!(hub.admit(Millis(3), camera, LinkId(3), LinkEpoch(12)), Admission::Stale);
    // A login that was accepted earlier and is told later.
    assert_eq!(hub.admit(Millis(3), camera, LinkId(3), LinkEpoch(11)), Admission::Stale);
    assert_eq!(hub.holder(camera), Some((LinkId(2), LinkEpoch(12))));
    assert!(hub.release(camera, LinkEpoch(12)));
    assert!(hub.is_empty());
    assert!(!hub.release(camera, LinkEpoch(12)));
}

/// Two devices with one id throw each other out; the count says so, and rest ends it.
#[test]
fn two_devices_with_one_id_are_noticed() {
    let mut hub = Hub::new();
    let mut epoch = 0;
    let mut admit = |hub: &mut Hub, seconds: u64, link: u64| {
        epoch += 1;
        hub.admit(Millis::from_secs(seconds), device(1), LinkId(link), LinkEpoch(epoch))
    };
    admit(&mut hub, 0, 1);
    for n in 1..=10 {
        let admission = admit(&mut hub, n * 10, n + 1);
        assert_eq!(admission, Admission::Replaces { link: LinkId(n), changes: n as u32 });
    }
    // A login repeated on the same link is no change, and starts no new dispute.
    admit(&mut hub, 100 + 59, 11);
    let later = admit(&mut hub, 100 + 60, 99);
    assert_eq!(later, Admission::Replaces { link: LinkId(11), changes: 1 });
}

/// Devices do not mix.
#[test]
fn each_device_for_itself() {
    let mut hub = Hub::new();
    for n in 0..1000 {
        hub.admit(Millis(0), device(n), LinkId(u64::from(n)), LinkEpoch(1));
    }
    assert!(hub.len() == 1000 && !hub.is_empty());
    hub.release(device(500), LinkEpoch(1));
    assert_eq!(hub.holder(device(500)), None);
    assert_eq!(hub.devices().count(), 999);
    assert!(hub.devices().map(|(device, ..)| device).is_sorted());
}
