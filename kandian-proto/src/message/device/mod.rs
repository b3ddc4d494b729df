//! Section 7.5: what devices and platforms say to each other on the TCP link (数据内容).
//!
//! A request and its answer travel in frames with the same command word and sequence number; the root element
//! tells them apart (E-66). Most answers carry a result and repeat the device id.
//!
//! | Section | Operation | Types |
//! |---|---|---|
//! | 7.5.1 | 登录认证请求 (31H) | [`LoginRequest`], [`LoginResponse`], [`CloudAccount`] |
//! | 7.5.2 | 能力上报 (32H) | [`AbilityUpRequest`], [`AbilityUpResponse`], [`Onvif`], [`Video`] |
//! | 7.5.3 | 链路检测请求（即心跳信息） (33H) | [`HeartbeatRequest`], [`HeartbeatResponse`] |
//! | 7.5.4 | 异常数据上报 (34H) | [`ExceptionNotifyRequest`], [`ExceptionNotifyResponse`] |
//! | 7.5.5 | 视频监控 Token 验证 (35H) | [`VideoPlayRequest`], [`VideoPlayResponse`] |
//! | 7.5.6 | 设备视频参数设置 (60H) | [`SetChannelRequest`], [`SetChannelResponse`] |
//! | 7.5.7 | 设备视频参数查询 (61H) | [`GetChannelRequest`], [`GetChannelResponse`], [`VideoParameters`] |
//! | 7.5.8 | 无线网络查询 (62H) | [`GetWifiRequest`], [`GetWifiResponse`], [`AccessPoint`], [`AccessPoints`] |
//! | 7.5.9 | 无线网络配置 (63H) | [`SetWifiRequest`], [`SetWifiResponse`] |
//! | 7.5.10 | 云台控制 (64H) | [`VideoPtzRequest`], [`VideoPtzResponse`] |
//! | 7.5.11 | 天翼云存储帐号设置 (65H) | [`SetEstoreRequest`], [`SetEstoreResponse`] |
//! | 7.5.12 | 天翼云存储帐号查询 (66H) | [`GetEstoreRequest`], [`GetEstoreResponse`], [`EstoreAccount`] |
//! | 7.5.13 | 存储录像策略添加 (67H) | [`AddRecordPolicyRequest`], [`AddRecordPolicyResponse`], [`WeekPolicy`] |
//! | 7.5.14 | 存储录像策略查询 (68H) | [`QueryRecordPolicyRequest`], [`QueryRecordPolicyResponse`], [`RecordPolicies`], [`StoredWeekPolicy`] |
//! | 7.5.15 | 存储录像策略删除 (69H) | [`DelRecordPolicyRequest`], [`DelRecordPolicyResponse`] |
//! | 7.5.16 | 重启设备 (6CH) | [`RebootRequest`], [`RebootResponse`] |
//! | 7.5.17 | 远程升级 (6DH) | [`UpgradeRequest`], [`UpgradeResponse`] |
//! | 7.5.18 | NVR 绑定网络摄像机 (6EH) | [`NvrLinkIpcamRequest`], [`NvrLinkIpcamResponse`] |
//! | 7.5.19 | NVR 修改网络摄像机绑定信息 (6FH) | [`NvrModifyIpcamRequest`], [`NvrModifyIpcamResponse`] |
//! | 7.5.20 | NVR 解除网络摄像机绑定 (70H) | [`NvrDelIpcamRequest`], [`NvrDelIpcamResponse`] |
//! | 7.5.21 | NVR 查询网络摄像机绑定 (71H) | [`NvrQueryIpcamRequest`], [`NvrQueryIpcamResponse`], [`Bindings`], [`BoundChannel`] |
//! | 7.5.22 | 视频录像检索 (72H) | [`FileQueryRequest`], [`FileQueryResponse`], [`FilePage`], [`RecordedFile`] |
//! | 7.5.23 | 视频录像回放验证 (74H) | [`RecordPlayRequest`], [`RecordPlayResponse`] |
//! | 7.5.24 | 存储图片策略添加 (75H) | [`AddPicturePolicyRequest`], [`AddPicturePolicyResponse`], [`DayPolicy`] |
//! | 7.5.25 | 存储图片策略查询 (76H) | [`QueryPicturePolicyRequest`], [`QueryPicturePolicyResponse`], [`PicturePolicies`], [`StoredDayPolicy`] |
//! | 7.5.26 | 存储图片策略删除 (77H) | [`DelPicturePolicyRequest`], [`DelPicturePolicyResponse`] |
//! | 7.5.27 | FTP 图片抓拍通知 (36H) | [`NotifyPictureRequest`], [`NotifyPictureResponse`] |
//! | 7.5.28 | 一键全天录像设置 (78H) | [`SetRecordFullRequest`], [`SetRecordFullResponse`] |
//! | 7.5.29 | 一键全天录像查询 (79H) | [`GetRecordFullRequest`], [`GetRecordFullResponse`], [`RecordFullState`] |
//! | 7.5.30 | 循环录像标识设置 (7AH) | [`SetRecordLoopRequest`], [`SetRecordLoopResponse`] |
//! | 7.5.31 | 循环录像标识查询 (7BH) | [`GetRecordLoopRequest`], [`GetRecordLoopResponse`], [`RecordLoopState`] |
//! | 7.5.32 | 设备报警开关设置 (7CH) | [`SetAlarmRequest`], [`SetAlarmResponse`] |
//! | 7.5.33 | 设备报警开关查询 (7DH) | [`GetAlarmRequest`], [`GetAlarmResponse`], [`AlarmState`] |
//! | 7.5.34 | 设备告警数据上报 (37H) | [`AlarmNotifyRequest`], [`AlarmNotifyResponse`] |
//! | 7.5.35 | 设备日志上传通知 (7EH) | [`LogUploadRequest`], [`LogUploadResponse`] |
//! | 7.5.36 | 本地存储状态查询 (7FH) | [`StoreQueryRequest`], [`StoreQueryResponse`] |
//! | 7.5.37 | 本地存储格式化 (80H) | [`StoreFormatRequest`], [`StoreFormatResponse`] |
//! | 7.5.38 | 云存储启动/停止开关 (81H) | [`EstoreActivateRequest`], [`EstoreActivateResponse`] |
//! | 7.5.39 | 设备参数恢复出厂设置 (82H) | [`ResetDefaultRequest`], [`ResetDefaultResponse`] |

mod abilityup;
mod add_picture_policy;
mod add_record_policy;
mod alarm_notify;
mod del_picture_policy;
mod del_record_policy;
mod estore_activate;
mod exception_notify;
mod file_query;
mod get_alarm;
mod get_channel;
mod get_estore;
mod get_record_full;
mod get_record_loop;
mod get_wifi;
mod heartbeat;
mod log_upload;
mod login;
mod notify_picture;
mod nvr_del_ipcam;
mod nvr_link_ipcam;
mod nvr_modify_ipcam;
mod nvr_query_ipcam;
mod query_picture_policy;
mod query_record_policy;
mod reboot;
mod record_play;
mod reset_default;
mod set_alarm;
mod set_channel;
mod set_estore;
mod set_record_full;
mod set_record_loop;
mod set_wifi;
mod store_format;
mod store_query;
mod upgrade;
mod video_play;
mod video_ptz;

pub use abilityup::{AbilityUpRequest, AbilityUpResponse, Onvif, Video};
pub use add_picture_policy::{AddPicturePolicyRequest, AddPicturePolicyResponse, DayPolicy};
pub use add_record_policy::{AddRecordPolicyRequest, AddRecordPolicyResponse, WeekPolicy};
pub use alarm_notify::{AlarmNotifyRequest, AlarmNotifyResponse};
pub use del_picture_policy::{DelPicturePolicyRequest, DelPicturePolicyResponse};
pub use del_record_policy::{DelRecordPolicyRequest, DelRecordPolicyResponse};
pub use estore_activate::{EstoreActivateRequest, EstoreActivateResponse};
pub use exception_notify::{ExceptionNotifyRequest, ExceptionNotifyResponse};
pub use file_query::{FilePage, FileQueryRequest, FileQueryResponse, RecordedFile};
pub use get_alarm::{AlarmState, GetAlarmRequest, GetAlarmResponse};
pub use get_channel::{GetChannelRequest, GetChannelResponse, VideoParameters};
pub use get_estore::{EstoreAccount, GetEstoreRequest, GetEstoreResponse};
pub use get_record_full::{GetRecordFullRequest, GetRecordFullResponse, RecordFullState};
pub use get_record_loop::{GetRecordLoopRequest, GetRecordLoopResponse, RecordLoopState};
pub use get_wifi::{AccessPoint, AccessPoints, GetWifiRequest, GetWifiResponse};
pub use heartbeat::{HeartbeatRequest, HeartbeatResponse};
pub use log_upload::{LogUploadRequest, LogUploadResponse};
pub use login::{CloudAccount, LoginRequest, LoginResponse};
pub use notify_picture::{NotifyPictureRequest, NotifyPictureResponse};
pub use nvr_del_ipcam::{NvrDelIpcamRequest, NvrDelIpcamResponse};
pub use nvr_link_ipcam::{NvrLinkIpcamRequest, NvrLinkIpcamResponse};
pub use nvr_modify_ipcam::{NvrModifyIpcamRequest, NvrModifyIpcamResponse};
pub use nvr_query_ipcam::{Bindings, BoundChannel, NvrQueryIpcamRequest, NvrQueryIpcamResponse};
pub use query_picture_policy::{
    PicturePolicies, QueryPicturePolicyRequest, QueryPicturePolicyResponse, StoredDayPolicy,
};
pub use query_record_policy::{
    QueryRecordPolicyRequest, QueryRecordPolicyResponse, RecordPolicies, StoredWeekPolicy,
};
pub use reboot::{RebootRequest, RebootResponse};
pub use record_play::{RecordPlayRequest, RecordPlayResponse};
pub use reset_default::{ResetDefaultRequest, ResetDefaultResponse};
pub use set_alarm::{SetAlarmRequest, SetAlarmResponse};
pub use set_channel::{SetChannelRequest, SetChannelResponse};
pub use set_estore::{SetEstoreRequest, SetEstoreResponse};
pub use set_record_full::{SetRecordFullRequest, SetRecordFullResponse};
pub use set_record_loop::{SetRecordLoopRequest, SetRecordLoopResponse};
pub use set_wifi::{SetWifiRequest, SetWifiResponse};
pub use store_format::{StoreFormatRequest, StoreFormatResponse};
pub use store_query::{StoreQueryRequest, StoreQueryResponse};
pub use upgrade::{UpgradeRequest, UpgradeResponse};
pub use video_play::{VideoPlayRequest, VideoPlayResponse};
pub use video_ptz::{VideoPtzRequest, VideoPtzResponse};
