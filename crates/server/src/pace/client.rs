//! From which address a request comes. It bounds how often somebody may ask, and decides nothing else: who may do what is
//! never a question of an address.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;
use http::{Extensions, HeaderMap};
use std::convert::Infallible;

use crate::app::App;
use crate::config::Proxies;

/// Where a proxy adds the address of its own client, behind what stands there already. `Forwarded` (RFC 7239) means the same
/// and is not read: no proxy in common use writes it by itself.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The member of an answer to this server's own doctor that names an [`UnnamedProxy`].
pub(crate) const PROXY: &str = "proxy";

/// Most addresses that are looked through.
const HOPS_MAX: usize = 20;

/// Where a request comes from, as far as this can be known: an address of version 4, or the /64 that one customer has of
/// version 6. `None` behind a proxy on this machine or inside while the settings name none, and behind one that they name and
/// that does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Client(pub(crate) Option<IpAddr>);

/// A proxy that the settings do not name: it connects from inside, and says for whom it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnnamedProxy(pub(crate) IpAddr);

impl UnnamedProxy {
    fn of(peer: Option<IpAddr>, headers: &HeaderMap, proxies: &Proxies) -> Option<Self> {
        let peer = peer?.to_canonical();
        let unnamed =
            is_inside(peer) && !proxies.trusts(peer) && headers.contains_key(FORWARDED_FOR);
        unnamed.then_some(Self(peer))
    }
}

impl Client {
    /// The one that [`layer`] found.
    pub(crate) fn carried(extensions: &Extensions) -> Self {
        extensions.get().copied().unwrap_or(Self(None))
    }

    /// From who connected and what the headers say. They count only if a trusted proxy connected.
    fn of(peer: Option<IpAddr>, headers: &HeaderMap, proxies: &Proxies) -> Self {
        let Some(peer) = peer.map(|peer| peer.to_canonical()) else {
            return Self(None);
        };
        if !proxies.trusts(peer) {
            // While nobody has named any, whoever a proxy speaks for must not pay for one another. Once one is named, the header
            // of another says nothing: everybody inside could write it.
            let unnamed = UnnamedProxy::of(Some(peer), headers, proxies).is_some();
            return Self((!unnamed || !proxies.is_empty()).then(|| network(peer)));
        }
        let fields = headers.get_all(FORWARDED_FOR).iter();
        let texts: Vec<&str> = fields.filter_map(|value| value.to_str().ok()).collect();
        let hops = texts.iter().rev().flat_map(|text| text.rsplit(','));
        for hop in hops.take(HOPS_MAX) {
            // What stands before something that cannot be read was written by nobody that is trusted.
            let Some(hop) = address(hop.trim()) else {
                return Self(None);
            };
            if !proxies.trusts(hop) {
                return Self(Some(network(hop)));
            }
        }
        Self(None)
    }
}

/// Who pays for a connection, before anything has been said on it: nobody for one of a proxy, or of what may be one.
pub(super) fn connected(peer: IpAddr, proxies: &Proxies) -> Option<IpAddr> {
    let peer = peer.to_canonical();
    let known = !proxies.trusts(peer) && !is_inside(peer);
    known.then(|| network(peer))
}

/// An address with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.parse().ok();
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse().ok().map(|address: SocketAddr| address.ip());
    let address: Option<IpAddr> = bare.or_else(bracketed).or_else(with_port);
    address.map(|address| address.to_canonical())
}

/// Whether an address is of this machine or of a network that is nobody else's, so that a proxy of ours may have it.
fn is_inside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => {
            let carrier = matches!(four.octets(), [100, 64..=127, ..]);
            four.is_loopback() || four.is_private() || four.is_link_local() || carrier
        }
        IpAddr::V6(six) => {
            six.is_loopback() || six.is_unique_local() || six.is_unicast_link_local()
        }
    }
}

/// What one customer of a network has.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// Finds out where each request comes from, and says once if that cannot be known, or is a proxy, for want of a setting.
pub(crate) async fn layer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let connected = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = connected.map(|connected| connected.0.ip());
    let proxies = &app.config.trusted_proxies;
    let client = Client::of(peer, request.headers(), proxies);
    let unnamed = UnnamedProxy::of(peer, request.headers(), proxies);
    if let Some(proxy) = peer
        && (client.0.is_none() || unnamed.is_some())
        && app.pace.is_first_unnamed()
    {
        let proxy = proxy.to_canonical();
        tracing::warn!(%proxy, "requests come through a proxy, and from whom they come is not known");
    }
    request.extensions_mut().insert(client);
    request.extensions_mut().insert(app.pace.reading.clone());
    if let Some(unnamed) = unnamed {
        request.extensions_mut().insert(unnamed);
    }
    next.run(request).await
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::carried(&parts.extensions))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn client(peer: &str, forwarded: &[&'static str], proxies: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        for text in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_static(text));
        }
        let proxies = Proxies::parse(proxies).unwrap();
        let client = Client::of(Some(peer.parse().unwrap()), &headers, &proxies);
        client.0.map(|address| address.to_string())
    }

    #[test]
    fn what_a_header_says_counts_only_from_a_proxy_that_the_settings_name() {
        let said = ["192.0.2.7"];
        for (proxies, found) in [("", "198.51.100.1"), ("198.51.100.1", "192.0.2.7")] {
            let of = client("198.51.100.1", &said, proxies);
            assert_eq!(of.as_deref(), Some(found), "{proxies}");
        }
        let of = client("198.51.100.1", &said, "198.51.100.0/24, 2001:db8::/32");
        assert_eq!(of.as_deref(), Some("192.0.2.7"));
    }

    #[test]
    fn what_a_client_writes_before_its_own_address_is_not_believed() {
        let proxies = "10.0.0.0/8";
        for (said, found) in [
            (&["203.0.113.9, 192.0.2.7"][..], Some("192.0.2.7")),
            (&["203.0.113.9", "192.0.2.7"], Some("192.0.2.7")),
            (&["203.0.113.9, 192.0.2.7, 10.0.0.2"], Some("192.0.2.7")),
            (&["203.0.113.9, unknown"], None),
            (&["10.0.0.3"], None),
            (&[""], None),
            (&[], None),
            (&["[2001:db8:1:2:3::4]:4711"], Some("2001:db8:1:2::")),
            (&["192.0.2.7:4711"], Some("192.0.2.7")),
            (&["::ffff:192.0.2.7"], Some("192.0.2.7")),
        ] {
            let of = client("10.0.0.1", said, proxies);
            assert_eq!(of.as_deref(), found, "{said:?}");
        }
    }

    #[test]
    fn once_a_proxy_is_named_nobody_else_inside_gets_out_of_their_own_address_by_the_header() {
        for inside in ["127.0.0.1", "10.0.0.9", "192.168.1.1"] {
            let of = client(inside, &["192.0.2.7"], "10.0.0.1, 172.17.0.1");
            assert_eq!(of.as_deref(), Some(inside));
        }
    }

    #[test]
    fn a_proxy_inside_that_nobody_has_named_makes_its_clients_unknown_and_not_one() {
        for inside in [
            "127.0.0.1",
            "10.0.0.2",
            "172.17.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "fd00::2",
            "fe80::2",
            "::1",
        ] {
            assert_eq!(client(inside, &["192.0.2.7"], ""), None, "{inside}");
            assert!(client(inside, &[], "").is_some(), "{inside}");
        }
        assert_eq!(client("::ffff:127.0.0.1", &["192.0.2.7"], ""), None);
        for outside in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2001:db8::2"] {
            assert!(client(outside, &["192.0.2.7"], "").is_some(), "{outside}");
        }
    }
}
