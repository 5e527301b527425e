//! Names of servers and people, and the ids and languages beside them.

use symbolon_core::Id;
use symbolon_proto::address::{OcmAddress, Provider};
use symbolon_proto::identity::RemoteId;
use symbolon_proto::language::Language;
use symbolon_proto::limits;
use symbolon_proto::signature::key_authority;
use symbolon_proto::text::{check_text, clean_name};
use url::Url;

use super::cat;

pub(crate) fn play(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(provider) = Provider::parse(&text) {
        is_one_server(&provider);
    }
    if let Ok(address) = OcmAddress::parse(&text) {
        is_one_server(&address.provider);
        assert_eq!(OcmAddress::parse(&address.to_string()), Ok(address));
    }
    if let Ok(person) = RemoteId::new(&text, &cat()) {
        is_one_person(&person);
    }
    if let Some(authority) = key_authority(&text) {
        let again = key_authority(&format!("{authority}#key1"));
        // A port that is not that of https stands for itself; that of http goes with its scheme.
        assert!(again.is_some(), "{authority}");
    }
    if let Some(id) = Id::parse(&text)
        && let Some(bits) = id.bits()
    {
        assert_eq!(Id::from_bits(bits), id);
    }
    let name = clean_name(&text);
    assert_eq!(clean_name(&name), name);
    assert!(check_text(&name, limits::NAME_CHARS).is_ok(), "{name:?}");
    let _: Option<Language> = Language::parse(&text).or_else(|| Language::wished(&text));
}

/// A canonical name is its own canonical name, in every spelling that means the same, and names exactly one host.
fn is_one_server(provider: &Provider) {
    let name = provider.as_str();
    assert!(
        name.is_ascii() && name == name.to_ascii_lowercase(),
        "{name}"
    );
    assert!(
        !name.contains(['/', '@', '\\', '?', '#', '%', ' ']),
        "{name}"
    );
    assert!(name.len() <= limits::PROVIDER_BYTES, "{name}");
    for spelling in [
        name.to_owned(),
        name.to_ascii_uppercase(),
        format!("https://{name}/"),
        format!(" {name}\n"),
    ] {
        assert_eq!(Provider::parse(&spelling).as_ref(), Ok(provider));
    }
    let whole = match provider.port() {
        Some(port) => format!("{}:{port}", provider.host()),
        None => provider.host().to_owned(),
    };
    assert_eq!(whole, name);
    let url = Url::parse(&format!("https://{name}/")).expect("a server has an address");
    assert_eq!(url.host_str(), Some(provider.host()));
    assert_eq!(url.port(), provider.port());
    assert!(url.username().is_empty() && url.password().is_none() && url.path() == "/");
    let _: bool = provider.is_loopback_name();
}

/// Whoever is recognised is recognised by that, and by that with their server behind it.
fn is_one_person(person: &RemoteId) {
    let subject = person.subject();
    for spelling in [subject.to_owned(), format!("{subject}@cat.example.org")] {
        if let Ok(again) = RemoteId::new(&spelling, &cat()) {
            assert_eq!(again.subject(), subject, "{spelling}");
        }
    }
}
