//! Every way in which a connection can stand, in the words and the looks of the list and of its own page.

use askama::Template;
use symbolon_core::Timestamp;
use symbolon_core::connections::{EndedBy, Phase};
use symbolon_core::sync::Found;
use symbolon_store::connections::{Connection, Told};

use super::connection::ConnectionPage;
use super::connections::ConnectionsPage;
use super::words::Words;

/// What stands there, and whether it is sure that the other side lists it as ended too.
type Seen = (&'static str, bool);

const TOLD: [Option<Told>; 6] = [
    None,
    Some(Told::Telling),
    Some(Told::Confirmed),
    Some(Told::Unconfirmed),
    Some(Told::NotUnderstood),
    Some(Told::CouldNot),
];

/// A person here disconnected. What is missing in the list above does not compile here.
fn after_telling(told: Option<Told>) -> Seen {
    match told {
        None | Some(Told::Confirmed) => ("disconnected, the other side has been told", true),
        Some(Told::Telling) => ("disconnected, their server is being told", false),
        Some(Told::Unconfirmed) => (
            "disconnected, told but not confirmed; they may still list you",
            false,
        ),
        Some(Told::NotUnderstood) => (
            "disconnected, their server does not understand and may still list you",
            false,
        ),
        Some(Told::CouldNot) => (
            "disconnected, their server cannot be told and may still list you",
            false,
        ),
    }
}

/// Somebody else ended it, or the servers did.
fn after_hearing(by: EndedBy) -> Option<Seen> {
    match by {
        EndedBy::Us => None,
        EndedBy::Them => Some(("disconnected by them", true)),
        EndedBy::Neither => Some((
            "disconnected, since the two servers no longer agreed; connect again by a fresh invitation",
            true,
        )),
    }
}

/// Comparing the two lists brought it to light.
fn after_comparing(found: Found) -> Seen {
    let words = match found {
        Found::EndedThere => {
            "was found disconnected on the other side, when the two servers compared their lists"
        }
        Found::EndedHere => {
            "disconnected by you earlier, which this server had forgotten; connect again by a fresh invitation"
        }
        Found::NotThere => {
            "disconnected, since their server no longer knows of it; connect again by a fresh invitation"
        }
        Found::NotHere => {
            "disconnected, since this server had no record of it; connect again by a fresh invitation"
        }
    };
    (words, true)
}

fn ended(by: EndedBy, told: Option<Told>, found: Option<Found>) -> Connection {
    let mut carol = crate::export::carol(None);
    carol.half.phase = Phase::Disconnected(by);
    carol.ended_at = Some(Timestamp::from_secs(1_795_521_600));
    carol.told = told;
    carol.found = found;
    carol
}

/// The line that tells how a connection stands, on both pages.
fn lines(connection: &Connection) -> [String; 2] {
    let words = Words::default();
    let list = ConnectionsPage::of(words, connection).render().unwrap();
    let page = ConnectionPage::of(words, connection).render().unwrap();
    [list, page].map(|page| {
        let mut lines = page.split("<p class=\"state").skip(1);
        let line = lines.next().unwrap().split("</p>").next().unwrap();
        assert!(lines.next().is_none(), "{page}");
        line.to_owned()
    })
}

#[test]
fn both_pages_tell_every_way_in_which_a_connection_can_have_ended_and_whether_it_is_sure() {
    let told = TOLD.map(|told| (ended(EndedBy::Us, told, None), after_telling(told)));
    let heard = [EndedBy::Them, EndedBy::Neither];
    let heard = heard.map(|by| (ended(by, None, None), after_hearing(by).unwrap()));
    let found = Found::ALL.map(|found| {
        let by = EndedBy::Neither;
        (ended(by, None, Some(found)), after_comparing(found))
    });
    for (connection, (words, sure)) in told.into_iter().chain(heard).chain(found) {
        for line in lines(&connection) {
            assert!(line.contains(&format!("<span>{words} · <time")), "{line}");
            let looks = if sure { " off\"" } else { " wait\"" };
            assert!(line.starts_with(looks), "{words}: {line}");
            let icon = if sure {
                include_str!("../../templates/icons/off.html")
            } else {
                include_str!("../../templates/icons/alert.html")
            };
            assert!(line.contains(icon.trim()), "{words}: {line}");
        }
    }
}

#[test]
fn both_pages_tell_since_when_people_are_connected() {
    for line in lines(&crate::export::carol(None)) {
        assert!(line.starts_with(" good\""), "{line}");
        assert!(line.contains("<span>connected since <time"), "{line}");
    }
}
