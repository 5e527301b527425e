//! What kind of server it seems to be, by its description, and what is peculiar to that kind: what they do, and when,
//! was read from their sources or seen on the wire.

use serde_json::Value;

use super::{Said, Stage, Step};
use crate::probe::Seen;

/// A kind of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Whoever keeps connections as we do.
    Symbolon,
    /// ownCloud Infinite Scale.
    Ocis,
    /// OpenCloud.
    OpenCloud,
    /// CERNBox, or another server on Reva.
    Cernbox,
    /// Nextcloud that signs as the draft says.
    Nextcloud,
    /// Nextcloud that signs in an older way, or not.
    OldNextcloud,
    /// opencloudmesh-go.
    OcmGo,
    /// The stub of the test suite.
    Stub,
    /// None that is known.
    Unknown,
}

impl Kind {
    /// By what the description says. Names can be set by administrators, so what only one kind says comes first.
    pub(super) fn of(seen: &Seen) -> Self {
        let Some(document) = seen.document() else {
            return Self::Unknown;
        };
        let text = |name: &str| {
            document
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let provider = text("provider").to_ascii_lowercase();
        let must = |name: &str| seen.names("criteria").iter().any(|known| known == name);
        if seen.can("connection-sync") {
            return Self::Symbolon;
        }
        if text("apiVersion").starts_with("1.0-proposal") || provider.starts_with("nextcloud") {
            return if seen.can("http-sig") || document.contains_key("jwksUri") {
                Self::Nextcloud
            } else {
                Self::OldNextcloud
            };
        }
        if document.get("publicKey").is_some_and(Value::is_string) {
            return Self::Stub;
        }
        if must("must-use-http-sig")
            && seen.can("http-sig")
            && text("jwksUri").ends_with("/ocm/jwks")
        {
            return Self::OcmGo;
        }
        match provider.as_str() {
            "ocis" | "owncloud" | "owncloud infinite scale" => return Self::Ocis,
            "opencloud" => return Self::OpenCloud,
            "cernbox" | "reva" => return Self::Cernbox,
            _ => {}
        }
        if seen.names("capabilities") == ["/invite-accepted"] {
            Self::Ocis
        } else if seen.can("webdav-uri") {
            Self::OpenCloud
        } else {
            Self::Unknown
        }
    }

    /// What it is called.
    fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Symbolon => "Symbolon",
            Self::Ocis => "ownCloud Infinite Scale",
            Self::OpenCloud => "OpenCloud",
            Self::Cernbox => "CERNBox (Reva)",
            Self::Nextcloud | Self::OldNextcloud => "Nextcloud",
            Self::OcmGo => "OpenCloudMesh-Go",
            Self::Stub => "the test stub",
            Self::Unknown => return None,
        })
    }

    /// What people here should know about it.
    fn quirks(self) -> &'static [&'static str] {
        match self {
            Self::Symbolon => &["check-quirk-agrees"],
            Self::Ocis | Self::OpenCloud | Self::Cernbox => &[
                "check-quirk-list",
                "check-quirk-silent",
                "check-quirk-deaf",
                "check-quirk-old-news",
            ],
            Self::Nextcloud => &["check-quirk-once", "check-quirk-silent", "check-quirk-deaf"],
            Self::OldNextcloud => &[
                "check-quirk-unsigned",
                "check-quirk-once",
                "check-quirk-silent",
                "check-quirk-deaf",
            ],
            Self::OcmGo => &["check-quirk-once", "check-quirk-silent", "check-quirk-deaf"],
            Self::Stub => &["check-quirk-test", "check-quirk-silent", "check-quirk-deaf"],
            Self::Unknown => &[],
        }
    }

    /// Whether it looks at who asks before it looks at the invitation, and an invitation that nobody made does no harm
    /// there: some servers make whoever brings one wait.
    pub(super) fn may_be_asked(self) -> bool {
        match self {
            Self::Symbolon | Self::Ocis | Self::OpenCloud | Self::Cernbox | Self::OcmGo => true,
            Self::Nextcloud | Self::OldNextcloud | Self::Stub | Self::Unknown => false,
        }
    }
}

/// Tells what it seems to be.
pub(super) fn tell(kind: Kind, seen: &Seen) -> Step {
    let what = match kind.name() {
        Some(name) => Said::new("check-kind-known").with("kind", name),
        None => Said::new("check-kind-unknown"),
    };
    let mut step = if kind.name().is_some() {
        Step::ok(Stage::Kind, what)
    } else {
        Step::unseen(Stage::Kind, what)
    };
    step.notes = kind.quirks().iter().map(|id| Said::new(id)).collect();
    let document = seen.document().unwrap_or_default();
    for name in ["provider", "apiVersion", "version"] {
        if let Some(value) = document.get(name).and_then(Value::as_str) {
            step = step.fact(name, crate::outbox::post::bounded(value));
        }
    }
    step
}
