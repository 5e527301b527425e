//! How servers describe themselves (draft, "OCM API Discovery"): the document that we serve, and reading everybody else's.

use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::address::Provider;
use crate::keys::{PublicPem, RsaKey};
use crate::text::clean_name;

/// How many capabilities of another server are read. Known servers have at most eight.
const CAPABILITIES_MAX: usize = 100;

/// The capability of servers that implement `docs/protocol/connection-lifecycle.md`, sync included.
const CONNECTION_SYNC: &str = "connection-sync";

/// The document that this server serves. It advertises what is true now; nothing about shares until there are any.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Discovery {
    enabled: bool,
    api_version: &'static str,
    end_point: String,
    provider: String,
    /// None yet. To name `file` is to promise that shares of files arrive and can be read here, and other servers would
    /// offer their people to send some. The member must be there (the draft, and a reader that refuses a document without
    /// it), but of the readers we know, none needs anything in it to exchange invitations.
    resource_types: [(); 0],
    capabilities: Vec<&'static str>,
    criteria: Vec<&'static str>,
    invite_accept_dialog: String,
    jwks_uri: String,
    /// For servers that know nothing newer: Nextcloud 31 to 34.
    #[serde(skip_serializing_if = "Option::is_none")]
    public_key: Option<PublicKey>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PublicKey {
    key_id: String,
    public_key_pem: String,
}

impl Discovery {
    /// The document of a server at `base_url` (an origin without a trailing slash) that calls itself `name`.
    pub fn new(base_url: &str, name: &str) -> Self {
        Self {
            enabled: true,
            api_version: "1.4.0",
            end_point: format!("{base_url}/ocm"),
            provider: name.to_owned(),
            resource_types: [],
            // `invite-accepted` and `invites` are one thing under the names of two families of servers.
            capabilities: vec![
                "http-sig",
                "invites",
                "invite-accepted",
                "invite-wayf",
                "notifications",
                CONNECTION_SYNC,
            ],
            criteria: vec![],
            invite_accept_dialog: format!("{base_url}/accept"),
            jwks_uri: format!("{base_url}/.well-known/jwks.json"),
            public_key: None,
        }
    }

    /// The same with the key for servers that know nothing newer. One that is published must also be used: Nextcloud refuses
    /// unsigned messages of whoever it has one from.
    #[must_use]
    pub fn with_public_key(mut self, key: &RsaKey) -> Self {
        self.public_key = Some(PublicKey {
            key_id: key.key_id().to_owned(),
            public_key_pem: key.public_pem(),
        });
        self
    }

    /// The same with a version that Nextcloud up to 31, which reads `/ocm-provider` only, is willing to speak with.
    #[must_use]
    pub fn legacy(mut self) -> Self {
        self.api_version = "1.1.0";
        self
    }
}

/// Why a document cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    /// HTML, no JSON, or JSON about something else.
    #[error("it does not describe an OCM server")]
    NotOcm,
    /// The server says that it does not take part at present.
    #[error("federation is switched off there")]
    Disabled,
    /// `endPoint` is missing, not absolute, or no place to which a path can be added.
    #[error("its endPoint is missing or not an absolute address")]
    EndPoint,
    /// It points to another server than the one that was asked.
    #[error("its endPoint is on another server")]
    OtherAuthority,
}

/// How a server signs, the weaker first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// draft-cavage-http-signatures, with the one RSA key of its description.
    Cavage,
    /// RFC 9421, with the keys of its key set.
    Rfc9421,
}

impl Dialect {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Cavage, Self::Rfc9421];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cavage => "cavage",
            Self::Rfc9421 => "rfc9421",
        }
    }

    /// Reads the word for it.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// Another server's document, as far as we use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerDiscovery {
    end_point: Url,
    capabilities: Vec<String>,
    jwks_uri: Option<Url>,
    public_key: Option<PublicPem>,
    invite_accept_dialog: Option<Url>,
    provider: Option<String>,
}

impl PeerDiscovery {
    /// Reads a document that was served at `origin`. Lenient where known servers differ: names of capabilities with a leading
    /// slash, in capitals, or in an object; relative addresses of the pages; `http` from a server behind a proxy that
    /// answers on `https`, where it is read as the latter.
    pub fn parse(bytes: &[u8], origin: &str) -> Result<Self, DiscoveryError> {
        let value: Value = serde_json::from_slice(bytes).map_err(|_| DiscoveryError::NotOcm)?;
        let object = value.as_object().ok_or(DiscoveryError::NotOcm)?;
        let enabled = object.get("enabled").and_then(Value::as_bool);
        let enabled = enabled.ok_or(DiscoveryError::NotOcm)?;
        if !enabled {
            return Err(DiscoveryError::Disabled);
        }
        let text = |name: &str| {
            object
                .get(name)
                .and_then(Value::as_str)
                .filter(|t| !t.is_empty())
        };
        let base = Url::parse(origin).map_err(|_| DiscoveryError::NotOcm)?;
        let end_point = text("endPoint").ok_or(DiscoveryError::EndPoint)?;
        let end_point = Url::parse(end_point).map_err(|_| DiscoveryError::EndPoint)?;
        if !is_place(&end_point) || end_point.query().is_some() {
            return Err(DiscoveryError::EndPoint);
        }
        let end_point = never_less_safe(end_point, &base);
        let address = |name: &str| address(text(name)?, &base);
        Ok(Self {
            capabilities: capabilities(object.get("capabilities")),
            jwks_uri: address("jwksUri"),
            public_key: public_key(object.get("publicKey")),
            invite_accept_dialog: address("inviteAcceptDialog"),
            provider: text("provider")
                .map(clean_name)
                .filter(|name| !name.is_empty()),
            end_point,
        })
    }

    /// Refuses a document whose messages would go to another server than the one that was asked.
    pub fn check_authority(&self, provider: &Provider) -> Result<(), DiscoveryError> {
        let origin = self.end_point.origin().ascii_serialization();
        match Provider::parse(&origin) {
            Ok(named) if named == *provider => Ok(()),
            _ => Err(DiscoveryError::OtherAuthority),
        }
    }

    /// Whether it signs its requests, or publishes keys to do so, and must therefore always.
    pub fn signs(&self) -> bool {
        self.offers().is_some()
    }

    /// The best way to sign that it says it has; `None` if it does not sign.
    pub fn offers(&self) -> Option<Dialect> {
        if self.has("http-sig") || self.jwks_uri.is_some() {
            Some(Dialect::Rfc9421)
        } else {
            self.public_key.as_ref().map(|_| Dialect::Cavage)
        }
    }

    /// The one key of a server that signs as before RFC 9421. How it is called is of no account: Nextcloud derives the name
    /// from its address, in more than one way, and there is only one.
    pub fn public_key(&self) -> Option<&PublicPem> {
        self.public_key.as_ref()
    }

    /// Whether it is of a make that sends acceptances without a signature, whatever it announces: the contacts app of
    /// Nextcloud does so on purpose, while Nextcloud 35 publishes keys and signs shares with them.
    pub fn leaves_acceptances_unsigned(&self) -> bool {
        self.brand()
            .is_some_and(|brand| brand.starts_with("Nextcloud"))
    }

    /// Whether its people can invite and be invited.
    pub fn takes_invites(&self) -> bool {
        self.has("invites") || self.has("invite-accepted")
    }

    /// Whether it says that it understands notifications.
    pub fn takes_notifications(&self) -> bool {
        self.has("notifications")
    }

    /// The name of its brand, for display.
    pub fn brand(&self) -> Option<&str> {
        self.provider.as_deref()
    }

    /// Where its keys may be: where it says, and at the draft's fixed path under `origin`.
    pub fn jwks_uris(&self, origin: &str) -> Vec<String> {
        let fixed = format!("{origin}/.well-known/jwks.json");
        let said = self.jwks_uri.as_ref().map(Url::to_string);
        let said = said.filter(|said| *said != fixed);
        said.into_iter().chain([fixed]).collect()
    }

    /// Where its keys are: as it says, or at the draft's fixed path under `origin`.
    pub fn jwks_uri(&self, origin: &str) -> String {
        match &self.jwks_uri {
            Some(url) => url.to_string(),
            None => format!("{origin}/.well-known/jwks.json"),
        }
    }

    /// Its page for people who bring an invitation: takes `token` and `providerDomain`.
    pub fn invite_accept_dialog(&self) -> Option<&Url> {
        self.invite_accept_dialog.as_ref()
    }

    /// Where acceptances go.
    pub fn invite_accepted_url(&self) -> String {
        self.join("invite-accepted")
    }

    /// Where notifications go.
    pub fn notifications_url(&self) -> String {
        self.join("notifications")
    }

    /// Whether the server compares its halves with ours.
    pub fn syncs(&self) -> bool {
        self.has(CONNECTION_SYNC)
    }

    fn has(&self, name: &str) -> bool {
        self.capabilities
            .iter()
            .any(|capability| capability == name)
    }

    fn join(&self, path: &str) -> String {
        format!("{}/{path}", self.end_point.as_str().trim_end_matches('/'))
    }
}

/// An address that a server asked at `base` gives of itself, whole or relative; `None` if it leads to another server, whose
/// keys and pages would let that one speak for this one.
pub fn address(text: &str, base: &Url) -> Option<Url> {
    let url = never_less_safe(base.join(text).ok()?, base);
    (is_place(&url) && url.origin() == base.origin()).then_some(url)
}

/// Whether requests can be sent there and signed as they stand: no credentials of somebody, nothing behind a `#`.
fn is_place(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none()
}

/// A server that was asked over `https` is never talked to without it, whatever it says about itself.
fn never_less_safe(mut url: Url, base: &Url) -> Url {
    if base.scheme() == "https" && url.scheme() == "http" {
        url.set_scheme("https").expect("both are web addresses");
    }
    url
}

/// Nextcloud's, whole and usable; a bare PEM or a name without a key is as good as none.
fn public_key(value: Option<&Value>) -> Option<PublicPem> {
    let key = value?.as_object()?;
    let text = |name: &str| key.get(name)?.as_str();
    text("keyId").filter(|id| !id.is_empty())?;
    PublicPem::parse(text("publicKeyPem")?).ok()
}

fn capabilities(value: Option<&Value>) -> Vec<String> {
    let names: Vec<&Value> = match value {
        Some(Value::Array(names)) => names.iter().collect(),
        Some(Value::Object(names)) => names.values().collect(),
        _ => Vec::new(),
    };
    let texts = names.into_iter().filter_map(Value::as_str);
    texts
        .take(CAPABILITIES_MAX)
        .map(|name| name.trim_start_matches('/').to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, origin: &str) -> Result<PeerDiscovery, DiscoveryError> {
        PeerDiscovery::parse(text.as_bytes(), origin)
    }

    #[test]
    fn our_own_document_is_one_that_we_would_read() {
        let document = Discovery::new("https://cat.example.org:8443", "Cat");
        let text = serde_json::to_string(&document).unwrap();
        let peer = read(&text, "https://cat.example.org:8443").unwrap();
        assert!(peer.signs() && peer.takes_invites() && peer.takes_notifications());
        assert_eq!(
            peer.check_authority(&Provider::parse("cat.example.org:8443").unwrap()),
            Ok(())
        );
        assert_eq!(
            peer.invite_accepted_url(),
            "https://cat.example.org:8443/ocm/invite-accepted"
        );
        assert_eq!(
            peer.jwks_uri("x"),
            "https://cat.example.org:8443/.well-known/jwks.json"
        );
        let legacy = serde_json::to_value(document.legacy()).unwrap();
        assert_eq!(legacy["apiVersion"], "1.1.0");
        assert_eq!(legacy["enabled"], true);
    }

    #[test]
    fn document_of_opencloud_is_understood() {
        let text = r#"{"enabled":true,"apiVersion":"1.1.0","endPoint":"https://oc-a.test/ocm","provider":"OpenCloud",
            "resourceTypes":[{"name":"file","shareTypes":["user"],"protocols":{"webdav":"/dav/ocm"}}],
            "capabilities":["/invite-accepted"]}"#;
        let peer = read(text, "https://oc-a.test").unwrap();
        assert!(peer.takes_invites() && !peer.signs());
        assert_eq!(
            peer.notifications_url(),
            "https://oc-a.test/ocm/notifications"
        );
    }

    #[test]
    fn document_of_the_stub_and_of_nextcloud_are_understood() {
        let stub = r#"{"enabled":true,"apiVersion":"1.2.0","endPoint":"https://stub.example.org/ocm/","resourceTypes":[],
            "capabilities":["invites","exchange-token"],"tokenEndPoint":"/ocm/token","inviteAcceptDialog":"/accept-invite",
            "publicKey":"-----BEGIN RSA PUBLIC KEY-----"}"#;
        let peer = read(stub, "https://stub.example.org").unwrap();
        let dialog = peer.invite_accept_dialog().unwrap();
        assert_eq!(dialog.as_str(), "https://stub.example.org/accept-invite");
        assert_eq!(
            peer.invite_accepted_url(),
            "https://stub.example.org/ocm/invite-accepted"
        );
        let nextcloud = r#"{"enabled":true,"apiVersion":"1.0-proposal1","endPoint":"https://nc.example.org/index.php/ocm",
            "capabilities":{"0":"Notifications","2":"/HTTP-SIG"},"jwksUri":"https://nc.example.org/jwks"}"#;
        let peer = read(nextcloud, "https://nc.example.org").unwrap();
        assert!(peer.signs() && peer.takes_notifications() && !peer.takes_invites());
        assert_eq!(
            peer.jwks_uri("https://nc.example.org"),
            "https://nc.example.org/jwks"
        );
    }

    #[test]
    fn the_key_for_older_servers_is_read_from_our_document_as_from_that_of_nextcloud() {
        let key = RsaKey::generate().unwrap();
        let key = RsaKey::from_pem(&key, "https://a.example.org/ocm#rsa-1").unwrap();
        let ours = Discovery::new("https://a.example.org", "A").with_public_key(&key);
        let ours = serde_json::to_value(ours.legacy()).unwrap();
        let members = ours["publicKey"].as_object().unwrap();
        assert_eq!(members["keyId"], "https://a.example.org/ocm#rsa-1");
        let pem = members["publicKeyPem"].as_str().unwrap();
        assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\nMII"), "{pem}");
        assert_eq!(members.len(), 2);
        let peer = read(&ours.to_string(), "https://a.example.org").unwrap();
        assert_eq!(peer.offers(), Some(Dialect::Rfc9421));
        let read_of = |public_key: Value| {
            let document = serde_json::json!({
                "enabled": true, "endPoint": "https://a.example.org/ocm", "publicKey": public_key,
            });
            read(&document.to_string(), "https://a.example.org").unwrap()
        };
        let nextcloud = read_of(ours["publicKey"].clone());
        assert_eq!(nextcloud.public_key(), PublicPem::parse(pem).ok().as_ref());
        assert_eq!(nextcloud.offers(), Some(Dialect::Cavage));
        for unusable in [
            Value::Null,
            serde_json::json!(pem),
            serde_json::json!({"publicKeyPem": pem}),
            serde_json::json!({"keyId": "", "publicKeyPem": pem}),
            serde_json::json!({"keyId": "https://a.example.org/ocm#a"}),
            serde_json::json!({"keyId": "https://a.example.org/ocm#a", "publicKeyPem": "-----BEGIN PUBLIC KEY-----"}),
        ] {
            let peer = read_of(unusable);
            assert_eq!((peer.offers(), peer.signs()), (None, false));
        }
    }

    #[test]
    fn what_is_no_description_is_refused_with_the_reason() {
        for text in ["", "<html></html>", "[]", "{}", r#"{"enabled":"yes"}"#] {
            assert_eq!(
                read(text, "https://a.example.org"),
                Err(DiscoveryError::NotOcm),
                "{text}"
            );
        }
        assert_eq!(
            read(r#"{"enabled":false}"#, "https://a.example.org"),
            Err(DiscoveryError::Disabled)
        );
        for end in [
            "",
            "/ocm",
            "ftp://a.example.org/ocm",
            "https://carol:secret@a.example.org/ocm",
            "https://a.example.org/ocm?to=",
            "https://a.example.org/ocm#",
        ] {
            let text = format!(r#"{{"enabled":true,"endPoint":"{end}"}}"#);
            assert_eq!(
                read(&text, "https://a.example.org"),
                Err(DiscoveryError::EndPoint),
                "{end}"
            );
        }
    }

    #[test]
    fn server_that_was_asked_safely_is_never_talked_to_without() {
        let text = r#"{"enabled":true,"endPoint":"http://a.example.org/ocm","jwksUri":"http://a.example.org/keys"}"#;
        let peer = read(text, "https://a.example.org").unwrap();
        let provider = Provider::parse("a.example.org").unwrap();
        assert_eq!(peer.check_authority(&provider), Ok(()));
        assert_eq!(
            peer.invite_accepted_url(),
            "https://a.example.org/ocm/invite-accepted"
        );
        assert_eq!(peer.jwks_uri("x"), "https://a.example.org/keys");
        let elsewhere = text.replace("a.example.org/ocm", "a.example.org:8080/ocm");
        let elsewhere = read(&elsewhere, "https://a.example.org").unwrap();
        assert_eq!(
            elsewhere.check_authority(&provider),
            Err(DiscoveryError::OtherAuthority)
        );
        // Under `--dev`, loopback names are asked in the clear and answer so.
        let local = r#"{"enabled":true,"endPoint":"http://cat.localhost:8081/ocm"}"#;
        let local = read(local, "http://cat.localhost:8081").unwrap();
        assert_eq!(
            local.notifications_url(),
            "http://cat.localhost:8081/ocm/notifications"
        );
    }

    #[test]
    fn brand_is_fit_to_be_shown() {
        let text = r#"{"enabled":true,"endPoint":"https://a.example.org/ocm","provider":"Ne\u202Ext\ncloud"}"#;
        let peer = read(text, "https://a.example.org").unwrap();
        assert_eq!(peer.brand(), Some("Next cloud"));
        let none = text.replace("Ne\\u202Ext\\ncloud", "\\u200B");
        assert_eq!(read(&none, "https://a.example.org").unwrap().brand(), None);
    }

    #[test]
    fn addresses_on_other_servers_are_not_followed() {
        let text = r#"{"enabled":true,"endPoint":"https://evil.example.org/ocm","jwksUri":"https://evil.example.org/k",
            "inviteAcceptDialog":"https://evil.example.org/a"}"#;
        let peer = read(text, "https://a.example.org").unwrap();
        let provider = Provider::parse("a.example.org").unwrap();
        assert_eq!(
            peer.check_authority(&provider),
            Err(DiscoveryError::OtherAuthority)
        );
        assert_eq!(
            peer.jwks_uri("https://a.example.org"),
            "https://a.example.org/.well-known/jwks.json"
        );
        assert_eq!(peer.invite_accept_dialog(), None);
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_messages_stay_on_the_server(
            end in "(https?://)?([a-z@:]{0,6}\\.)?a\\.example\\.org(:[0-9]{0,5})?[/?#a-z]{0,8}", page in ".{0,40}",
        ) {
            let document = serde_json::json!({ "enabled": true, "endPoint": end, "jwksUri": page });
            let provider = Provider::parse("a.example.org").unwrap();
            if let Ok(peer) = read(&document.to_string(), "https://a.example.org")
                && peer.check_authority(&provider).is_ok()
            {
                prop_assert!(peer.notifications_url().starts_with("https://a.example.org/"));
                prop_assert!(peer.notifications_url().ends_with("/notifications"));
                prop_assert!(peer.jwks_uri("https://a.example.org").starts_with("https://a.example.org/"));
            }
        }
    }
}
