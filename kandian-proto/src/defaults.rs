//! Factory settings: what a device does before anybody has set anything, and again after 82H.
//!
//! Spec §16.2–16.4, §7.5.38; R-16.2 to R-16.5, R-7.115; E-149, E-150, E-189, E-190.
//!
//! ```
//! use kandian_proto::defaults::{Factory, Grade};
//! use kandian_proto::value::{DevType, FrameSize, StorageFlag, StreamType};
//!
//! let camera = Factory { kind: DevType::IPCAM, grade: Grade::Hd };
//! let main = camera.video(StreamType::MAIN).ok_or("cameras have a main stream")?;
//! assert_eq!((main.frame_size, main.bit_rate.kbps()), (FrameSize::HD_720P, Some(512)));
//! assert!(!camera.record_full(StorageFlag::SD_CARD));
//! let recorder = Factory { kind: DevType::NVR, ..camera };
//! assert!(recorder.record_full(StorageFlag::NVR));
//! # Ok::<(), &str>(())
//! ```

use crate::message::device::VideoParameters;
use crate::value::{BitRate, DevType, FrameRate, FrameSize, RateType, Resolution, StorageFlag, StreamType};

/// Which of the two classes of §16.3 a camera belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grade {
    /// 标清设备: the largest picture is D1 or smaller.
    Sd,
    /// 高清设备: 720P.
    Hd,
}

impl Grade {
    /// The class of a device, by its largest picture.
    #[must_use]
    pub const fn of(largest: Resolution) -> Self {
        if matches!(largest, Resolution::Hd720p) { Self::Hd } else { Self::Sd }
    }
}

/// The factory settings of one kind of device. Spec §16; E-189, E-190.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factory {
    /// What the device is.
    pub kind: DevType,
    /// Its class; without a meaning for recorders.
    pub grade: Grade,
}

impl Factory {
    /// Whether the oldest recordings give way when a medium is full: yes, on every medium. Spec §16.2;
    /// R-16.2, E-190.
    pub const RECORD_LOOP: bool = true;

    /// Whether policies for the cloud are executed: yes, until 81H says otherwise. Spec §7.5.38;
    /// R-7.115, E-149.
    pub const CLOUD_ACTIVE: bool = true;

    /// Whether every channel records around the clock on `medium`: on the disk of a recorder yes, nowhere
    /// else. A medium that the kind of device does not have is read as the one it has (E-134). Spec §16.2;
    /// R-16.3, E-190.
    ///
    /// A DVR has no line of its own in the specification; it is a recorder (E-25).
    #[must_use]
    pub fn record_full(self, medium: StorageFlag) -> bool {
        matches!(self.kind, DevType::NVR | DevType::DVR) && medium.for_device(self.kind) == StorageFlag::NVR
    }

    /// The encoder of a stream of every channel; `None` for a recorder, which passes on the streams of its
    /// cameras, and for a number that is no stream. Resolution codes are those of the table of three
    /// (E-97); sound is on (E-189). Spec §16.3, §16.4; R-16.4, R-16.5.
    #[must_use]
    pub fn video(self, stream: StreamType) -> Option<VideoParameters> {
        let (size, rate, bit_rate) = match (self.kind, stream, self.grade) {
            (DevType::NVR, ..) => return None,
            (_, StreamType::MAIN, Grade::Sd) => (FrameSize::D1, 15, BitRate::KBPS_512),
            (_, StreamType::MAIN, Grade::Hd) => (FrameSize::HD_720P, 10, BitRate::KBPS_512),
            (_, StreamType::SUB, _) => (FrameSize::CIF, 15, BitRate::KBPS_256),
            _ => return None,
        };
        Some(VideoParameters::new(size, FrameRate(rate), RateType::CBR, true).bit_rate(bit_rate))
    }
}
