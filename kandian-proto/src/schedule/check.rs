//! The rules for policies that platform and device share.

use super::period::Period;
use super::refusal::{Against, Overlap, Refusal, RowFault};
use super::{POLICIES_PER_DAY, policy};
use crate::message::device::{DayPolicy, StoredWeekPolicy, WeekPolicy};
use crate::value::{PictureStoreType, PolicyStreamType, RecordStoreType, Weekday};

/// What decides whether two record policies get into each other's way. E-115, E-116.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Id, for a policy that exists.
    pub(super) id: Option<String>,
    pub(super) place: RecordStoreType,
    pub(super) week: Weekday,
    /// `None` for a policy of a peer that makes no sense; it takes a slot and overlaps nothing.
    pub(super) period: Option<Period>,
}

impl From<&policy::RecordPolicy> for Row {
    fn from(policy: &policy::RecordPolicy) -> Self {
        let policy::RecordPolicy { id, place, week, period, .. } = *policy;
        Self { id: Some(id.to_string()), place, week, period: Some(period) }
    }
}

impl From<&StoredWeekPolicy> for Row {
    fn from(policy: &StoredWeekPolicy) -> Self {
        Self {
            id: Some(policy.policy_id.to_string()),
            place: policy.store_type,
            week: policy.week,
            period: Period::new(policy.start_time, policy.end_time),
        }
    }
}

/// The period of an entry that is right in itself. `main_only`: the device is a recorder.
pub(super) fn record_period(policy: &WeekPolicy, main_only: bool, cloud: bool) -> Result<Period, RowFault> {
    let is_cloud = policy.store_type == RecordStoreType::CLOUD;
    if !policy.store_type.is_known() || (is_cloud && !cloud) {
        return Err(RowFault::NoSuchPlace(policy.store_type.0));
    }
    if !policy.stream_type.is_known() {
        return Err(RowFault::NoSuchStream(policy.stream_type.0));
    }
    if (main_only || is_cloud) && policy.stream_type != PolicyStreamType::MAIN {
        return Err(RowFault::MainStreamOnly);
    }
    if !policy.week.is_known() {
        return Err(RowFault::NoSuchDay(policy.week.0));
    }
    let (start, end) = (policy.start_time, policy.end_time);
    Period::new(start, end).ok_or(RowFault::Backwards { start, end })
}

/// All entries of a request that are to be added to `stored`, the policies of the same channel.
///
/// `together`: policies of all places count together (E-115).
pub(super) fn records(
    stored: &[Row],
    new: &[WeekPolicy],
    together: bool,
    main_only: bool,
    cloud: bool,
) -> Result<Vec<Period>, Refusal> {
    if new.is_empty() {
        return Err(Refusal::NoRows);
    }
    let mut rows: Vec<Row> = Vec::new();
    let mut periods = Vec::new();
    // Ends soon: a week has no room for many.
    for (row, policy) in new.iter().enumerate() {
        let period = record_period(policy, main_only, cloud).map_err(|fault| Refusal::Row { row, fault })?;
        let (place, week) = (policy.store_type, policy.week);
        let same_day = |other: &&Row| other.week == week && (together || other.place == place);
        if stored.iter().filter(same_day).count() + rows.iter().filter(same_day).count() >= POLICIES_PER_DAY {
            return Err(Refusal::DayFull { row, week, limit: POLICIES_PER_DAY });
        }
        rows.push(Row { id: None, place, week, period: Some(period) });
        periods.push(period);
    }
    // A day holds four at most by now, so there are few pairs.
    let overlaps = overlaps(stored, &rows);
    if overlaps.is_empty() { Ok(periods) } else { Err(Refusal::Overlaps(overlaps)) }
}

fn overlaps(stored: &[Row], new: &[Row]) -> Vec<Overlap> {
    let mut found = Vec::new();
    for (row, policy) in new.iter().enumerate() {
        let meets = |other: &Row| {
            let same = (other.place, other.week) == (policy.place, policy.week);
            same && matches!((other.period, policy.period), (Some(a), Some(b)) if a.overlaps(b))
        };
        for (index, _) in new.iter().take(row).enumerate().filter(|(_, other)| meets(other)) {
            found.push(Overlap { row, with: Against::Row(index) });
        }
        for other in stored.iter().filter(|other| meets(other)) {
            found.push(Overlap { row, with: Against::Stored(other.id.clone().unwrap_or_default()) });
        }
    }
    found
}

/// Whether a device can follow an entry. A platform follows the narrower rule below.
pub(super) fn picture(policy: &DayPolicy) -> Result<(), RowFault> {
    let (start, end) = (policy.start_time, policy.end_time);
    // An interval of 0 is one picture at the start, whatever the end says (E-122).
    if policy.interval > 0 && end < start { Err(RowFault::Backwards { start, end }) } else { Ok(()) }
}

/// Whether an entry has the form that the specification gives it for the place., E-122.
pub(super) fn strict_picture(place: PictureStoreType, policy: &DayPolicy) -> Result<(), RowFault> {
    let (start, end) = (policy.start_time, policy.end_time);
    match place {
        PictureStoreType::FTP if policy.interval != 0 || start != end => Err(RowFault::NotSingle),
        PictureStoreType::FTP => Ok(()),
        PictureStoreType::CLOUD if policy.interval == 0 => Err(RowFault::NotRepeating),
        PictureStoreType::CLOUD if end <= start => Err(RowFault::Backwards { start, end }),
        PictureStoreType::CLOUD => Ok(()),
        _ => Err(RowFault::NoSuchPlace(place.0)),
    }
}
