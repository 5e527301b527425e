//! What the servers in use send, as they send it, and what we make of it; one file for each family.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod nextcloud;
mod ocm_go;
mod reva;
mod stub;

use symbolon_proto::address::Provider;
use symbolon_proto::discovery::PeerDiscovery;
use symbolon_proto::identity::RemoteId;
use symbolon_proto::messages::{ConflictBody, InviteAcceptedAnswer};

fn provider(name: &str) -> Provider {
    Provider::parse(name).unwrap()
}

/// A description that the server of this name serves, and that speaks for it.
fn discovery(document: &str, name: &str) -> PeerDiscovery {
    let peer = PeerDiscovery::parse(document.as_bytes(), &format!("https://{name}")).unwrap();
    assert_eq!(peer.check_authority(&provider(name)), Ok(()));
    peer
}

fn subject(id: &str, name: &str) -> String {
    RemoteId::new(id, &provider(name))
        .unwrap()
        .subject()
        .to_owned()
}

fn answer(body: &str, name: &str) -> InviteAcceptedAnswer {
    InviteAcceptedAnswer::parse(body.as_bytes(), &provider(name)).unwrap()
}

fn conflict(body: &str) -> ConflictBody {
    ConflictBody::parse(body.as_bytes(), &provider("cat.example.org"))
}
