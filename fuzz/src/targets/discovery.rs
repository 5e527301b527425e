//! How servers describe themselves.

use symbolon_proto::discovery::PeerDiscovery;
use url::Url;

use super::cat;

const ORIGIN: &str = "https://cat.example.org";

pub(crate) fn play(bytes: &[u8]) {
    let Ok(described) = PeerDiscovery::parse(bytes, ORIGIN) else {
        return;
    };
    // Keys and pages are that server's own, whatever it says.
    is_cats(&described.jwks_uri(ORIGIN));
    if let Some(page) = described.invite_accept_dialog() {
        is_cats(page.as_str());
    }
    // Messages go nowhere else, either.
    if described.check_authority(&cat()).is_ok() {
        is_cats(&described.invite_accepted_url());
        is_cats(&described.notifications_url());
    }
    let _: [bool; 5] = [
        described.signs(),
        described.leaves_acceptances_unsigned(),
        described.takes_invites(),
        described.takes_notifications(),
        described.syncs(),
    ];
    assert!(described.brand() != Some(""));
}

fn is_cats(address: &str) {
    let url = Url::parse(address).unwrap_or_else(|error| panic!("{address}: {error}"));
    assert_eq!(url.origin().ascii_serialization(), ORIGIN, "{address}");
    assert!(
        url.username().is_empty() && url.password().is_none(),
        "{address}"
    );
    assert!(url.fragment().is_none(), "{address}");
}
