//! Where the way ends, and how long it may take.

use symbolon_proto::language::Language;
use symbolon_server::check::Stage;
use symbolon_server::doctor::Level;

use super::{CAT, DOG, description, ill, of, said, walk};
use crate::support::{Net, TestServer, TlsFault, TransportError, answer};

fn tls(fault: TlsFault) -> TransportError {
    TransportError::Tls {
        fault,
        reason: "as rustls says it".to_owned(),
    }
}

#[tokio::test]
async fn where_the_way_ends_is_named_with_what_to_do_and_nothing_behind_it_is_looked_at() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let name = TransportError::NameNotFound {
        host: DOG.to_owned(),
        reason: "no such name".to_owned(),
    };
    let private = TransportError::AddressNotAllowed("10.0.0.1".parse().unwrap());
    for (error, stage, words) in [
        (name, Stage::Name, "entry in the DNS"),
        (private, Stage::Name, "public address"),
        (
            TransportError::ConnectionRefused,
            Stage::Connect,
            "have to start it",
        ),
        (
            tls(TlsFault::WrongName),
            Stage::Tls,
            "made for another name",
        ),
        (tls(TlsFault::UnknownIssuer), Stage::Tls, "does not know"),
        (tls(TlsFault::Expired), Stage::Tls, "has run out"),
        (tls(TlsFault::Other), Stage::Tls, "could not be made"),
    ] {
        let failing = error.clone();
        net.script(DOG, move |_| Err(failing.clone()));
        let report = walk(&net, &cat, DOG).await;
        assert_eq!(ill(&report), [(stage, Level::Problem)], "{error}");
        let told = said(of(&report, stage));
        assert!(told.contains(words), "{error}: {told}");
        let behind = |later: &Stage| *later > stage;
        for later in Stage::ALL.into_iter().filter(behind) {
            assert_eq!(
                of(&report, later).level,
                Level::NotChecked,
                "{error} {later:?}"
            );
        }
        let facts = &of(&report, stage).facts;
        assert!(
            facts
                .iter()
                .any(|fact| fact.value.say(Language::En) == error.to_string()),
            "{facts:?}"
        );
        assert!(
            report
                .verdict()
                .say(Language::En)
                .contains("cannot connect")
        );
    }
}

#[tokio::test]
async fn slow_server_costs_no_more_than_the_walk_may_take() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let clock = net.clock.clone();
    let described = description(&["invites", "http-sig", "notifications", "connection-sync"]);
    let described = described.to_string();
    net.script(DOG, move |_| {
        clock.pass_ms(9_000);
        answer(200, "application/json", described.clone())
    });
    let report = walk(&net, &cat, DOG).await;
    for stage in [Stage::Signature, Stage::TrustsUs] {
        assert!(
            said(of(&report, stage)).contains("took too long"),
            "{stage:?}"
        );
    }
    assert_eq!(of(&report, Stage::Description).took_ms, Some(9_000));
}

#[tokio::test]
async fn difference_of_the_clocks_is_told_in_seconds() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    for (date, level, words) in [
        ("Tue, 24 Nov 2026 00:00:01 GMT", Level::Ok, "agrees"),
        (
            "Tue, 24 Nov 2026 00:00:20 GMT",
            Level::Attention,
            "20 seconds ahead of ours",
        ),
        (
            "Mon, 23 Nov 2026 23:50:00 GMT",
            Level::Problem,
            "599 seconds behind ours",
        ),
    ] {
        let described = description(&["invites"]).to_string();
        net.script(DOG, move |_| {
            let mut found = answer(200, "application/json", described.clone())?;
            found.headers.push(("date".to_owned(), date.to_owned()));
            Ok(found)
        });
        let report = walk(&net, &cat, DOG).await;
        let step = of(&report, Stage::Clock);
        assert_eq!(step.level, level, "{date}");
        assert!(said(step).contains(words), "{}", said(step));
    }
}
