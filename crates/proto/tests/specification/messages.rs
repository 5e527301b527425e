//! Every figure, read and written.

use std::collections::HashSet;

use serde_json::{Value, json};
use symbolon_proto::address::Provider;
use symbolon_proto::discovery::{Discovery, PeerDiscovery};
use symbolon_proto::keys::Jwks;
use symbolon_proto::language::Language;
use symbolon_proto::messages::{
    ConflictBody, ConnectionSync, EndedBySide, InviteAcceptedAnswer, InviteAcceptedRequest,
    Notification, PairClaim, PairPhase, RemovalAnswer, SyncAnswer, SyncFound, SyncStep,
    UserRemoved,
};
use symbolon_proto::pairs::{self, Pair};
use symbolon_proto::problem::{Code, Problem, Surface};

use super::figures::{self, Figure};
use super::{digests, table};

const NOTIFICATIONS: &str = "/ocm/notifications";
const JSON: &str = "application/json";
const PROBLEM: &str = "application/problem+json";

/// The ledgers of the two servers.
const DOG: &str = "01m85s8qw3n5r7t9v1x3z5b7d9";
const CAT: &str = "01m85s6ec1f3h5k7m9p1r3t5v7";

/// Reads and writes what one figure shows.
type Look = fn(&Figure);

/// What looks at which figure.
const LOOKED_AT: [(&str, Look); 20] = [
    ("the key of the figures", the_key),
    ("a discovery document", the_discovery_document),
    ("an acceptance", the_acceptance),
    ("the yes to an acceptance", the_yes),
    ("the stale answer", the_stale_answer),
    ("a refusal", the_refusal),
    ("carol has disconnected from bob", the_removal),
    ("bob's server has heard", the_answer_to_a_removal),
    (
        "the bytes that are hashed for bob at cat and carol at dog, and their pair hash",
        digests::the_bytes_that_are_hashed,
    ),
    ("dog asks whether all is equal", the_root),
    ("cat has something else", the_groups),
    ("if all had been equal", the_equality),
    ("dog asks for the buckets of a group", the_leaves),
    ("the digests of its buckets", the_digests_of_leaves),
    ("dog says what it has in it", the_claims),
    ("nothing differs any more", the_end),
    (
        "cat answers with a half that dog did not mention",
        the_unmentioned_half,
    ),
    (
        "dog has written it down as disconnected, and says so",
        the_contradiction,
    ),
    ("cat does not recognise dog", the_doubt),
    ("too fast", the_brake),
];

#[test]
fn every_message_in_the_specification_is_what_this_crate_reads_and_writes() {
    let mut seen = HashSet::new();
    for figure in figures::all() {
        let looked_at = LOOKED_AT.iter().find(|(title, _)| *title == figure.title);
        let (title, look) =
            looked_at.unwrap_or_else(|| panic!("nobody looks at figure {}", figure.number));
        look(&figure);
        assert!(seen.insert(*title), "{title}: twice");
    }
    for (title, _) in LOOKED_AT {
        assert!(seen.contains(title), "{title}: not in the text any more");
    }
}

fn cat() -> Provider {
    Provider::parse("cat.example.org").unwrap()
}

fn dog() -> Provider {
    Provider::parse("dog.example.org").unwrap()
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn the_key(figure: &Figure) {
    let published = Jwks::from_iter([figures::key().public_jwk()]);
    assert_eq!(figure.json(), serde_json::to_value(published).unwrap());
}

fn the_discovery_document(figure: &Figure) {
    let ours = Discovery::new("https://dog.example.org", "Dog");
    let text = figure.json();
    assert_eq!(text, serde_json::to_value(ours).unwrap());
    let read = PeerDiscovery::parse(text.to_string().as_bytes(), "https://dog.example.org");
    let read = read.unwrap();
    assert!(read.syncs() && read.signs() && read.takes_invites() && read.takes_notifications());
    // The announcement is the one that is registered.
    let registered = table(&["capability", "meaning", "section"]);
    let announced = text["capabilities"].as_array().unwrap();
    for row in registered {
        assert!(announced.contains(&json!(row[0])), "{row:?}");
    }
}

fn the_acceptance(figure: &Figure) {
    let body = figure.request(
        "/ocm/invite-accepted",
        "Tue, 24 Nov 2026 09:00:00 GMT",
        1_795_510_800,
    );
    let read = InviteAcceptedRequest::parse_json(body.as_bytes()).unwrap();
    assert_eq!(read.connection.unwrap().floor, Some(3));
    assert_eq!(value(&body), value(&read.to_json()));
}

fn the_yes(figure: &Figure) {
    let body = figure.answer("200 OK", JSON, "");
    let read = InviteAcceptedAnswer::parse(body.to_string().as_bytes(), &cat()).unwrap();
    assert_eq!(read.generation, Some(4));
    assert_eq!(body, read.to_json());
}

fn the_stale_answer(figure: &Figure) {
    let body = figure.answer("409 Conflict", PROBLEM, "");
    let stale = Problem::new(Code::ConnectionStale);
    let stale = stale.with_member("connection", json!({ "generation": 4, "userID": "bob" }));
    assert_eq!(
        body,
        stale.body(Surface::Ocm, Language::En, reference(&body))
    );
    assert_eq!(stale.status(Surface::Ocm), 409);
    let read = ConflictBody::parse(body.to_string().as_bytes(), &cat());
    assert_eq!(read.generation, Some(4));
    assert_eq!(read.problem, Some(Code::ConnectionStale));
    assert_eq!(read.inviter.as_deref(), Some("bob"));
    assert_eq!(read.identity, None);
    // What matters in it is enough.
    let short = json!({ "message": "CONNECTION_STALE", "problem": "connection_stale",
        "connection": { "generation": 4, "userID": "bob" } });
    assert_eq!(
        ConflictBody::parse(short.to_string().as_bytes(), &cat()),
        read
    );
}

fn the_refusal(figure: &Figure) {
    let body = figure.answer("400 Bad Request", PROBLEM, "");
    let closed = Problem::new(Code::InvitationClosedToYou);
    assert_eq!(
        body,
        closed.body(Surface::Ocm, Language::En, reference(&body))
    );
}

fn the_brake(figure: &Figure) {
    let body = figure.answer("429 Too Many Requests", PROBLEM, "Retry-After: 1\n");
    let busy = Problem::new(Code::TooManyRequests).with("seconds", "1");
    assert_eq!(
        body,
        busy.body(Surface::Ocm, Language::En, reference(&body))
    );
    assert_eq!(busy.status(Surface::Ocm), 429);
}

fn reference(body: &Value) -> &str {
    body["reference"].as_str().unwrap()
}

fn the_removal(figure: &Figure) {
    let body = figure.request(
        NOTIFICATIONS,
        "Tue, 24 Nov 2026 10:00:00 GMT",
        1_795_514_400,
    );
    let notification = Notification::parse(body.as_bytes()).unwrap();
    let read = UserRemoved::from_notification(&notification)
        .unwrap()
        .unwrap();
    let expected = UserRemoved {
        provider_id: "carol".to_owned(),
        grantee: Some("bob".to_owned()),
        generation: Some(4),
    };
    assert_eq!(read, expected);
    assert_eq!(value(&body), value(&read.to_json()));
    registered(&body);
}

fn the_answer_to_a_removal(figure: &Figure) {
    let body = figure.answer("201 Created", JSON, "");
    let read = RemovalAnswer::parse(body.to_string().as_bytes()).unwrap();
    assert_eq!(read.generation, Some(4));
    assert_eq!(body, read.to_json());
}

/// What carol's server has: she has disconnected from bob at 4, and dave is connected with him at 1.
fn of_dog() -> [u64; 2] {
    [
        bob_and("carol").item(4, false),
        bob_and("dave").item(1, true),
    ]
}

fn bob_and(other: &str) -> Pair {
    Pair::new((&cat(), "bob"), (&dog(), other))
}

fn claim(mine: &str, yours: &str, generation: u64, phase: PairPhase) -> PairClaim {
    PairClaim {
        mine: mine.to_owned(),
        yours: yours.to_owned(),
        generation,
        phase,
    }
}

/// A request of dog's at the second `created`, read and written.
fn asks(figure: &Figure, second: u32, step: SyncStep) {
    let date = format!("Thu, 26 Nov 2026 09:00:{second:02} GMT");
    let body = figure.request(NOTIFICATIONS, &date, 1_795_683_600 + i64::from(second));
    let notification = Notification::parse(body.as_bytes()).unwrap();
    let read = ConnectionSync::from_notification(&notification);
    let read = read.unwrap().unwrap();
    let expected = ConnectionSync {
        ledger: DOG.to_owned(),
        step,
    };
    assert_eq!(read, expected, "figure {}", figure.number);
    let written = read.to_json("dog.example.org");
    assert_eq!(value(&body), value(&written), "figure {}", figure.number);
    registered(&body);
}

/// A notification of a registered type.
fn registered(body: &str) {
    let body = value(body);
    let types = table(&["type", "resource type", "meaning", "section"]);
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    let shown = [text("notificationType"), text("resourceType")];
    assert!(types.iter().any(|row| row[..2] == shown), "{shown:?}");
}

/// An answer of cat's, read and written.
fn finds(figure: &Figure, held: bool, found: SyncFound) {
    let body = figure.answer("201 Created", JSON, "");
    let read = SyncAnswer::parse(body.to_string().as_bytes()).unwrap();
    let expected = SyncAnswer {
        ledger: CAT.to_owned(),
        held,
        found,
    };
    assert_eq!(read, expected, "figure {}", figure.number);
    assert_eq!(body, read.to_json(), "figure {}", figure.number);
}

fn the_root(figure: &Figure) {
    let [carol, dave] = of_dog();
    let root = carol ^ dave;
    asks(figure, 0, SyncStep::Compare { root, halves: 2 });
}

fn the_groups(figure: &Figure) {
    let mut groups = Box::new([0; 256]);
    for (pair, generation) in [(bob_and("carol"), 4), (bob_and("dave"), 1)] {
        let group = pairs::group(pair.bucket());
        groups[usize::from(group)] ^= pair.item(generation, true);
    }
    finds(figure, false, SyncFound::Groups(groups));
}

fn the_equality(figure: &Figure) {
    finds(figure, false, SyncFound::Equal);
}

fn the_leaves(figure: &Figure) {
    let group = pairs::group(bob_and("carol").bucket());
    asks(figure, 0, SyncStep::Leaves(vec![group]));
}

fn the_digests_of_leaves(figure: &Figure) {
    let pair = bob_and("carol");
    let [group, low] = pair.bucket().to_be_bytes();
    let mut digests = Box::new([0; 256]);
    digests[usize::from(low)] = pair.item(4, true);
    finds(figure, false, SyncFound::Leaves(vec![(group, digests)]));
}

fn the_claims(figure: &Figure) {
    let by = EndedBySide::Sender;
    let step = SyncStep::Claims {
        buckets: vec![bob_and("carol").bucket()],
        claims: vec![claim("carol", "bob", 4, PairPhase::Disconnected { by })],
    };
    asks(figure, 1, step);
}

fn the_end(figure: &Figure) {
    let claims = Vec::new();
    finds(figure, false, SyncFound::Claims { covered: 1, claims });
}

fn the_unmentioned_half(figure: &Figure) {
    let claims = vec![claim("bob", "dave", 1, PairPhase::Connected)];
    finds(figure, false, SyncFound::Claims { covered: 1, claims });
}

fn the_contradiction(figure: &Figure) {
    let by = EndedBySide::Neither;
    let step = SyncStep::Claims {
        buckets: Vec::new(),
        claims: vec![claim("dave", "bob", 1, PairPhase::Disconnected { by })],
    };
    asks(figure, 2, step);
}

fn the_doubt(figure: &Figure) {
    let claims = Vec::new();
    finds(figure, true, SyncFound::Claims { covered: 1, claims });
}
