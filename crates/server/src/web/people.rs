//! A person as lists show them: never a name alone, always with their server, since names repeat.

use symbolon_store::connections::Contact;
use symbolon_store::invites::AcceptedBy;

use super::when::When;
use super::words::Words;

/// Somebody at the other end.
pub(super) struct Who {
    pub(super) name: String,
    pub(super) initial: String,
    pub(super) server: String,
    /// `None` where their server gave none, or only one that is made of their account's identifier.
    pub(super) email: Option<String>,
}

impl Who {
    pub(super) fn new(contact: &Contact) -> Self {
        let made_up = contact.email.split('@').next() == Some(contact.remote.verbatim());
        let email = Some(contact.email.clone()).filter(|email| !email.is_empty() && !made_up);
        // Whoever is only known from another server's list has no name.
        let named = !contact.name.is_empty();
        let name = if named {
            &contact.name
        } else {
            contact.remote.verbatim()
        };
        Self {
            name: name.to_owned(),
            initial: initial(name),
            server: contact.provider.to_string(),
            email,
        }
    }

    #[cfg(test)]
    pub(super) fn sample(text: &str) -> Self {
        Self {
            name: format!("Carol {text}"),
            initial: "C".to_owned(),
            server: "dog.example.org".to_owned(),
            email: Some(format!("carol@example.org{text}")),
        }
    }
}

/// Somebody who accepted an invitation.
pub(super) struct Guest {
    pub(super) name: String,
    pub(super) initial: String,
    pub(super) server: String,
    pub(super) at: When,
}

impl Guest {
    pub(super) fn new(words: Words, accepted: &AcceptedBy) -> Self {
        let name = [&accepted.name, &accepted.remote_user_id]
            .into_iter()
            .find(|text| !text.is_empty());
        let name = name.map_or_else(|| words.say("somebody").to_string(), Clone::clone);
        Self {
            initial: initial(&name),
            name,
            server: accepted.provider.clone(),
            at: When {
                at: accepted.at,
                words,
            },
        }
    }
}

/// The letter in place of a picture.
fn initial(name: &str) -> String {
    let letter = name.chars().find(|c| c.is_alphanumeric()).unwrap_or('·');
    letter.to_uppercase().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letter_of_a_name_is_its_first_letter_in_any_script() {
        assert_eq!(initial(" émile"), "É");
        assert_eq!(initial("王小明"), "王");
        assert_eq!(initial("—"), "·");
    }
}
