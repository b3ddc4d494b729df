//! A recorder of 2014 against the platform. The recorder is written from what is known of one deployed firmware, with its
//! own reader and its own templates; it uses nothing of Kandian, so that no misunderstanding is shared.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod firmware;
mod platform;
mod wire;

use std::time::Duration;

use firmware::{Firmware, Habits};
use platform::Running;

/// The recorder registers by one read of 1,024 bytes, logs in with SEQ 1 after a NAT test, reports until it is
/// confirmed, and stays; it answers what it can, with the SEQ its counter happens to have., E-65, E-67.
#[test]
fn comes_online_and_stays() {
    let running = Running::start();
    let recorder = Firmware::start(running.registration(), Habits::quick());
    running.until_online(recorder.id());
    let before = recorder.heartbeats();
    running.wait(|| recorder.heartbeats() >= before + 20);
    assert_eq!(recorder.violations(), [""; 0]);
    assert_eq!(running.presence(recorder.id()), "online");
    assert_eq!(recorder.logins(), 1, "one login was enough");
}

/// Ten minutes at the recorder's own pace; run by hand and before releases.
#[test]
#[ignore = "takes ten minutes"]
fn stays_for_ten_minutes_at_its_own_pace() {
    let running = Running::start();
    let recorder = Firmware::start(running.registration(), Habits::real());
    running.until_online(recorder.id());
    std::thread::sleep(Duration::from_secs(600));
    assert_eq!(recorder.violations(), [""; 0]);
    assert_eq!((recorder.logins(), running.presence(recorder.id()).as_str()), (1, "online"));
    assert!(recorder.heartbeats() >= 5, "{}", recorder.heartbeats());
}

/// Each command has the end that this firmware gives it: done, refused by silence, or not for a recorder at all.,
/// E-65, E-66, E-67, E-138.
#[test]
fn obeys_what_it_can() {
    let running = Running::start();
    let recorder = Firmware::start(running.registration(), Habits::quick());
    running.until_online(recorder.id());
    for (operation, body, end) in [
        ("full_day_record_set", "{\"ChannelNo\":0,\"StorageFlag\":1,\"RecordFull\":1}", "answered"),
        ("full_day_record_get", "{\"ChannelNo\":0,\"StorgeFlag\":1}", "answered"),
        ("local_storage_query", "", "answered"),
        ("nvr_query_ipcam", "", "answered"),
        (
            "record_file_query",
            "{\"ChannelNo\":0,\"StartTime\":\"201403180000\",\"EndTime\":\"201403182359\",\"PageNo\":1}",
            "no_answer",
        ),
        ("factory_reset", "", "no_answer"),
        ("wifi_scan", "", "unsupported"),
        ("video_params_get", "{\"ChannelNo\":0,\"StreamType\":1}", "unsupported"),
    ] {
        let (status, answer) = running.command(recorder.id(), operation, body);
        let found = if status == 200 { "answered" } else { answer["type"].as_str().unwrap_or_default() };
        assert_eq!(found, end, "{operation}: {answer}");
    }
    // A viewer's token check between a request and its answer moves the counter; the answer is understood all the same.
    recorder.let_a_viewer_interfere();
    let (status, answer) = running.command(recorder.id(), "loop_record_get", "{\"StorageFlag\":1}");
    assert_eq!(status, 200, "{answer}");
    assert_eq!(recorder.violations(), [""; 0]);
    assert_eq!(running.presence(recorder.id()), "online", "silence is no reason to be offline");
}
