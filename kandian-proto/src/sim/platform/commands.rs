//! What the platform asks devices.

use crate::message::device::{
    FileQueryRequest, GetChannelRequest, GetRecordFullRequest, GetWifiRequest, QueryRecordPolicyRequest,
    RebootRequest, StoreFormatRequest, StoreQueryRequest, VideoPtzRequest,
};
use crate::sim::random::Random;
use crate::time::{Minute, Timestamp};
use crate::value::{PageNo, PtzDirection, StorageFlag, StreamType};
use crate::{DevId, Request};

/// A command, as users and operators give them.
pub(in crate::sim) fn command(device: DevId, drastic: f64, random: &mut Random) -> Request {
    if random.chance(drastic) {
        return match random.below(2) {
            0 => RebootRequest::new(device).into(),
            _ => StoreFormatRequest::new(device).into(),
        };
    }
    match random.below(10) {
        0..3 => VideoPtzRequest::new(device, 0_u16, PtzDirection(random.below(4) as u16)).into(),
        3 => GetChannelRequest::new(device, 0_u16, StreamType::MAIN).into(),
        4 => StoreQueryRequest::new(device).into(),
        5 => GetWifiRequest::new(device).into(),
        6 => GetRecordFullRequest::new(device, 0_u16, StorageFlag::SD_CARD).into(),
        7 => QueryRecordPolicyRequest::new(device, 0_u16).into(),
        _ => FileQueryRequest::new(device, 0_u16, minute(10), minute(11)).page_no(PageNo(1)).into(),
    }
}

fn minute(hour: u8) -> Minute {
    const DAY: Timestamp = match Timestamp::new(2014, 3, 18, 0, 0, 0) {
        Some(day) => day,
        None => panic!("a date of the calendar"),
    };
    Minute::floor(Timestamp::from_unix(DAY.to_unix(0) + i64::from(hour) * 3_600, 0).unwrap_or(DAY))
}
