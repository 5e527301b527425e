//! How it describes itself.

use symbolon_proto::address::Provider;
use symbolon_proto::discovery::PeerDiscovery;
use symbolon_proto::problem::{Code, Problem};

use super::{Fact, Said, Stage, Step};
use crate::peers;
use crate::probe::{Asked, Complaint, Field, Seen, fields};
use crate::transport::TransportError;

/// Tells what the description is worth, member by member; gives it if people can be connected by it.
pub(super) fn tell(seen: &Seen, server: &Provider) -> (Step, Option<PeerDiscovery>) {
    let asked = seen.described();
    let found = read(asked, seen, server);
    let listed = fields(seen);
    let complaints: usize = listed.iter().map(|field| field.complaints.len()).sum();
    let (mut step, discovery) = match found {
        Ok(discovery) if complaints == 0 => (
            Step::ok(Stage::Description, Said::new("check-description-ok")),
            Some(discovery),
        ),
        Ok(discovery) => {
            let count = i64::try_from(complaints).unwrap_or(i64::MAX);
            // Nothing that keeps people here from connecting, or it would have been an error.
            let what = Said::new("check-description-flaws").with("count", count);
            let mut step = Step::ok(Stage::Description, what);
            let note = Said::new("check-mend-flaws").with("server", server.as_str());
            step.notes.push(note);
            (step, Some(discovery))
        }
        Err(code) => {
            let problem = Problem::new(code).with("peer", server.as_str());
            let remedy = Said::new(match code {
                Code::OcmDisabledThere => "check-mend-disabled",
                Code::PeerFailed | Code::PeerBusy => "check-mend-failing",
                _ => "check-mend-description",
            });
            let step = Step::problem(Stage::Description, Said::problem(problem), remedy);
            (step, None)
        }
    };
    step = step
        .took(asked.took_ms)
        .fact("asked", asked.request.clone());
    if let Err(why) = asked.document() {
        step = step.told("answer", why);
    }
    step.facts.extend(listed.iter().map(fact));
    step.fields = listed;
    (step, discovery)
}

fn fact(field: &Field) -> Fact {
    let flaws = field.complaints.iter().map(Complaint::flaw);
    Fact {
        name: field.name.clone(),
        value: match &field.value {
            Some(value) => Said::words(value.as_str()),
            None => Said::new("check-field-missing"),
        },
        notes: std::iter::once(field.draft()).chain(flaws).collect(),
    }
}

fn read(asked: &Asked, seen: &Seen, server: &Provider) -> Result<PeerDiscovery, Code> {
    let answer = asked.answer.as_ref().map_err(TransportError::code)?;
    peers::read(answer, &seen.origin, server)
}
