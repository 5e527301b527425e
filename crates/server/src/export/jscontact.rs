//! Contacts as cards of JSContact (RFC 9553), with the address for sharing in the property that the draft registers
//! (draft-ietf-ocm-open-cloud-mesh-05, "JSContact Properties Registry").

use serde_json::{Value, json};
use symbolon_store::connections::Connection;

use super::time;

/// The draft's property: a map of addresses by arbitrary keys.
pub(super) const PROPERTY: &str = "ietf.org:ocmAddresses";

/// One person.
pub(super) fn card(one: &Connection) -> Value {
    let contact = &one.contact;
    let mut card = json!({
        "@type": "Card",
        "version": "1.0",
        "uid": one.id,
        "kind": "individual",
        "created": time(one.connected_at),
        "name": { "full": name(one) },
    });
    if let Some(nickname) = &one.nickname {
        card["nicknames"] = json!({ "own": { "name": nickname } });
    }
    if let Some(email) = contact.given_email() {
        card["emails"] = json!({ "given": { "address": email } });
    }
    card[PROPERTY] = addresses(one);
    card
}

/// The value of [`PROPERTY`].
pub(super) fn addresses(one: &Connection) -> Value {
    let address = one.address().to_string();
    json!({ "primary": { "@type": "ocmAddress", "address": address, "source": "invite" } })
}

/// What to call somebody; whoever has no name, by their account.
pub(super) fn name(one: &Connection) -> &str {
    match one.contact.name.as_str() {
        "" => one.contact.remote.verbatim(),
        name => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::carol;

    #[test]
    fn a_card_has_what_rfc_9553_demands_and_the_property_of_the_draft() {
        let expected = json!({
            "@type": "Card",
            "version": "1.0",
            "uid": carol(None).id,
            "kind": "individual",
            "created": "2026-11-24T12:00:00Z",
            "name": { "full": "Lindqvist, Carol; \\ the second" },
            "nicknames": { "own": { "name": "Boss" } },
            "emails": { "given": { "address": "carol.lindqvist@example.org" } },
            "ietf.org:ocmAddresses": {
                "primary": { "@type": "ocmAddress", "address": "carol@dog.example.org", "source": "invite" },
            },
        });
        assert_eq!(card(&carol(Some("Boss"))), expected);
    }

    #[test]
    fn a_card_leaves_out_what_nobody_gave() {
        let mut one = carol(None);
        one.contact.name = String::new();
        one.contact.email = "carol@dog.example.org".to_owned();
        let card = card(&one);
        assert_eq!(card["name"]["full"], "carol");
        assert!(card.get("emails").is_none() && card.get("nicknames").is_none());
    }
}
