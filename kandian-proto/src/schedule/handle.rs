//! From a request to the answer.

use super::picture;
use super::plan::Plan;
use super::policy::{PicturePolicy, PolicyNumber, RecordPolicy};
use super::refusal::Refusal;
use crate::message::device::{
    AddPicturePolicyRequest, AddPicturePolicyResponse, AddRecordPolicyRequest, AddRecordPolicyResponse,
    DelPicturePolicyResponse, DelRecordPolicyResponse, EstoreActivateResponse, GetRecordFullResponse,
    GetRecordLoopResponse, PicturePolicies, QueryPicturePolicyResponse, QueryRecordPolicyResponse,
    RecordFullState, RecordLoopState, RecordPolicies, SetRecordFullResponse, SetRecordLoopResponse,
};
use crate::value::{GenericResult, PictureStoreType};
use crate::{Outcome, Request, Response};

/// The answer to a request, and the reason when it is a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What to send.
    pub response: Response,
    /// Why the request was refused, for the log; `None` when it was not.
    pub refusal: Option<Refusal>,
}

/// The result code of an answer without content, and the reason of a refusal.
fn coded<T>(result: Result<T, Refusal>) -> (GenericResult, Option<Refusal>) {
    match result {
        Ok(_) => (GenericResult::OK, None),
        Err(refusal) => (refusal.code(), Some(refusal)),
    }
}

/// The content of an answer, or its code, and the reason of a refusal.
fn content<T>(result: Result<T, Refusal>) -> (Outcome<GenericResult, T>, Option<Refusal>) {
    match result {
        Ok(content) => (Outcome::Success(content), None),
        Err(refusal) => (Outcome::Failure(refusal.code()), Some(refusal)),
    }
}

impl Plan {
    /// Carries out a request about policies and recording flags and builds its answer; `None` for any
    /// other request. Commands 67H–69H, 75H–77H, 78H–7BH and 81H.; E-11, E-117.
    ///
    /// The answer repeats the device id of the request (E-22). It is to be sent after the plan has been
    /// saved.
    pub fn handle(&mut self, request: &Request) -> Option<Answer> {
        let (response, refusal): (Response, _) = match request {
            Request::AddRecordPolicy(m) => {
                let (code, refusal) = coded(self.add_records(m));
                let response = AddRecordPolicyResponse::new(code).dev_id(m.dev_id);
                (Response::AddRecordPolicy(response), refusal)
            }
            Request::QueryRecordPolicy(m) => {
                let entries = self.record_policies(m.channel_no).map(|policies| {
                    let entries: Vec<_> = policies.iter().map(RecordPolicy::to_entry).collect();
                    RecordPolicies::new().week_policies(entries)
                });
                let (outcome, refusal) = content(entries);
                let response = QueryRecordPolicyResponse::new(outcome).dev_id(m.dev_id);
                (Response::QueryRecordPolicy(response), refusal)
            }
            Request::DelRecordPolicy(m) => {
                let (code, refusal) = coded(self.delete_record(m.channel_no, m.policy_id.as_str()));
                let response = DelRecordPolicyResponse::new(code).dev_id(m.dev_id);
                (Response::DelRecordPolicy(response), refusal)
            }
            Request::AddPicturePolicy(m) => {
                let (code, refusal) = coded(self.add_pictures(m));
                let response = AddPicturePolicyResponse::new(code).dev_id(m.dev_id);
                (Response::AddPicturePolicy(response), refusal)
            }
            Request::QueryPicturePolicy(m) => {
                let entries = self.picture_policies(m.channel_no, m.store_type).map(|policies| {
                    let entries: Vec<_> = policies.iter().map(PicturePolicy::to_entry).collect();
                    PicturePolicies::new().day_policies(entries)
                });
                let (outcome, refusal) = content(entries);
                let response = QueryPicturePolicyResponse::new(outcome).dev_id(m.dev_id);
                (Response::QueryPicturePolicy(response), refusal)
            }
            Request::DelPicturePolicy(m) => {
                let (code, refusal) = coded(self.delete_picture(m.channel_no, m.policy_id.as_str()));
                let response = DelPicturePolicyResponse::new(code).dev_id(m.dev_id);
                (Response::DelPicturePolicy(response), refusal)
            }
            Request::SetRecordFull(m) => {
                let done = self.set_record_full(m.channel_no, m.storage_flag, m.record_full);
                let (code, refusal) = coded(done);
                let response = SetRecordFullResponse::new(code).dev_id(m.dev_id);
                (Response::SetRecordFull(response), refusal)
            }
            Request::GetRecordFull(m) => {
                let state = self.record_full(m.channel_no, m.storage_flag).map(RecordFullState::new);
                let (outcome, refusal) = content(state);
                let response = GetRecordFullResponse::new(outcome).dev_id(m.dev_id);
                (Response::GetRecordFull(response), refusal)
            }
            Request::SetRecordLoop(m) => {
                let (code, refusal) = coded(self.set_record_loop(m.storage_flag, m.record_loop));
                let response = SetRecordLoopResponse::new(code).dev_id(m.dev_id);
                (Response::SetRecordLoop(response), refusal)
            }
            Request::GetRecordLoop(m) => {
                let state = self.record_loop(m.storage_flag).map(RecordLoopState::new);
                let (outcome, refusal) = content(state);
                let response = GetRecordLoopResponse::new(outcome).dev_id(m.dev_id);
                (Response::GetRecordLoop(response), refusal)
            }
            Request::EstoreActivate(m) => {
                let (code, refusal) = coded(self.set_cloud_active(m.active));
                let response = EstoreActivateResponse::new(code).dev_id(m.dev_id);
                (Response::EstoreActivate(response), refusal)
            }
            _ => return None,
        };
        Some(Answer { response, refusal })
    }

    /// Adds all record policies of a request or none (67H), and gives each an id.; E-114 to
    /// E-117.
    ///
    /// Four a day are taken for each place, as E-115 asks of a device.
    ///
    /// # Errors
    /// Why nothing was added.
    pub fn add_records(&mut self, request: &AddRecordPolicyRequest) -> Result<Vec<PolicyNumber>, Refusal> {
        let channel_no = self.channel(request.channel_no)?;
        let (recorder, cloud) = (self.equipment.is_recorder(), self.equipment.has_cloud());
        self.records.add(channel_no, &request.week_policies, recorder, cloud)
    }

    /// The record policies of a channel (68H), in the order of the week. They are sent in one answer:
    /// there are no pages.
    ///
    /// # Errors
    /// When the device has no such channel.
    pub fn record_policies(&self, channel_no: u16) -> Result<Vec<RecordPolicy>, Refusal> {
        let channel_no = self.channel(channel_no)?;
        let mut policies: Vec<_> = self.records.of(channel_no).copied().collect();
        policies.sort_by_key(|policy| (policy.week, policy.period, policy.place, policy.id));
        Ok(policies)
    }

    /// Removes the record policy with this id from a channel (69H). A recording that it started ends, unless
    /// there is another reason for it; ask [`Plan::due`]., E-114.
    ///
    /// # Errors
    /// When the device has no such channel, or the channel no such policy.
    pub fn delete_record(&mut self, channel_no: u16, policy_id: &str) -> Result<RecordPolicy, Refusal> {
        let channel_no = self.channel(channel_no)?;
        let missing = || Refusal::NoSuchPolicy { channel_no, policy_id: policy_id.to_owned() };
        self.records.delete(channel_no, policy_id).ok_or_else(missing)
    }

    /// Adds all picture policies of a request or none (75H), and gives each an id. E-114, E-117, E-122,
    /// E-123.
    ///
    /// # Errors
    /// Why nothing was added.
    pub fn add_pictures(&mut self, request: &AddPicturePolicyRequest) -> Result<Vec<PolicyNumber>, Refusal> {
        self.takes_pictures()?;
        let channel_no = self.channel(request.channel_no)?;
        let place = self.picture_place(request.store_type)?;
        self.pictures.add(picture::Key { channel_no, place }, &request.day_policies)
    }

    /// The picture policies of a channel and place (76H), in the order of the day..
    ///
    /// # Errors
    /// When the device has no such channel or place, or takes no pictures.
    pub fn picture_policies(
        &self,
        channel_no: u16,
        place: PictureStoreType,
    ) -> Result<Vec<PicturePolicy>, Refusal> {
        self.takes_pictures()?;
        let channel_no = self.channel(channel_no)?;
        let key = picture::Key { channel_no, place: self.picture_place(place)? };
        let mut policies: Vec<_> = self.pictures.of(key).copied().collect();
        policies.sort_by_key(|policy| (policy.start, policy.end, policy.id));
        Ok(policies)
    }

    /// Removes the picture policy with this id from a channel, whatever its place (77H)., E-114.
    ///
    /// # Errors
    /// When the device has no such channel, or the channel no such policy.
    pub fn delete_picture(&mut self, channel_no: u16, policy_id: &str) -> Result<PicturePolicy, Refusal> {
        self.takes_pictures()?;
        let channel_no = self.channel(channel_no)?;
        let missing = || Refusal::NoSuchPolicy { channel_no, policy_id: policy_id.to_owned() };
        self.pictures.delete(channel_no, policy_id).ok_or_else(missing)
    }

    fn takes_pictures(&self) -> Result<(), Refusal> {
        if self.equipment.is_recorder() { Err(Refusal::NotForThisDevice) } else { Ok(()) }
    }

    /// The place, when the device stores pictures there.
    pub(super) fn picture_place(&self, place: PictureStoreType) -> Result<PictureStoreType, Refusal> {
        self.takes_pictures()?;
        match place {
            PictureStoreType::FTP => Ok(place),
            PictureStoreType::CLOUD if self.equipment.has_cloud() => Ok(place),
            _ => Err(Refusal::NoSuchPlace(place)),
        }
    }
}
