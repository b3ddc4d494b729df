//! THE table: one row per operation of the specification, in the order of its sections.
//!
//! A row names the variant, section, catalogue id, interface, requester and responder, the request and
//! response types and their file, the Chinese and English title, the SOAP operation where there is one,
//! and the errata about the operation. The enums [`Request`] and [`Response`], dispatch, [`Operation`]
//! and [`OPERATIONS`] come from it; tests, benchmarks, the fuzzer's dictionary and `docs/spec-map.md`
//! loop over it. Nothing else lists commands.

mod info;
mod macros;
mod payload;

use kandian_codec::Command;

pub use info::{Call, Interface, OperationInfo, Party};
pub use payload::{Opaque, Payload, decode_payload, decode_payload_with, side_by_root};

use crate::message;

macros::operations! {
    /// Device asks the group platform for its province platform (终端设备重定向请求（获取省平台接入地址）).
    Redirect: "5" "device_redirect" DeviceHttp, Device => Group,
        redirect::{RedirectRequest, RedirectResponse} in "message/redirect/redirect.rs",
        "终端设备重定向请求（获取省平台接入地址）", "Device asks the group platform for its province platform", [21, 22, 23, 24, 25, 26, 27, 28, 29, 31, 36, 39, 56];

    /// Province platform reports its addresses (地址信息上报).
    AddressReport: "6.1" "province_address_report" Provision, Province => Group,
        group::{AddressReportRequest, AddressReportResponse} in "message/group/address_report.rs",
        "地址信息上报", "Province platform reports its addresses" soap "AddressReport", [38, 39, 41, 42, 166];

    /// Service activation for a user (业务开通).
    ServiceOpen: "6.2" "service_open" Provision, Province => Group,
        group::{ServiceOpenRequest, ServiceOpenResponse} in "message/group/service_open.rs",
        "业务开通", "Service activation for a user" soap "ServiceOpen", [38, 40, 166, 168];

    /// Service change for a user (业务变更).
    ServiceChange: "6.3" "service_change" Provision, Province => Group,
        group::{ServiceChangeRequest, ServiceChangeResponse} in "message/group/service_change.rs",
        "业务变更", "Service change for a user" soap "ServiceChange", [38, 166, 168];

    /// Service cancellation for a user (业务注销).
    ServiceCancel: "6.4" "service_cancel" Provision, Province => Group,
        group::{ServiceCancelRequest, ServiceCancelResponse} in "message/group/service_cancel.rs",
        "业务注销", "Service cancellation for a user" soap "ServiceCancel", [38, 166];

    /// Province platform claims a device that a user adds (设备使用通告).
    DeviceUse: "6.5" "device_use_notify" Provision, Province => Group,
        group::{DeviceUseRequest, DeviceUseResponse} in "message/group/device_use.rs",
        "设备使用通告", "Province platform claims a device that a user adds" soap "DeviceUseNotify", [21, 32, 33, 34, 38, 166];

    /// Device registers with the province platform and obtains access, TURN and FTP servers (设备注册请求).
    Register: "7.2.1" "device_register" DeviceHttp, Device => Province,
        register::{RegisterRequest, RegisterResponse} in "message/register/register.rs",
        "设备注册请求", "Device registers with the province platform and obtains access, TURN and FTP servers", [13, 14, 21, 22, 23, 24, 25, 26, 35, 36, 49, 50, 51, 52, 53, 54, 55, 56, 57, 140];

    /// Device login (link authentication) (登录认证请求).
    Login: "7.5.1" "device_login" Frame(Command::LOGIN), Device => Province,
        device::{LoginRequest, LoginResponse} in "message/device/login.rs",
        "登录认证请求", "Device login (link authentication)", [3, 13, 14, 21, 22, 47, 51, 58, 72, 73, 74, 75, 76, 77, 78, 79];

    /// Device reports its capabilities (能力上报).
    AbilityUp: "7.5.2" "capability_report" Frame(Command::ABILITYUP), Device => Province,
        device::{AbilityUpRequest, AbilityUpResponse} in "message/device/abilityup.rs",
        "能力上报", "Device reports its capabilities", [5, 6, 10, 13, 14, 21, 22, 80, 81, 82, 83, 84, 97];

    /// Link check (heartbeat) (链路检测请求（即心跳信息）).
    Heartbeat: "7.5.3" "heartbeat" Frame(Command::HEARTBEAT), Device => Province,
        device::{HeartbeatRequest, HeartbeatResponse} in "message/device/heartbeat.rs",
        "链路检测请求（即心跳信息）", "Link check (heartbeat)", [3, 10, 13, 14, 21, 22, 59, 75, 76, 85, 86];

    /// Device reports an exception (异常数据上报).
    ExceptionNotify: "7.5.4" "exception_report" Frame(Command::EXCEPTION_NOTIFY), Device => Province,
        device::{ExceptionNotifyRequest, ExceptionNotifyResponse} in "message/device/exception_notify.rs",
        "异常数据上报", "Device reports an exception", [15, 21, 22, 87, 88, 89, 90];

    /// Device asks the platform to verify a live-view token (视频监控 Token 验证).
    VideoPlay: "7.5.5" "live_token_verify" Frame(Command::VIDEO_PLAY), Device => Province,
        device::{VideoPlayRequest, VideoPlayResponse} in "message/device/video_play.rs",
        "视频监控 Token 验证", "Device asks the platform to verify a live-view token", [15, 21, 22, 91, 92, 93, 96];

    /// Set video parameters of one stream (设备视频参数设置).
    SetChannel: "7.5.6" "video_params_set" Frame(Command::SET_CHANNEL), Province => Device,
        device::{SetChannelRequest, SetChannelResponse} in "message/device/set_channel.rs",
        "设备视频参数设置", "Set video parameters of one stream", [15, 21, 22, 97, 98, 99, 100, 102, 103];

    /// Query video parameters of one stream (设备视频参数查询).
    GetChannel: "7.5.7" "video_params_get" Frame(Command::GET_CHANNEL), Province => Device,
        device::{GetChannelRequest, GetChannelResponse} in "message/device/get_channel.rs",
        "设备视频参数查询", "Query video parameters of one stream", [15, 21, 22, 97, 98, 99, 101, 102, 103];

    /// Scan Wi-Fi access points (无线网络查询).
    GetWifi: "7.5.8" "wifi_scan" Frame(Command::GET_WIFI), Province => Device,
        device::{GetWifiRequest, GetWifiResponse} in "message/device/get_wifi.rs",
        "无线网络查询", "Scan Wi-Fi access points", [5, 6, 8, 21, 22, 106, 107, 108];

    /// Configure the Wi-Fi connection (无线网络配置).
    SetWifi: "7.5.9" "wifi_config" Frame(Command::SET_WIFI), Province => Device,
        device::{SetWifiRequest, SetWifiResponse} in "message/device/set_wifi.rs",
        "无线网络配置", "Configure the Wi-Fi connection", [8, 21, 22, 89, 105, 108];

    /// PTZ control (云台控制).
    VideoPtz: "7.5.10" "ptz_control" Frame(Command::VIDEO_PTZ), Province => Device,
        device::{VideoPtzRequest, VideoPtzResponse} in "message/device/video_ptz.rs",
        "云台控制", "PTZ control", [15, 21, 22, 111];

    /// Set the cloud storage account (天翼云存储帐号设置).
    SetEstore: "7.5.11" "cloud_account_set" Frame(Command::SET_ESTORE), Province => Device,
        device::{SetEstoreRequest, SetEstoreResponse} in "message/device/set_estore.rs",
        "天翼云存储帐号设置", "Set the cloud storage account", [21, 22, 47, 78, 112];

    /// Query the cloud storage account (天翼云存储帐号查询).
    GetEstore: "7.5.12" "cloud_account_get" Frame(Command::GET_ESTORE), Province => Device,
        device::{GetEstoreRequest, GetEstoreResponse} in "message/device/get_estore.rs",
        "天翼云存储帐号查询", "Query the cloud storage account", [21, 22, 47, 78, 112];

    /// Add recording policies (存储录像策略添加).
    AddRecordPolicy: "7.5.13" "record_policy_add" Frame(Command::ADD_RECORD_POLICY), Province => Device,
        device::{AddRecordPolicyRequest, AddRecordPolicyResponse} in "message/device/add_record_policy.rs",
        "存储录像策略添加", "Add recording policies", [5, 15, 21, 22, 46, 113, 115, 116, 117, 118, 119, 120, 121, 134];

    /// Query recording policies (存储录像策略查询).
    QueryRecordPolicy: "7.5.14" "record_policy_query" Frame(Command::QUERY_RECORD_POLICY), Province => Device,
        device::{QueryRecordPolicyRequest, QueryRecordPolicyResponse} in "message/device/query_record_policy.rs",
        "存储录像策略查询", "Query recording policies", [5, 15, 21, 22, 114, 115, 116, 118, 119, 120, 121, 134];

    /// Delete a recording policy (存储录像策略删除).
    DelRecordPolicy: "7.5.15" "record_policy_delete" Frame(Command::DEL_RECORD_POLICY), Province => Device,
        device::{DelRecordPolicyRequest, DelRecordPolicyResponse} in "message/device/del_record_policy.rs",
        "存储录像策略删除", "Delete a recording policy", [15, 21, 22, 114];

    /// Reboot the device (重启设备).
    Reboot: "7.5.16" "device_reboot" Frame(Command::REBOOT), Province => Device,
        device::{RebootRequest, RebootResponse} in "message/device/reboot.rs",
        "重启设备", "Reboot the device", [21, 22, 29, 71];

    /// Remote firmware upgrade by FTP (远程升级).
    Upgrade: "7.5.17" "firmware_upgrade" Frame(Command::UPGRADE), Province => Device,
        device::{UpgradeRequest, UpgradeResponse} in "message/device/upgrade.rs",
        "远程升级", "Remote firmware upgrade by FTP", [21, 22, 56, 74, 89, 125, 126];

    /// Bind a camera to an NVR channel (NVR 绑定网络摄像机).
    NvrLinkIpcam: "7.5.18" "nvr_bind_ipcam" Frame(Command::NVR_LINK_IPCAM), Province => Device,
        device::{NvrLinkIpcamRequest, NvrLinkIpcamResponse} in "message/device/nvr_link_ipcam.rs",
        "NVR 绑定网络摄像机", "Bind a camera to an NVR channel", [15, 21, 22, 127];

    /// Update the data of a bound camera (NVR 修改网络摄像机绑定信息).
    NvrModifyIpcam: "7.5.19" "nvr_modify_ipcam" Frame(Command::NVR_MODIFY_IPCAM), Province => Device,
        device::{NvrModifyIpcamRequest, NvrModifyIpcamResponse} in "message/device/nvr_modify_ipcam.rs",
        "NVR 修改网络摄像机绑定信息", "Update the data of a bound camera", [21, 22, 128];

    /// Unbind the camera of a channel (NVR 解除网络摄像机绑定).
    NvrDelIpcam: "7.5.20" "nvr_unbind_ipcam" Frame(Command::NVR_DEL_IPCAM), Province => Device,
        device::{NvrDelIpcamRequest, NvrDelIpcamResponse} in "message/device/nvr_del_ipcam.rs",
        "NVR 解除网络摄像机绑定", "Unbind the camera of a channel", [15, 21, 22, 129];

    /// Query the camera bindings (NVR 查询网络摄像机绑定).
    NvrQueryIpcam: "7.5.21" "nvr_query_ipcam" Frame(Command::NVR_QUERY_IPCAM), Province => Device,
        device::{NvrQueryIpcamRequest, NvrQueryIpcamResponse} in "message/device/nvr_query_ipcam.rs",
        "NVR 查询网络摄像机绑定", "Query the camera bindings", [4, 5, 15, 21, 22];

    /// Search recorded files on the device (视频录像检索).
    FileQuery: "7.5.22" "record_file_query" Frame(Command::FILE_QUERY), Province => Device,
        device::{FileQueryRequest, FileQueryResponse} in "message/device/file_query.rs",
        "视频录像检索", "Search recorded files on the device", [5, 6, 13, 15, 21, 22, 45, 130, 131, 132];

    /// Device asks the platform to verify a playback token (视频录像回放验证).
    RecordPlay: "7.5.23" "playback_token_verify" Frame(Command::RECORD_PLAY), Device => Province,
        device::{RecordPlayRequest, RecordPlayResponse} in "message/device/record_play.rs",
        "视频录像回放验证", "Device asks the platform to verify a playback token", [15, 21, 22, 45, 70, 91, 92, 93, 94, 95];

    /// Add snapshot policies (存储图片策略添加).
    AddPicturePolicy: "7.5.24" "picture_policy_add" Frame(Command::ADD_PICTURE_POLICY), Province => Device,
        device::{AddPicturePolicyRequest, AddPicturePolicyResponse} in "message/device/add_picture_policy.rs",
        "存储图片策略添加", "Add snapshot policies", [5, 15, 21, 22, 113, 117, 119, 120, 122, 123];

    /// Query snapshot policies (存储图片策略查询).
    QueryPicturePolicy: "7.5.25" "picture_policy_query" Frame(Command::QUERY_PICTURE_POLICY), Province => Device,
        device::{QueryPicturePolicyRequest, QueryPicturePolicyResponse} in "message/device/query_picture_policy.rs",
        "存储图片策略查询", "Query snapshot policies", [5, 15, 21, 22, 114, 119, 120, 122, 123];

    /// Delete a snapshot policy (存储图片策略删除).
    DelPicturePolicy: "7.5.26" "picture_policy_delete" Frame(Command::DEL_PICTURE_POLICY), Province => Device,
        device::{DelPicturePolicyRequest, DelPicturePolicyResponse} in "message/device/del_picture_policy.rs",
        "存储图片策略删除", "Delete a snapshot policy", [15, 21, 22, 114];

    /// Device announces a snapshot uploaded by FTP (FTP 图片抓拍通知).
    NotifyPicture: "7.5.27" "picture_notify" Frame(Command::NOTIFY_PICTURE), Device => Province,
        device::{NotifyPictureRequest, NotifyPictureResponse} in "message/device/notify_picture.rs",
        "FTP 图片抓拍通知", "Device announces a snapshot uploaded by FTP", [10, 13, 15, 21, 22, 44, 124, 141];

    /// Switch all-day recording of a channel (一键全天录像设置).
    SetRecordFull: "7.5.28" "full_day_record_set" Frame(Command::SET_RECORD_FULL), Province => Device,
        device::{SetRecordFullRequest, SetRecordFullResponse} in "message/device/set_record_full.rs",
        "一键全天录像设置", "Switch all-day recording of a channel", [15, 21, 22, 133, 134, 135];

    /// Query all-day recording of a channel (一键全天录像查询).
    GetRecordFull: "7.5.29" "full_day_record_get" Frame(Command::GET_RECORD_FULL), Province => Device,
        device::{GetRecordFullRequest, GetRecordFullResponse} in "message/device/get_record_full.rs",
        "一键全天录像查询", "Query all-day recording of a channel", [15, 21, 22, 133, 134, 135];

    /// Switch loop recording of the device (循环录像标识设置).
    SetRecordLoop: "7.5.30" "loop_record_set" Frame(Command::SET_RECORD_LOOP), Province => Device,
        device::{SetRecordLoopRequest, SetRecordLoopResponse} in "message/device/set_record_loop.rs",
        "循环录像标识设置", "Switch loop recording of the device", [21, 22, 133, 134, 135];

    /// Query loop recording of the device (循环录像标识查询).
    GetRecordLoop: "7.5.31" "loop_record_get" Frame(Command::GET_RECORD_LOOP), Province => Device,
        device::{GetRecordLoopRequest, GetRecordLoopResponse} in "message/device/get_record_loop.rs",
        "循环录像标识查询", "Query loop recording of the device", [21, 22, 133, 134, 135];

    /// Arm or disarm an alarm source (设备报警开关设置).
    SetAlarm: "7.5.32" "alarm_switch_set" Frame(Command::SET_ALARM), Province => Device,
        device::{SetAlarmRequest, SetAlarmResponse} in "message/device/set_alarm.rs",
        "设备报警开关设置", "Arm or disarm an alarm source", [15, 21, 22, 84, 138, 142, 144];

    /// Query an alarm switch (设备报警开关查询).
    GetAlarm: "7.5.33" "alarm_switch_get" Frame(Command::GET_ALARM), Province => Device,
        device::{GetAlarmRequest, GetAlarmResponse} in "message/device/get_alarm.rs",
        "设备报警开关查询", "Query an alarm switch", [15, 21, 22, 84, 138, 142, 143];

    /// Device reports an alarm (设备告警数据上报).
    AlarmNotify: "7.5.34" "alarm_notify" Frame(Command::ALARM_NOTIFY), Device => Province,
        device::{AlarmNotifyRequest, AlarmNotifyResponse} in "message/device/alarm_notify.rs",
        "设备告警数据上报", "Device reports an alarm", [15, 21, 22, 44, 84, 87, 136, 137, 138, 139, 141, 142];

    /// Ask the device to upload its log by FTP (设备日志上传通知).
    LogUpload: "7.5.35" "log_upload" Frame(Command::LOG_UPLOAD), Province => Device,
        device::{LogUploadRequest, LogUploadResponse} in "message/device/log_upload.rs",
        "设备日志上传通知", "Ask the device to upload its log by FTP", [21, 22, 56, 145];

    /// Query local storage (IPC: SD card, NVR: hard disk) (本地存储状态查询).
    StoreQuery: "7.5.36" "local_storage_query" Frame(Command::STORE_QUERY), Province => Device,
        device::{StoreQueryRequest, StoreQueryResponse} in "message/device/store_query.rs",
        "本地存储状态查询", "Query local storage (IPC: SD card, NVR: hard disk)", [21, 22, 146];

    /// Format the SD card (quick format) (本地存储格式化).
    StoreFormat: "7.5.37" "local_storage_format" Frame(Command::STORE_FORMAT), Province => Device,
        device::{StoreFormatRequest, StoreFormatResponse} in "message/device/store_format.rs",
        "本地存储格式化", "Format the SD card (quick format)", [21, 22, 147, 148];

    /// Start or stop cloud storage (云存储启动/停止开关).
    EstoreActivate: "7.5.38" "cloud_storage_switch" Frame(Command::ESTORE_ACTIVATE), Province => Device,
        device::{EstoreActivateRequest, EstoreActivateResponse} in "message/device/estore_activate.rs",
        "云存储启动/停止开关", "Start or stop cloud storage", [21, 22, 48, 149];

    /// Restore factory settings (设备参数恢复出厂设置).
    ResetDefault: "7.5.39" "factory_reset" Frame(Command::RESET_DEFAULT), Province => Device,
        device::{ResetDefaultRequest, ResetDefaultResponse} in "message/device/reset_default.rs",
        "设备参数恢复出厂设置", "Restore factory settings", [21, 22, 30, 150];

    /// Ask for the password by SMS (密码验证短信获取请求).
    ClientSms: "8.1" "mcu_password_sms" Client, Client => Province,
        client::{SmsRequest, SmsResponse} in "message/client/sms.rs",
        "密码验证短信获取请求", "Ask for the password by SMS" soap "SendPasswordSms", [151, 156];

    /// Client login (MCU 鉴权认证).
    ClientLogin: "8.2" "mcu_login" Client, Client => Province,
        client::{LoginRequest, LoginResponse} in "message/client/login.rs",
        "MCU 鉴权认证", "Client login" soap "Login", [15, 82, 84, 97, 151, 152, 153, 154, 155, 165, 166, 168];

    /// Client logout (MCU 用户登出).
    ClientLogout: "8.3" "mcu_logout" Client, Client => Province,
        client::{LogoutRequest, LogoutResponse} in "message/client/logout.rs",
        "MCU 用户登出", "Client logout" soap "Logout", [42, 151, 153, 159];

    /// Refresh the device list (刷新设备列表).
    ClientGetDevices: "8.4" "mcu_device_list" Client, Client => Province,
        client::{GetDevicesRequest, GetDevicesResponse} in "message/client/get_devices.rs",
        "刷新设备列表", "Refresh the device list" soap "GetDeviceList", [15, 42, 82, 84, 97, 151, 152, 153];

    /// User adds a device (用户新增设备).
    ClientAddDevice: "8.5" "mcu_device_add" Client, Client => Province,
        client::{AddDeviceRequest, AddDeviceResponse} in "message/client/add_device.rs",
        "用户新增设备", "User adds a device" soap "AddDevice", [21, 32, 42, 151, 153];

    /// User removes a device (shared devices cannot be removed) (用户注销设备).
    ClientDelDevice: "8.6" "mcu_device_remove" Client, Client => Province,
        client::{DelDeviceRequest, DelDeviceResponse} in "message/client/del_device.rs",
        "用户注销设备", "User removes a device (shared devices cannot be removed)" soap "RemoveDevice", [21, 42, 150, 151, 153, 158];

    /// Ask for live-view URLs (MCU 视频监控请求).
    ClientVideoPlay: "8.7" "mcu_live_play" Client, Client => Province,
        client::{VideoPlayRequest, VideoPlayResponse} in "message/client/video_play.rs",
        "MCU 视频监控请求", "Ask for live-view URLs" soap "VideoPlay", [15, 21, 92, 95, 151, 153, 157, 161, 162, 186, 187];

    /// PTZ control (MCU 云台控制).
    ClientVideoPtz: "8.8" "mcu_ptz_control" Client, Client => Province,
        client::{VideoPtzRequest, VideoPtzResponse} in "message/client/video_ptz.rs",
        "MCU 云台控制", "PTZ control" soap "VideoPtz", [15, 21, 111, 151, 153, 160];

    /// Query camera parameters (摄像头参数查询).
    ClientGetChannel: "8.9" "mcu_video_params_get" Client, Client => Province,
        client::{GetChannelRequest, GetChannelResponse} in "message/client/get_channel.rs",
        "摄像头参数查询", "Query camera parameters" soap "GetChannel", [15, 21, 97, 98, 99, 102, 103, 151, 153, 157, 167];

    /// Set camera parameters (摄像头参数配置).
    ClientSetChannel: "8.10" "mcu_video_params_set" Client, Client => Province,
        client::{SetChannelRequest, SetChannelResponse} in "message/client/set_channel.rs",
        "摄像头参数配置", "Set camera parameters" soap "SetChannel", [15, 21, 97, 98, 99, 100, 102, 103, 151, 153, 157, 193];

    /// Scan Wi-Fi access points at the device (无线网络查询).
    ClientGetWifi: "8.11" "mcu_wifi_scan" Client, Client => Province,
        client::{GetWifiRequest, GetWifiResponse} in "message/client/get_wifi.rs",
        "无线网络查询", "Scan Wi-Fi access points at the device" soap "GetWifi", [6, 21, 106, 107, 108, 151, 152, 153, 157];

    /// Configure the device's Wi-Fi connection (无线网络配置).
    ClientSetWifi: "8.12" "mcu_wifi_config" Client, Client => Province,
        client::{SetWifiRequest, SetWifiResponse} in "message/client/set_wifi.rs",
        "无线网络配置", "Configure the device's Wi-Fi connection" soap "SetWifi", [21, 108, 151, 153, 157];

    /// Reboot a camera (重启摄像机).
    ClientReboot: "8.13" "mcu_reboot" Client, Client => Province,
        client::{RebootRequest, RebootResponse} in "message/client/reboot.rs",
        "重启摄像机", "Reboot a camera" soap "Reboot", [21, 151, 153, 157];

    /// Query firmware versions (设备固件版本查询).
    ClientGetDevVer: "8.14" "mcu_firmware_query" Client, Client => Province,
        client::{GetDevVerRequest, GetDevVerResponse} in "message/client/get_devver.rs",
        "设备固件版本查询", "Query firmware versions" soap "GetDevVer", [21, 74, 151, 153];

    /// Start the firmware upgrade of a device (远程升级通知).
    ClientUpgrade: "8.15" "mcu_firmware_upgrade" Client, Client => Province,
        client::{UpgradeRequest, UpgradeResponse} in "message/client/upgrade.rs",
        "远程升级通知", "Start the firmware upgrade of a device" soap "Upgrade", [21, 151, 153, 157];

    /// Query an alarm switch (报警开关查询).
    ClientGetAlarm: "8.16" "mcu_alarm_switch_get" Client, Client => Province,
        client::{GetAlarmRequest, GetAlarmResponse} in "message/client/get_alarm.rs",
        "报警开关查询", "Query an alarm switch" soap "GetAlarm", [15, 21, 84, 138, 142, 151, 153, 157];

    /// Arm or disarm an alarm source (报警开关设置).
    ClientSetAlarm: "8.17" "mcu_alarm_switch_set" Client, Client => Province,
        client::{SetAlarmRequest, SetAlarmResponse} in "message/client/set_alarm.rs",
        "报警开关设置", "Arm or disarm an alarm source" soap "SetAlarm", [15, 21, 84, 138, 142, 151, 153, 157];

    /// Set the alias of a monitoring point (摄像机别名设置).
    ClientSetName: "8.18" "mcu_camera_rename" Client, Client => Province,
        client::{SetNameRequest, SetNameResponse} in "message/client/set_name.rs",
        "摄像机别名设置", "Set the alias of a monitoring point" soap "SetName", [15, 21, 151, 153];

    /// Query stored alarms (设备告警信息查询).
    ClientQueryAlarm: "8.19" "mcu_alarm_query" Client, Client => Province,
        client::{QueryAlarmRequest, QueryAlarmResponse} in "message/client/query_alarm.rs",
        "设备告警信息查询", "Query stored alarms" soap "QueryAlarm", [13, 15, 137, 138, 142, 151, 152, 153, 163, 164];

    /// Android client checks for a newer version (手机客户端升级检查（android）).
    CheckVersion: "9.1a" "client_upgrade_check" Client, Client => Group,
        directory::{CheckVersionRequest, CheckVersionResponse} in "message/directory/check_version.rs",
        "手机客户端升级检查（android）", "Android client checks for a newer version" soap "CheckVersion", [9, 18, 151, 155, 165, 169, 171];

    /// Client asks for the list of province platforms (平台列表查询（android/ios）).
    QueryCms: "9.1b" "platform_list_query" Client, Client => Group,
        directory::{QueryCmsRequest, QueryCmsResponse} in "message/directory/query_cms.rs",
        "平台列表查询（android/ios）", "Client asks for the list of province platforms" soap "QueryCms", [9, 10, 18, 39, 151, 152, 165, 169, 170];

    /// Client asks the device (over the device's hotspot) for access points (查询设备 WIFI 接入热点).
    HotspotGetWifi: "11.1" "ap_wifi_scan" Hotspot, Client => Device,
        wifi_setup::{GetWifiRequest, GetWifiResponse} in "message/wifi_setup/get_wifi.rs",
        "查询设备 WIFI 接入热点", "Client asks the device (over the device's hotspot) for access points", [5, 6, 8, 106, 107, 108, 109, 110];

    /// Client gives the device its Wi-Fi settings over the device's hotspot (配置设备 WIFI 接入信息).
    HotspotSetWifi: "11.2" "ap_wifi_config" Hotspot, Client => Device,
        wifi_setup::{SetWifiRequest, SetWifiResponse} in "message/wifi_setup/set_wifi.rs",
        "配置设备 WIFI 接入信息", "Client gives the device its Wi-Fi settings over the device's hotspot", [8, 105, 108, 109, 110];
}
