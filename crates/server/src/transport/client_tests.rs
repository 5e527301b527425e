//! The real client against real listeners on this machine.

use http::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::super::resolve::fake::Answers;
use super::super::{Limits, Redirects};
use super::*;

/// Serves every connection with `answer` and reports each request head that it gets.
async fn listen<F, Fut>(answer: F) -> (u16, mpsc::UnboundedReceiver<String>)
where
    F: Fn(TcpStream) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (seen, heads) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                if stream.read(&mut byte).await.unwrap_or(0) == 0 {
                    break;
                }
                head.push(byte[0]);
            }
            let _ = seen.send(String::from_utf8_lossy(&head).into_owned());
            tokio::spawn(answer(stream));
        }
    });
    (port, heads)
}

/// A listener that answers everything with these bytes and closes.
async fn fixed(answer: &str) -> (u16, mpsc::UnboundedReceiver<String>) {
    let answer = answer.to_owned();
    listen(move |mut stream| {
        let answer = answer.clone();
        async move {
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    })
    .await
}

fn request(method: Method, url: String) -> OutboundRequest {
    OutboundRequest {
        method,
        url,
        headers: vec![("accept".to_owned(), "application/json".to_owned())],
        body: Bytes::new(),
        limits: Limits {
            total: Duration::from_secs(10),
            response_bytes: 1024,
            ..Limits::default()
        },
        redirects: Redirects::SameHost(3),
    }
}

fn get(url: String) -> OutboundRequest {
    request(Method::GET, url)
}

/// One that is out of time soon.
fn hurried(url: String) -> OutboundRequest {
    let mut request = get(url);
    request.limits.total = Duration::from_millis(500);
    request
}

async fn dev(request: OutboundRequest) -> Result<OutboundResponse, TransportError> {
    HttpTransport::new(AddressPolicy::DevLoopback)
        .send(request)
        .await
}

async fn refusal(request: OutboundRequest) -> TransportError {
    dev(request).await.err().expect("an error")
}

#[tokio::test]
async fn a_localhost_name_is_reached_without_a_name_service_and_the_answer_comes_whole() {
    let (port, mut heads) =
        fixed("HTTP/1.1 409 Conflict\r\nX-Word: yes\r\nContent-Length: 2\r\n\r\n{}").await;
    let response = dev(get(format!("http://cat.localhost:{port}/a?b=c#d")))
        .await
        .unwrap();
    assert_eq!((response.status, &response.body[..]), (409, &b"{}"[..]));
    assert_eq!(response.header("x-word"), Some("yes"));
    assert_eq!(response.url, format!("http://cat.localhost:{port}/a?b=c"));
    let head = heads.recv().await.unwrap().to_ascii_lowercase();
    assert!(head.starts_with("get /a?b=c http/1.1\r\n"), "{head}");
    assert!(
        head.contains(&format!("host: cat.localhost:{port}\r\n")),
        "{head}"
    );
    assert!(
        head.contains(concat!("user-agent: symbolon/", env!("CARGO_PKG_VERSION"))),
        "{head}"
    );
    assert!(!head.contains("accept-encoding"), "{head}");
}

#[tokio::test]
async fn loopback_is_refused_in_production_by_name_and_by_number() {
    let transport = HttpTransport::new(AddressPolicy::Public);
    for host in [
        "127.0.0.1",
        "[::1]",
        "localhost",
        "cat.localhost",
        "0x7f.1",
        "2130706433",
    ] {
        let error = transport
            .send(get(format!("https://{host}:9/")))
            .await
            .err()
            .unwrap();
        assert!(
            matches!(error, TransportError::AddressNotAllowed(_)),
            "{host}: {error}"
        );
    }
}

#[tokio::test]
async fn a_name_that_rebinds_to_loopback_is_refused_at_the_second_look_up() {
    let (port, _heads) = fixed("").await;
    let answers = Answers::new(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let transport =
        HttpTransport::with_resolver(&WayOut::new(AddressPolicy::DevLoopback), Arc::new(answers));
    let url = format!("http://rebind.example.org:{port}/");
    let first = transport.send(get(url.clone())).await.err().unwrap();
    assert!(
        !matches!(first, TransportError::AddressNotAllowed(_)),
        "{first}"
    );
    let second = transport.send(get(url)).await.err().unwrap();
    assert_eq!(
        second,
        TransportError::AddressNotAllowed("10.0.0.1".parse().unwrap())
    );
}

#[tokio::test]
async fn plain_http_never_leaves_the_machine() {
    let answers = Arc::new(Answers::new(&[&["8.8.8.8"]]));
    let dev = HttpTransport::with_resolver(&WayOut::new(AddressPolicy::DevLoopback), answers);
    let error = dev
        .send(get("http://example.org/".to_owned()))
        .await
        .err()
        .unwrap();
    assert_eq!(
        error,
        TransportError::AddressNotAllowed("8.8.8.8".parse().unwrap())
    );

    let public = HttpTransport::new(AddressPolicy::Public);
    let error = public
        .send(get("http://example.org/".to_owned()))
        .await
        .err()
        .unwrap();
    assert!(
        matches!(error, TransportError::InvalidUrl { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_redirect_on_post_is_not_followed() {
    let (port, mut heads) =
        fixed("HTTP/1.1 307 Elsewhere\r\nLocation: /other?token=x\r\nContent-Length: 0\r\n\r\n")
            .await;
    let error = refusal(request(Method::POST, format!("http://127.0.0.1:{port}/"))).await;
    let to = format!("http://127.0.0.1:{port}/other");
    assert_eq!(error, TransportError::Redirected { to });
    assert!(heads.recv().await.is_some());
    assert!(heads.try_recv().is_err(), "nothing else was asked");
}

#[tokio::test]
async fn a_get_follows_three_redirects_and_no_more() {
    let (port, mut heads) = fixed(
        "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    )
    .await;
    let error = refusal(get(format!("http://127.0.0.1:{port}/"))).await;
    assert!(
        matches!(error, TransportError::Redirected { .. }),
        "{error}"
    );
    let mut asked = 0;
    while heads.try_recv().is_ok() {
        asked += 1;
    }
    assert_eq!(asked, 4);
}

#[tokio::test]
async fn a_large_answer_is_refused_with_and_without_its_length() {
    for head in [
        "Content-Length: 10000000\r\n",
        "Transfer-Encoding: chunked\r\n",
        "",
    ] {
        let (port, _heads) = listen(move |mut stream| async move {
            let head = format!("HTTP/1.1 200 OK\r\n{head}\r\n");
            let mut sent = stream.write_all(head.as_bytes()).await;
            let chunk = [b"1000\r\n".as_slice(), &[b'x'; 4096], b"\r\n"].concat();
            for _ in 0..2_500 {
                if sent.is_err() {
                    break;
                }
                sent = stream.write_all(&chunk).await;
            }
        })
        .await;
        let error = refusal(get(format!("http://127.0.0.1:{port}/"))).await;
        assert_eq!(error, TransportError::TooLarge { limit: 1024 }, "{head:?}");
    }
}

#[tokio::test]
async fn a_server_that_never_answers_is_out_of_time() {
    let (port, _heads) = listen(|stream| async move {
        tokio::time::sleep(Duration::from_secs(20)).await;
        drop(stream);
    })
    .await;
    let error = refusal(hurried(format!("http://127.0.0.1:{port}/"))).await;
    assert_eq!(
        error,
        TransportError::Timeout {
            stage: Stage::Answer
        }
    );
}

#[tokio::test]
async fn a_dripping_answer_is_bounded_by_the_total_time() {
    let (port, _heads) = listen(|mut stream| async move {
        let mut sent = stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            .await;
        while sent.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
            sent = stream.write_all(b"x").await;
        }
    })
    .await;
    let error = refusal(hurried(format!("http://127.0.0.1:{port}/"))).await;
    assert_eq!(error, TransportError::Timeout { stage: Stage::Body });
}

#[tokio::test]
async fn endless_headers_are_refused() {
    let (port, _heads) = listen(|mut stream| async move {
        let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\nX-Long: ").await;
        while sent.is_ok() {
            sent = stream.write_all(&[b'x'; 4096]).await;
        }
    })
    .await;
    let error = refusal(get(format!("http://127.0.0.1:{port}/"))).await;
    assert!(matches!(error, TransportError::NotHttp { .. }), "{error:?}");
}

#[tokio::test]
async fn a_name_that_rebinds_between_check_and_connection_gains_nothing() {
    // A client that looks up once to check and once more to connect would get the second answer, too.
    let (port, mut heads) = fixed("HTTP/1.1 204 No Content\r\n\r\n").await;
    let answers = Arc::new(Answers::new(&[&["127.0.0.1"], &["10.0.0.1"]]));
    let way = WayOut::new(AddressPolicy::DevLoopback);
    let transport = HttpTransport::with_resolver(&way, answers.clone());
    let url = format!("http://rebind.example.org:{port}/");
    assert_eq!(transport.send(get(url)).await.unwrap().status, 204);
    assert!(heads.recv().await.is_some());
    assert_eq!(answers.left(), 1);
}

#[tokio::test]
async fn a_redirect_to_the_inside_is_not_followed_and_nothing_is_asked_there() {
    let (inside, mut asked) = fixed("HTTP/1.1 204 No Content\r\n\r\n").await;
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"] {
        let to = format!("Location: http://{host}:{inside}/\r\n");
        let answer = format!("HTTP/1.1 302 Found\r\n{to}Content-Length: 0\r\n\r\n");
        let (port, _heads) = fixed(&answer).await;
        let error = refusal(get(format!("http://cat.localhost:{port}/"))).await;
        assert!(
            matches!(error, TransportError::Redirected { .. }),
            "{host}: {error}"
        );
    }
    assert!(asked.try_recv().is_err(), "somebody was asked");
}

#[tokio::test]
async fn a_redirect_within_a_host_is_judged_like_every_connection() {
    let (port, mut heads) = fixed(
        "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    )
    .await;
    let answers = Answers::new(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let way = WayOut::new(AddressPolicy::DevLoopback);
    let transport = HttpTransport::with_resolver(&way, Arc::new(answers));
    let url = format!("http://rebind.example.org:{port}/");
    let error = transport.send(get(url)).await.err().unwrap();
    let inside = "10.0.0.1".parse().unwrap();
    assert_eq!(error, TransportError::AddressNotAllowed(inside));
    assert!(heads.recv().await.is_some());
    assert!(heads.try_recv().is_err());
}

#[tokio::test]
async fn a_compressed_answer_is_never_unpacked() {
    // The beginning of a gzip member; whatever it would become, it stays what it is.
    let packed = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xed\xc1\x01";
    let (port, mut heads) = listen(move |mut stream| async move {
        let length = packed.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(packed).await.unwrap();
    })
    .await;
    let response = dev(get(format!("http://127.0.0.1:{port}/"))).await.unwrap();
    assert_eq!(&response.body[..], packed);
    let head = heads.recv().await.unwrap().to_ascii_lowercase();
    assert!(!head.contains("accept-encoding"), "{head}");
}

#[tokio::test]
async fn endless_chunk_extensions_and_trailers_are_no_answer() {
    for (head, rest) in [
        ("Transfer-Encoding: chunked\r\n\r\n1;", "a=b;"),
        ("Transfer-Encoding: chunked\r\n\r\n0\r\n", "X-More: 1\r\n"),
    ] {
        let (port, _heads) = listen(move |mut stream| async move {
            let mut sent = stream
                .write_all(format!("HTTP/1.1 200 OK\r\n{head}").as_bytes())
                .await;
            let much = rest.repeat(1_000);
            while sent.is_ok() {
                sent = stream.write_all(much.as_bytes()).await;
            }
        })
        .await;
        let error = refusal(get(format!("http://127.0.0.1:{port}/"))).await;
        assert!(
            !matches!(error, TransportError::Timeout { .. }),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn dripping_headers_are_bounded_by_the_total_time() {
    let (port, _heads) = listen(|mut stream| async move {
        let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\nX-Slow: ").await;
        while sent.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
            sent = stream.write_all(b"x").await;
        }
    })
    .await;
    let error = refusal(hurried(format!("http://127.0.0.1:{port}/"))).await;
    let stage = Stage::Answer;
    assert_eq!(error, TransportError::Timeout { stage });
}

#[tokio::test]
async fn a_thousand_headers_are_refused() {
    let headers: String = (0..1_000)
        .map(|number| format!("X-{number}: 1\r\n"))
        .collect();
    let (port, _heads) = fixed(&format!("HTTP/1.1 200 OK\r\n{headers}\r\n")).await;
    let error = refusal(get(format!("http://127.0.0.1:{port}/"))).await;
    assert!(matches!(error, TransportError::NotHttp { .. }), "{error:?}");
}

#[tokio::test]
async fn endless_preliminary_answers_are_bounded_by_the_total_time() {
    let (port, _heads) = listen(|mut stream| async move {
        let mut sent = Ok(());
        while sent.is_ok() {
            tokio::time::sleep(Duration::from_millis(1)).await;
            sent = stream.write_all(b"HTTP/1.1 103 Early Hints\r\n\r\n").await;
        }
    })
    .await;
    let error = refusal(hurried(format!("http://127.0.0.1:{port}/"))).await;
    let stage = Stage::Answer;
    assert_eq!(error, TransportError::Timeout { stage });
}

#[tokio::test]
async fn every_way_to_fail_has_its_own_name() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = free.local_addr().unwrap().port();
    drop(free);
    let error = refusal(get(format!("http://127.0.0.1:{closed}/"))).await;
    assert_eq!(error, TransportError::ConnectionRefused);

    let (port, _heads) = fixed("SSH-2.0-OpenSSH_9.9\r\n").await;
    let error = refusal(get(format!("http://127.0.0.1:{port}/"))).await;
    assert!(matches!(error, TransportError::NotHttp { .. }), "{error:?}");

    let (port, _heads) = fixed("").await;
    let error = refusal(get(format!("http://127.0.0.1:{port}/"))).await;
    assert!(matches!(error, TransportError::Io { .. }), "{error:?}");

    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = plain.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = plain.accept().await.unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .unwrap();
        let _ = stream.read(&mut [0; 1024]).await;
    });
    let error = refusal(get(format!("https://127.0.0.1:{port}/"))).await;
    assert!(matches!(error, TransportError::Tls { .. }), "{error:?}");

    for url in [
        "",
        "cat.localhost",
        "ftp://cat.localhost/",
        "http://user:pw@cat.localhost/",
        "http://cat.localhost:0/",
    ] {
        let error = refusal(get(url.to_owned())).await;
        assert!(
            matches!(error, TransportError::InvalidUrl { .. }),
            "{url}: {error:?}"
        );
    }
}

#[tokio::test]
async fn a_dead_first_address_leaves_time_for_the_second() {
    let (port, _heads) = fixed("HTTP/1.1 204 No Content\r\n\r\n").await;
    let answers = Arc::new(Answers::new(&[&["::1", "127.0.0.1"]]));
    let transport = HttpTransport::with_resolver(&WayOut::new(AddressPolicy::DevLoopback), answers);
    let response = transport
        .send(get(format!("http://example.org:{port}/")))
        .await
        .unwrap();
    assert_eq!(response.status, 204);
}

#[tokio::test]
async fn names_of_strangers_whose_service_is_silent_keep_no_known_name_and_none_of_people_here_from_being_looked_up()
 {
    let (port, _heads) = fixed("HTTP/1.1 204 No Content\r\n\r\n").await;
    let (answers, silence) = std::sync::mpsc::channel::<()>();
    let silence = Mutex::new(silence);
    let silent = SystemResolver::asking(ANYBODY, move |_| {
        let _ = silence.lock().unwrap().recv();
        Ok(Vec::new())
    });
    let (known, people) = (
        Arc::new(Answers::new(&[&["127.0.0.1"]])),
        Arc::new(Answers::new(&[&["127.0.0.1"]])),
    );
    let way = WayOut::new(AddressPolicy::DevLoopback);
    let transport = HttpTransport::with_resolvers(&way, known, people, Arc::new(silent));
    let anybody = |number: usize| {
        let mut request = hurried(format!("http://s{number}.example.org:{port}/"));
        request.limits.share = Share::Anybody;
        transport.send(request)
    };
    let all = futures_util::future::join_all((0..ANYBODY).map(anybody)).await;
    assert!(all.iter().all(Result::is_err));
    let began = tokio::time::Instant::now();
    let refused = anybody(ANYBODY).await.err().unwrap();
    assert!(matches!(refused, TransportError::Io { .. }), "{refused}");
    assert!(began.elapsed() < Duration::from_millis(400), "at once");
    for share in [Share::Known, Share::People] {
        let mut request = get(format!("http://example.org:{port}/"));
        request.limits.share = share;
        assert_eq!(transport.send(request).await.unwrap().status, 204);
    }
    drop(answers);
}

#[tokio::test]
async fn the_way_to_a_server_is_told_leg_by_leg_with_times_and_asks_nothing() {
    let (port, mut heads) = fixed("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let dev = HttpTransport::new(AddressPolicy::DevLoopback);
    let second = Duration::from_secs(1);
    let legs = |reach: &Reach| reach.done.iter().map(|(leg, _)| *leg).collect::<Vec<_>>();
    let plain = dev
        .reach(&format!("http://cat.localhost:{port}"), second)
        .await;
    assert_eq!(
        (legs(&plain), &plain.failed),
        (vec![Leg::Name, Leg::Connect], &None)
    );
    assert!(plain.done.iter().all(|(_, took)| took.is_some()));
    let (leg, took, error) = dev
        .reach(&format!("https://cat.localhost:{port}"), second)
        .await
        .failed
        .unwrap();
    assert_eq!(leg, Leg::Tls, "{error}");
    assert!(took.is_some());
    let head = heads.recv().await.unwrap_or_default();
    assert!(!head.starts_with("GET"), "{head}");
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = nobody.local_addr().unwrap().port();
    drop(nobody);
    let refused = dev
        .reach(&format!("https://cat.localhost:{closed}"), second)
        .await;
    assert_eq!(legs(&refused), vec![Leg::Name]);
    let (leg, _, error) = refused.failed.unwrap();
    assert_eq!(
        (leg, error),
        (Leg::Connect, TransportError::ConnectionRefused)
    );
    let public = HttpTransport::new(AddressPolicy::Public);
    let guarded = public.reach("https://127.0.0.1:9", second).await;
    assert_eq!(guarded.failed.map(|(leg, ..)| leg), Some(Leg::Name));
}
