//! Firmware and logs over FTP.

use kandian_device::LinkPhase;
use kandian_proto::Secret;
use kandian_proto::message::device::{LogUploadRequest, UpgradeRequest};
use kandian_proto::value::{DevType, Host, Port};

use crate::support::ftp::{Ftp, PASSWORD, USER};
use crate::support::{Device, Platform, id};

const NEW: &str = "V1.6_20300101";

fn upgrade(ftp: &Ftp, file: &str) -> UpgradeRequest {
    let (host, port) = (Host::from(std::net::Ipv4Addr::LOCALHOST), Port(ftp.address.port()));
    UpgradeRequest::new(id(), NEW, host, port, USER, Secret::from(PASSWORD), file)
}

fn log_upload(ftp: &Ftp) -> LogUploadRequest {
    let (host, port) = (Host::from(std::net::Ipv4Addr::LOCALHOST), Port(ftp.address.port()));
    LogUploadRequest::new(id(), host, port, USER, Secret::from(PASSWORD))
}

/// A good image: the device starts again with the new version, and then says so, once., E-89, E-126
#[tokio::test]
async fn a_good_image() {
    for kind in [DevType::IPCAM, DevType::NVR] {
        let (platform, ftp) = (Platform::start().await, Ftp::start().await);
        ftp.put("images/new.bin", format!("KANDIAN-FIRMWARE {NEW}\n{}", "x".repeat(300_000)));
        let (device, directory) = Device::online(kind, &platform).await;
        assert_ne!(platform.login().await.dev_ver, NEW);
        platform.yes(upgrade(&ftp, "images/new.bin")).await;
        assert_eq!(platform.login().await.dev_ver, NEW);
        assert_eq!(platform.exception().await, (0, format!("固件升级成功:{NEW}")));
        device.reaches(LinkPhase::Online).await;
        assert_eq!(device.handle.status().await.firmware, NEW);
        device.owes_nothing().await;
        device.stop().await;
        // It is remembered, and not reported again.
        platform.forget();
        let device = Device::at(kind, &platform, directory.path()).await;
        assert_eq!(platform.login().await.dev_ver, NEW);
        assert_eq!(device.handle.status().await.reports_owed, 0);
        assert!(!directory.path().join("firmware.new").exists());
        device.stop().await;
    }
}

/// Bad images, missing files, cut transfers, wrong passwords: type 11 with the reason; the old firmware stays.
#[tokio::test]
async fn bad_images() {
    let (platform, ftp) = (Platform::start().await, Ftp::start().await);
    ftp.put("old.bin", "KANDIAN-FIRMWARE V1.6_20120101\n");
    ftp.put("empty.bin", "");
    ftp.put("long.bin", vec![0; 1000]);
    let (device, directory) = Device::online(DevType::IPCAM, &platform).await;
    let old = platform.login().await.dev_ver;
    let fails = async |request: UpgradeRequest, why: &str| {
        platform.yes(request).await;
        let (kind, text) = platform.exception().await;
        assert_eq!(kind, 11, "{text}");
        assert!(text.starts_with("固件升级失败") && text.contains(why), "{text} lacks {why}");
        assert!(!text.contains(PASSWORD), "{text}");
    };
    fails(upgrade(&ftp, "missing.bin"), "550").await;
    fails(upgrade(&ftp, "old.bin"), "V1.6_20120101").await;
    fails(upgrade(&ftp, "empty.bin"), "empty").await;
    fails(upgrade(&ftp, "old.bin").ftp_password(Secret::from("wrong")), "530").await;
    ftp.knobs.lock().unwrap().cut_after = Some(500);
    fails(upgrade(&ftp, "long.bin"), "426").await;
    let closed = upgrade(&ftp, "long.bin").ftp_port(Port(1));
    fails(closed, "connecting").await;
    let status = device.handle.status().await;
    assert_eq!((status.firmware, status.restarts), (old, 0));
    assert!(!directory.path().join("firmware.new").exists());
    device.stop().await;
}

/// The log arrives under its name, whole, without secrets; only a failure is reported., E-145
#[tokio::test]
async fn logs() {
    for renames in [true, false] {
        let (platform, ftp) = (Platform::start().await, Ftp::start().await);
        ftp.knobs.lock().unwrap().renames = renames;
        let (device, _directory) = Device::online(DevType::NVR, &platform).await;
        platform.yes(log_upload(&ftp)).await;
        let is_log = |name: &String| name.ends_with(".log");
        let name = platform.until("log", |_| ftp.files().into_keys().find(is_log)).await;
        let (prefix, time) = name.strip_suffix(".log").unwrap().split_once('_').unwrap();
        assert_eq!((prefix, time.len()), (id().as_str(), 14));
        let text = String::from_utf8(ftp.files()[&name].clone()).unwrap();
        assert!(text.contains("online") && text.len() <= 1 << 20);
        for secret in [PASSWORD, crate::support::KEY, "ftp-secret"] {
            assert!(!text.contains(secret), "{secret}");
        }
        platform.yes(log_upload(&ftp).ftp_account("nobody".to_owned())).await;
        let (kind, text) = platform.exception().await;
        assert!(kind == 0 && text.starts_with("日志上传失败:"), "{kind} {text}");
        device.stop().await;
    }
}
