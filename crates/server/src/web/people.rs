//! A person as lists show them: never a name alone, always with their server, since names repeat.

use std::collections::HashMap;
use std::fmt;

use askama::filters::HtmlSafe;
use symbolon_store::connections::Connection;
use symbolon_store::connections::listing::AcceptedBy;

use super::when::When;
use super::words::{Markup, Words};

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
    pub(super) fn new(connection: &Connection) -> Self {
        let contact = &connection.contact;
        // Whoever is only known from another server's list has no name.
        let named = !contact.name.is_empty();
        let name = if named {
            &contact.name
        } else {
            contact.remote.verbatim()
        };
        Self {
            name: name.to_owned(),
            nickname: connection.nickname.clone(),
            avatar: Avatar::new(
                connection.nickname.as_deref().unwrap_or(name),
                &connection.address().to_string(),
            ),
            server: contact.provider.to_string(),
            email: contact.given_email().map(str::to_owned),
            account: None,
        }
    }

    /// What to call them in a sentence: the way the visitor calls them.
    pub(super) fn called(&self) -> &str {
        self.nickname.as_deref().unwrap_or(&self.name)
    }

    /// What to call them where nothing but the words tells them apart, as on buttons that are read out.
    pub(super) fn told_apart(&self) -> String {
        match &self.account {
            Some(account) => format!("{} ({account})", self.called()),
            None => self.called().to_owned(),
        }
    }

    /// The people of a page. Two of the same name on the same server are shown with their accounts: their e-mail addresses are
    /// what they say themselves.
    pub(super) fn all<'a>(connections: impl IntoIterator<Item = &'a Connection>) -> Vec<Self> {
        let connections: Vec<_> = connections.into_iter().collect();
        let mut people: Vec<Self> = connections.iter().map(|one| Self::new(one)).collect();
        let mut seen: HashMap<_, u32> = HashMap::new();
        for one in &people {
            *seen.entry(one.looks()).or_default() += 1;
        }
        let alike: Vec<bool> = people.iter().map(|one| seen[&one.looks()] > 1).collect();
        for ((one, alike), connection) in people.iter_mut().zip(alike).zip(connections) {
            let account = connection.contact.remote.verbatim();
            one.account = alike.then(|| account.to_owned());
        }
        people
    }

    fn looks(&self) -> (String, String) {
        (self.called().to_lowercase(), self.server.clone())
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
    pub(super) fn all(words: Words, accepted: &[AcceptedBy]) -> Vec<Self> {
        let on_record = accepted.iter().filter_map(|one| one.connection.clone());
        let on_record: Vec<_> = on_record.collect();
        let mut people = Who::all(&on_record).into_iter().zip(&on_record);
        let guest = |one: &AcceptedBy| {
            let known = one.connection.as_ref().and_then(|_| people.next());
            Self {
                known: known.map(|(who, connection)| (connection.id.to_string(), who)),
                server: one.provider.to_string(),
                at: When { at: one.at, words },
            }
        };
        accepted.iter().map(guest).collect()
    }

    /// Who they are, in a line.
    pub(super) fn line(&self, words: Words) -> Markup {
        match &self.known {
            Some((_, who)) => Markup::person(who.called(), &self.server),
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
    fn two_people_who_look_alike_are_shown_with_their_accounts() {
        let carol = crate::export::carol(None);
        let mut other = carol.clone();
        other.contact.remote =
            symbolon_proto::identity::RemoteId::new("c2", &carol.contact.provider).unwrap();
        let accounts = |people: &[Connection]| {
            let people = Who::all(people).into_iter();
            people.map(|who| who.account).collect::<Vec<_>>()
        };
        let both = [Some("carol".to_owned()), Some("c2".to_owned())];
        assert_eq!(accounts(&[carol.clone(), other.clone()]), both);
        other.contact.email = "other@example.org".to_owned();
        assert_eq!(
            accounts(&[carol.clone(), other.clone()]),
            both,
            "anybody may say so"
        );
        other.nickname = Some("Boss".to_owned());
        assert_eq!(
            accounts(&[carol, other]),
            [None, None],
            "the nickname tells"
        );
    }

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
