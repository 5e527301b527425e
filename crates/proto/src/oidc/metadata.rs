//! What a provider says of itself (OpenID Connect Discovery 1.0 §3).

use serde::Deserialize;
use url::Url;

/// Where a provider describes itself (§4.1). A slash at the end of the issuer does not double.
pub fn configuration_url(issuer: &str) -> String {
    let issuer = issuer.strip_suffix('/').unwrap_or(issuer);
    format!("{issuer}/.well-known/openid-configuration")
}

/// What is needed of a provider's description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Who it is; equal to what was asked for.
    pub issuer: String,
    /// Where people log in.
    pub authorization_endpoint: Url,
    /// Where a code is exchanged.
    pub token_endpoint: Url,
    /// Where it tells more of somebody.
    pub userinfo_endpoint: Option<Url>,
    /// Its keys.
    pub jwks_uri: Url,
    /// How we prove who we are when we exchange a code.
    pub client_authentication: ClientAuthentication,
    /// Whether every answer names it (RFC 9207 §3).
    pub names_itself: bool,
}

/// How a client proves who it is (OpenID Connect Core §9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// Like a password of HTTP.
    Basic,
    /// In the form.
    Post,
}

/// Why a description cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// Not JSON, or a member that is needed is absent or of a wrong kind.
    #[error("it cannot be read: {0}")]
    Malformed(String),
    /// It describes another provider (§4.3).
    #[error("it names the issuer {found:?}")]
    Issuer {
        /// Whom it describes, shortened.
        found: String,
    },
    /// An address is none, or is not encrypted while the issuer's is.
    #[error("its {0} is no address that can be used")]
    Address(&'static str),
    /// It takes secrets of clients in no way that is known here.
    #[error(
        "it takes a secret of a client neither by client_secret_basic nor by client_secret_post"
    )]
    Authentication,
    /// It says that it knows PKCE only without a hash.
    #[error("it does not know the method S256 of PKCE")]
    Challenge,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: Option<String>,
    jwks_uri: String,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// Reads the description of the provider that is called `issuer`, to the letter.
    pub fn read(document: &[u8], issuer: &str) -> Result<Self, MetadataError> {
        let document: Document = serde_json::from_slice(document)
            .map_err(|error| MetadataError::Malformed(error.to_string()))?;
        if document.issuer != issuer {
            let found = document.issuer.chars().take(200).collect();
            return Err(MetadataError::Issuer { found });
        }
        let secure = issuer.starts_with("https://");
        let address = |name, text: &str| {
            let url = Url::parse(text).ok().filter(|url| {
                let bare = url.username().is_empty() && url.password().is_none();
                let scheme = url.scheme() == "https" || (!secure && url.scheme() == "http");
                scheme && bare && url.fragment().is_none() && url.host().is_some()
            });
            url.ok_or(MetadataError::Address(name))
        };
        let userinfo = document.userinfo_endpoint.as_deref();
        if let Some(methods) = &document.code_challenge_methods_supported
            && !methods.iter().any(|method| method == "S256")
        {
            return Err(MetadataError::Challenge);
        }
        Ok(Self {
            authorization_endpoint: address(
                "authorization_endpoint",
                &document.authorization_endpoint,
            )?,
            token_endpoint: address("token_endpoint", &document.token_endpoint)?,
            userinfo_endpoint: userinfo
                .map(|text| address("userinfo_endpoint", text))
                .transpose()?,
            jwks_uri: address("jwks_uri", &document.jwks_uri)?,
            client_authentication: authentication(
                document.token_endpoint_auth_methods_supported.as_deref(),
            )?,
            names_itself: document.authorization_response_iss_parameter_supported,
            issuer: document.issuer,
        })
    }
}

/// `client_secret_basic` is what a provider takes that says nothing.
fn authentication(methods: Option<&[String]>) -> Result<ClientAuthentication, MetadataError> {
    let Some(methods) = methods else {
        return Ok(ClientAuthentication::Basic);
    };
    let has = |name: &str| methods.iter().any(|method| method == name);
    if has("client_secret_basic") {
        Ok(ClientAuthentication::Basic)
    } else if has("client_secret_post") {
        Ok(ClientAuthentication::Post)
    } else {
        Err(MetadataError::Authentication)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://login.example.org/realms/cat";

    fn described() -> Value {
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": format!("{ISSUER}/auth?tenant=1"),
            "token_endpoint": format!("{ISSUER}/token"),
            "jwks_uri": format!("{ISSUER}/certs"),
            "response_types_supported": ["code"],
        })
    }

    fn read(document: &Value) -> Result<Metadata, MetadataError> {
        Metadata::read(document.to_string().as_bytes(), ISSUER)
    }

    fn with(name: &str, value: Value) -> Result<Metadata, MetadataError> {
        let mut document = described();
        document[name] = value;
        read(&document)
    }

    #[test]
    fn a_provider_is_described_below_its_own_name() {
        let at = "https://login.example.org/realms/cat/.well-known/openid-configuration";
        assert_eq!(configuration_url(ISSUER), at);
        assert_eq!(configuration_url(&format!("{ISSUER}/")), at);
    }

    #[test]
    fn only_what_names_the_issuer_to_the_letter_is_its_description() {
        let found = read(&described()).unwrap();
        assert_eq!(found.client_authentication, ClientAuthentication::Basic);
        assert_eq!(found.authorization_endpoint.query(), Some("tenant=1"));
        for other in [
            "https://login.example.org/realms/dog",
            "https://login.example.org/realms/cat/",
            "https://LOGIN.example.org/realms/cat",
        ] {
            let error = with("issuer", json!(other)).unwrap_err();
            assert!(matches!(error, MetadataError::Issuer { .. }), "{other}");
        }
    }

    #[test]
    fn addresses_are_encrypted_where_the_issuer_is() {
        for address in [
            "http://login.example.org/token",
            "token",
            "",
            "https://a:b@c.example.org/",
        ] {
            let error = with("token_endpoint", json!(address)).unwrap_err();
            assert_eq!(error, MetadataError::Address("token_endpoint"), "{address}");
        }
        let here = json!({ "issuer": "http://localhost:3000",
            "authorization_endpoint": "http://localhost:3000/auth", "token_endpoint": "http://localhost:3000/token",
            "jwks_uri": "http://localhost:3000/jwks" });
        Metadata::read(here.to_string().as_bytes(), "http://localhost:3000").unwrap();
    }

    #[test]
    fn a_provider_says_how_it_takes_the_secret_of_a_client() {
        let taken = |methods| {
            with("token_endpoint_auth_methods_supported", methods)
                .map(|found| found.client_authentication)
        };
        let both = json!(["client_secret_post", "client_secret_basic"]);
        assert_eq!(taken(both), Ok(ClientAuthentication::Basic));
        let post = json!(["private_key_jwt", "client_secret_post"]);
        assert_eq!(taken(post), Ok(ClientAuthentication::Post));
        assert_eq!(
            taken(json!(["private_key_jwt"])),
            Err(MetadataError::Authentication)
        );
        let plain = with("code_challenge_methods_supported", json!(["plain"]));
        assert_eq!(plain, Err(MetadataError::Challenge));
    }
}
