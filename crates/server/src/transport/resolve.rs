//! From a host name to the addresses that may be connected to.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, ToSocketAddrs};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;

use super::error::TransportError;
use super::guard::AddressPolicy;

/// The name service.
pub(super) trait Resolver: Send + Sync {
    /// All addresses of a name that is neither an address itself nor `localhost`.
    fn look_up<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// Names that anybody may have made us ask which are looked up at a time. Of tokio's 512 threads for what blocks, all shares
/// together leave half to others.
pub(super) const ANYBODY: usize = 64;

/// The same for people who are logged in, of whom each asks for three at a time ([`crate::pace::People`]) and is waited with
/// for two seconds at least: in the half a minute for which a name service may be silent, one of them holds 45.
pub(super) const PEOPLE: usize = 64;

/// All other names: more than messages are delivered at a time.
pub(super) const KNOWN: usize = 128;

/// What asks for a name, and blocks until there is an answer.
type Ask = dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync;

/// The machine's own resolver. It cannot be told to stop: whoever loses patience leaves a thread behind that waits on. So a
/// look-up keeps its place until the thread is back, and one that finds none fails at once.
pub(super) struct SystemResolver {
    places: Arc<Semaphore>,
    ask: Arc<Ask>,
}

impl SystemResolver {
    /// Looks up so many names at a time.
    pub(super) fn new(at_once: usize) -> Self {
        Self::asking(at_once, |host| {
            let found = (host, 0).to_socket_addrs()?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }

    pub(super) fn asking(
        at_once: usize,
        ask: impl Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            places: Arc::new(Semaphore::new(at_once)),
            ask: Arc::new(ask),
        }
    }
}

impl Resolver for SystemResolver {
    fn look_up<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let place = self.places.clone().try_acquire_owned();
            let place = place.map_err(|_| io::Error::from(io::ErrorKind::ResourceBusy))?;
            let (ask, host) = (self.ask.clone(), host.to_owned());
            let asked = tokio::task::spawn_blocking(move || {
                let found = ask(&host);
                drop(place);
                found
            });
            asked.await.map_err(io::Error::other)?
        })
    }
}

/// The addresses of `host` that the policy allows, in the resolver's order; an error if there is none. An address
/// written in the URL passes the same check as one from the name service.
pub(super) async fn allowed_addresses(
    resolver: &dyn Resolver,
    policy: AddressPolicy,
    host: &str,
) -> Result<Vec<IpAddr>, TransportError> {
    let mut addresses = addresses(resolver, host).await?;
    let Some(first) = addresses.first().copied() else {
        return Err(not_found(host, "it has no address"));
    };
    addresses.retain(|address| policy.allows(*address));
    if addresses.is_empty() {
        return Err(TransportError::AddressNotAllowed(first));
    }
    Ok(addresses)
}

async fn addresses(resolver: &dyn Resolver, host: &str) -> Result<Vec<IpAddr>, TransportError> {
    let literal = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    if let Ok(address) = literal.parse() {
        return Ok(vec![address]);
    }
    if is_localhost(host) {
        return Ok(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
    }
    let found = resolver.look_up(host).await;
    found.map_err(|error| match error.kind() {
        io::ErrorKind::ResourceBusy => TransportError::Io {
            reason:
                "too many names are being looked up already, and their name services are silent"
                    .to_owned(),
        },
        _ => not_found(host, &error.to_string()),
    })
}

/// Names that mean this machine and are never asked of a name service (RFC 6761 §6.3).
fn is_localhost(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

fn not_found(host: &str, reason: &str) -> TransportError {
    TransportError::NameNotFound {
        host: host.to_owned(),
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
pub(super) mod fake {
    //! A name service that answers from a list, one entry per question.

    use std::collections::VecDeque;
    use std::sync::Mutex;

    use super::{BoxFuture, IpAddr, Resolver, io};

    pub(in crate::transport) struct Answers(Mutex<VecDeque<Vec<IpAddr>>>);

    impl Answers {
        pub(in crate::transport) fn new(answers: &[&[&str]]) -> Self {
            let parse = |list: &&[&str]| list.iter().map(|text| text.parse().unwrap()).collect();
            Self(Mutex::new(answers.iter().map(parse).collect()))
        }

        /// How many questions could still be answered.
        pub(in crate::transport) fn left(&self) -> usize {
            self.0.lock().unwrap().len()
        }
    }

    impl Resolver for Answers {
        fn look_up<'a>(&'a self, _host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
            let next = self.0.lock().unwrap().pop_front();
            Box::pin(async move { next.ok_or_else(|| io::Error::other("no such name")) })
        }
    }
}

#[cfg(test)]
mod tests {
    use symbolon_proto::problem::Code;

    use super::fake::Answers;
    use super::*;

    async fn ask(
        answers: &[&[&str]],
        policy: AddressPolicy,
        host: &str,
    ) -> Result<Vec<IpAddr>, TransportError> {
        allowed_addresses(&Answers::new(answers), policy, host).await
    }

    #[tokio::test]
    async fn names_whose_service_is_silent_hold_so_many_threads_and_the_next_one_fails_at_once() {
        let (answers, silence) = std::sync::mpsc::channel::<()>();
        let silence = std::sync::Mutex::new(silence);
        let asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counted = asked.clone();
        let silent = SystemResolver::asking(ANYBODY, move |_| {
            counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let _ = silence.lock().unwrap().recv();
            Ok(vec![IpAddr::from([8, 8, 8, 8])])
        });
        let look_up = || allowed_addresses(&silent, AddressPolicy::Public, "s.example.org");
        let patience = std::time::Duration::from_millis(10);
        for _ in 0..ANYBODY {
            let waits = tokio::time::timeout(patience, look_up()).await;
            assert!(waits.is_err(), "nobody answers");
        }
        let all_asked = async {
            while asked.load(std::sync::atomic::Ordering::SeqCst) < ANYBODY {
                tokio::time::sleep(patience).await;
            }
        };
        let all_asked = tokio::time::timeout(std::time::Duration::from_secs(10), all_asked).await;
        assert!(all_asked.is_ok(), "not all threads have begun");
        for _ in 0..3 {
            let refused = tokio::time::timeout(patience, look_up()).await;
            let refused = refused.expect("it fails at once").unwrap_err();
            assert_eq!(refused.code(), Code::NetworkFailed);
            assert!(refused.to_string().contains("too many names"), "{refused}");
        }
        assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), ANYBODY);
        // The answers come after all, and there is room again.
        drop(answers);
        let again = async {
            while look_up().await.is_err() {
                tokio::time::sleep(patience).await;
            }
        };
        let again = tokio::time::timeout(std::time::Duration::from_secs(10), again).await;
        assert!(again.is_ok());
    }

    #[tokio::test]
    async fn localhost_names_are_loopback_without_asking_anybody() {
        for host in [
            "localhost",
            "cat.localhost",
            "CAT.LocalHost.",
            "a.b.localhost",
        ] {
            let found = ask(&[], AddressPolicy::DevLoopback, host).await.unwrap();
            assert!(found.iter().all(IpAddr::is_loopback), "{host}");
            let refused = ask(&[], AddressPolicy::Public, host).await.unwrap_err();
            assert_eq!(
                refused,
                TransportError::AddressNotAllowed(Ipv4Addr::LOCALHOST.into())
            );
        }
    }

    #[tokio::test]
    async fn forbidden_addresses_are_dropped_and_the_rest_is_kept() {
        let answers: &[&[&str]] = &[&["10.0.0.1", "8.8.8.8", "fd00::1"]];
        let found = ask(answers, AddressPolicy::Public, "example.org")
            .await
            .unwrap();
        assert_eq!(found, ["8.8.8.8".parse::<IpAddr>().unwrap()]);
    }

    #[tokio::test]
    async fn a_name_with_only_forbidden_addresses_is_refused_with_the_first() {
        let refused = ask(
            &[&["169.254.169.254"]],
            AddressPolicy::Public,
            "example.org",
        )
        .await;
        let address = "169.254.169.254".parse().unwrap();
        assert_eq!(refused, Err(TransportError::AddressNotAllowed(address)));
    }

    #[tokio::test]
    async fn an_address_in_the_url_passes_the_same_check() {
        for host in ["127.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "192.168.0.1"] {
            let refused = ask(&[], AddressPolicy::Public, host).await;
            assert!(
                matches!(refused, Err(TransportError::AddressNotAllowed(_))),
                "{host}"
            );
        }
    }

    #[tokio::test]
    async fn an_unknown_name_and_a_name_without_addresses_are_not_found() {
        let answers: [&[&[&str]]; 2] = [&[], &[&[]]];
        for answers in answers {
            let error = ask(answers, AddressPolicy::Public, "nowhere.example.org")
                .await
                .unwrap_err();
            assert!(
                matches!(error, TransportError::NameNotFound { .. }),
                "{error}"
            );
        }
    }
}
