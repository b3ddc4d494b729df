//! What a fresh device answers to queries, against the table transcribed from chapter 16.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use kandian_proto::defaults::{Factory, Grade};
use kandian_proto::message::device::VideoParameters;
use kandian_proto::presets::{Client, Definition, Preset, Quality};
use kandian_proto::value::{DevType, FrameSizeDialect, Resolution, StorageFlag, StreamType};

const fn factory(kind: DevType, grade: Grade) -> Factory {
    Factory { kind, grade }
}

fn quadruple(video: &VideoParameters) -> (u16, u8, u16, u16) {
    (video.frame_size.0, video.frame_rate.0, video.rate_type.0, video.bit_rate.0)
}

// E-190
#[test]
fn recordings_loop_by_default() {
    const { assert!(Factory::RECORD_LOOP) };
}

// E-149
#[test]
fn cloud_storage_runs_by_default() {
    const { assert!(Factory::CLOUD_ACTIVE) };
}

// E-190
#[test]
fn a_camera_records_by_policy_and_a_recorder_around_the_clock() {
    for grade in [Grade::Sd, Grade::Hd] {
        let camera = factory(DevType::IPCAM, grade);
        for medium in [StorageFlag::NVR, StorageFlag::SD_CARD, StorageFlag::CLOUD, StorageFlag(7)] {
            assert!(!camera.record_full(medium), "{medium:?}");
        }
        for kind in [DevType::NVR, DevType::DVR] {
            let recorder = factory(kind, grade);
            assert!(recorder.record_full(StorageFlag::NVR));
            // E-134: 1 sent to a recorder is its disk.
            assert!(recorder.record_full(StorageFlag::SD_CARD));
            assert!(!recorder.record_full(StorageFlag::CLOUD));
            assert!(!recorder.record_full(StorageFlag(7)));
        }
        assert!(!factory(DevType(9), grade).record_full(StorageFlag::NVR));
    }
}

// E-189
#[test]
fn the_main_stream_depends_on_the_class_of_the_device() {
    let main = |grade| factory(DevType::IPCAM, grade).video(StreamType::MAIN).unwrap();
    assert_eq!(quadruple(&main(Grade::Sd)), (2, 15, 1, 6));
    assert_eq!(quadruple(&main(Grade::Hd)), (1, 10, 1, 6));
    assert!(main(Grade::Sd).audio_input && main(Grade::Hd).audio_input);
}

// E-189
#[test]
fn the_sub_stream_is_the_same_for_all() {
    for grade in [Grade::Sd, Grade::Hd] {
        let sub = factory(DevType::IPCAM, grade).video(StreamType::SUB).unwrap();
        assert_eq!(quadruple(&sub), (3, 15, 1, 4));
        assert!(sub.audio_input);
    }
}

// E-25, R-16.4: the streams of a recorder are those of its cameras; a DVR encodes by itself.
#[test]
fn streams_of_other_devices() {
    for stream in [StreamType::MAIN, StreamType::SUB] {
        assert_eq!(factory(DevType::NVR, Grade::Hd).video(stream), None);
        assert!(factory(DevType::DVR, Grade::Sd).video(stream).is_some());
    }
    assert_eq!(factory(DevType::IPCAM, Grade::Hd).video(StreamType(3)), None);
}

#[test]
fn the_class_follows_from_the_largest_picture() {
    let of = |size| Grade::of(size);
    assert_eq!(of(Resolution::Hd720p), Grade::Hd);
    for small in [Resolution::D1, Resolution::Vga, Resolution::Cif, Resolution::Qvga] {
        assert_eq!(of(small), Grade::Sd);
    }
}

// E-189
#[test]
fn defaults_are_presets() {
    let preset = |grade, client: Client| {
        let video = factory(DevType::IPCAM, grade).video(client.stream_type()).unwrap();
        Preset::of_parameters(client, &video, FrameSizeDialect::ThreeCodes).unwrap()
    };
    let words = |p: &Preset| (p.definition, p.quality);
    assert_eq!(words(preset(Grade::Hd, Client::Web)), (Definition::Hd, Quality::Low));
    assert_eq!(words(preset(Grade::Sd, Client::Web)), (Definition::Sd, Quality::Medium));
    assert_eq!(words(preset(Grade::Sd, Client::Mobile)), (Definition::Normal, Quality::Medium));
}

//
#[test]
fn the_table_of_the_catalogue() {
    let text = String::from_utf8(support::read("catalogue/enums.toml")).unwrap();
    let catalogue: toml::Table = text.parse().unwrap();
    let camera = |grade| factory(DevType::IPCAM, grade);
    let rows = catalogue["factory_default"].as_array().unwrap();
    assert_eq!(rows.len(), 7);
    for row in rows {
        let number = |key: &str| row[key].as_integer().unwrap();
        let item = row["item"].as_str().unwrap();
        let video = match item {
            "main_stream_sd" => camera(Grade::Sd).video(StreamType::MAIN),
            "main_stream_hd" => camera(Grade::Hd).video(StreamType::MAIN),
            "sub_stream" => camera(Grade::Hd).video(StreamType::SUB),
            _ => None,
        };
        if let Some(video) = video {
            let (size, frames, control, rate) = quadruple(&video);
            assert_eq!(i64::from(size), number("frame_size_code"), "{item}");
            assert_eq!(i64::from(frames), number("frame_rate"), "{item}");
            assert_eq!(i64::from(control), number("rate_type_code"), "{item}");
            assert_eq!(i64::from(rate), number("bit_rate_code"), "{item}");
            continue;
        }
        let value = match item {
            "record_loop" => Factory::RECORD_LOOP,
            "record_full_ipc" => camera(Grade::Sd).record_full(StorageFlag::SD_CARD),
            "record_full_nvr" => factory(DevType::NVR, Grade::Hd).record_full(StorageFlag::NVR),
            "estore_activate" => Factory::CLOUD_ACTIVE,
            _ => panic!("no default for {item}"),
        };
        assert_eq!(i64::from(value), number("value"), "{item}");
    }
}
