//! The port for people and programs: HTTP, or HTTPS with rustls.
//!
//! HTTP/1.1 only: its cost is one request a connection at a time, which the limits of this module bound.

mod certificate;
mod connection;
mod http1;
mod request;

pub(crate) use certificate::{Encryption, shown_certificate};

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::middleware::from_fn_with_state;
use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;

use self::http1::OnlyHttp1;
use crate::access::Counts;
use crate::app::App;
use crate::config::{Config, Tls};

/// The certificate that the platform makes, in the data directory.
const CERTIFICATE: &str = "tls-certificate.pem";
/// Its key.
const KEY: &str = "tls-key.pem";
/// How long requests under way may take when the platform stops.
const FAREWELL: Duration = Duration::from_secs(3);
/// How long a client may take to send the head of a request, and a connection may wait for the next one.
const HEAD: Duration = Duration::from_secs(20);
/// Most bytes of a head.
const HEAD_BYTES: usize = 32 << 10;

/// Why the port cannot be encrypted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The certificate or its key cannot be read.
    #[error("{} cannot be used: {error}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A certificate cannot be made.
    #[error("no certificate can be made: {0}")]
    Make(#[from] rcgen::Error),
    /// It cannot be kept.
    #[error("{} cannot be written: {error}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

/// The encryption of the settings; `None` for none. A certificate that is to be made is made at the first start, and kept.
pub(crate) async fn encryption(config: &Config) -> Result<Option<RustlsConfig>, TlsError> {
    let (certificate, key) = match config.http.tls {
        Tls::Off => return Ok(None),
        Tls::Files => {
            let named = |path: &Option<PathBuf>| path.clone().unwrap_or_default();
            (named(&config.http.certificate), named(&config.http.private_key))
        }
        Tls::Generated => generated(config)?,
    };
    // The other provider that a program around this library may bring is not ours to choose; ring it is.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let read = RustlsConfig::from_pem_file(&certificate, &key).await;
    let read = read.map_err(|error| TlsError::Read { path: certificate.clone(), error })?;
    let mut settings = match &config.http.client_ca {
        None => rustls::ServerConfig::clone(&read.get_inner()),
        Some(authorities) => mutual(authorities, &certificate, &key)?,
    };
    settings.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(RustlsConfig::from_config(Arc::new(settings))))
}

/// Settings under which clients may show a certificate.
fn mutual(authorities: &Path, certificate: &Path, key: &Path) -> Result<rustls::ServerConfig, TlsError> {
    let verifier = certificate::verifier(authorities)?;
    let unusable = |path: &Path, error: &dyn std::fmt::Display| TlsError::Read {
        path: path.to_owned(),
        error: io::Error::other(error.to_string()),
    };
    let chain = CertificateDer::pem_file_iter(certificate).map_err(|error| unusable(certificate, &error))?;
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(|error| unusable(certificate, &error))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| unusable(key, &error))?;
    let settings = rustls::ServerConfig::builder().with_client_cert_verifier(verifier);
    settings.with_single_cert(chain, private).map_err(|error| unusable(certificate, &error))
}

/// SHA-256 of the certificate that the port shows, in hexadecimal digits; `None` when it does not encrypt.
pub(crate) fn fingerprint(config: &Config) -> Result<Option<String>, TlsError> {
    let path = match config.http.tls {
        Tls::Off => return Ok(None),
        Tls::Files => config.http.certificate.clone().unwrap_or_default(),
        Tls::Generated => config.data_dir.join(CERTIFICATE),
    };
    let read = CertificateDer::from_pem_file(&path);
    let certificate = read.map_err(|error| TlsError::Read { path, error: io::Error::other(error) })?;
    Ok(Some(Sha256::digest(&certificate).iter().map(|byte| format!("{byte:02x}")).collect()))
}

fn generated(config: &Config) -> Result<(PathBuf, PathBuf), TlsError> {
    let (certificate, key) = (config.data_dir.join(CERTIFICATE), config.data_dir.join(KEY));
    if !certificate.exists() || !key.exists() {
        let mut names =
            vec!["localhost".to_owned(), "127.0.0.1".to_owned(), config.access.reachable_ip().to_string()];
        names.extend(config.access.advertise.as_ref().map(ToString::to_string));
        let made = rcgen::generate_simple_self_signed(names)?;
        write_private(&key, made.signing_key.serialize_pem().as_bytes())?;
        write_private(&certificate, made.cert.pem().as_bytes())?;
        tracing::info!(path = %certificate.display(), "made a certificate; browsers warn of it until they are told to trust it");
    }
    Ok((certificate, key))
}

/// Writes a file that its owner alone may read.
fn write_private(path: &Path, bytes: &[u8]) -> Result<(), TlsError> {
    let failed = |error| TlsError::Write { path: path.to_owned(), error };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(failed)?;
    io::Write::write_all(&mut file, bytes).and_then(|()| file.sync_all()).map_err(failed)
}

/// Serves the port until the platform stops.
pub(crate) async fn serve(app: Arc<App>, listener: TcpListener, encryption: Option<RustlsConfig>) {
    let prepare = from_fn_with_state(Arc::clone(&app), request::prepare);
    let mut service = crate::api::router(Arc::clone(&app));
    if app.config.roles.province() {
        service =
            service.merge(crate::client::router(&app.config.client.dialects).with_state(Arc::clone(&app)));
    }
    if app.config.roles.group() {
        service = service.merge(crate::group::router(&app.config).with_state(Arc::clone(&app)));
    }
    if app.config.roles.province() {
        service = service.merge(crate::media::page::router().with_state(Arc::clone(&app)));
    }
    let service = service.layer(prepare);
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    let settings = &app.config.http;
    let counts = Counts::new(settings.max_connections, settings.max_per_address);
    let door = connection::Door::new(counts, &settings.trusted_proxies);
    let handle: Handle<SocketAddr> = Handle::new();
    let farewell = handle.clone();
    let stop = app.stop.clone();
    tokio::spawn(async move {
        stop.cancelled().await;
        farewell.graceful_shutdown(Some(FAREWELL));
    });
    let served = async {
        let mut server = axum_server::from_tcp(listener.into_std()?)?.handle(handle);
        server = server.accept_error_handler(|peer: Option<&SocketAddr>, error: &io::Error| match peer {
            // Refused, or no TLS: it happens all the time.
            Some(peer) => tracing::debug!(%peer, %error, "a connection for people and programs ended early"),
            None => tracing::error!(%error, "a connection could not be accepted"),
        });
        // `http1_only` of the server would do without upgrades, and so without WebSockets. With them it waits for the first
        // bytes before any other clock runs.
        server = server.first_request_timeout(HEAD);
        server.http_builder().http1().header_read_timeout(HEAD).max_buf_size(HEAD_BYTES);
        match encryption {
            Some(encryption) => {
                let door = RustlsAcceptor::new(encryption).acceptor(door);
                server.acceptor(OnlyHttp1(door)).serve(service).await
            }
            None => server.acceptor(OnlyHttp1(door)).serve(service).await,
        }
    };
    if let Err(error) = served.await {
        tracing::error!(%error, "the port for people and programs failed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A certificate is made once and kept, and nobody else can read its key.
    #[tokio::test]
    async fn a_certificate_is_made_once() {
        let directory = tempfile::tempdir().unwrap();
        let mut config = Config { data_dir: directory.path().to_owned(), ..Config::default() };
        assert!(encryption(&config).await.unwrap().is_none());
        config.http.tls = Tls::Generated;
        assert!(encryption(&config).await.unwrap().is_some());
        let key = directory.path().join(KEY);
        let first = std::fs::read(&key).unwrap();
        assert!(encryption(&config).await.unwrap().is_some());
        assert_eq!(std::fs::read(&key).unwrap(), first);
        #[cfg(unix)]
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&key).unwrap().permissions()) & 0o777,
            0o600
        );
    }

    #[tokio::test]
    async fn files_that_cannot_be_used_are_named() {
        let mut config = Config::default();
        config.http.tls = Tls::Files;
        config.http.certificate = Some("missing.pem".into());
        config.http.private_key = Some("missing.key".into());
        let error = encryption(&config).await.unwrap_err().to_string();
        assert!(error.starts_with("missing.pem cannot be used: "), "{error}");
    }
}
