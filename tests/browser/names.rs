//! Names that lead to this machine, for an engine that has no option for them: a proxy that connects to
//! a port of 127.0.0.1 whatever the name is, by
//! [SOCKS 5](https://www.rfc-editor.org/rfc/rfc1928).

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

/// Serves on a free port, and returns the address.
pub(crate) async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("a bound address");
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(forward(client));
        }
    });
    addr
}

async fn forward(mut client: TcpStream) -> io::Result<()> {
    const NO_LOGIN: [u8; 2] = [5, 0];
    let mut greeting = [0; 2];
    client.read_exact(&mut greeting).await?;
    let mut logins = vec![0; greeting[1].into()];
    client.read_exact(&mut logins).await?;
    client.write_all(&NO_LOGIN).await?;

    // Version, command, reserved, and the type of the address.
    let mut request = [0; 4];
    client.read_exact(&mut request).await?;
    let length = match request[3] {
        1 => 4,
        4 => 16,
        _ => client.read_u8().await?.into(),
    };
    let mut address = vec![0; length];
    client.read_exact(&mut address).await?;
    let port = client.read_u16().await?;

    let server = TcpStream::connect(("127.0.0.1", port)).await;
    let refused = u8::from(server.is_err());
    client
        .write_all(&[5, refused, 0, 1, 127, 0, 0, 1, 0, 0])
        .await?;
    copy_bidirectional(&mut client, &mut server?).await?;
    Ok(())
}
