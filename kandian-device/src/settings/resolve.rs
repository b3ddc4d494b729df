//! From settings to what a device is started with.

use std::path::{Path, PathBuf};
use std::{env, fs};

use kandian_proto::schedule::MAX_CHANNELS;
use kandian_proto::value::DevType;
use kandian_proto::{DevId, Secret};

use super::{AccessPointSetting, Key, Kind, Origin, Problem, Settings};
use crate::config::Config;
use crate::hardware::sim::AccessPoint;

/// Largest card or disk: 64 TB.
const MOST_MB: u64 = 64 << 20;
/// Largest difference to UTC there is.
const MOST_OFFSET: i16 = 14 * 60;

impl Settings {
    /// These settings, and those of `below` where these say nothing.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        /// Field by field.
        macro_rules! over {
            ($($field:ident)*) => { Self { $($field: self.$field.or(below.$field),)* } };
        }
        over! {
            kind id key key_file manufacturer model firmware province group data_dir channels definition ptz wifi
            cloud dido storage_mb wired gateway source sound picture rtsp_port rtsp_listen rtsp_viewers onvif_port
            wifi_setup offset_minutes access_points
        }
    }

    /// The names of the settings that are set.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        /// Field by field.
        macro_rules! names {
            ($($field:ident $name:literal)*) => {
                [$(self.$field.is_some().then_some($name)),*].into_iter().flatten().collect()
            };
        }
        names! {
            kind "kind" id "id" key "key" key_file "key-file" manufacturer "manufacturer" model "model"
            firmware "firmware" province "province" group "group" data_dir "data-dir" channels "channels"
            definition "definition" ptz "ptz" wifi "wifi" cloud "cloud" dido "dido" storage_mb "storage-mb"
            wired "wired" gateway "gateway" source "source" sound "sound" picture "picture" rtsp_port "rtsp-port" rtsp_listen "rtsp-listen"
            rtsp_viewers "rtsp-viewers" onvif_port "onvif-port" wifi_setup "wifi-setup"
            offset_minutes "offset-minutes" access_points "access-point"
        }
    }

    /// What a device is started with.
    ///
    /// # Errors
    /// What is missing, or does not fit together.
    pub fn resolve(self, origin: &Origin) -> Result<Config, Problem> {
        let kind = self.kind.as_ref().map_or(DevType::IPCAM, |Kind(kind)| *kind);
        let id = self
            .id
            .as_ref()
            .map(|id| id.0)
            .ok_or_else(|| Problem::missing("which device is it? Give --id, such as --id 81100000001"))?;
        let key = self.key(origin)?;
        let data_dir = self.data_dir.clone().unwrap_or_else(|| default_data_dir(id));
        let mut config = Config::new(kind, id, key.reveal(), data_dir);
        self.identity(&mut config, origin)?;
        self.make(&mut config, origin)?;
        self.simulate(&mut config, origin)?;
        self.show(&mut config, origin)?;
        config.province = self.province.map(|url| url.0);
        config.group = self.group.map(|url| url.0);
        Ok(config)
    }

    fn key(&self, origin: &Origin) -> Result<Secret, Problem> {
        let key = match (&self.key, &self.key_file) {
            (Some(Key(key)), None) => key.clone(),
            (None, Some(path)) => {
                let text = fs::read_to_string(path);
                let text =
                    text.map_err(|error| origin.problem("key-file", format!("{}: {error}", path.display())))?;
                Secret::from(text.lines().next().unwrap_or_default().trim())
            }
            (Some(_), Some(_)) => {
                return Err(origin.problem("key-file", "there is a key as well; give one of the two"));
            }
            (None, None) => {
                let hint = "Give --key, --key-file or KANDIAN_DEVICE_KEY";
                return Err(Problem::missing(format!("the device has no key. {hint}")));
            }
        };
        let name = if self.key.is_some() { "key" } else { "key-file" };
        let is_text = !key.is_empty() && !key.reveal().chars().any(|c| c.is_control() || c == ' ');
        if is_text {
            Ok(key)
        } else {
            Err(origin.problem(name, "a key is text without blanks, and not empty"))
        }
    }

    fn identity(&self, config: &mut Config, origin: &Origin) -> Result<(), Problem> {
        if let Some(code) = &self.manufacturer {
            if !config.id.as_str().starts_with(code.0.as_str()) {
                let text = format!("the id {} does not begin with it (R-7.19)", config.id);
                return Err(origin.problem("manufacturer", text));
            }
            config.manufacturer = code.0;
        }
        if let Some(model) = &self.model {
            if model.trim().is_empty() || model.trim() != model || model.chars().any(char::is_control) {
                return Err(origin.problem("model", "a model is text without blanks at its ends (R-7.18)"));
            }
            config.model_name.clone_from(model);
        }
        if let Some(version) = &self.firmware {
            if !is_version(version) {
                let text = "a version is V, the protocol's version, _ and a date: V1.6_20140318 (R-7.46)";
                return Err(origin.problem("firmware", text));
            }
            config.firmware.clone_from(version);
        }
        Ok(())
    }

    fn make(&self, config: &mut Config, origin: &Origin) -> Result<(), Problem> {
        let (kind, model) = (config.model.kind, &mut config.model);
        if let Some(channels) = self.channels {
            if !(1..=MAX_CHANNELS).contains(&channels) {
                return Err(origin.problem("channels", format!("a device has 1 to {MAX_CHANNELS} channels")));
            }
            model.channels = channels;
        }
        let camera_only = [
            ("ptz", self.ptz == Some(true)),
            ("wifi", self.wifi == Some(true)),
            ("cloud", self.cloud == Some(true)),
            ("dido", self.dido.is_some_and(|n| n > 0)),
        ];
        if kind != DevType::IPCAM
            && let Some((name, _)) = camera_only.iter().find(|(_, wanted)| *wanted)
        {
            return Err(origin.problem(name, "only a camera (kind ipc) has that (R-7.1)"));
        }
        model.grade = self.definition.as_ref().map_or(model.grade, |definition| definition.0);
        model.ptz = self.ptz.unwrap_or(model.ptz);
        model.wifi = self.wifi.unwrap_or(model.wifi);
        model.cloud = self.cloud.unwrap_or(model.cloud);
        model.dido = self.dido.unwrap_or(model.dido);
        Ok(())
    }

    fn simulate(&self, config: &mut Config, origin: &Origin) -> Result<(), Problem> {
        if let Some(megabytes) = self.storage_mb {
            if !(1..=MOST_MB).contains(&megabytes) {
                return Err(origin.problem("storage-mb", format!("a card or disk has 1 to {MOST_MB} MB")));
            }
            config.simulation.storage_bytes = megabytes << 20;
        }
        match self.onvif_port {
            Some(0) => return Err(origin.problem("onvif-port", "a port is 1 to 65535")),
            Some(port) => config.onvif_port = port,
            None => {}
        }
        config.rtsp_port = self.rtsp_port.unwrap_or(config.rtsp_port);
        config.rtsp_listen = self.rtsp_listen.unwrap_or(config.rtsp_listen);
        if self.rtsp_viewers == Some(0) {
            return Err(origin.problem("rtsp-viewers", "at least one may watch"));
        }
        config.rtsp_viewers = self.rtsp_viewers;
        if let Some(offset) = self.offset_minutes {
            if offset.abs() > MOST_OFFSET {
                return Err(origin.problem("offset-minutes", "no civil time is more than 14 hours from UTC"));
            }
            config.offset_minutes = offset;
        }
        config.wifi_setup = self.wifi_setup.unwrap_or(config.wifi_setup);
        config.simulation.wired = self.wired;
        config.simulation.gateway = self.gateway.as_ref().map(|gateway| gateway.0);
        let points = self.access_points.as_ref();
        config.simulation.access_points = points.map(|points| points.iter().map(access_point).collect());
        Ok(())
    }
}

fn access_point(setting: &AccessPointSetting) -> AccessPoint {
    use kandian_proto::value::Signal;
    let AccessPointSetting { ssid, signal, security, password } = setting;
    let (ssid, signal) = (ssid.clone(), Signal::saturating(*signal));
    AccessPoint { ssid, signal, security: security.0, password: password.0.clone() }
}

/// `V<digits>.<digits>…_<8 digits>` (R-7.46, E-74).
fn is_version(text: &str) -> bool {
    let Some((numbers, date)) = text.strip_prefix('V').and_then(|rest| rest.split_once('_')) else {
        return false;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    numbers.contains('.') && numbers.split('.').all(digits) && date.len() == 8 && digits(date)
}

/// Below which directory devices keep what they remember, each in one with its id.
#[must_use]
pub fn data_root() -> PathBuf {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")));
    state.unwrap_or_else(|| Path::new(".").to_owned()).join("kandian-device")
}

/// Where a device keeps what it remembers when nobody says where.
#[must_use]
pub fn default_data_dir(id: DevId) -> PathBuf {
    data_root().join(id.as_str())
}
