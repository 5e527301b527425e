//! The real client through a proxy on this machine.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::super::resolve::fake::Answers;
use super::super::{Limits, Proxy, Redirects};
use super::*;

/// A proxy that says the same to everybody and hangs up; its port, and what it was asked.
async fn proxy(answer: &'static [u8]) -> (u16, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (seen, asked) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                match stream.read_u8().await {
                    Ok(byte) => head.push(byte),
                    Err(_) => break,
                }
            }
            let _ = seen.send(String::from_utf8_lossy(&head).into_owned());
            let _ = stream.write_all(answer).await;
            // What follows is TLS, to which a proxy says nothing.
            let mut hello = [0; 3];
            if answer.starts_with(b"HTTP/1.1 200") && stream.read_exact(&mut hello).await.is_ok() {
                let _ = seen.send(format!("{hello:02x?}"));
            }
        }
    });
    (port, asked)
}

/// Asks `https://cat.example.org` through a proxy, where names lead to these addresses.
async fn asks(port: u16, policy: AddressPolicy, addresses: &[&[&str]]) -> TransportError {
    let way = WayOut {
        proxy: Some(Proxy::parse(&format!("http://127.0.0.1:{port}")).unwrap()),
        ..WayOut::new(policy)
    };
    let transport = HttpTransport::with_resolver(&way, Arc::new(Answers::new(addresses)));
    let request = OutboundRequest {
        method: http::Method::GET,
        url: "https://cat.example.org/.well-known/ocm".to_owned(),
        headers: Vec::new(),
        body: Bytes::new(),
        limits: Limits {
            total: Duration::from_secs(5),
            response_bytes: 1024,
            ..Limits::default()
        },
        redirects: Redirects::None,
    };
    transport.send(request).await.err().unwrap()
}

#[tokio::test]
async fn a_proxy_is_asked_for_the_address_that_was_checked_and_never_for_one_inside() {
    let (port, mut asked) = proxy(b"HTTP/1.1 200 Connection established\r\n\r\n").await;
    asks(port, AddressPolicy::Public, &[&["10.0.0.1", "8.8.8.8"]]).await;
    let head = asked.recv().await.unwrap();
    assert_eq!(
        head,
        "CONNECT 8.8.8.8:443 HTTP/1.1\r\nHost: 8.8.8.8:443\r\n\r\n"
    );
    // Behind it, TLS begins at once: a handshake record.
    let record = asked.recv().await.unwrap();
    assert!(record.starts_with("[16, 03"), "{record}");

    for inside in ["10.0.0.1", "127.0.0.1", "169.254.169.254", "64:ff9b::a00:1"] {
        let error = asks(port, AddressPolicy::Public, &[&[inside]]).await;
        assert!(
            matches!(error, TransportError::AddressNotAllowed(_)),
            "{inside}: {error}"
        );
    }
    // What is on this machine is reached without it.
    asks(port, AddressPolicy::DevLoopback, &[&["127.0.0.1"]]).await;
    assert!(
        asked.try_recv().is_err(),
        "the proxy was asked for an address inside"
    );
}

#[tokio::test]
async fn a_proxy_that_refuses_or_is_away_is_named_and_the_other_server_is_not_blamed() {
    for (answer, words) in [
        (
            b"HTTP/1.1 403 Forbidden\r\nContent-Length: 1\r\n\r\nx".as_slice(),
            "it answered 403",
        ),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "not HTTP"),
        (b"", "the proxy http://127.0.0.1:"),
    ] {
        let (port, _asked) = proxy(answer).await;
        let error = asks(port, AddressPolicy::Public, &[&["8.8.8.8"]]).await;
        assert!(matches!(error, TransportError::Io { .. }), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let error = asks(port, AddressPolicy::Public, &[&["8.8.8.8"]]).await;
    let words = format!("the proxy http://127.0.0.1:{port}: the connection was refused");
    assert!(error.to_string().contains(&words), "{error}");
}
