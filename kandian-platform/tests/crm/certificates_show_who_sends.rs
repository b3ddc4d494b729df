use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use kandian_platform::config::{CrmAuth, CrmClient, Tls};
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use sha2::{Digest as _, Sha256};

use super::client::{CARL, PATH};
use super::world::World;

/// An authority that signs certificates of clients.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// A certificate with its key.
struct Shown {
    pem: String,
    fingerprint: String,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    fn signs(&self, name: &str) -> Shown {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let fingerprint =
            Sha256::digest(certificate.der()).iter().map(|byte| format!("{byte:02x}")).collect();
        Shown { pem: format!("{}{}", certificate.pem(), key.serialize_pem()), fingerprint }
    }
}

async fn world(authority: &Path, fingerprint: &str) -> World {
    let fingerprint = fingerprint.to_uppercase();
    World::with(|config| {
        config.http.tls = Tls::Generated;
        config.http.client_ca = Some(authority.to_owned());
        config.crm.auth = CrmAuth::Mtls;
        let client = CrmClient { certificates: vec![fingerprint], ..CrmClient::default() };
        config.crm.clients.insert("billing".to_owned(), client);
    })
    .await
}

/// Sends an order over TLS; the status, or nothing when the connection did not come about.
async fn send(at: SocketAddr, server: &Path, shown: Option<&Shown>, key: &str) -> Option<u16> {
    let trusted = reqwest::Certificate::from_pem(&std::fs::read(server).unwrap()).unwrap();
    let mut builder =
        reqwest::Client::builder().tls_certs_only([trusted]).resolve("localhost", at).no_proxy();
    if let Some(shown) = shown {
        builder = builder.identity(reqwest::Identity::from_pem(shown.pem.as_bytes()).unwrap());
    }
    let body = format!("{{\"operation\":\"open\",\"number\":\"{CARL}\",\"points\":1}}");
    let url = format!("https://localhost:{}{PATH}", at.port());
    let request = builder.build().unwrap().post(url).header("Idempotency-Key", key).body(body);
    request.send().await.ok().map(|answer| answer.status().as_u16())
}

/// with mutual TLS the certificate says who sends an order: one that the authority signed and the settings name. Others
/// are refused, some of them before they say a word; everybody else uses the port without a certificate, as before.
#[tokio::test]
async fn an_order() {
    let directory = tempfile::tempdir().unwrap();
    let file: PathBuf = directory.path().join("clients.pem");
    let (ours, theirs) = (Authority::new(), Authority::new());
    std::fs::write(&file, &ours.pem).unwrap();
    let (right, unnamed, forged) = (ours.signs("crm"), ours.signs("crm"), theirs.signs("crm"));
    let world = world(&file, &right.fingerprint).await;
    let at = world.platform.http();
    let server = world.directory.path().join("tls-certificate.pem");
    assert_eq!(send(at, &server, None, "o-1").await, Some(401));
    assert_eq!(send(at, &server, Some(&unnamed), "o-1").await, Some(401));
    assert_eq!(send(at, &server, Some(&forged), "o-1").await, None);
    assert_eq!(send(at, &server, Some(&right), "o-1").await, Some(201));
    assert_eq!(send(at, &server, Some(&right), "o-1").await, Some(201));
    assert_eq!(send(at, &server, Some(&right), "o-2").await, Some(409));
    let app = world.platform.app();
    let deeds = app.store.audit(10).await.unwrap();
    let opened: Vec<_> = deeds.iter().filter(|deed| deed.action == "account.open").collect();
    assert_eq!((opened.len(), opened[0].actor.as_str()), (1, "crm:billing"));
}
