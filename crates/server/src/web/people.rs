//! A person as lists show them: never a name alone, always with their server, since names repeat.

use std::collections::HashSet;
use std::fmt;

use askama::filters::HtmlSafe;
use symbolon_core::ConnectionId;
use symbolon_proto::problem::Problem;
use symbolon_store::connections::Connection;
use symbolon_store::connections::listing::AcceptedBy;

use super::when::When;
use super::words::{Markup, Words};
use crate::actions::connections;
use crate::app::App;

/// Somebody at the other end.
pub(super) struct Who {
    pub(super) name: String,
    /// What the visitor calls them.
    pub(super) nickname: Option<String>,
    pub(super) avatar: Avatar,
    pub(super) server: String,
    /// `None` where their server gave none, or only one that is made of their account's identifier.
    pub(super) email: Option<String>,
    /// The identifier of their account, where nothing else tells two people apart.
    pub(super) account: Option<String>,
}

impl Who {
    /// With their account if they have a namesake: their e-mail address is what they say themselves.
    pub(super) fn new(connection: &Connection, namesakes: &HashSet<ConnectionId>) -> Self {
        let contact = &connection.contact;
        let account = contact.remote.verbatim();
        Self {
            name: connection.name().to_owned(),
            nickname: connection.nickname.clone(),
            avatar: Avatar::new(connection.called(), &connection.address().to_string()),
            server: contact.provider.to_string(),
            email: contact.given_email().map(str::to_owned),
            account: namesakes
                .contains(&connection.id)
                .then(|| account.to_owned()),
        }
    }

    /// The other person of one connection.
    pub(super) async fn of(app: &App, connection: &Connection) -> Result<Self, Problem> {
        let namesakes = connections::namesakes(app, [connection]).await?;
        Ok(Self::new(connection, &namesakes))
    }

    /// The way the visitor calls them.
    pub(super) fn called(&self) -> &str {
        self.nickname.as_deref().unwrap_or(&self.name)
    }

    /// What to call them where nothing but the words tells them apart, as in sentences, and on buttons that are read out.
    pub(super) fn told_apart(&self) -> String {
        match &self.account {
            Some(account) => format!("{} ({account})", self.called()),
            None => self.called().to_owned(),
        }
    }

    /// What stands in brackets behind their name: their server, or their address where that does not tell them apart.
    pub(super) fn place(&self) -> String {
        match &self.account {
            Some(account) => format!("{account}@{}", self.server),
            None => self.server.clone(),
        }
    }

    #[cfg(test)]
    pub(super) fn sample(text: &str) -> Self {
        Self {
            name: format!("Carol {text}"),
            nickname: Some(format!("Boss {text}")),
            avatar: Avatar::new("Carol Lindqvist", "carol@dog.example.org"),
            server: "dog.example.org".to_owned(),
            email: Some(format!("carol@example.org{text}")),
            account: Some(format!("carol{text}")),
        }
    }
}

/// In place of a picture: the first letters of the name, within a ring and in a tint that come of the address. So two people
/// of one name look different, and the same person looks the same on every page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Avatar {
    letters: String,
    marks: u32,
}

/// Tints in `assets/style.css`.
const TINTS: u32 = 6;

/// Pieces of the ring.
const PIECES: u32 = 12;

impl Avatar {
    fn new(name: &str, address: &str) -> Self {
        // FNV-1a: nothing depends on it but looks.
        let marks = address.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        Self {
            letters: initials(name),
            marks,
        }
    }

    /// The ring as lengths of strokes and gaps, beginning with a stroke.
    fn dashes(&self) -> String {
        let mut lengths = vec![0_u32];
        let mut drawn = true;
        for piece in 0..PIECES {
            if (self.marks >> (8 + piece) & 1 == 1) != drawn {
                drawn = !drawn;
                lengths.push(0);
            }
            if let Some(last) = lengths.last_mut() {
                *last += 1;
            }
        }
        let lengths: Vec<_> = lengths.iter().map(u32::to_string).collect();
        lengths.join(" ")
    }
}

impl HtmlSafe for Avatar {}

impl fmt::Display for Avatar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "<svg class=\"avatar tint{}\" viewBox=\"0 0 40 40\" aria-hidden=\"true\"><circle class=\"face\" cx=\"20\" \
             cy=\"20\" r=\"16\"/><circle class=\"ring\" cx=\"20\" cy=\"20\" r=\"18.5\" pathLength=\"{PIECES}\" \
             stroke-dasharray=\"{}\"/><text x=\"20\" y=\"20\">{}</text></svg>",
            self.marks % TINTS,
            self.dashes(),
            Markup::escaped(&self.letters),
        )
    }
}

/// Somebody who accepted an invitation.
pub(super) struct Guest {
    /// Their connection and who they are, if it is still on record.
    pub(super) known: Option<(String, Who)>,
    pub(super) server: String,
    pub(super) at: When,
}

impl Guest {
    /// The connections of these, as far as they are on record.
    pub(super) fn on_record(accepted: &[AcceptedBy]) -> Vec<&Connection> {
        let accepted = accepted.iter();
        accepted.filter_map(|one| one.connection.as_ref()).collect()
    }

    pub(super) fn new(words: Words, one: &AcceptedBy, namesakes: &HashSet<ConnectionId>) -> Self {
        let known = one.connection.as_ref();
        Self {
            known: known.map(|one| (one.id.to_string(), Who::new(one, namesakes))),
            server: one.provider.to_string(),
            at: When { at: one.at, words },
        }
    }

    /// Who they are, in a line.
    pub(super) fn line(&self, words: Words) -> Markup {
        match &self.known {
            Some((_, who)) => Markup::person(who.called(), &who.place()),
            None => Markup::person(&words.say("somebody").to_string(), &self.server),
        }
    }
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let (first, last) = (words.next().unwrap_or_default(), words.next_back());
    let mut letters = initial(first);
    if let Some(letter) = last.and_then(|word| word.chars().find(|c| c.is_alphanumeric())) {
        letters.extend(letter.to_uppercase());
    }
    letters
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
    fn the_letters_of_a_name_are_those_of_its_first_and_last_word() {
        for (name, letters) in [
            ("Carol Lindqvist", "CL"),
            ("émile de la tour", "ÉT"),
            ("王小明", "王"),
            ("carol", "C"),
            ("Carol —", "C"),
            ("", "·"),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
    }

    #[test]
    fn two_people_of_one_name_look_different_and_one_person_always_the_same() {
        let of = |address: &str| Avatar::new("Carol", address).to_string();
        assert_eq!(of("carol@dog.example.org"), of("carol@dog.example.org"));
        let servers = (0..50).map(|server| of(&format!("carol@s{server}.example.org")));
        let looks: std::collections::HashSet<_> = servers.collect();
        assert!(looks.len() > 48, "{}", looks.len());
    }

    #[test]
    fn the_ring_is_as_long_as_it_has_pieces_and_begins_with_a_stroke() {
        for marks in [0, u32::MAX, 0b1010 << 8, 0b0101 << 8] {
            let letters = String::new();
            let dashes = Avatar { letters, marks }.dashes();
            let lengths: Vec<u32> = dashes.split(' ').map(|it| it.parse().unwrap()).collect();
            assert_eq!(lengths.iter().sum::<u32>(), PIECES, "{dashes}");
            assert_eq!(lengths[0] > 0, marks >> 8 & 1 == 1, "{dashes}");
        }
    }

    #[test]
    fn the_letter_of_a_name_is_its_first_letter_in_any_script() {
        assert_eq!(initial(" émile"), "É");
        assert_eq!(initial("王小明"), "王");
        assert_eq!(initial("—"), "·");
    }
}
