//! Secrets do not get into logs.

use std::io;
use std::sync::{Arc, Mutex};

use kandian_proto::Secret;
use kandian_proto::message::device::{
    CloudAccount, GetEstoreRequest, LogUploadRequest, NvrLinkIpcamRequest, SetEstoreRequest, SetWifiRequest,
    UpgradeRequest,
};
use kandian_proto::value::{CloudSpace, DevType, Host, Port, UrlOrEmpty, WifiSecurity};
use tracing_subscriber::EnvFilter;

use crate::support::{Device, KEY, Platform, id};

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Everything that a device logs of its own, at the finest level, and its own log: no key, no password, no account.
#[tokio::test]
async fn secrets_are_not_logged() {
    let captured = Captured::default();
    let writer = captured.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("kandian_device=trace,kandian_proto=trace"))
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let platform = Platform::start().await;
    let url: UrlOrEmpty = "http://oos.example/".parse().unwrap();
    let account = CloudAccount::new(url.clone(), "login-ak-9c1", "login-sk-9c1", "r", "p");
    platform.set_cloud(account.estore_space(CloudSpace(1)));
    let (device, directory) = Device::online(DevType::IPCAM, &platform).await;
    let host = Host::from(std::net::Ipv4Addr::LOCALHOST);
    platform.yes(SetEstoreRequest::new(id(), url, "set-ak-9c1", "set-sk-9c1", "r", "p")).await;
    platform.yes(GetEstoreRequest::new(id())).await;
    let wifi = SetWifiRequest::new(id(), "kandian-shop", WifiSecurity::WPA2_PSK);
    platform.yes(wifi.password(Secret::from("wifi-pass-9c1"))).await;
    platform.exception().await;
    let secret = Secret::from("ftp-pass-9c1");
    platform
        .yes(UpgradeRequest::new(id(), "V1.6_20300101", host.clone(), Port(1), "u", secret.clone(), "f"))
        .await;
    platform.exception().await;
    platform.yes(LogUploadRequest::new(id(), host, Port(1), "u", secret)).await;
    platform.exception().await;
    device.stop().await;

    let platform = Platform::start().await;
    let (device, recorder) = Device::online(DevType::NVR, &platform).await;
    let camera: kandian_proto::DevId = "81200000001".parse().unwrap();
    let address = std::net::Ipv4Addr::LOCALHOST;
    let onvif = Secret::from("onvif-pass-9c1");
    platform.yes(NvrLinkIpcamRequest::new(id(), 0_u16, camera, address, Port(80), "admin", onvif)).await;
    device.stop().await;

    let mut logs = String::from_utf8_lossy(&captured.0.lock().unwrap()).into_owned();
    assert!(logs.contains("online") && logs.contains("SetWifi"), "{logs}");
    for directory in [&directory, &recorder] {
        logs.push_str(&std::fs::read_to_string(directory.path().join("device.log")).unwrap());
    }
    let state = std::fs::read_to_string(directory.path().join("state.json")).unwrap();
    let onvif: serde_json::Value = serde_json::from_str(&state).unwrap();
    let own = onvif["onvif"]["password"].as_str().unwrap();
    let ctl_token = "\"token\"";
    for secret in [KEY, "9c1", "ftp-secret", own, ctl_token] {
        let line = logs.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}
