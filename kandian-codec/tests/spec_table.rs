//! Table 2 of the specification, written down a second time. Spec §7.4.3.

use kandian_codec::Side::{Device, Platform};
use kandian_codec::{Command, CommandInfo, CommandRange, Side};

/// Word, root element without `_REQ` (or this crate's name), section, requester, printed name.
const TABLE: [(u8, &str, &str, Side, &str); 42] = [
    (0x31, "LOGIN", "7.5.1", Device, "登陆认证请求/确认"),
    (0x32, "ABILITYUP", "7.5.2", Device, "能力上报请求/确认"),
    (0x33, "HEARTBEAT", "7.5.3", Device, "链路检测请求/确认"),
    (0x34, "EXCEPTION_NOTIFY", "7.5.4", Device, "异常数据上报/确认"),
    (0x35, "VIDEO_PLAY", "7.5.5", Device, "视频监控 Token 验证请求/确认"),
    (0x36, "NOTIFY_PICTURE", "7.5.27", Device, "FTP 图片抓拍通知"),
    (0x37, "ALARM_NOTIFY", "7.5.34", Device, "设备告警通知"),
    (0x60, "SET_CHANNEL", "7.5.6", Platform, "视频参数设置请求/确认"),
    (0x61, "GET_CHANNEL", "7.5.7", Platform, "视频参数查询请求/确认"),
    (0x62, "GET_WIFI", "7.5.8", Platform, "无线网络查询/确认"),
    (0x63, "SET_WIFI", "7.5.9", Platform, "无线网络设置/确认"),
    (0x64, "VIDEO_PTZ", "7.5.10", Platform, "云台控制请求/确认"),
    (0x65, "SET_ESTORE", "7.5.11", Platform, "天翼云存储帐号设置请求/确认"),
    (0x66, "GET_ESTORE", "7.5.12", Platform, "天翼云存储帐号查询请求/确认"),
    (0x67, "ADD_RECORD_POLICY", "7.5.13", Platform, "存储录像策略添加/确认"),
    (0x68, "QUERY_RECORD_POLICY", "7.5.14", Platform, "存储录像策略查询/确认"),
    (0x69, "DEL_RECORD_POLICY", "7.5.15", Platform, "存储录像策略删除/确认"),
    (0x6A, "RECORD_PARAMS_SET", "", Platform, "存储录像参数设置请求/确认"),
    (0x6B, "RECORD_PARAMS_GET", "", Platform, "存储录像参数查询请求/确认"),
    (0x6C, "REBOOT", "7.5.16", Platform, "摄象机远程重启"),
    (0x6D, "UPGRADE", "7.5.17", Platform, "远程升级通知"),
    (0x6E, "NVR_LINK_IPCAM", "7.5.18", Platform, "NVR 绑定网络摄像机"),
    (0x6F, "NVR_MODIFY_IPCAM", "7.5.19", Platform, "NVR 修改网络摄像机绑定信息"),
    (0x70, "NVR_DEL_IPCAM", "7.5.20", Platform, "NVR 解除网络摄像机绑定"),
    (0x71, "NVR_QUERY_IPCAM", "7.5.21", Platform, "NVR 查询网络摄像机绑定"),
    (0x72, "FILE_QUERY", "7.5.22", Platform, "视频录像检索"),
    (0x73, "RECORD_FILE_DELETE", "", Platform, "视频录像删除"),
    (0x74, "RECORD_PLAY", "7.5.23", Device, "视频录像回放验证"),
    (0x75, "ADD_PICTURE_POLICY", "7.5.24", Platform, "存储图片策略添加"),
    (0x76, "QUERY_PICTURE_POLICY", "7.5.25", Platform, "存储图片策略查询"),
    (0x77, "DEL_PICTURE_POLICY", "7.5.26", Platform, "存储图片策略删除"),
    (0x78, "SET_RECORD_FULL", "7.5.28", Platform, "一键全天录像设置"),
    (0x79, "GET_RECORD_FULL", "7.5.29", Platform, "一键全天录像查询"),
    (0x7A, "SET_RECORD_LOOP", "7.5.30", Platform, "循环录像标识设置"),
    (0x7B, "GET_RECORD_LOOP", "7.5.31", Platform, "循环录像标识查询"),
    (0x7C, "SET_ALARM", "7.5.32", Platform, "设备报警开关设置"),
    (0x7D, "GET_ALARM", "7.5.33", Platform, "设备报警开关查询"),
    (0x7E, "LOG_UPLOAD", "7.5.35", Platform, "设备日志上传通知"),
    (0x7F, "STORE_QUERY", "7.5.36", Platform, "本地存储状态查询"),
    (0x80, "STORE_FORMAT", "7.5.37", Platform, "本地存储格式化"),
    (0x81, "ESTORE_ACTIVATE", "7.5.38", Platform, "云存储启动/停止开关"),
    (0x82, "RESET_DEFAULT", "7.5.39", Platform, "设备参数恢复出厂设置"),
];

#[test]
fn every_row_is_as_in_the_specification() {
    assert_eq!(Command::ALL.len(), TABLE.len());
    for (info, (code, name, section, requester, name_zh)) in Command::ALL.iter().zip(TABLE) {
        let section = (!section.is_empty()).then_some(section);
        assert_eq!(
            (info.command.0, info.name, info.section, info.requester, info.name_zh),
            (code, name, section, requester, name_zh)
        );
        assert!(!info.name_en.is_empty());
    }
}

#[test]
fn every_word_finds_its_row_and_no_other_does() {
    for code in 0..=u8::MAX {
        let row = Command::ALL.iter().find(|info| info.command.0 == code);
        assert_eq!(Command(code).info(), row);
    }
    assert!(Command::ALL.is_sorted_by_key(|info| info.command));
}

/// E-71: every one of the 39 sections has exactly one word.
#[test]
fn the_sections_are_those_of_chapter_7_5() {
    let mut sections: Vec<u32> =
        Command::ALL.iter().filter_map(|info| info.section?.strip_prefix("7.5.")?.parse().ok()).collect();
    sections.sort_unstable();
    assert_eq!(sections, (1..=39).collect::<Vec<_>>());
}

/// E-68, E-69: the ranges cover all 256 words.
#[test]
fn every_word_falls_in_its_range() {
    for code in 0..=u8::MAX {
        let expected = match code {
            0x00..=0x30 => CommandRange::Reserved,
            0x6A | 0x6B | 0x73 => CommandRange::NoSection,
            0x31..=0x37 | 0x60..=0x82 => CommandRange::Defined,
            0x38..=0x5F | 0x83..=0x8F => CommandRange::Undefined,
            0x90..=0xFF => CommandRange::Vendor,
        };
        assert_eq!(Command(code).range(), expected, "{code:02X}H");
    }
}

/// E-70: 74H stands among platform requests and is a device request.
#[test]
fn the_device_asks_for_31_to_37_and_74() {
    let by_device: Vec<u8> =
        Command::ALL.iter().filter(|info| info.requester == Device).map(|info| info.command.0).collect();
    assert_eq!(by_device, [0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x74]);
    const PLAYBACK: Option<&CommandInfo> = Command::RECORD_PLAY.info();
    assert_eq!(PLAYBACK.unwrap().requester, Device);
}

#[test]
fn the_constants_carry_their_words() {
    assert_eq!((Command::LOGIN, Command::HEARTBEAT), (Command(0x31), Command(0x33)));
    assert_eq!((Command::RECORD_PARAMS_SET, Command::RECORD_PARAMS_GET), (Command(0x6A), Command(0x6B)));
    assert_eq!((Command::RECORD_FILE_DELETE, Command::RECORD_PLAY), (Command(0x73), Command(0x74)));
    assert_eq!((Command::RESET_DEFAULT, u8::from(Command::REBOOT)), (Command::from(0x82), 0x6C));
}

#[test]
fn names_are_printed() {
    assert_eq!(Command::HEARTBEAT.to_string(), "33H HEARTBEAT");
    assert_eq!(Command(0x05).to_string(), "05H");
    assert_eq!(format!("{:?}", Command::LOGIN), "Command(31H LOGIN)");
}
