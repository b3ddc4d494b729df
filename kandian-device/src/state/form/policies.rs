//! Policies, written down.

use kandian_proto::schedule::{Period, PicturePolicy, PolicyNumber, RecordPolicy};
use kandian_proto::value::{PictureStoreType, PolicyStreamType, RecordStoreType, Weekday};
use serde::{Deserialize, Serialize};

use super::{Misfit, parsed};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordForm {
    id: u16,
    channel: u16,
    place: u16,
    stream: u16,
    week: u16,
    start: String,
    end: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PictureForm {
    id: u16,
    channel: u16,
    place: u16,
    interval: u32,
    start: String,
    end: String,
}

impl From<&RecordPolicy> for RecordForm {
    fn from(policy: &RecordPolicy) -> Self {
        Self {
            id: policy.id.get(),
            channel: policy.channel_no,
            place: policy.place.0,
            stream: policy.stream.0,
            week: policy.week.0,
            start: policy.period.start().to_string(),
            end: policy.period.end().to_string(),
        }
    }
}

fn id(number: u16) -> Result<PolicyNumber, Misfit> {
    PolicyNumber::new(number).ok_or_else(|| "a policy has the id 0".to_owned())
}

impl RecordForm {
    pub(super) fn policy(&self) -> Result<RecordPolicy, Misfit> {
        let (start, end) = (parsed("start", &self.start)?, parsed("end", &self.end)?);
        Ok(RecordPolicy {
            id: id(self.id)?,
            channel_no: self.channel,
            place: RecordStoreType(self.place),
            stream: PolicyStreamType(self.stream),
            week: Weekday(self.week),
            period: Period::new(start, end)
                .ok_or_else(|| format!("policy {} ends before it starts", self.id))?,
        })
    }
}

impl From<&PicturePolicy> for PictureForm {
    fn from(policy: &PicturePolicy) -> Self {
        Self {
            id: policy.id.get(),
            channel: policy.channel_no,
            place: policy.place.0,
            interval: policy.interval,
            start: policy.start.to_string(),
            end: policy.end.to_string(),
        }
    }
}

impl PictureForm {
    pub(super) fn policy(&self) -> Result<PicturePolicy, Misfit> {
        Ok(PicturePolicy {
            id: id(self.id)?,
            channel_no: self.channel,
            place: PictureStoreType(self.place),
            interval: self.interval,
            start: parsed("start", &self.start)?,
            end: parsed("end", &self.end)?,
        })
    }
}
