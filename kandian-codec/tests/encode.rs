//! Limits of the encoders, and what the types print.

use kandian_codec::{
    Command, DEVICE_MAX_PAYLOAD, DigestPolicy, EncodeError, FrameRef, MAX_PAYLOAD, ResyncPolicy, encode,
    encode_into_slice,
};

/// E-63: a deployed device takes 4072 bytes of DATA and closes the link on one more.
#[test]
fn the_limit_is_kept_and_the_output_left_alone() {
    let payload = [b'x'; DEVICE_MAX_PAYLOAD + 1];
    let mut out = b"before".to_vec();
    let long = FrameRef::new(Command::REBOOT, 0, &payload);
    let refused = EncodeError::PayloadTooLong { len: 4073, limit: 4072 };
    assert_eq!(encode(&long, &mut out, DEVICE_MAX_PAYLOAD), Err(refused.clone()));
    assert_eq!(out, b"before");
    let fitting = FrameRef::new(Command::REBOOT, 0, &payload[1..]);
    assert_eq!(encode(&fitting, &mut out, DEVICE_MAX_PAYLOAD), Ok(4096));
    assert_eq!(out.len(), 6 + 4096);
    let mut slice = [7; 5000];
    assert_eq!(encode_into_slice(&long, &mut slice, DEVICE_MAX_PAYLOAD), Err(refused));
    assert_eq!(slice, [7; 5000]);
}

/// 65536 bytes of DATA are refused, whatever the limit.
#[test]
fn len_is_never_cut_down() {
    let payload = vec![0; MAX_PAYLOAD + 1];
    let refused = EncodeError::PayloadTooLong { len: 65_536, limit: 65_535 };
    let frame = FrameRef::new(Command::REBOOT, 0, &payload);
    assert_eq!(encode(&frame, &mut Vec::new(), usize::MAX), Err(refused));
}

#[test]
fn a_slice_one_byte_short_is_left_alone() {
    let frame = FrameRef::new(Command::REBOOT, 0, b"abc");
    let mut slice = [7; 28];
    let too_small = EncodeError::BufferTooSmall { needed: 27 };
    assert_eq!(encode_into_slice(&frame, &mut slice[..26], MAX_PAYLOAD), Err(too_small));
    assert_eq!(slice, [7; 28]);
    assert_eq!(encode_into_slice(&frame, &mut slice, MAX_PAYLOAD), Ok(27));
    assert_eq!(slice[27], 7);
}

/// Payloads hold passwords; logs must not.
#[test]
fn debug_shows_no_payload() {
    let frame = FrameRef::new(Command::LOGIN, 1, b"<DevKey>12345678</DevKey>");
    let expected = "FrameRef { command: Command(31H LOGIN), seq: 1, remark: 0, payload: 25 bytes }";
    assert_eq!(format!("{frame:?}"), expected);
    assert_eq!(format!("{:?}", frame.to_owned()), expected.replace("FrameRef", "Frame"));
}

#[test]
fn policies_are_read_as_they_are_written() {
    for policy in [DigestPolicy::Verify, DigestPolicy::Report, DigestPolicy::Ignore] {
        assert_eq!(policy.to_string().parse(), Ok(policy));
    }
    for policy in [ResyncPolicy::Close, ResyncPolicy::Scan] {
        assert_eq!(policy.to_string().parse(), Ok(policy));
    }
    let error = "Verify".parse::<DigestPolicy>().unwrap_err();
    assert_eq!(error.to_string(), "unknown policy; it is one of verify, report, ignore");
}
