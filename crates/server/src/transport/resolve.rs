//! From a host name to the addresses that may be connected to.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use futures_util::future::BoxFuture;

use super::error::TransportError;
use super::guard::AddressPolicy;

/// The name service.
pub(super) trait Resolver: Send + Sync {
    /// All addresses of a name that is neither an address itself nor `localhost`.
    fn look_up<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// The machine's own resolver.
pub(super) struct SystemResolver;

impl Resolver for SystemResolver {
    fn look_up<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
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
    found.map_err(|error| not_found(host, &error.to_string()))
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
