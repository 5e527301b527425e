//! `docs/peers.md`: what the doubles and this server did with each other, as a document.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::net::Way;
use super::rows::Row;
use super::scenarios::{Scenario, Seen};

/// How the document is written anew.
pub const AGAIN: &str =
    "SYMBOLON_WRITE_DOCS=1 cargo test -p symbolon-sim --test peers docs_peers_md_is_current";

/// One product with everything that was tried.
pub struct Tried {
    /// The product.
    pub row: &'static Row,
    /// In the order of [`Scenario::ALL`]; `None` where the product has no way to.
    pub seen: Vec<(Scenario, Option<Seen>)>,
}

impl Tried {
    /// What came of one of them.
    pub fn seen(&self, scenario: Scenario) -> Option<&Seen> {
        let mut all = self.seen.iter();
        let found = all.find(|(one, _)| *one == scenario);
        found.and_then(|(_, seen)| seen.as_ref())
    }
}

/// The whole document.
pub fn document(all: &[Tried]) -> String {
    let mut text = format!("{HEAD}\nTo write this page again after a change: `{AGAIN}`.\n\n");
    matrix(&mut text, all);
    text.push_str(WORDS);
    for tried in all {
        product(&mut text, tried);
    }
    text
}

const HEAD: &str = "# Servers in use

What happens between Symbolon and the servers that people run, in both directions: whoever invites, deletes, tries again,
or loses an answer. Carol has her account on Symbolon, Bob on the other server.

This page is generated from test results. Each server is a double (`crates/sim/src/doubles`): a small program that
answers and asks as the named product does, according to its source and to what was seen of it running. Symbolon is the
real one: its router, its database, its deliveries. The page is compared with the results by
`crates/sim/tests/peers`, which also holds Symbolon to its promises towards each of them: whoever is connected on one side
only is told so, a disconnect is final here whatever the other server answers, connecting again works wherever the other server
lets it, one person is one connection in every spelling, ports survive, and no request of ours is one that the other server
was not made for. Two things cannot be had from here: Nextcloud names itself without its port, so that one on another port
than 443 is not found again; and where CERNBox drops the issuer of people who log in elsewhere, a person of before and of
after that look like two.
";

const WORDS: &str = "
- *both*: both lists show the two as connected. *here only*, *there only*: one of them does, and Carol can read it.
- `confirmed`, `unconfirmed`, `not_understood`: what Carol reads about her disconnect. It is final for her in each case.
- *not told*: the other server tells nobody of a deletion. Carol's list goes on showing Bob, and says that his server does
  not tell.
- *cancelled*: Carol reads that, and, if something had come of it that was undone, what became of telling the other side.
- *error there*: both are connected, and Bob is shown an error all the same.
- –: the product has no way to do this.
- Words in `code` are explained in [errors.md](errors.md).

In the tables below, → is a message to the other server and ← one to Symbolon, each with the status of its answer. Only
the messages of the last step are shown.
";

/// Held to by `connecting_again_works_or_following_the_advice_does`.
const NOBODY_IS_REMOVED: &str = "
`listed_there`: Bob cannot do what Carol is told to ask of him, since nobody is ever removed from a list there.
Whoever runs that server can: it keeps its list in memory alone, so that it is empty once the server has been started
anew, and then an invitation of Bob's connects both. Until then nothing is half connected here: Carol's list does not
show Bob as connected, and he gets nothing of hers.
";

fn matrix(text: &mut String, all: &[Tried]) {
    text.push_str(
        "| server | they invite, we accept | we invite, they accept | delete here | delete there \
         | again after deleting here: theirs same, new; ours same, new | again after deleting there: the same four \
         | lost answer: to us; to us, and Carol cancels; to us, and the invitation ends; to them \
         | unknown, expired, used: theirs | ours |\n|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for tried in all {
        let cell = |scenario| tried.seen(scenario).map_or_else(|| "–".to_owned(), short);
        let cells = |all: &[Scenario]| {
            let all: Vec<String> = all.iter().map(|one| cell(*one)).collect();
            all.join("; ")
        };
        let told = |scenario| match tried.seen(scenario) {
            None => "–".to_owned(),
            Some(seen) if seen.here => "not told".to_owned(),
            Some(seen) if seen.carol == "disconnected" => "told".to_owned(),
            Some(seen) => seen.carol.replace("disconnected, ", ""),
        };
        let row = [
            tried.row.name.to_owned(),
            cell(Scenario::TheyInvite),
            cell(Scenario::WeInvite),
            told(Scenario::DeleteHere),
            told(Scenario::DeleteThere),
            cells(&[
                Scenario::DeleteHereSame,
                Scenario::DeleteHereNew,
                Scenario::DeleteHereTheySame,
                Scenario::DeleteHereTheyNew,
            ]),
            cells(&[
                Scenario::DeleteThereSame,
                Scenario::DeleteThereNew,
                Scenario::DeleteThereTheySame,
                Scenario::DeleteThereTheyNew,
            ]),
            cells(&[
                Scenario::LostAnswer,
                Scenario::LostAnswerCancelled,
                Scenario::LostAnswerExpired,
                Scenario::LostAnswerThere,
            ]),
            cells(&[Scenario::Unknown, Scenario::Expired, Scenario::Used]),
            cells(&[
                Scenario::UnknownThere,
                Scenario::ExpiredThere,
                Scenario::UsedThere,
            ]),
        ];
        line(text, &row);
    }
}

/// What came of it, in a few words.
fn short(seen: &Seen) -> String {
    let code = seen.code.as_deref().filter(|code| *code != "connected");
    let code = code.map(|code| match code {
        "cancelled" => "cancelled".to_owned(),
        code => format!("`{code}`"),
    });
    let bob = || {
        let last = seen.bob.rsplit("; then ").next().unwrap_or_default();
        let code = last.split_once("`:").map(|(code, _)| format!("{code}`"));
        code.unwrap_or_else(|| last.to_owned())
    };
    let said = code.unwrap_or_else(bob);
    let place = match (seen.here, seen.there) {
        (true, true) if is_error(&seen.bob) => return "both, error there".to_owned(),
        (true, true) => return "both".to_owned(),
        (true, false) => "here only",
        (false, true) => "there only",
        (false, false) => return said,
    };
    match said.is_empty() {
        true => place.to_owned(),
        false => format!("{place}, {said}"),
    }
}

/// Whether the last thing that Bob is shown is an error.
fn is_error(shown: &str) -> bool {
    let last = shown.rsplit("; then ").next().unwrap_or_default();
    last.starts_with(['4', '5']) || last.starts_with('`')
}

fn product(text: &mut String, tried: &Tried) {
    let row = tried.row;
    _ = write!(
        text,
        "\n## {}\n\nKnown: {}. Signed: what comes from Symbolon with {}, what comes from there with {}.\n\n",
        row.name,
        row.known.words(),
        ways(tried, |seen| &seen.ours),
        ways(tried, |seen| &seen.theirs),
    );
    text.push_str("| what they do | messages | Carol is told | Bob is shown | connected |\n|---|---|---|---|---|\n");
    for (scenario, seen) in &tried.seen {
        let Some(seen) = seen else {
            let none = "–".to_owned();
            line(
                text,
                &[
                    scenario.title().to_owned(),
                    none.clone(),
                    none.clone(),
                    none.clone(),
                    none,
                ],
            );
            continue;
        };
        let connected = match (seen.here, seen.there) {
            (true, true) => "both",
            (true, false) => "here only",
            (false, true) => "there only",
            (false, false) => "neither",
        };
        let row = [
            scenario.title().to_owned(),
            seen.between.join(", "),
            seen.carol.clone(),
            seen.bob.clone(),
            connected.to_owned(),
        ];
        line(text, &row);
    }
    if nobody_is_removed(tried) {
        text.push_str(NOBODY_IS_REMOVED);
    }
}

/// Whether Carol is told to have herself removed where Bob has no way to remove anybody.
fn nobody_is_removed(tried: &Tried) -> bool {
    let mut seen = tried.seen.iter().filter_map(|(_, seen)| seen.as_ref());
    let told = seen.any(|seen| seen.code.as_deref() == Some("listed_there"));
    told && tried.seen(Scenario::DeleteThere).is_none()
}

/// In which ways messages were signed.
fn ways(tried: &Tried, of: impl Fn(&Seen) -> &Vec<Way>) -> String {
    let seen = tried.seen.iter().filter_map(|(_, seen)| seen.as_ref());
    let all: BTreeSet<Way> = seen.flat_map(|seen| of(seen).clone()).collect();
    match all.is_empty() {
        true => "nothing, since there is none".to_owned(),
        false => {
            let words: Vec<&str> = all.into_iter().map(Way::words).collect();
            words.join(" or ")
        }
    }
}

fn line(text: &mut String, cells: &[String]) {
    _ = writeln!(text, "| {} |", cells.join(" | "));
}
