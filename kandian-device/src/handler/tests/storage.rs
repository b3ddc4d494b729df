//! Card, disk and recordings.

use std::fs;

use kandian_proto::message::device::{FilePage, FileQueryRequest, StoreFormatRequest, StoreQueryRequest};
use kandian_proto::time::Minute;
use kandian_proto::value::PageNo;
use kandian_proto::{Outcome, Response};

use super::*;
use crate::hardware::sim::CardState;

fn query(channel: u16, start: &str, end: &str, page: u32) -> FileQueryRequest {
    let (start, end): (Minute, Minute) = (start.parse().unwrap(), end.parse().unwrap());
    FileQueryRequest::new(id(), channel, start, end).page_no(PageNo(page))
}

async fn page(bench: &Bench, request: FileQueryRequest) -> FilePage {
    let Response::FileQuery(response) = bench.ask(request).await.response else { panic!() };
    response.outcome.into_result().unwrap()
}

fn record(bench: &Bench, channel: u16, start: &str) {
    let name = format!("{}_{channel}_{start}.ts", id());
    fs::write(bench.directory().join("storage").join(name), "recording").unwrap();
}

/// E-130, E-132: 23 files are pages of 10, 10, 3 and 0; the total is on each.
#[tokio::test]
async fn pages() {
    let bench = Bench::new(DevType::IPCAM);
    for minute in 0..23 {
        record(&bench, 0, &format!("2014031810{minute:02}30"));
    }
    record(&bench, 0, "20140319000000");
    let mut names = Vec::new();
    for (number, expected) in [(1, 10), (2, 10), (3, 3), (4, 0), (u32::MAX, 0)] {
        let page = page(&bench, query(0, "201403181000", "201403181100", number)).await;
        assert_eq!((page.total_record_num, page.files.len()), (23, expected), "page {number}");
        names.extend(page.files.into_iter().map(|file| file.file_name));
    }
    assert!(names.is_sorted() && names.len() == 23, "{names:?}");
    let empty = page(&bench, query(0, "201303181000", "201303181100", 1)).await;
    assert_eq!((empty.total_record_num, empty.files.len()), (0, 0));
}

/// E-131, E-132, R-7.88: what overlaps the window is found, with minutes rounded outwards.
#[tokio::test]
async fn windows() {
    let bench = Bench::new(DevType::NVR);
    record(&bench, 1, "20140318100030");
    record(&bench, 2, "20140318100030");
    let found = async |start, end| page(&bench, query(1, start, end, 1)).await.total_record_num;
    // From 10:00:30 to 10:15:30.
    assert_eq!(found("201403180900", "201403181000").await, 0);
    assert_eq!(found("201403180900", "201403181001").await, 1);
    assert_eq!(found("201403181015", "201403181100").await, 1);
    assert_eq!(found("201403181016", "201403181100").await, 0);
    let file = page(&bench, query(1, "201403181005", "201403181005", 1)).await.files.remove(0);
    assert_eq!((file.start_time.to_string().as_str(), file.file_size), ("201403181000", 9));
    assert_eq!(file.end_time.to_string(), "201403181016");
    bench.refuses(query(1, "201403181100", "201403181000", 1), OTHER, "R-7.87").await;
    bench.refuses(query(4, "201403181000", "201403181100", 1), NOT_FOUND, "E-15").await;
}

/// A card that is out holds no recordings; one that is broken cannot say. E-130
#[tokio::test]
async fn recordings_of_a_bad_card() {
    let bench = Bench::new(DevType::IPCAM);
    record(&bench, 0, "20140318100030");
    let simulation = bench.unit.simulation.as_ref().unwrap();
    simulation.set_card(CardState::Removed).unwrap();
    let day = || query(0, "201403180000", "201403182359", 1);
    assert_eq!(page(&bench, day()).await.total_record_num, 0);
    simulation.set_card(CardState::Faulty).unwrap();
    bench.refuses(day(), OTHER, "E-130").await;
    simulation.set_card(CardState::Inserted).unwrap();
    assert_eq!(page(&bench, day()).await.total_record_num, 1);
}

/// E-12, E-146, E-147: the numberings of the two answers, and sizes in MB.
#[tokio::test]
async fn four_states() {
    let bench = Bench::new(DevType::IPCAM);
    record(&bench, 0, "20140318100030");
    let simulation = bench.unit.simulation.as_ref().unwrap();
    for (state, queried, formatted) in [
        (CardState::Removed, (0, 0, 0), (1, 0, 0)),
        (CardState::Faulty, (3, 0, 0), (2, 0, 0)),
        (CardState::Unformatted, (2, 1024, 0), (0, 1024, 1024)),
        (CardState::Inserted, (1, 1024, 1024), (0, 1024, 1024)),
    ] {
        simulation.set_card(state).unwrap();
        let Response::StoreQuery(r) = bench.ask(StoreQueryRequest::new(id())).await.response else {
            panic!()
        };
        assert_eq!((r.result.0, r.total_size, r.free_size.div_ceil(1024) * 1024), queried, "{state:?}");
        let Response::StoreFormat(r) = bench.ask(StoreFormatRequest::new(id())).await.response else {
            panic!()
        };
        assert_eq!((r.result.0, r.total_size, r.free_size), formatted, "{state:?}");
    }
    assert_eq!(fs::read_dir(bench.directory().join("storage")).unwrap().count(), 0);
}

/// A recorder tells of its disk, and formats nothing., E-148
#[tokio::test]
async fn the_disk_of_a_recorder() {
    let bench = Bench::new(DevType::NVR);
    record(&bench, 0, "20140318100030");
    assert_eq!(bench.code(StoreQueryRequest::new(id())).await, 1);
    assert_eq!(bench.code(StoreFormatRequest::new(id())).await, 2);
    assert_eq!(fs::read_dir(bench.directory().join("storage")).unwrap().count(), 1);
}

/// a reset keeps recordings.
#[tokio::test]
async fn a_reset_keeps_recordings() {
    let bench = Bench::new(DevType::IPCAM);
    record(&bench, 0, "20140318100030");
    reset(&bench.unit).await.unwrap();
    let day = query(0, "201403180000", "201403182359", 1);
    let Response::FileQuery(response) = bench.ask(day).await.response else { panic!() };
    assert!(matches!(response.outcome, Outcome::Success(page) if page.total_record_num == 1));
}
