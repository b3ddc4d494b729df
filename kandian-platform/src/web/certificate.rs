//! The certificates that clients show. They need not; who shows one that no authority of `http.client_ca` has signed is not
//! let in.

use std::io;
use std::path::Path;
use std::sync::Arc;

use axum::Extension;
use axum_server::tls::TlsInfo;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use sha2::{Digest as _, Sha256};

use super::TlsError;

/// What is known of the encryption of a request, as the listener tells its handler.
pub(crate) type Encryption = Option<Extension<Arc<TlsInfo>>>;

/// SHA-256 of the certificate that the client showed, and of which it holds the key, in hexadecimal digits.
pub(crate) fn shown_certificate(encryption: &Encryption) -> Option<String> {
    let Extension(info) = encryption.as_ref()?;
    let certificate = info.peer_certificates.first()?;
    Some(Sha256::digest(certificate).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What checks the certificates of clients against these authorities.
pub(super) fn verifier(path: &Path) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    let unusable = |error: &dyn std::fmt::Display| TlsError::Read {
        path: path.to_owned(),
        error: io::Error::other(error.to_string()),
    };
    let mut authorities = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unusable(&error))? {
        let certificate = certificate.map_err(|error| unusable(&error))?;
        authorities.add(certificate).map_err(|error| unusable(&error))?;
    }
    let builder = WebPkiClientVerifier::builder(Arc::new(authorities)).allow_unauthenticated();
    builder.build().map_err(|error| unusable(&error))
}
