//! TLS with the certificates that the system trusts.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

/// Checks certificates as usual, and can accept those that are not trusted.
#[derive(Debug)]
pub(super) struct Verifier {
    /// `None` if the system has no certificates that it trusts.
    trusted: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
    accepts_all: bool,
    /// The first reason why a certificate is not trusted.
    distrust: Mutex<Option<String>>,
}

impl Verifier {
    pub(super) fn new(accepts_all: bool) -> Self {
        let mut roots = RootCertStore::empty();
        // Files that cannot be read are left out, as browsers and curl do.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(ring::default_provider());
        let trusted = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone());
        Self {
            trusted: trusted.build().ok(),
            provider,
            accepts_all,
            distrust: Mutex::default(),
        }
    }

    /// Returns the reason why the last certificate is not trusted, once.
    pub(super) fn take_distrust(&self) -> Option<String> {
        let mut distrust = self.distrust.lock().unwrap_or_else(PoisonError::into_inner);
        distrust.take()
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let checked = match &self.trusted {
            Some(trusted) => trusted.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ),
            None => Err(CertificateError::UnknownIssuer.into()),
        };
        if let Err(error) = &checked {
            let mut distrust = self.distrust.lock().unwrap_or_else(PoisonError::into_inner);
            *distrust = Some(reason(error));
        }
        if self.accepts_all {
            return Ok(ServerCertVerified::assertion());
        }
        checked
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        tokio_rustls::rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        tokio_rustls::rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}

/// Returns the configuration of a client.
pub(super) fn config(verifier: &Arc<Verifier>) -> Result<ClientConfig, Error> {
    let provider = Arc::clone(&verifier.provider);
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(verifier) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    Ok(config)
}

/// Returns the reason why a certificate is not trusted, in plain words.
fn reason(error: &Error) -> String {
    let Error::InvalidCertificate(error) = error else {
        return error.to_string();
    };
    let reason = match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the certificate has expired"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the certificate is not valid yet, or the clock of this machine is wrong"
        }
        CertificateError::UnknownIssuer => {
            "the certificate is self-signed, or of an authority that this machine does not trust"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "the certificate is for another host"
        }
        CertificateError::Revoked => "the certificate is revoked",
        // The certificate of an authority in place of one of a server, as `openssl req -x509` makes it.
        CertificateError::Other(error) if format!("{error:?}").contains("CaUsedAsEndEntity") => {
            "the certificate is self-signed, and that of an authority in place of a server"
        }
        other => return format!("the certificate is not valid: {other}"),
    };
    reason.to_owned()
}
