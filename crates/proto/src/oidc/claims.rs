//! What a provider says of somebody.

use serde_json::{Map, Value};

use crate::limits::{EMAIL_CHARS, NAME_CHARS};
use crate::text::{check_text, clean_line, is_email};

/// Most groups that are read.
const GROUPS_MAX: usize = 2_000;

/// Longest name of a group that is read, in bytes.
const GROUP_BYTES: usize = 512;

/// Members that somebody has vouched for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// From an object that was verified.
    pub fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// These, and those of `more` that are not among them.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        for (name, value) in more.0 {
            self.0.entry(name).or_insert(value);
        }
        self
    }

    /// The person's name there, which never changes hands (Core §2: at most 255 ASCII characters).
    pub fn subject(&self) -> Option<&str> {
        let subject = self.0.get("sub")?.as_str()?;
        let fits = (1..=255).contains(&subject.len());
        let plain = subject.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
        (fits && plain && subject.trim() == subject).then_some(subject)
    }

    /// Whether there is such a claim.
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// A claim that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.find(name)?.as_str()
    }

    /// A name for people, in one line.
    pub fn display_name(&self, name: &str) -> Option<String> {
        let line = clean_line(self.text(name)?, NAME_CHARS);
        let line = line.trim();
        let fits = !line.is_empty() && check_text(line, NAME_CHARS).is_ok();
        fits.then(|| line.to_owned())
    }

    /// An e-mail address, unless the provider says that nobody has verified it; some say so in a text.
    pub fn email(&self, name: &str) -> Option<String> {
        let email = self.text(name)?.trim();
        let fits = check_text(email, EMAIL_CHARS).is_ok() && is_email(email);
        (fits && !self.is_unverified()).then(|| email.to_owned())
    }

    /// Whether the provider says that nobody has verified the e-mail address.
    pub fn is_unverified(&self) -> bool {
        let verified = self.0.get("email_verified");
        verified.is_some_and(|said| *said != Value::Bool(true) && said.as_str() != Some("true"))
    }

    /// The groups of somebody: a list of texts, or one text. What is neither is left out.
    pub fn groups(&self, name: &str) -> Vec<String> {
        let one = |value: &Value| {
            let text = value.as_str()?;
            (text.len() <= GROUP_BYTES).then(|| text.to_owned())
        };
        match self.find(name) {
            Some(Value::Array(all)) => all.iter().filter_map(one).take(GROUPS_MAX).collect(),
            Some(value) => one(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// The member of that very name, or with dots in the name, a member of a member: `realm_access.roles`.
    fn find(&self, name: &str) -> Option<&Value> {
        let whole = self.0.get(name);
        let inside = || {
            let (first, rest) = name.split_once('.')?;
            let outer = self.0.get(first)?;
            rest.split('.')
                .try_fold(outer, |value, name| value.get(name))
        };
        whole.or_else(inside).filter(|value| !value.is_null())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(value: Value) -> Claims {
        match value {
            Value::Object(members) => Claims::new(members),
            _ => panic!("no object"),
        }
    }

    #[test]
    fn groups_are_a_list_or_a_text_at_any_depth() {
        let said = claims(json!({
            "groups": ["staff", 7, "it"],
            "group": "staff",
            "realm_access": { "roles": ["admin"] },
            "https://example.org/groups": ["a"],
            "none": null,
        }));
        assert_eq!(said.groups("groups"), ["staff", "it"]);
        assert_eq!(said.groups("group"), ["staff"]);
        assert_eq!(said.groups("realm_access.roles"), ["admin"]);
        assert_eq!(said.groups("https://example.org/groups"), ["a"]);
        for absent in ["none", "other", "realm_access.other", "group.a"] {
            assert!(
                said.groups(absent).is_empty() && !said.has(absent),
                "{absent}"
            );
        }
    }

    #[test]
    fn a_name_for_a_person_is_short_plain_ascii() {
        let subject = |value: Value| claims(json!({ "sub": value })).subject().map(str::to_owned);
        assert_eq!(subject(json!("a|b:c@d")).as_deref(), Some("a|b:c@d"));
        let long = "x".repeat(256);
        for wrong in [
            json!(""),
            json!(7),
            json!("ü"),
            json!("a\nb"),
            json!(" a"),
            json!(long),
        ] {
            assert_eq!(subject(wrong.clone()), None, "{wrong}");
        }
    }

    #[test]
    fn names_and_addresses_are_taken_only_if_they_could_be_typed_here() {
        let said = claims(
            json!({ "name": " Bob\u{202e}\nBauer ", "email": "bob@example.org", "nick": "  " }),
        );
        assert_eq!(said.display_name("name").as_deref(), Some("Bob Bauer"));
        assert_eq!(said.display_name("nick"), None);
        assert_eq!(said.email("email").as_deref(), Some("bob@example.org"));
        assert_eq!(said.email("name"), None);
        for (said, counts) in [
            (json!(false), false),
            (json!("false"), false),
            (json!(null), false),
            (json!("true"), true),
            (json!(true), true),
        ] {
            let all = json!({ "email": "bob@example.org", "email_verified": said });
            assert_eq!(claims(all).email("email").is_some(), counts, "{said}");
        }
    }

    #[test]
    fn what_was_signed_counts_more_than_what_was_asked_for_later() {
        let both = claims(json!({ "sub": "1", "name": "Bob" }))
            .and(claims(json!({ "name": "Eve", "groups": ["it"] })));
        assert_eq!(both.text("name"), Some("Bob"));
        assert_eq!(both.groups("groups"), ["it"]);
    }
}
