//! RTCP. E-176, E-177.

use kandian_proto::rtsp::rtcp::{self, MOST_REPORTS, Ntp, Reception, Report};
use kandian_proto::time::UnixMillis;
use proptest::prelude::*;

/// The moment of a report is that of the wall clock.
#[test]
fn times() {
    assert_eq!(Ntp::from_unix(UnixMillis(0)), Ntp(2_208_988_800 << 32));
    assert_eq!(Ntp::from_unix(UnixMillis(500)).0 as u32, 1 << 31);
    assert_eq!(Ntp::from_unix(UnixMillis(-500)), Ntp((2_208_988_799 << 32) | (1 << 31)));
    assert_eq!(Ntp(0x1234_5678_9ABC_DEF0).middle(), 0x5678_9ABC);
}

/// E-176, E-177: a report that keeps a session alive, and the farewell at the end of a recording.
#[test]
fn e176_e177_reports() {
    let reception = Reception { source: 9, lost_fraction: 12, lost: u32::MAX, highest_sequence: 70_000 };
    for name in ["", "a", "abc", "81100000001", &"x".repeat(300)] {
        let report = rtcp::receiver_report(3, Some(reception), name);
        assert_eq!(report.len() % 4, 0);
        assert_eq!(rtcp::parse(&report).collect::<Vec<_>>(), [Report::Receiver { ssrc: 3, lost: Some(12) }]);
        let report = rtcp::receiver_report(3, None, name);
        assert_eq!(rtcp::parse(&report).collect::<Vec<_>>(), [Report::Receiver { ssrc: 3, lost: None }]);
        assert!(rtcp::is_rtcp(&report));
    }
    let bye = rtcp::bye(5);
    let reports: Vec<_> = rtcp::parse(&bye).collect();
    assert_eq!(reports, [Report::Receiver { ssrc: 5, lost: None }, Report::Bye { ssrc: 5 }]);
}

/// RTCP is told from RTP.
#[test]
fn rtp_is_not_rtcp() {
    assert!(!rtcp::is_rtcp(&[0x80, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    assert!(!rtcp::is_rtcp(&[0x80, 201, 0, 9, 0, 0, 0, 0]), "cut");
    assert!(!rtcp::is_rtcp(&[]));
}

proptest! {
    /// A flood of empty parts ends.
    #[test]
    fn hostile(bytes in proptest::collection::vec(prop_oneof![Just(0x80_u8), Just(201), Just(0), any::<u8>()], 0..400)) {
        prop_assert!(rtcp::parse(&bytes).count() <= MOST_REPORTS);
    }
}

/// At most so many reports.
#[test]
fn bounded() {
    assert_eq!(rtcp::parse(&[0x80, 201, 0, 1, 0, 0, 0, 1].repeat(1_000)).count(), MOST_REPORTS);
}
