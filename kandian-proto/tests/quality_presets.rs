//! The presets of both clients, against the table transcribed from chapters 3 and 4.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use kandian_proto::DevId;
use kandian_proto::message::device::{SetChannelRequest, VideoParameters};
use kandian_proto::presets::{Client, Definition, Preset, Quality};
use kandian_proto::value::{BitRate, FrameRate, FrameSize, FrameSizeDialect, RateType, StreamType};

const ALL: [Definition; 3] = [Definition::Normal, Definition::Sd, Definition::Hd];
const QUALITIES: [Quality; 3] = [Quality::Low, Quality::Medium, Quality::High];
const DIALECTS: [FrameSizeDialect; 2] = [FrameSizeDialect::ThreeCodes, FrameSizeDialect::FiveCodes];

fn device() -> DevId {
    "81100000001".parse().unwrap()
}

/// What selecting each quality of a definition sends: size, rate control, and (frame rate, bit rate).
fn sent(client: Client, definition: Definition) -> Vec<(u16, u16, u8, u16)> {
    QUALITIES
        .map(|quality| {
            let request = Preset::find(client, definition, quality).unwrap().set_request(
                device(),
                3,
                FrameSizeDialect::ThreeCodes,
            );
            assert_eq!((request.dev_id, request.channel_no), (device(), 3));
            assert_eq!(request.stream_type, client.stream_type());
            assert_eq!(request.audio_input, None, "sound is left as it is");
            (
                request.frame_size.unwrap().0,
                request.rate_type.unwrap().0,
                request.frame_rate.unwrap().0,
                request.bit_rate.unwrap().0,
            )
        })
        .to_vec()
}

fn parameters(request: &SetChannelRequest) -> VideoParameters {
    VideoParameters::new(
        request.frame_size.unwrap(),
        request.frame_rate.unwrap(),
        request.rate_type.unwrap(),
        false,
    )
    .bit_rate(request.bit_rate.unwrap())
}

// E-192
#[test]
fn each_client_offers_two_definitions_with_three_qualities() {
    for (client, definitions) in [(Client::Mobile, ["普通", "标清"]), (Client::Web, ["标清", "高清"])]
    {
        let offered: Vec<_> =
            client.presets().iter().map(|p| (p.definition.name_zh(), p.quality.name_zh())).collect();
        let expected: Vec<_> =
            definitions.iter().flat_map(|d| ["低", "中", "高"].map(|quality| (*d, quality))).collect();
        assert_eq!(offered, expected);
        assert!(client.presets().iter().all(|p| p.client == client));
    }
    for quality in QUALITIES {
        assert_eq!(Preset::find(Client::Mobile, Definition::Hd, quality), None);
        assert_eq!(Preset::find(Client::Web, Definition::Normal, quality), None);
    }
}

// E-193
#[test]
fn the_mobile_client_sets_the_sub_stream_and_the_web_client_the_main_stream() {
    assert_eq!(Client::Mobile.stream_type(), StreamType::SUB);
    assert_eq!(Client::Web.stream_type(), StreamType::MAIN);
}

//
#[test]
fn normal_is_cif() {
    let expected = [(3, 1, 10, 2), (3, 1, 15, 4), (3, 1, 25, 6)];
    assert_eq!(sent(Client::Mobile, Definition::Normal), expected);
}

// E-192
#[test]
fn sd_is_d1_and_the_same_in_both_clients() {
    let expected = [(2, 1, 10, 4), (2, 1, 15, 6), (2, 1, 25, 8)];
    assert_eq!(sent(Client::Mobile, Definition::Sd), expected);
    assert_eq!(sent(Client::Web, Definition::Sd), expected);
}

//
#[test]
fn hd_is_720p() {
    let expected = [(1, 1, 10, 6), (1, 1, 15, 8), (1, 1, 25, 10)];
    assert_eq!(sent(Client::Web, Definition::Hd), expected);
}

//
#[test]
fn the_table_of_the_catalogue() {
    let text = String::from_utf8(support::read("catalogue/enums.toml")).unwrap();
    let catalogue: toml::Table = text.parse().unwrap();
    let rows: Vec<_> = catalogue["quality_preset"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let number = |key: &str| row[key].as_integer().unwrap();
            let word = |key: &str| row[key].as_str().unwrap().to_owned();
            let rates = (number("frame_rate"), number("kbps"), number("bit_rate_code"));
            (number("stream_type"), word("definition_zh"), word("quality_zh"), word("frame_size"), rates)
        })
        .collect();
    let code: Vec<_> = Client::Mobile
        .presets()
        .iter()
        .chain(Client::Web.presets())
        .map(|p| {
            let rates = (p.frame_rate.0.into(), p.bit_rate.kbps().unwrap().into(), p.bit_rate.0.into());
            (
                p.client.stream_type().0.into(),
                p.definition.name_zh().to_owned(),
                p.quality.name_zh().to_owned(),
                p.definition.resolution().name().to_owned(),
                rates,
            )
        })
        .collect();
    assert_eq!(code, rows);
}

// E-97
#[test]
fn parameters_lead_back_to_their_preset_in_both_tables_of_sizes() {
    for client in [Client::Mobile, Client::Web] {
        for preset in client.presets() {
            for dialect in DIALECTS {
                let read = parameters(&preset.set_request(device(), 0, dialect));
                assert_eq!(Preset::of_parameters(client, &read, dialect), Some(preset));
            }
        }
    }
    let five = Preset::find(Client::Web, Definition::Sd, Quality::Low).unwrap().set_request(
        device(),
        0,
        FrameSizeDialect::FiveCodes,
    );
    assert_eq!(five.frame_size, Some(FrameSize(3)), "D1 is 3 in the table of five");
}

// E-97, E-98, E-99: values of a device that are nobody's preset are shown as the user's own.
#[test]
fn other_parameters_are_no_preset() {
    let preset = Preset::find(Client::Web, Definition::Sd, Quality::Medium).unwrap();
    let three = FrameSizeDialect::ThreeCodes;
    let right = parameters(&preset.set_request(device(), 0, three));
    assert_eq!(Preset::of_parameters(Client::Web, &right, three), Some(preset));
    assert_eq!(
        Preset::of_parameters(Client::Web, &right.clone().audio_input(true), three),
        Some(preset),
        "sound is not compared"
    );
    for wrong in [
        right.clone().frame_size(FrameSize(9)),
        right.clone().frame_size(FrameSize::HD_720P),
        right.clone().frame_rate(FrameRate(255)),
        right.clone().frame_rate(FrameRate(16)),
        right.clone().rate_type(RateType::VBR),
        right.clone().bit_rate(BitRate(0)),
        right.clone().bit_rate(BitRate::KBPS_768),
    ] {
        assert_eq!(Preset::of_parameters(Client::Web, &wrong, three), None, "{wrong:?}");
    }
    // The same numbers mean another picture in the other table.
    assert_eq!(Preset::of_parameters(Client::Web, &right, FrameSizeDialect::FiveCodes), None);
    // And each definition belongs to its client.
    for definition in ALL {
        let of = |client| Preset::find(client, definition, Quality::High);
        let found = [Client::Mobile, Client::Web].map(of).into_iter().flatten().count();
        assert_eq!(found, if definition == Definition::Sd { 2 } else { 1 });
    }
}
