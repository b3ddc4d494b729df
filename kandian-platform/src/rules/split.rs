//! Requests that are too large for a device, in parts.

use kandian_proto::{Profile, Request};

/// Week policies that a recorder of 2014 reads of one request; it drops the others without a word.
const WEEK_POLICIES: usize = 7;

/// The request in parts that the device reads whole; one part where nothing is to be split. Policies add up, so the parts
/// together are the request.
#[must_use]
pub fn split(request: Request, profile: Profile) -> Vec<Request> {
    match request {
        Request::AddRecordPolicy(all)
            if profile == Profile::LegacyRecorder && all.week_policies.len() > WEEK_POLICIES =>
        {
            let parts = all.week_policies.chunks(WEEK_POLICIES).map(|policies| {
                let mut part = all.clone();
                part.week_policies = policies.to_vec();
                part.into()
            });
            parts.collect()
        }
        request => vec![request],
    }
}

#[cfg(test)]
mod tests {
    use kandian_proto::Operation;

    use super::*;

    fn request(policies: usize) -> Request {
        let policy = serde_json::json!({
            "StartTime": "08:00", "EndTime": "09:00", "Week": 1, "StoreType": 0, "StreamType": 1,
        });
        let body = serde_json::json!({
            "DevID": "85000012345", "ChannelNo": 0, "WeekPolicy": vec![policy; policies],
        });
        kandian_proto::json::request(Operation::AddRecordPolicy, body).unwrap()
    }

    fn sizes(policies: usize, profile: Profile) -> Vec<usize> {
        let parts = split(request(policies), profile);
        let size = |part: &Request| match part {
            Request::AddRecordPolicy(part) => part.week_policies.len(),
            other => panic!("{other:?}"),
        };
        parts.iter().map(size).collect()
    }

    /// More than seven go in several requests to the recorders that read only seven of them.
    #[test]
    fn sevens() {
        assert_eq!(sizes(28, Profile::LegacyRecorder), [7, 7, 7, 7]);
        assert_eq!(sizes(8, Profile::LegacyRecorder), [7, 1]);
        assert_eq!(sizes(7, Profile::LegacyRecorder), [7]);
        assert_eq!(sizes(28, Profile::Spec), [28]);
    }
}
