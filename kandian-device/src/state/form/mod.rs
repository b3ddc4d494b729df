//! How settings are written down: JSON with one key per setting and numbers as the specification has them.
//!
//! Secrets are in clear, as they must be to be used; the file is readable by its owner only. Unknown keys are
//! refused: a file of a later version of this program would lose them with the next change.

mod parts;
mod policies;

use std::collections::BTreeMap;
use std::str::FromStr;

use kandian_proto::DevId;
use kandian_proto::schedule::Plan;
use kandian_proto::value::RecordStoreType;
use serde::{Deserialize, Serialize};

use self::parts::{
    AlarmForm, BindingForm, CloudForm, OnvifForm, ProvinceForm, ReportForm, ServerForm, VideoForm, WifiForm,
};
use self::policies::{PictureForm, RecordForm};
use super::{Position, State};
use crate::model::Model;

/// The version of the form this program writes, and the only one it reads.
pub(super) const VERSION: u32 = 1;

/// Only the version, to tell a later form from a damaged one.
#[derive(Deserialize)]
pub(super) struct Versioned {
    pub(super) version: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    version: u32,
    device: String,
    /// What the device was made of, to tell a changed device from a damaged file.
    model: String,
    firmware: Option<String>,
    province: ProvinceForm,
    video: Vec<VideoForm>,
    wifi: Option<WifiForm>,
    ptz: BTreeMap<u16, Position>,
    cloud: CloudForm,
    record_policies: Vec<RecordForm>,
    picture_policies: Vec<PictureForm>,
    last_record_id: u16,
    last_picture_id: u16,
    /// Channel and place.
    full_day: Vec<(u16, u16)>,
    loop_places: Vec<u16>,
    cloud_active: bool,
    disarmed: Vec<AlarmForm>,
    bindings: BTreeMap<u16, BindingForm>,
    ftp: ServerForm,
    onvif: Option<OnvifForm>,
    owed: Vec<ReportForm>,
}

/// Why settings that can be parsed cannot be those of this device.
pub(super) type Misfit = String;

impl Form {
    pub(super) fn new(state: &State, model: &Model) -> Self {
        let saved = state.plan.save();
        Self {
            version: VERSION,
            device: state.device.to_string(),
            model: described(model),
            firmware: state.firmware.clone(),
            province: ProvinceForm::from(&state.province),
            video: state.video.iter().map(|(key, video)| VideoForm::new(*key, video)).collect(),
            wifi: state.wifi.as_ref().map(WifiForm::from),
            ptz: state.ptz.clone(),
            cloud: CloudForm::from(&state.cloud),
            record_policies: saved.records.iter().map(RecordForm::from).collect(),
            picture_policies: saved.pictures.iter().map(PictureForm::from).collect(),
            last_record_id: saved.last_record_id,
            last_picture_id: saved.last_picture_id,
            full_day: saved.all_day.iter().map(|(channel, place)| (*channel, place.0)).collect(),
            loop_places: saved.looping.iter().map(|place| place.0).collect(),
            cloud_active: saved.cloud_active,
            disarmed: state.disarmed.iter().map(AlarmForm::from).collect(),
            bindings: state.bindings.iter().map(|(channel, b)| (*channel, b.into())).collect(),
            ftp: ServerForm::from(&state.ftp),
            onvif: state.onvif.as_ref().map(OnvifForm::from),
            owed: state.owed.iter().map(ReportForm::from).collect(),
        }
    }

    pub(super) fn device(&self) -> Result<DevId, Misfit> {
        parsed("device", &self.device)
    }

    /// What the device was made of that wrote this, when that differs from what it is made of now.
    pub(super) fn other_model(&self, model: &Model) -> Option<String> {
        (self.model != described(model)).then(|| self.model.clone())
    }

    /// The settings, when they can be those of a device of this model.
    pub(super) fn into_state(self, model: &Model) -> Result<State, Misfit> {
        if self.version != VERSION {
            return Err(format!("there is no form {}", self.version));
        }
        let plan = self.plan(model)?;
        let mut state = State::factory(model, self.device()?, None);
        // Streams that the file lacks keep what the factory put there.
        for form in self.video {
            let (key, video) = form.into_video()?;
            let known = state.video.get_mut(&key);
            *known.ok_or_else(|| format!("no channel {} with stream {}", key.0, key.1))? = video;
        }
        let channels = model.channels;
        let outside = self.ptz.keys().chain(self.bindings.keys()).find(|channel| **channel >= channels);
        if let Some(channel) = outside {
            return Err(format!("no channel {channel}; the device has {channels}"));
        }
        Ok(State {
            firmware: self.firmware,
            province: self.province.into_province()?,
            wifi: self.wifi.map(WifiForm::into_profile),
            ptz: self.ptz,
            cloud: self.cloud.into_cloud()?,
            plan,
            disarmed: self.disarmed.iter().map(AlarmForm::source).collect(),
            bindings: self.bindings.into_iter().map(BindingForm::into_entry).collect::<Result<_, _>>()?,
            ftp: self.ftp.into_profile()?,
            onvif: self.onvif.map(OnvifForm::into_onvif),
            owed: self.owed.into_iter().map(ReportForm::into_report).collect(),
            ..state
        })
    }

    fn plan(&self, model: &Model) -> Result<Plan, Misfit> {
        let equipment = model.equipment();
        let mut saved = Plan::new(equipment).save();
        saved.records = self.record_policies.iter().map(RecordForm::policy).collect::<Result<_, _>>()?;
        saved.pictures = self.picture_policies.iter().map(PictureForm::policy).collect::<Result<_, _>>()?;
        (saved.last_record_id, saved.last_picture_id) = (self.last_record_id, self.last_picture_id);
        let place = |(channel, place): &(u16, u16)| (*channel, RecordStoreType(*place));
        saved.all_day = self.full_day.iter().map(place).collect();
        saved.looping = self.loop_places.iter().copied().map(RecordStoreType).collect();
        saved.cloud_active = self.cloud_active;
        Plan::restore(equipment, &saved).map_err(|refusal| format!("policies: {refusal}"))
    }
}

fn parsed<T: FromStr<Err: std::fmt::Display>>(key: &str, text: &str) -> Result<T, Misfit> {
    text.parse().map_err(|error| format!("{key}: {error}"))
}

/// What decides which settings there can be.
fn described(model: &Model) -> String {
    let kind = model.kind.name().unwrap_or("device").to_lowercase();
    let cloud = if model.cloud { ", cloud" } else { "" };
    format!("{kind}, {:?}, {} channels{cloud}", model.grade, model.channels)
}
