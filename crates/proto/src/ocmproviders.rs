//! `ocmproviders.json`: the list of servers by which oCIS, OpenCloud and Reva know whom to talk to.
//!
//! An array of CS3 `ProviderInfo` in snake case. Read for the names alone, so that an installation that moves here need not
//! type them again; written for the administrators of such servers, who must add an entry for this one.

use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::address::Provider;

/// Largest file that is read: some thousand servers.
pub const BYTES_MAX: usize = 4 * 1024 * 1024;

/// One server of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its domain, as it is written there.
    pub domain: String,
    /// Its name; an error if the domain is none.
    pub provider: Result<Provider, Unusable>,
}

/// Why an entry names no server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Those servers also take regular expressions. What such a one lets in cannot be said in advance.
    #[error("it is a pattern, not the name of one server")]
    Pattern,
    /// No host name.
    #[error("it is not the name of a server")]
    NotAName,
    /// They drop it themselves.
    #[error("it has no service of the type OCM, so that the list's own server leaves it out, too")]
    NoOcm,
}

/// Why a text is no such list.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// More than [`BYTES_MAX`].
    #[error("it is larger than 4 MiB")]
    TooLarge,
    /// Not the JSON that such a list is.
    #[error("it is not an ocmproviders.json: {0}")]
    Malformed(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    domain: String,
    #[serde(default)]
    services: Vec<Service>,
}

#[derive(Deserialize)]
struct Service {
    endpoint: Option<Endpoint>,
}

#[derive(Deserialize)]
struct Endpoint {
    #[serde(rename = "type")]
    kind: Option<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    name: String,
}

/// Reads a list, in its order.
pub fn parse(bytes: &[u8]) -> Result<Vec<Listed>, ListError> {
    if bytes.len() > BYTES_MAX {
        return Err(ListError::TooLarge);
    }
    let entries: Vec<Entry> = serde_json::from_slice(bytes)?;
    Ok(entries.into_iter().map(listed).collect())
}

fn listed(entry: Entry) -> Listed {
    let is_ocm = |service: &Service| {
        let kind = service.endpoint.as_ref().and_then(|end| end.kind.as_ref());
        kind.is_some_and(|kind| kind.name == "OCM")
    };
    let provider = if !entry.services.iter().any(is_ocm) {
        Err(Unusable::NoOcm)
    } else if entry
        .domain
        .contains(['*', '(', '[', '|', '^', '$', '+', '\\'])
    {
        Err(Unusable::Pattern)
    } else {
        Provider::parse(&entry.domain).map_err(|_| Unusable::NotAName)
    };
    Listed {
        domain: entry.domain,
        provider,
    }
}

/// The list with one entry that other administrators need for this server; `base_url` is its public origin.
pub fn entry_for(provider: &Provider, base_url: &str, name: &str) -> Json {
    let port = provider.port().unwrap_or(443);
    json!([{
        "name": name,
        "full_name": name,
        "organization": name,
        "domain": provider.as_str(),
        "homepage": base_url,
        "services": [{
            "endpoint": {
                "type": { "name": "OCM", "description": "Open Cloud Mesh" },
                "name": "OCM",
                "path": format!("{base_url}/ocm/"),
                "is_monitored": false,
            },
            "api_version": "0.0.1",
            "host": format!("{}:{port}", provider.host()),
        }],
    }])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_ocm(domain: &str) -> String {
        format!(
            r#"{{"domain":"{domain}","services":[{{"endpoint":{{"type":{{"name":"OCM"}}}}}}]}}"#
        )
    }

    fn only(entry: &str) -> Result<String, Unusable> {
        let list = parse(format!("[{entry}]").as_bytes()).unwrap();
        list[0].provider.clone().map(|one| one.to_string())
    }

    #[test]
    fn names_are_read_canonically_and_ports_survive() {
        assert_eq!(
            only(&with_ocm("Cat.Example.org")),
            Ok("cat.example.org".into())
        );
        assert_eq!(
            only(&with_ocm("cat.example.org:8443")),
            Ok("cat.example.org:8443".into())
        );
        assert_eq!(
            only(&with_ocm("https://cat.example.org/")),
            Ok("cat.example.org".into())
        );
    }

    #[test]
    fn patterns_and_other_services_are_not_taken_for_names() {
        for pattern in ["*.example.org", "(cat|dog).example.org", "cat.example.org$"] {
            assert_eq!(
                only(&with_ocm(pattern)),
                Err(Unusable::Pattern),
                "{pattern}"
            );
        }
        assert_eq!(only(&with_ocm("")), Err(Unusable::NotAName));
        let webdav =
            r#"{"domain":"cat.example.org","services":[{"endpoint":{"type":{"name":"Webdav"}}}]}"#;
        assert_eq!(only(webdav), Err(Unusable::NoOcm));
    }

    #[test]
    fn what_we_write_for_others_we_can_read_ourselves() {
        let provider = Provider::parse("cat.example.org:8443").unwrap();
        let entry = entry_for(&provider, "https://cat.example.org:8443", "Cat");
        let list = parse(entry.to_string().as_bytes()).unwrap();
        assert_eq!(list[0].provider, Ok(provider));
        assert_eq!(entry[0]["services"][0]["host"], "cat.example.org:8443");
        assert_eq!(
            entry[0]["services"][0]["endpoint"]["path"],
            "https://cat.example.org:8443/ocm/"
        );
    }

    #[test]
    fn a_file_of_another_kind_is_an_error_with_a_reason() {
        for text in ["", "{}", "[1]", "{\"domain\":1}"] {
            let error = parse(text.as_bytes()).unwrap_err().to_string();
            assert!(
                error.starts_with("it is not an ocmproviders.json: "),
                "{error}"
            );
        }
        assert!(matches!(
            parse(&vec![b' '; BYTES_MAX + 1]),
            Err(ListError::TooLarge)
        ));
    }
}
