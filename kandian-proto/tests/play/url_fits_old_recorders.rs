//! Recorders of 2014 (firmware `V1.6_<date>`) copy URLs into small buffers: what they survive is checked
//! before it is sent.

use crate::support::play::{TOKEN, device, token};
use kandian_proto::play::{FileName, LegacyLimit, PlayUrl, Target};
use kandian_proto::value::{Port, StreamType};

/// A URL whose host has that many letters.
fn url(host: usize, target: Target) -> PlayUrl {
    PlayUrl::new("a".repeat(host).parse().unwrap(), Port(554), target, token(TOKEN)).unwrap()
}

fn live() -> Target {
    Target::live(device("81100000001"), 0, StreamType::SUB)
}

fn recording(name: &str) -> Target {
    Target::recording(device("81100000001"), 0, FileName::new(name).unwrap())
}

// 127 bytes: one buffer less its end.
#[test]
fn a_live_url_has_127_bytes() {
    let (fits, too_long) = (url(21, live()), url(22, live()));
    assert_eq!(fits.to_url().as_str().len(), 127);
    assert_eq!(fits.check_legacy(), Ok(()));
    let error = too_long.check_legacy().unwrap_err();
    assert_eq!(error, LegacyLimit::Url { bytes: 128, limit: 127 });
    assert_eq!(error.to_string(), "the URL has 128 bytes, old recorders take 127");
}

// The name a recorder gives its own recordings makes a longer URL, and works.
#[test]
fn the_url_of_an_ordinary_recording_fits() {
    let name = "81100000001_0_20140318080000.mp4";
    let ordinary = PlayUrl { host: "192.168.1.64".parse().unwrap(), ..url(1, recording(name)) };
    assert_eq!((name.len(), ordinary.to_url().as_str().len()), (32, 147));
    assert_eq!(ordinary.check_legacy(), Ok(()));

    let (fits, too_long) = (url(119, recording(name)), url(120, recording(name)));
    assert_eq!(fits.to_url().as_str().len(), 254);
    assert_eq!(fits.check_legacy(), Ok(()));
    assert_eq!(too_long.check_legacy(), Err(LegacyLimit::Url { bytes: 255, limit: 254 }));
}

#[test]
fn a_file_name_has_32_bytes() {
    let error = url(1, recording(&"a".repeat(33))).check_legacy().unwrap_err();
    assert_eq!(error, LegacyLimit::FileName { bytes: 33 });
    assert_eq!(error.to_string(), "the file name has 33 bytes, old recorders take 32");
    // Counted before it is escaped: what is copied is not.
    let target = Target::recording(device("1"), 0, FileName::new("商".repeat(10)).unwrap());
    assert_eq!(url(1, target).check_legacy(), Err(LegacyLimit::Path { bytes: 172 }));
    let error = url(1, recording("a b")).check_legacy().unwrap_err();
    assert_eq!(error, LegacyLimit::Escape);
}

#[test]
fn path_and_parameters_have_127_bytes() {
    let with_id = |digits: usize| {
        let name = FileName::new("a".repeat(32)).unwrap();
        url(1, Target::recording(device(&"8".repeat(digits)), 0, name))
    };
    assert_eq!(with_id(14).check_legacy(), Ok(()));
    assert_eq!(with_id(15).check_legacy(), Err(LegacyLimit::Path { bytes: 128 }));
}
