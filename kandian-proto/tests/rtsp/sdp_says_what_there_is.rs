//! SDP.; E-173, E-179.

use std::net::{IpAddr, Ipv4Addr};

use kandian_proto::rtsp::h264::ParameterSets;
use kandian_proto::rtsp::sdp::{Codec, Description, MAX_TRACKS, Remote, SdpError, Sound};
use kandian_proto::time::Millis;
use proptest::prelude::*;

const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

fn sets() -> ParameterSets {
    ParameterSets::of(&[0, 0, 1, 0x67, 0x42, 0xC0, 0x1E, 0xD9, 0, 0, 1, 0x68, 0xCE, 0x3C, 0x80, 0, 0, 1])
}

/// H.264 with its parameter sets; E-179: A-law beside it.
#[test]
fn r10_1_e179_live() {
    let text = Description::live(sets()).sound(Sound::Pcma).write(ADDRESS, 3);
    assert_eq!(
        text,
        "v=0\r\no=- 3 3 IN IP4 192.0.2.7\r\ns=h264.mp4\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\na=control:*\r\na=range:npt=now-\r\n\
         m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n\
         a=fmtp:96 packetization-mode=1;profile-level-id=42C01E;sprop-parameter-sets=Z0LAHtk=,aM48\r\n\
         a=control:trackID=0\r\nm=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=control:trackID=1\r\n"
            .replace("aM48", "aM48gA==")
    );
    let remote = Remote::parse(text.as_bytes()).unwrap();
    let [video, sound] = &remote.tracks[..] else { panic!("{remote:?}") };
    assert_eq!((video.codec, video.payload_type, video.clock_hz), (Codec::H264, 96, 90_000));
    assert_eq!((video.control.as_deref(), video.parameter_sets.clone()), (Some("trackID=0"), sets()));
    assert_eq!((sound.codec, sound.payload_type, sound.clock_hz), (Codec::Pcma, 8, 8_000));
    assert_eq!(remote.duration, None);
}

/// A recording says how long it is.
#[test]
fn recording() {
    let text = Description::recording(ParameterSets::default(), Millis(1_854_500))
        .write("2001:db8::1".parse().unwrap(), 1);
    assert!(text.contains("a=range:npt=0.000-1854.500\r\n") && !text.contains("sprop"), "{text}");
    assert!(text.contains("IN IP6 2001:db8::1\r\n"));
    assert_eq!(Remote::parse(text.as_bytes()).unwrap().duration, Some(Millis(1_854_500)));
}

/// E-179: a client takes what a device announces.
#[test]
fn e179_codecs() {
    let text = "v=0\no=- 1 1 IN IP4 0.0.0.0\ns=x\nt=0 0\nm=video 5004 RTP/AVP 105\nc=IN IP4 198.51.100.9\n\
        a=rtpmap:105 h264/90000\nm=audio 0 RTP/AVP 0\nm=audio 0 RTP/AVP 97\na=rtpmap:97 mpeg4-generic/16000/1\n\
        a=fmtp:97 mode=AAC-hbr;config=1408\nm=application 0 RTP/AVP 107\nm=audio 0 RTP/AVP 102\na=rtpmap:102 G7221/16000\n";
    let remote = Remote::parse(text.as_bytes()).unwrap();
    let codecs: Vec<_> = remote.tracks.iter().map(|track| (track.codec, track.clock_hz)).collect();
    assert_eq!(
        codecs,
        [(Codec::H264, 90_000), (Codec::Pcmu, 8_000), (Codec::Aac, 16_000), (Codec::G7221, 16_000)]
    );
    assert_eq!(remote.tracks[2].config[..], [0x14, 0x08]);
    // E-173: an address, should the answer to SETUP not have one.
    assert_eq!(remote.tracks[0].address, Some((Ipv4Addr::new(198, 51, 100, 9).into(), 5_004)));

    let aac = Sound::Aac { rate_hz: 16_000, channels: 1, config: vec![0x14, 0x08].into() };
    let text = Description::live(sets()).sound(aac).write(ADDRESS, 1);
    let remote = Remote::parse(text.as_bytes()).unwrap();
    assert_eq!((remote.tracks[1].codec, &remote.tracks[1].config[..]), (Codec::Aac, &[0x14, 0x08][..]));
}

/// What is no description.
#[test]
fn refused() {
    assert_eq!(Remote::parse(b"<html>"), Err(SdpError::NotSdp));
    assert_eq!(Remote::parse(b"v=0\r\ns=x\r\nm=video 0 TCP/MSRP 96\r\n"), Err(SdpError::NoTracks));
    let many = format!("v=0\r\n{}", "m=video 0 RTP/AVP 96\r\n".repeat(500));
    assert_eq!(Remote::parse(many.as_bytes()).unwrap().tracks.len(), MAX_TRACKS);
}

proptest! {
    /// Any text.
    #[test]
    fn hostile(text in "(v=0\r\n)?([a-z]=[a-zA-Z0-9:/; =,+*.-]{0,40}\r?\n){0,12}") {
        let _ = Remote::parse(text.as_bytes());
    }
}
