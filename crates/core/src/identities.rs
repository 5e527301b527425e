//! Whom a provider of identities (OpenID Connect) lets in, as what, and under which name.
//!
//! Somebody is known by what the provider calls them (`iss` and `sub`), and by nothing else: names and addresses change
//! hands, and whoever has one of them could take over an account.

/// Longest log-in name in characters.
pub const LOGIN_CHARS: usize = 64;

/// What a name may grow by when it is taken.
const NUMBER_CHARS: usize = 4;

/// What the administrators of this server have settled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Who is in one of these manages this server. If it is empty, the provider has no say in that.
    pub admin_groups: Vec<String>,
    /// Only who is in one of these comes in; everybody if it is empty.
    pub allowed_groups: Vec<String>,
    /// Somebody who has no account gets one.
    pub create_accounts: bool,
}

/// Longest name of a person at a provider (OpenID Connect Core §2), in bytes.
const SUBJECT_BYTES: usize = 255;

/// Whether a text can be what a provider calls somebody for good: the claim `sub`.
pub fn subject_is_plain(subject: &str) -> bool {
    let plain = subject.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
    plain && subject.trim() == subject && (1..=SUBJECT_BYTES).contains(&subject.len())
}

/// What the groups of somebody make of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// They may come in.
    pub allowed: bool,
    /// They manage this server, or do not; `None`: it stays as it is.
    pub admin: Option<bool>,
}

impl Rules {
    /// What groups make of somebody. Group names are compared as they are: providers tell apart `Staff` and `staff`.
    pub fn standing(&self, groups: &[String]) -> Standing {
        let any = |of: &[String]| of.iter().any(|name| groups.contains(name));
        let admin = (!self.admin_groups.is_empty()).then(|| any(&self.admin_groups));
        let admitted = self.allowed_groups.is_empty() || any(&self.allowed_groups);
        let allowed = admitted || admin == Some(true);
        Standing { allowed, admin }
    }
}

/// The log-in name for what a provider calls somebody: lower case, and only what such names have; anything else becomes a
/// hyphen. `None` if nothing is left.
pub fn login_name(text: &str) -> Option<String> {
    let mut name = String::new();
    for c in text.trim().to_lowercase().chars() {
        let plain = c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_@".contains(c);
        let c = if plain { c } else { '-' };
        if !(c == '-' && name.ends_with('-')) {
            name.push(c);
        }
    }
    let begins = |c: char| c.is_ascii_alphanumeric();
    let name = name.trim_start_matches(|c| !begins(c));
    // All of it is ASCII by now.
    let name = &name[..name.len().min(LOGIN_CHARS - NUMBER_CHARS)];
    let name = name.trim_end_matches('-');
    (!name.is_empty()).then(|| name.to_owned())
}

/// The names that are tried one after the other when somebody else has the first: `bob`, `bob-2` and so on.
pub fn login_names(first: &str) -> impl Iterator<Item = String> {
    let more = (2..=999).map(move |number| format!("{first}-{number}"));
    std::iter::once(first.to_owned()).chain(more)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn groups_say_who_comes_in_and_who_looks_after_the_server() {
        let rules = Rules {
            admin_groups: groups(&["it"]),
            allowed_groups: groups(&["staff"]),
            create_accounts: false,
        };
        for (of, allowed, admin) in [
            (&["staff"][..], true, false),
            (&["staff", "it"], true, true),
            (&["it"], true, true),
            (&["students", "IT"], false, false),
            (&[], false, false),
        ] {
            let standing = rules.standing(&groups(of));
            let admin = Some(admin);
            assert_eq!(standing, Standing { allowed, admin }, "{of:?}");
        }
    }

    #[test]
    fn without_groups_in_the_settings_everybody_comes_in_and_roles_stay() {
        let standing = Rules::default().standing(&groups(&["it"]));
        assert!(standing.allowed);
        assert_eq!(standing.admin, None);
    }

    #[test]
    fn log_in_names_are_clean_whatever_a_provider_calls_somebody() {
        for (text, name) in [
            ("bob", Some("bob")),
            ("Bob@Cat.example.org", Some("bob@cat.example.org")),
            (" Bob  Bauer ", Some("bob-bauer")),
            ("bjørn", Some("bj-rn")),
            ("CAT\\bob", Some("cat-bob")),
            ("~bob", Some("bob")),
            ("-._@", None),
            ("鲍勃", None),
            ("", None),
        ] {
            assert_eq!(login_name(text).as_deref(), name, "{text:?}");
        }
        let long = login_name(&"ß".repeat(500));
        assert_eq!(long, None);
        let long = login_name(&"b".repeat(500)).unwrap();
        let last = login_names(&long).last().unwrap();
        assert_eq!(last.len(), LOGIN_CHARS);
        assert_eq!(login_names("bob").nth(1).as_deref(), Some("bob-2"));
    }
}
