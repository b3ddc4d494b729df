//! The search for recordings: 72H. Spec §7.5.22, E-15, E-130 to E-132.

use kandian_proto::message::device::{FilePage, FileQueryRequest, RecordedFile};
use kandian_proto::time::Minute;
use kandian_proto::value::PageNo;

use super::{Refusal, Verdict, channel};
use crate::hardware::Recording;
use crate::unit::Unit;

/// A page of the recordings of a channel that overlap a window, the oldest first. Past the last page there are
/// none, which is no error (E-132).
pub(super) async fn query(unit: &Unit, request: &FileQueryRequest) -> Verdict<FilePage> {
    let channel = channel(unit, request.channel_no)?;
    let (start, end) = (request.start_time.start(), request.end_time.start());
    if end < start {
        return Err(Refusal::wrong("R-7.87", "the window ends before it starts"));
    }
    let found = unit.with_storage(|storage| storage.recordings()).await;
    let unreadable = |fault| Refusal::wrong("E-130", format!("the recordings cannot be read: {fault}"));
    let mut found = found.and_then(|found| found).map_err(unreadable)?;
    found.retain(|r| r.channel == channel && r.start <= end && start <= r.end);
    found.sort_by(|a, b| (a.start, &a.name).cmp(&(b.start, &b.name)));
    let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
    Ok(FilePage::new(total).files(page(&found, request.page_no)))
}

fn page(found: &[Recording], page: PageNo) -> Vec<RecordedFile> {
    let first = usize::try_from(page.first_index()).unwrap_or(usize::MAX);
    let entries = usize::try_from(PageNo::ENTRIES).unwrap_or(10);
    let entry = |r: &Recording| {
        RecordedFile::new(r.name.as_str(), r.bytes, Minute::floor(r.start), Minute::ceil(r.end))
    };
    found.iter().skip(first).take(entries).map(entry).collect()
}
