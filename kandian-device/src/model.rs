//! What a device is made of: the facts that no command changes.

use kandian_proto::DevId;
use kandian_proto::defaults::{Factory, Grade};
use kandian_proto::message::device::{AbilityUpRequest, Onvif, Video};
use kandian_proto::schedule::{Equipment, MAX_CHANNELS};
use kandian_proto::value::{AlarmType, DevType, FrameSize, LocalStoreFlag, StreamType};

/// What a device is made of. Settings live in the state, measured things behind the hardware traits.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Model {
    /// Camera or recorder (`DevType`); E-25.
    pub kind: DevType,
    /// Standard or high definition; has no meaning for a recorder..
    pub grade: Grade,
    /// Number of video channels (`ChannelNum`).
    pub channels: u16,
    /// Whether the camera can be turned (`PTZFlag`).
    pub ptz: bool,
    /// Whether it has a Wi-Fi adapter.
    pub wifi: bool,
    /// Whether it can store to the cloud (`EStoreFlag`).
    pub cloud: bool,
    /// Whether it detects motion (`MotionDetectionFlag`).
    pub motion: bool,
    /// Whether it has an infrared sensor (`InfraredDetectionFlag`).
    pub infrared: bool,
    /// Whether it has an alarm button or remote control (`ManualAlarmFlag`).
    pub manual: bool,
    /// Number of digital inputs (`DIDONum`); E-84.
    pub dido: u16,
}

impl Model {
    /// A device of this kind with everything that the kind has: a camera with one channel, or a recorder with
    /// four.
    #[must_use]
    pub const fn of(kind: DevType) -> Self {
        let camera = matches!(kind, DevType::IPCAM);
        Self {
            kind,
            grade: Grade::Hd,
            channels: if camera { 1 } else { 4 },
            ptz: camera,
            wifi: camera,
            cloud: camera,
            motion: camera,
            infrared: camera,
            manual: camera,
            dido: if camera { 2 } else { 0 },
        }
    }

    pub(crate) fn equipment(&self) -> Equipment {
        Equipment::new(self.kind, self.channels.min(MAX_CHANNELS), self.cloud)
    }

    pub(crate) const fn factory(&self) -> Factory {
        Factory { kind: self.kind, grade: self.grade }
    }

    /// The pairs of stream and resolution that the encoder knows (E-81). A recorder passes on what its cameras
    /// send; a DVR encodes for itself (E-25).
    pub(crate) fn videos(&self) -> Vec<Video> {
        let (main, sub): (&[FrameSize], &[FrameSize]) = match (self.kind, self.grade) {
            (DevType::NVR, _) => return Vec::new(),
            (_, Grade::Hd) => {
                (&[FrameSize::HD_720P, FrameSize::D1, FrameSize::CIF], &[FrameSize::D1, FrameSize::CIF])
            }
            (_, Grade::Sd) => (&[FrameSize::D1, FrameSize::CIF], &[FrameSize::D1, FrameSize::CIF]),
        };
        let pairs = |stream, sizes: &[FrameSize]| -> Vec<Video> {
            sizes.iter().map(|size| Video::new(stream, *size)).collect()
        };
        [pairs(StreamType::MAIN, main), pairs(StreamType::SUB, sub)].concat()
    }

    /// Whether it has this source of alarms; for digital inputs, any of them.
    pub(crate) const fn has_alarm(&self, source: AlarmType) -> bool {
        match source {
            AlarmType::MOTION => self.motion,
            AlarmType::INFRARED => self.infrared,
            AlarmType::MANUAL => self.manual,
            AlarmType::DIGITAL_INPUT => self.dido > 0,
            _ => false,
        }
    }

    /// The capability report (32H). Spec §7.5.2; E-81.
    pub(crate) fn capabilities(
        &self,
        device: DevId,
        storage: LocalStoreFlag,
        onvif: Option<Onvif>,
    ) -> AbilityUpRequest {
        let mut report = AbilityUpRequest::new(device, self.channels, storage, self.dido)
            .ptz_flag(self.ptz)
            .estore_flag(self.cloud)
            .motion_detection_flag(self.motion)
            .infrared_detection_flag(self.infrared)
            .manual_alarm_flag(self.manual)
            .dido_alarm_flag(self.dido > 0)
            .videos(self.videos());
        report.onvif = onvif.filter(|_| self.kind == DevType::IPCAM);
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every factory setting is one that the encoder knows., E-81, E-97.
    #[test]
    fn factory_settings_are_capabilities() {
        for (kind, grade) in
            [(DevType::IPCAM, Grade::Hd), (DevType::IPCAM, Grade::Sd), (DevType::DVR, Grade::Hd)]
        {
            let model = Model { grade, ..Model::of(kind) };
            for stream in [StreamType::MAIN, StreamType::SUB] {
                let size = model.factory().video(stream).unwrap().frame_size;
                assert!(model.videos().contains(&Video::new(stream, size)), "{kind} {stream}");
            }
        }
        assert!(Model::of(DevType::NVR).videos().is_empty());
    }
}
