//! The way there: its name, the connection, the secure channel.

use symbolon_proto::address::Provider;
use symbolon_proto::keys::Pin;
use symbolon_store::notes::{Aspect, Notes};

use super::{Said, Stage, Step};
use crate::doctor::unreachable::why;
use crate::transport::{Leg, Reach, TransportError};

/// Tells of every leg; whether the way leads to the server.
pub(super) fn tell(
    reach: &Reach,
    server: &Provider,
    origin: &str,
    notes: &Notes,
    steps: &mut Vec<Step>,
) -> bool {
    for (leg, took) in &reach.done {
        let step = Step::ok(stage(*leg), fine(*leg, server, notes));
        let step = match reach.key.filter(|_| *leg == Leg::Tls) {
            Some(key) => step.fact("key shown", key.to_string()),
            None => step,
        };
        steps.push(timed(step, took.as_ref()));
    }
    let Some((leg, took, error)) = &reach.failed else {
        if origin.starts_with("http:") {
            steps.retain(|step| step.stage != Stage::Tls);
            steps.push(Step::unseen(Stage::Tls, Said::new("check-tls-none")));
        }
        return true;
    };
    let what = Said::problem(error.problem(server));
    let step = Step::problem(stage(*leg), what, remedy(error, server));
    let step = timed(step, took.as_ref()).told("error", why(error));
    steps.push(match reach.key {
        Some(key) => by_key(step, key, server, notes),
        None => step,
    });
    false
}

/// What administrators need to compare the key, and to note it if it is the right one.
fn by_key(step: Step, key: Pin, server: &Provider, notes: &Notes) -> Step {
    let step = step.fact("key shown", key.to_string());
    let step = match notes.of(Aspect::Pin) {
        Some(noted) => step.fact("keys noted", noted.summary.as_str()),
        None => step,
    };
    step.fact("to note it", format!("symbolon peer pin {server} {key}"))
}

fn timed(step: Step, took: Option<&std::time::Duration>) -> Step {
    match took.and_then(|took| i64::try_from(took.as_millis()).ok()) {
        Some(millis) => step.took(millis),
        None => step,
    }
}

fn stage(leg: Leg) -> Stage {
    match leg {
        Leg::Name => Stage::Name,
        Leg::Connect => Stage::Connect,
        Leg::Tls => Stage::Tls,
    }
}

fn fine(leg: Leg, server: &Provider, notes: &Notes) -> Said {
    match leg {
        Leg::Name => Said::new("check-name-ok").with("server", server.as_str()),
        Leg::Connect => Said::new("check-connect-ok"),
        Leg::Tls if notes.of(Aspect::Pin).is_some() => {
            Said::new("check-tls-pinned").with("server", server.as_str())
        }
        Leg::Tls => Said::new("check-tls-ok").with("server", server.as_str()),
    }
}

fn remedy(error: &TransportError, server: &Provider) -> Said {
    match error {
        TransportError::AddressNotAllowed(_) => Said::new("check-mend-address"),
        TransportError::NameNotFound { .. } | TransportError::InvalidUrl { .. } => {
            Said::new("check-mend-name").with("server", server.as_str())
        }
        TransportError::OtherKey { .. } => {
            Said::new("check-mend-other-key").with("server", server.as_str())
        }
        TransportError::Notes { .. } => Said::new("check-mend-notes"),
        TransportError::Tls { .. } => Said::new("check-mend-tls").with("server", server.as_str()),
        TransportError::ConnectionRefused
        | TransportError::Timeout { .. }
        | TransportError::TooLarge { .. }
        | TransportError::Redirected { .. }
        | TransportError::NotHttp { .. }
        | TransportError::Io { .. } => Said::new("check-mend-connect"),
    }
}
