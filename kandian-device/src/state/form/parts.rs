//! The parts of the settings, written down.

use kandian_proto::message::device::{Onvif, VideoParameters};
use kandian_proto::session::Server;
use kandian_proto::value::{
    AlarmType, BitRate, CameraAddress, ExceptionType, FrameRate, FrameSize, Host, Port, RateType, StreamType,
    UrlOrEmpty, WifiSecurity,
};
use kandian_proto::xml::Scalar as _;
use kandian_proto::{DevId, Secret};
use serde::{Deserialize, Serialize};

use super::{Misfit, parsed};
use crate::state::{AlarmSource, Binding, Cloud, FtpProfile, Province, Report, WifiProfile};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProvinceForm {
    url: Option<String>,
    stun: Vec<(String, u16)>,
    manual: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VideoForm {
    channel: u16,
    stream: u16,
    frame_size: u16,
    frame_rate: u8,
    rate_type: u16,
    bit_rate: u16,
    audio: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WifiForm {
    ssid: String,
    security: u16,
    password: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CloudForm {
    offered: bool,
    url: String,
    access_key: String,
    secret_key: String,
    record_bucket: String,
    picture_bucket: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AlarmForm {
    channel: u16,
    kind: u16,
    input: Option<u16>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BindingForm {
    camera: String,
    address: String,
    onvif: OnvifForm,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OnvifForm {
    port: u16,
    account: String,
    password: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServerForm {
    host: String,
    port: u16,
    account: String,
    password: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportForm {
    kind: u16,
    text: String,
}

/// A value that may be empty.
fn host(text: &str) -> Result<Host, Misfit> {
    if text.is_empty() { Ok(Host::default()) } else { parsed("host", text) }
}

impl From<&Province> for ProvinceForm {
    fn from(province: &Province) -> Self {
        Self {
            url: province.url.as_ref().map(ToString::to_string),
            stun: province.stun.iter().map(|s| (s.host.to_string(), s.port)).collect(),
            manual: province.manual.as_ref().map(ToString::to_string),
        }
    }
}

impl ProvinceForm {
    pub(super) fn into_province(self) -> Result<Province, Misfit> {
        let url = |key, text: Option<String>| text.map(|text| parsed(key, &text)).transpose();
        let server = |(host, port): (String, u16)| Ok(Server { host: parsed("stun", &host)?, port });
        Ok(Province {
            url: url("province.url", self.url)?,
            stun: self.stun.into_iter().map(server).collect::<Result<_, Misfit>>()?,
            manual: url("province.manual", self.manual)?,
        })
    }
}

impl VideoForm {
    pub(super) fn new((channel, stream): (u16, StreamType), video: &VideoParameters) -> Self {
        Self {
            channel,
            stream: stream.0,
            frame_size: video.frame_size.0,
            frame_rate: video.frame_rate.0,
            rate_type: video.rate_type.0,
            bit_rate: video.bit_rate.0,
            audio: video.audio_input,
        }
    }

    pub(super) fn into_video(self) -> Result<((u16, StreamType), VideoParameters), Misfit> {
        let (size, rate) = (FrameSize(self.frame_size), FrameRate(self.frame_rate));
        let (control, bits) = (RateType(self.rate_type), BitRate(self.bit_rate));
        if !(size.is_known() && rate.is_valid() && control.is_known() && bits.is_known()) {
            return Err(format!("video of channel {} has a value outside the tables", self.channel));
        }
        let video = VideoParameters::new(size, rate, control, self.audio).bit_rate(bits);
        Ok(((self.channel, StreamType(self.stream)), video))
    }
}

impl From<&WifiProfile> for WifiForm {
    fn from(profile: &WifiProfile) -> Self {
        let password = profile.password.reveal().to_owned();
        Self { ssid: profile.ssid.clone(), security: profile.security.0, password }
    }
}

impl WifiForm {
    pub(super) fn into_profile(self) -> WifiProfile {
        let security = WifiSecurity(self.security);
        WifiProfile { ssid: self.ssid, security, password: self.password.into() }
    }
}

impl From<&Cloud> for CloudForm {
    fn from(cloud: &Cloud) -> Self {
        Self {
            offered: cloud.offered,
            url: cloud.url.to_string(),
            access_key: cloud.access_key.reveal().to_owned(),
            secret_key: cloud.secret_key.reveal().to_owned(),
            record_bucket: cloud.record_bucket.clone(),
            picture_bucket: cloud.picture_bucket.clone(),
        }
    }
}

impl CloudForm {
    pub(super) fn into_cloud(self) -> Result<Cloud, Misfit> {
        Ok(Cloud {
            offered: self.offered,
            url: UrlOrEmpty::parse(&self.url)
                .ok_or_else(|| format!("cloud.url: {:?} is no URL", self.url))?,
            access_key: self.access_key.into(),
            secret_key: self.secret_key.into(),
            record_bucket: self.record_bucket,
            picture_bucket: self.picture_bucket,
        })
    }
}

impl From<&AlarmSource> for AlarmForm {
    fn from(source: &AlarmSource) -> Self {
        Self { channel: source.channel, kind: source.kind.0, input: source.input }
    }
}

impl AlarmForm {
    pub(super) fn source(&self) -> AlarmSource {
        AlarmSource { channel: self.channel, kind: AlarmType(self.kind), input: self.input }
    }
}

impl From<&Binding> for BindingForm {
    fn from(binding: &Binding) -> Self {
        Self {
            camera: binding.camera.to_string(),
            address: binding.address.to_string(),
            onvif: (&binding.onvif).into(),
        }
    }
}

impl BindingForm {
    pub(super) fn into_entry((channel, form): (u16, Self)) -> Result<(u16, Binding), Misfit> {
        let address = CameraAddress::parse(&form.address)
            .or_else(|| CameraAddress::tolerate(&form.address).map(|read| read.value));
        let address = address.ok_or_else(|| format!("{:?} is no address of a camera", form.address))?;
        let camera: DevId = parsed("camera", &form.camera)?;
        Ok((channel, Binding { camera, address, onvif: form.onvif.into_onvif() }))
    }
}

impl From<&Onvif> for OnvifForm {
    fn from(onvif: &Onvif) -> Self {
        let password = onvif.password.reveal().to_owned();
        Self { port: onvif.port.0, account: onvif.account.clone(), password }
    }
}

impl OnvifForm {
    pub(super) fn into_onvif(self) -> Onvif {
        Onvif::new(Port(self.port), self.account, Secret::from(self.password))
    }
}

impl From<&FtpProfile> for ServerForm {
    fn from(ftp: &FtpProfile) -> Self {
        Self {
            host: ftp.host.to_string(),
            port: ftp.port.0,
            account: ftp.account.clone(),
            password: ftp.password.reveal().to_owned(),
        }
    }
}

impl ServerForm {
    pub(super) fn into_profile(self) -> Result<FtpProfile, Misfit> {
        let (host, port) = (host(&self.host)?, Port(self.port));
        Ok(FtpProfile { host, port, account: self.account, password: self.password.into() })
    }
}

impl From<&Report> for ReportForm {
    fn from(report: &Report) -> Self {
        Self { kind: report.kind.0, text: report.text.clone() }
    }
}

impl ReportForm {
    pub(super) fn into_report(self) -> Report {
        Report { kind: ExceptionType(self.kind), text: self.text }
    }
}
