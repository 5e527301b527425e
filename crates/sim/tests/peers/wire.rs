//! Every release is held to what those before it say and understand (`doubles/recorded`).

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use symbolon_proto::address::Provider;
use symbolon_proto::messages::{ConflictBody, InviteAcceptedAnswer, RemovalAnswer, SyncAnswer};
use symbolon_proto::problem::Code;
use symbolon_sim::doubles::here::Here;
use symbolon_sim::doubles::net::Net;
use symbolon_sim::doubles::recorded::earlier::Earlier;
use symbolon_sim::doubles::recorded::{ALL, fits, read, record, write};
use symbolon_sim::doubles::world::{HERE, THERE, live};

use super::TRIED;

/// How a recording is made, once for each release.
const AGAIN: &str = "SYMBOLON_RECORD_WIRE=1 cargo test -p symbolon-sim --test peers wire";

/// The release that is being made: the version without its last number.
fn release() -> &'static str {
    let version = env!("CARGO_PKG_VERSION");
    version.rsplit_once('.').unwrap().0
}

#[test]
fn the_wire_of_this_release_is_recorded() {
    let name = format!("src/doubles/recorded/{}.json", release());
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("SYMBOLON_RECORD_WIRE").is_some() {
        std::fs::write(&path, write(&live(record()))).unwrap();
    }
    let recorded = ALL.iter().any(|(version, _)| *version == release());
    assert!(
        path.exists() && recorded,
        "run {AGAIN}, and list it in recorded::ALL and in rows.rs"
    );
}

#[test]
fn everything_that_a_release_says_is_said_today_and_may_only_have_become_more() {
    let today = live(record());
    for (version, text) in ALL {
        let recorded = read(text);
        assert!(recorded.len() >= 15, "{version}: {}", recorded.len());
        for (name, exchange) in &recorded {
            let now = today.get(name);
            let now = now.unwrap_or_else(|| panic!("{version}: {name} is said no more"));
            if let Err(place) = fits(exchange, now) {
                panic!("{version}: {name}: {place}");
            }
        }
    }
}

#[test]
fn a_recording_notices_what_is_missing_and_what_means_something_else() {
    let recorded = read(ALL[0].1);
    let change = |name: &str, pointer: &str, to: Option<Value>| {
        let mut now = recorded[name].clone();
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        let parent = now.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match to {
            Some(value) => parent.insert(member.to_owned(), value),
            None => parent.remove(member),
        };
        fits(&recorded[name], &now)
    };
    let more = Some(Value::from(1));
    assert_eq!(change("accepted", "/asks/body/new", more), Ok(()));
    let input = "ocm=(\"@method\" \"@target-uri\");created=«time»;keyid=\"«key»\";tag=\"ocm\"";
    for (name, pointer, to) in [
        ("accepted", "/asks/body/connection", None),
        (
            "accepted",
            "/asks/headers/signature-input",
            Some(Value::from(input)),
        ),
        ("accepted", "/answers/status", Some(Value::from(201))),
        (
            "invitation_unknown",
            "/answers/body/problem",
            Some(Value::from("unknown")),
        ),
        (
            "removed",
            "/asks/body/notificationType",
            Some(Value::from("REMOVED")),
        ),
        (
            "description",
            "/answers/body/capabilities",
            Some(Value::from(vec!["invites"])),
        ),
    ] {
        let noticed = change(name, pointer, to);
        assert!(noticed.is_err(), "{name} {pointer}");
    }
}

#[test]
fn what_a_release_answers_is_understood_as_it_was_meant() {
    for (version, text) in ALL {
        let net = Net::new();
        let earlier = Earlier::new(&net, THERE, text);
        let yes = earlier.answers("accepted");
        let provider = Provider::parse(THERE).unwrap();
        let yes = InviteAcceptedAnswer::parse(&yes, &provider).unwrap();
        assert_eq!(
            (yes.generation, yes.name.as_str()),
            (Some(7), "Bob"),
            "{version}"
        );
        let removed = RemovalAnswer::parse(&earlier.answers("removed")).unwrap();
        assert_eq!(removed.generation, Some(7), "{version}");
        let stale = ConflictBody::parse(&earlier.answers("connection_stale"), &provider);
        let stale = (stale.generation, stale.problem);
        assert_eq!(stale, (Some(7), Some(Code::ConnectionStale)), "{version}");
        for (name, exchange) in read(text) {
            if name.starts_with("compared_") {
                let answer = SyncAnswer::parse(&earlier.answers(&name));
                assert!(answer.is_ok(), "{version}: {name}: {answer:?}");
            }
            // A word never changes its meaning, and none is forgotten.
            if let Some(problem) = exchange["answers"]["body"]["problem"].as_str() {
                assert!(Code::parse(problem).is_some(), "{version}: {problem}");
            }
        }
    }
}

#[test]
fn people_of_a_release_and_of_today_get_along_as_those_of_today_do() {
    let come_of = |name: &str| {
        let row = TRIED.iter().find(|tried| tried.row.name == name);
        let seen = row.unwrap().seen.iter();
        let seen = seen.map(|(scenario, seen)| {
            let seen = seen.as_ref().unwrap();
            let told = seen.between.clone();
            (
                scenario.title(),
                told,
                seen.code.clone(),
                seen.here,
                seen.there,
            )
        });
        seen.collect::<Vec<_>>()
    };
    for (version, _) in ALL {
        let earlier = come_of(&format!("Symbolon {version} (recorded)"));
        assert_eq!(earlier, come_of("Symbolon (this)"), "{version}");
    }
}

#[test]
fn what_a_release_asks_when_it_compares_is_answered_as_it_was() {
    for (version, text) in ALL {
        live(async {
            let net = Net::new();
            let _here = Here::new(&net, HERE).await;
            let earlier = Arc::new(Earlier::new(&net, THERE, text));
            net.put(THERE, earlier.clone());
            for (name, exchange) in read(text) {
                // Nobody is connected here: all are equal, and what is asked about leaves and claims finds nothing.
                if !name.starts_with("compared_") {
                    continue;
                }
                let said = earlier.asks(&name, HERE).await;
                assert_eq!(said.status, 201, "{version}: {name}: {}", said.value());
                let answer = SyncAnswer::parse(&said.body);
                assert!(answer.is_ok(), "{version}: {name}: {answer:?}");
                assert_eq!(exchange["answers"]["status"], 201);
            }
        });
    }
}
