use kandian_codec::DigestPolicy;
use kandian_proto::Profile;
use kandian_proto::session::{ChannelBase, ForeignDevId, KeepAlive, Quirks, ResponseMatch, Silence};
use kandian_proto::value::Manufacturer;

/// Every combination is written and read back; the shortest text is `spec`.
#[test]
fn and_read_back() {
    for response_match in [ResponseMatch::SeqAndCommand, ResponseMatch::Command] {
        for keep_alive in [KeepAlive::Heartbeat, KeepAlive::AnyFrame] {
            for digest in [DigestPolicy::Verify, DigestPolicy::Report, DigestPolicy::Ignore] {
                for foreign_dev_id in [ForeignDevId::Refuse, ForeignDevId::Accept] {
                    for silence in [Silence::NoAnswer, Silence::Unsupported] {
                        for channel_base in [ChannelBase::Zero, ChannelBase::One] {
                            for &profile in Profile::ALL {
                                let mut quirks = Quirks::SPEC;
                                quirks.response_match = response_match;
                                quirks.keep_alive = keep_alive;
                                quirks.digest = digest;
                                quirks.foreign_dev_id = foreign_dev_id;
                                quirks.silence = silence;
                                quirks.channel_base = channel_base;
                                quirks.profile = profile;
                                assert_eq!(quirks.to_string().parse(), Ok(quirks));
                            }
                        }
                    }
                }
            }
        }
    }
    assert_eq!(Quirks::default(), Quirks::SPEC);
    assert_eq!(Quirks::LEGACY_RECORDER.to_string(), "legacy-recorder");
}

/// E-66, E-67: what is known of recorders of 2014, and of whom it is believed: three manufacturers, and firmware that
/// names itself after the specification.
#[test]
fn and_are_known_of_some() {
    let legacy = Quirks::LEGACY_RECORDER;
    assert_eq!(
        (legacy.response_match, legacy.silence, legacy.profile),
        (ResponseMatch::Command, Silence::Unsupported, Profile::LegacyRecorder)
    );
    for (manufacturer, firmware, known) in [
        ("112", "V1.6_20141105", true),
        ("850", "V1.6_20141105", true),
        ("901", "V1.6_20141105", true),
        ("850", "V1.7_20141105", false),
        ("811", "V1.6_20141105", false),
    ] {
        let of_device = Quirks::of_device(Manufacturer::new(manufacturer).ok(), firmware);
        assert_eq!(of_device, if known { legacy } else { Quirks::SPEC }, "{manufacturer} {firmware}");
    }
    assert_eq!(Quirks::of_device(None, "V1.6_20141105"), Quirks::SPEC);
}

/// Mistakes are named, with what would have been right.
#[test]
fn unknown_names() {
    for (text, message) in [
        ("", "`` is no quirk; expected response-match"),
        ("fast", "`fast` is no quirk; expected response-match"),
        ("keep-alive=never", "`never` is no way of keeping a link open; expected heartbeat, any-frame"),
        ("digest=maybe", "`maybe` is no digest policy; expected verify, report, ignore"),
        ("profile=x", "`x` is no profile; expected spec, legacy-recorder"),
        ("spec,channel-base=2", "`2` is no numbering of channels; expected zero, one"),
    ] {
        let error = text.parse::<Quirks>().unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}
