//! The demands of the draft, in its order. A rule looks at what was seen and at nothing else.

mod capabilities;
mod discovery;
mod fields;
mod invitations;
mod keys;
mod resources;
mod shape;
mod unseen;

pub use fields::{Complaint, Field, fields};

use super::{Demand, Seen, Verdict};

/// Where the draft says what a description consists of.
const FIELDS: &str = "OCM API Discovery, Fields";

/// One demand.
pub(super) struct Rule {
    pub(super) id: &'static str,
    pub(super) section: &'static str,
    pub(super) demand: Demand,
    pub(super) says: &'static str,
    /// The member of the description that it is about; empty if it is about something else.
    pub(super) about: &'static str,
    pub(super) judge: fn(&Seen) -> Verdict,
}

/// Every rule, in the order of the draft.
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    let rooms = [
        invitations::RULES,
        discovery::RULES,
        resources::RULES,
        capabilities::RULES,
        keys::RULES,
        invitations::SIGNATURES,
        unseen::RULES,
    ];
    rooms.into_iter().flatten()
}

/// A demand about a member of the description.
macro_rules! rule {
    ($id:literal, $section:expr, $demand:ident, $about:literal, $says:literal, $judge:expr) => {
        Rule {
            id: $id,
            section: $section,
            demand: Demand::$demand,
            says: $says,
            about: $about,
            judge: $judge,
        }
    };
}
use rule;

#[cfg(test)]
/// Every rule about a member of the description, and every such member, for the tests of their words.
pub(crate) fn about_members() -> (Vec<&'static str>, Vec<&'static str>) {
    let rules = all().filter(|rule| !rule.about.is_empty());
    let members = fields::MEMBERS.iter().chain(&fields::OTHERS);
    (
        rules.map(|rule| rule.id).collect(),
        members.copied().collect(),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::fields::{MEMBERS, OTHERS};
    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_says_what_is_demanded() {
        let ids: BTreeSet<&str> = all().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), all().count());
        for rule in all() {
            assert!(rule.says.ends_with('.'), "{}", rule.id);
            assert!(!rule.section.is_empty(), "{}", rule.id);
            let known = MEMBERS
                .iter()
                .chain(&OTHERS)
                .any(|name| *name == rule.about);
            assert!(rule.about.is_empty() || known, "{}", rule.id);
        }
    }
}
