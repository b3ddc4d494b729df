//! Chapter 8: mobile and web clients and the province platform (MCU/CU-省平台协议).
//!
//! SOAP 1.1. The specification names fields only: root elements, operations and list elements are names of
//! this project (E-151, E-152). The requests with a counterpart in [`device`](super::device) are relayed to
//! the device.
//!
//! | Section | Operation | Types |
//! |---|---|---|
//! | 8.1 | 密码验证短信获取请求 | [`SmsRequest`], [`SmsResponse`] |
//! | 8.2 | MCU 鉴权认证 | [`LoginRequest`], [`LoginResponse`], [`Device`], [`Dido`], [`LoginGrant`] |
//! | 8.3 | MCU 用户登出 | [`LogoutRequest`], [`LogoutResponse`] |
//! | 8.4 | 刷新设备列表 | [`GetDevicesRequest`], [`GetDevicesResponse`], [`DeviceList`] |
//! | 8.5 | 用户新增设备 | [`AddDeviceRequest`], [`AddDeviceResponse`] |
//! | 8.6 | 用户注销设备 | [`DelDeviceRequest`], [`DelDeviceResponse`] |
//! | 8.7 | MCU 视频监控请求 | [`VideoPlayRequest`], [`VideoPlayResponse`], [`PlayUrls`] |
//! | 8.8 | MCU 云台控制 | [`VideoPtzRequest`], [`VideoPtzResponse`] |
//! | 8.9 | 摄像头参数查询 | [`GetChannelRequest`], [`GetChannelResponse`], [`CameraParameters`] |
//! | 8.10 | 摄像头参数配置 | [`SetChannelRequest`], [`SetChannelResponse`] |
//! | 8.11 | 无线网络查询 | [`GetWifiRequest`], [`GetWifiResponse`], [`AccessPoint`], [`AccessPoints`] |
//! | 8.12 | 无线网络配置 | [`SetWifiRequest`], [`SetWifiResponse`] |
//! | 8.13 | 重启摄像机 | [`RebootRequest`], [`RebootResponse`] |
//! | 8.14 | 设备固件版本查询 | [`GetDevVerRequest`], [`GetDevVerResponse`], [`FirmwareVersions`] |
//! | 8.15 | 远程升级通知 | [`UpgradeRequest`], [`UpgradeResponse`] |
//! | 8.16 | 报警开关查询 | [`GetAlarmRequest`], [`GetAlarmResponse`] |
//! | 8.17 | 报警开关设置 | [`SetAlarmRequest`], [`SetAlarmResponse`] |
//! | 8.18 | 摄像机别名设置 | [`SetNameRequest`], [`SetNameResponse`] |
//! | 8.19 | 设备告警信息查询 | [`QueryAlarmRequest`], [`QueryAlarmResponse`], [`Alarm`], [`AlarmPage`] |

mod add_device;
mod del_device;
mod get_alarm;
mod get_channel;
mod get_devices;
mod get_devver;
mod get_wifi;
mod login;
mod logout;
mod query_alarm;
mod reboot;
mod set_alarm;
mod set_channel;
mod set_name;
mod set_wifi;
mod sms;
mod upgrade;
mod video_play;
mod video_ptz;

pub use add_device::{AddDeviceRequest, AddDeviceResponse};
pub use del_device::{DelDeviceRequest, DelDeviceResponse};
pub use get_alarm::{GetAlarmRequest, GetAlarmResponse};
pub use get_channel::{CameraParameters, GetChannelRequest, GetChannelResponse};
pub use get_devices::{DeviceList, GetDevicesRequest, GetDevicesResponse};
pub use get_devver::{FirmwareVersions, GetDevVerRequest, GetDevVerResponse};
pub use get_wifi::{AccessPoint, AccessPoints, GetWifiRequest, GetWifiResponse};
pub use login::{Device, Dido, LoginGrant, LoginRequest, LoginResponse};
pub use logout::{LogoutRequest, LogoutResponse};
pub use query_alarm::{Alarm, AlarmPage, QueryAlarmRequest, QueryAlarmResponse};
pub use reboot::{RebootRequest, RebootResponse};
pub use set_alarm::{SetAlarmRequest, SetAlarmResponse};
pub use set_channel::{SetChannelRequest, SetChannelResponse};
pub use set_name::{SetNameRequest, SetNameResponse};
pub use set_wifi::{SetWifiRequest, SetWifiResponse};
pub use sms::{SmsRequest, SmsResponse};
pub use upgrade::{UpgradeRequest, UpgradeResponse};
pub use video_play::{PlayUrls, VideoPlayRequest, VideoPlayResponse};
pub use video_ptz::{VideoPtzRequest, VideoPtzResponse};
