//! TLS over a listener, with a certificate that only these tests accept.

use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::server::TlsStream;

/// The certificate is made once, and signed by nobody.
static CONFIG: LazyLock<Arc<ServerConfig>> = LazyLock::new(|| {
    let names = ["*.example.com", "*.example.org"].map(str::to_owned);
    let certified = rcgen::generate_simple_self_signed(names).expect("a certificate");
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.into()], key);
    Arc::new(config.expect("a configuration"))
});

#[derive(Debug)]
pub(crate) struct TlsListener {
    addr: SocketAddr,
    accepted: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

impl TlsListener {
    pub(crate) fn new(listener: TcpListener) -> Self {
        let addr = listener.local_addr().expect("a bound address");
        let (sender, accepted) = mpsc::channel(16);
        let acceptor = TlsAcceptor::from(Arc::clone(&CONFIG));
        tokio::spawn(async move {
            while let Ok((stream, addr)) = listener.accept().await {
                let (acceptor, sender) = (acceptor.clone(), sender.clone());
                // A connection that sends nothing must not stop the others.
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        let _ = sender.send((stream, addr)).await;
                    }
                });
            }
        });
        Self { addr, accepted }
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        match self.accepted.recv().await {
            Some(accepted) => accepted,
            None => pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.addr)
    }
}
