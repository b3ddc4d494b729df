//! Command words (命令字): the byte that says what a frame is about. Spec §7.4.3, table 2.

use core::fmt;

/// A command word: the third byte of every frame. Spec §7.4.3.
///
/// An open newtype: every value 0–255 can be held, compared and sent on, because words outside
/// table 2 do occur on deployed links (vendors use 90H–FFH) and must not break the link (E-69).
///
/// A request and its confirmation carry the same word; nothing in the frame tells them apart
/// (E-66). [`CommandInfo::requester`] says which side asks.
///
/// ```
/// use kandian_codec::{Command, Side};
///
/// assert_eq!(Command::HEARTBEAT.to_string(), "33H HEARTBEAT");
/// assert_eq!(Command(0x91).to_string(), "91H");
/// assert_eq!(Command::RECORD_PLAY.info().map(|info| info.requester), Some(Side::Device));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Command(pub u8);

/// The two ends of the TCP link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The camera or NVR (设备).
    Device,
    /// The province platform's access server (轻平台).
    Platform,
}

/// What table 2 says about one command word. Spec §7.4.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommandInfo {
    /// The word itself.
    pub command: Command,
    /// Root element of the request without `_REQ`, such as `"HEARTBEAT"`. Words without a section
    /// (E-68) have no root element; theirs is a name of this crate.
    pub name: &'static str,
    /// The name as table 2 prints it, misprints included (E-71).
    pub name_zh: &'static str,
    /// The name in English.
    pub name_en: &'static str,
    /// Who sends the request; the other side sends the confirmation. Never derive it from the
    /// number range: 74H is a device request among platform requests (E-70).
    pub requester: Side,
    /// The section that defines the two messages, such as `"7.5.3"`; `None` for the three words
    /// that table 2 lists and no section describes (E-68).
    pub section: Option<&'static str>,
}

/// The part of table 2 a command word falls in. Spec §7.4.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommandRange {
    /// 00H–30H, 系统保留: kept by the specification.
    Reserved,
    /// In table 2 and described by a section.
    Defined,
    /// In table 2, but no section gives a message: 6AH, 6BH and 73H (E-68).
    NoSection,
    /// 38H–5FH and 83H–8FH, which the specification never mentions (E-69).
    Undefined,
    /// 90H–FFH, 设备/平台商自定义: free for vendors.
    Vendor,
}

/// One line per command word gives the constant, its documentation and its row of the table, so
/// that the three cannot disagree.
macro_rules! commands {
    (@section none) => { None };
    (@section $section:literal) => { Some($section) };
    (@doc none) => { "no section describes it (E-68)." };
    (@doc $section:literal) => { concat!("Spec §", $section, ".") };
    ($($code:literal $name:ident $side:ident $section:tt $zh:literal $en:literal;)*) => {
        impl Command {
            $(
                #[doc = concat!($en, " (", $zh, "); ", commands!(@doc $section))]
                pub const $name: Command = Command($code);
            )*

            /// Every row of table 2 in ascending order of the command word. Spec §7.4.3.
            pub const ALL: &'static [CommandInfo] = &[$(
                CommandInfo {
                    command: Command($code),
                    name: stringify!($name),
                    name_zh: $zh,
                    name_en: $en,
                    requester: Side::$side,
                    section: commands!(@section $section),
                },
            )*];
        }
    };
}

commands! {
    0x31 LOGIN Device "7.5.1" "登陆认证请求/确认" "Device login (link authentication)";
    0x32 ABILITYUP Device "7.5.2" "能力上报请求/确认" "Device reports its capabilities";
    0x33 HEARTBEAT Device "7.5.3" "链路检测请求/确认" "Link check (heartbeat)";
    0x34 EXCEPTION_NOTIFY Device "7.5.4" "异常数据上报/确认" "Device reports an exception";
    0x35 VIDEO_PLAY Device "7.5.5" "视频监控 Token 验证请求/确认" "Device asks the platform to verify a live-view token";
    0x36 NOTIFY_PICTURE Device "7.5.27" "FTP 图片抓拍通知" "Device announces a snapshot uploaded by FTP";
    0x37 ALARM_NOTIFY Device "7.5.34" "设备告警通知" "Device reports an alarm";
    0x60 SET_CHANNEL Platform "7.5.6" "视频参数设置请求/确认" "Set video parameters of one stream";
    0x61 GET_CHANNEL Platform "7.5.7" "视频参数查询请求/确认" "Query video parameters of one stream";
    0x62 GET_WIFI Platform "7.5.8" "无线网络查询/确认" "Scan Wi-Fi access points";
    0x63 SET_WIFI Platform "7.5.9" "无线网络设置/确认" "Configure the Wi-Fi connection";
    0x64 VIDEO_PTZ Platform "7.5.10" "云台控制请求/确认" "PTZ control";
    0x65 SET_ESTORE Platform "7.5.11" "天翼云存储帐号设置请求/确认" "Set the cloud storage account";
    0x66 GET_ESTORE Platform "7.5.12" "天翼云存储帐号查询请求/确认" "Query the cloud storage account";
    0x67 ADD_RECORD_POLICY Platform "7.5.13" "存储录像策略添加/确认" "Add recording policies";
    0x68 QUERY_RECORD_POLICY Platform "7.5.14" "存储录像策略查询/确认" "Query recording policies";
    0x69 DEL_RECORD_POLICY Platform "7.5.15" "存储录像策略删除/确认" "Delete a recording policy";
    0x6A RECORD_PARAMS_SET Platform none "存储录像参数设置请求/确认" "Set recording parameters";
    0x6B RECORD_PARAMS_GET Platform none "存储录像参数查询请求/确认" "Query recording parameters";
    0x6C REBOOT Platform "7.5.16" "摄象机远程重启" "Reboot the device";
    0x6D UPGRADE Platform "7.5.17" "远程升级通知" "Remote firmware upgrade by FTP";
    0x6E NVR_LINK_IPCAM Platform "7.5.18" "NVR 绑定网络摄像机" "Bind a camera to an NVR channel";
    0x6F NVR_MODIFY_IPCAM Platform "7.5.19" "NVR 修改网络摄像机绑定信息" "Update the data of a bound camera";
    0x70 NVR_DEL_IPCAM Platform "7.5.20" "NVR 解除网络摄像机绑定" "Unbind the camera of a channel";
    0x71 NVR_QUERY_IPCAM Platform "7.5.21" "NVR 查询网络摄像机绑定" "Query the camera bindings";
    0x72 FILE_QUERY Platform "7.5.22" "视频录像检索" "Search recorded files on the device";
    0x73 RECORD_FILE_DELETE Platform none "视频录像删除" "Delete recorded files";
    0x74 RECORD_PLAY Device "7.5.23" "视频录像回放验证" "Device asks the platform to verify a playback token";
    0x75 ADD_PICTURE_POLICY Platform "7.5.24" "存储图片策略添加" "Add snapshot policies";
    0x76 QUERY_PICTURE_POLICY Platform "7.5.25" "存储图片策略查询" "Query snapshot policies";
    0x77 DEL_PICTURE_POLICY Platform "7.5.26" "存储图片策略删除" "Delete a snapshot policy";
    0x78 SET_RECORD_FULL Platform "7.5.28" "一键全天录像设置" "Switch all-day recording of a channel";
    0x79 GET_RECORD_FULL Platform "7.5.29" "一键全天录像查询" "Query all-day recording of a channel";
    0x7A SET_RECORD_LOOP Platform "7.5.30" "循环录像标识设置" "Switch loop recording of the device";
    0x7B GET_RECORD_LOOP Platform "7.5.31" "循环录像标识查询" "Query loop recording of the device";
    0x7C SET_ALARM Platform "7.5.32" "设备报警开关设置" "Arm or disarm an alarm source";
    0x7D GET_ALARM Platform "7.5.33" "设备报警开关查询" "Query an alarm switch";
    0x7E LOG_UPLOAD Platform "7.5.35" "设备日志上传通知" "Ask the device to upload its log by FTP";
    0x7F STORE_QUERY Platform "7.5.36" "本地存储状态查询" "Query local storage (IPC: SD card, NVR: hard disk)";
    0x80 STORE_FORMAT Platform "7.5.37" "本地存储格式化" "Format the SD card (quick format)";
    0x81 ESTORE_ACTIVATE Platform "7.5.38" "云存储启动/停止开关" "Start or stop cloud storage";
    0x82 RESET_DEFAULT Platform "7.5.39" "设备参数恢复出厂设置" "Restore factory settings";
}

/// The words of table 2 are two unbroken runs, so finding a row is arithmetic.
const FIRST_RUN: (u8, u8) = (0x31, 0x37);
const SECOND_RUN: (u8, u8) = (0x60, 0x82);
const FIRST_RUN_LEN: usize = (FIRST_RUN.1 - FIRST_RUN.0 + 1) as usize;

/// A row added out of order, or a gap in a run, stops the build instead of giving a wrong answer.
const _: () = {
    let mut row = 0;
    while row < Command::ALL.len() {
        assert!(matches!(index(Command::ALL[row].command.0), Some(found) if found == row));
        row += 1;
    }
    assert!(Command::ALL.len() == FIRST_RUN_LEN + (SECOND_RUN.1 - SECOND_RUN.0 + 1) as usize);
};

const fn index(code: u8) -> Option<usize> {
    if code >= FIRST_RUN.0 && code <= FIRST_RUN.1 {
        Some((code - FIRST_RUN.0) as usize)
    } else if code >= SECOND_RUN.0 && code <= SECOND_RUN.1 {
        Some(FIRST_RUN_LEN + (code - SECOND_RUN.0) as usize)
    } else {
        None
    }
}

impl Command {
    /// The row of table 2 for this word; `None` when the table has none. Constant time.
    #[must_use]
    pub const fn info(self) -> Option<&'static CommandInfo> {
        match index(self.0) {
            Some(row) => Some(&Self::ALL[row]),
            None => None,
        }
    }

    /// The part of table 2 this word falls in. Spec §7.4.3, E-68, E-69.
    #[must_use]
    pub const fn range(self) -> CommandRange {
        match (self.info(), self.0) {
            (Some(CommandInfo { section: Some(_), .. }), _) => CommandRange::Defined,
            (Some(_), _) => CommandRange::NoSection,
            (None, 0x00..=0x30) => CommandRange::Reserved,
            (None, 0x90..) => CommandRange::Vendor,
            (None, _) => CommandRange::Undefined,
        }
    }
}

/// As the specification writes it, and the name where there is one: `33H HEARTBEAT`, `91H`.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X}H", self.0)?;
        match self.info() {
            Some(info) => write!(f, " {}", info.name),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Command({self})")
    }
}

impl From<u8> for Command {
    fn from(code: u8) -> Self {
        Self(code)
    }
}

impl From<Command> for u8 {
    fn from(command: Command) -> Self {
        command.0
    }
}
