//! The products and their versions.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::json;

use super::Product;
use super::net::Net;
use super::nextcloud::{Nextcloud, Receiver, Release};
use super::ocm_go::OcmGo;
use super::recorded::EXCHANGES_0_1;
use super::recorded::earlier::Earlier;
use super::reva::{Dialect, Finds, Identifiers, Notifications, Reva};
use super::stub::Stub;
use super::symbolon::Symbolon;

/// One product in the versions that behave alike.
pub struct Row {
    /// The product and its versions.
    pub name: &'static str,
    /// How its behaviour is known.
    pub known: Known,
    /// Makes one at a name, knowing this server by its name.
    pub make: fn(Net, String, String) -> BoxFuture<'static, Arc<dyn Product>>,
}

/// How the behaviour of a product is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// From its source.
    Read,
    /// It was run, and its messages were seen.
    Ran,
    /// It was run against this server.
    RanHere,
    /// It is the program itself.
    Itself,
    /// Its messages were recorded when it was made.
    Recorded,
}

impl Known {
    /// For the table.
    pub fn words(self) -> &'static str {
        match self {
            Self::Read => "read in its source",
            Self::Ran => "read in its source, and one of these versions seen running",
            Self::RanHere => "read in its source, and run against Symbolon by hand",
            Self::Itself => "the program itself, not a double",
            Self::Recorded => "its messages, recorded when it was made",
        }
    }
}

/// What versions of ownCloud Infinite Scale and OpenCloud have in common.
const REVA: Dialect = Dialect {
    provider: "oCIS",
    api_version: "1.1.0",
    capabilities: &["/invite-accepted"],
    identifiers: Identifiers::Encoded,
    names_itself_with_scheme: false,
    repeat: 200,
    complains_of_its_own_list: true,
    stranger: (403, "UNTRUSTED_SERVICE", "provider not trusted"),
    unknown: (404, "RESOURCE_NOT_FOUND", "token not found"),
    expired: (400, "INVALID_PARAMETER", "token has expired"),
    told: &[
        (400, "400 token has expired"),
        (403, "401 remote service not trusted"),
        (404, "404 token not found"),
        (409, "409 user already known"),
    ],
    notifications: Notifications::Anything,
    yes_is: "text/plain; charset=utf-8",
    finds: Finds::InItsList,
};

/// ownCloud Infinite Scale before a repeated acceptance became a success at the inviter's side.
pub const OCIS_6: Dialect = Dialect {
    names_itself_with_scheme: true,
    repeat: 409,
    complains_of_its_own_list: false,
    ..REVA
};

/// The one after that.
pub const OCIS_7: Dialect = Dialect {
    stranger: (401, "UNAUTHENTICATED", "provider not authorized"),
    told: &[
        (400, "400 token not valid"),
        (403, "401 remote service not trusted"),
        (404, "404 token not found"),
        (409, "409 user already known"),
    ],
    notifications: Notifications::AboutShares,
    ..REVA
};

/// The one with plain identifiers.
pub const OCIS_8: Dialect = Dialect {
    identifiers: Identifiers::WithIssuer,
    ..OCIS_7
};

/// OpenCloud with encoded identifiers.
pub const OPENCLOUD_1: Dialect = Dialect {
    provider: "OpenCloud",
    ..REVA
};

/// OpenCloud with plain ones.
pub const OPENCLOUD_6: Dialect = Dialect {
    api_version: "1.2.0",
    capabilities: &["invites", "webdav-uri", "protocol-object", "invite-wayf"],
    identifiers: Identifiers::WithIssuerAddress,
    ..OPENCLOUD_1
};

/// CERNBox, on the master of Reva.
pub const CERNBOX: Dialect = Dialect {
    provider: "CERNBox",
    api_version: "1.3.0",
    capabilities: &["invites", "protocol-object", "invite-wayf"],
    identifiers: Identifiers::Bare,
    repeat: 409,
    complains_of_its_own_list: false,
    unknown: (400, "INVALID_PARAMETER", "token invalid or not found"),
    expired: (400, "INVALID_PARAMETER", "token invalid or not found"),
    told: &[
        (400, "400 invalid or non existing token"),
        (403, "401 remote service not trusted"),
        (409, "409 invitation already accepted"),
    ],
    yes_is: "application/json",
    finds: Finds::ByDiscovery,
    ..REVA
};

/// Nextcloud 32.
const NEXTCLOUD_32: Release = Release {
    provider: "Nextcloud 32.0.12",
    capabilities: || json!(["/invite-accepted", "/notifications", "/shares"]),
    publishes_keys: false,
    receiver: Receiver::Server,
    signs_acceptances: false,
    looks_at: "/ocm-provider/",
    enforces: false,
};

/// The first releases of 33 and 34.
const NEXTCLOUD_33_0: Release = Release {
    provider: "Nextcloud 33.0.0",
    capabilities: || json!(["invite-accepted", "notifications", "shares"]),
    looks_at: "/.well-known/ocm",
    ..NEXTCLOUD_32
};

/// Later releases of both, with the contacts app.
pub const NEXTCLOUD_34: Release = Release {
    provider: "Nextcloud 34.0.1",
    receiver: Receiver::Contacts,
    ..NEXTCLOUD_33_0
};

/// Nextcloud 35.
pub const NEXTCLOUD_35: Release = Release {
    provider: "Nextcloud 35.0.1",
    capabilities: || json!({"0": "notifications", "1": "shares", "3": "exchange-token", "4": "http-sig", "5": "invite-accepted"}),
    publishes_keys: true,
    ..NEXTCLOUD_34
};

macro_rules! row {
    ($name:literal, $known:expr, |$net:ident, $there:ident, $here:ident| $make:expr) => {
        Row {
            name: $name,
            known: $known,
            make: |$net, $there, $here| {
                Box::pin(async move {
                    let _ = (&$net, &$here);
                    Arc::new($make) as Arc<dyn Product>
                })
            },
        }
    };
}

/// All of them, in the order of the table.
pub const ALL: [Row; 14] = [
    row!(
        "ownCloud Infinite Scale 6 and 7.0",
        Known::Read,
        |net, there, here| Reva::new(&there, &there, OCIS_6, &[&here])
    ),
    row!(
        "ownCloud Infinite Scale 7.1 to 7.3",
        Known::Read,
        |net, there, here| Reva::new(&there, &there, OCIS_7, &[&here])
    ),
    row!(
        "ownCloud Infinite Scale 8",
        Known::Read,
        |net, there, here| Reva::new(&there, &there, OCIS_8, &[&here])
    ),
    row!("OpenCloud 1 to 4", Known::Ran, |net, there, here| {
        Reva::new(&there, &there, OPENCLOUD_1, &[&here])
    }),
    row!("OpenCloud 6", Known::Read, |net, there, here| {
        Reva::new(&there, &there, OPENCLOUD_6, &[&here])
    }),
    row!(
        "CERNBox (master of Reva)",
        Known::Read,
        |net, there, here| Reva::new(&there, &there, CERNBOX, &[&here])
    ),
    row!("Nextcloud 32", Known::Read, |net, there, here| {
        Nextcloud::new(&there, NEXTCLOUD_32)
    }),
    row!(
        "Nextcloud 33 and 34, first releases",
        Known::Read,
        |net, there, here| Nextcloud::new(&there, NEXTCLOUD_33_0)
    ),
    row!(
        "Nextcloud 33 and 34 with contacts",
        Known::Read,
        |net, there, here| Nextcloud::new(&there, NEXTCLOUD_34)
    ),
    row!(
        "Nextcloud 35 with contacts",
        Known::Read,
        |net, there, here| Nextcloud::new(&there, NEXTCLOUD_35)
    ),
    row!(
        "opencloudmesh-go, strict and dev",
        Known::RanHere,
        |net, there, here| OcmGo::new(&there)
    ),
    row!("OCM-stub", Known::RanHere, |net, there, here| Stub::new(
        &there
    )),
    row!("Symbolon (this)", Known::Itself, |net, there, here| {
        Symbolon::new(&net, &there).await
    }),
    row!(
        "Symbolon 0.1 (recorded)",
        Known::Recorded,
        |net, there, here| Earlier::new(&net, &there, EXCHANGES_0_1)
    ),
];
