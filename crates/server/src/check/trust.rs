//! Whether the two servers deal with each other.

use serde_json::json;
use symbolon_core::trust::{Decision, Direction};
use symbolon_proto::address::Provider;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::trust::Judge;

use super::signature::{problem, send, words};
use super::{Known, Said, Stage, Step, Walker};
use crate::outbox::refusal;
use crate::transport::{OutboundResponse, TransportError};

/// How a server stands with this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// People connect with it at least one way, as far as is known.
    Dealt,
    /// Neither way, since it is on no list.
    NotListed,
    /// Neither way, since somebody here decided so.
    Blocked,
}

/// What administrators here decided, and what the settings say of servers about which they did not.
pub(super) async fn here(walker: &Walker<'_>, server: &Provider) -> (Step, Standing) {
    let (Some(inward), Some(outward)) = (
        decision(walker, server, Direction::In).await,
        decision(walker, server, Direction::Out).await,
    ) else {
        let step = Step::unseen(Stage::TrustedHere, Said::new("check-trusted-unseen"));
        return (step, Standing::Dealt);
    };
    let standing = match (inward.allows() || outward.allows(), inward, outward) {
        (true, ..) => Standing::Dealt,
        (false, Decision::Blocked, _) | (false, _, Decision::Blocked) => Standing::Blocked,
        (false, ..) => Standing::NotListed,
    };
    let mend = || Said::new("check-mend-trusted").with("server", server.as_str());
    let step = match (inward.allows(), outward.allows()) {
        (true, true) => Step::ok(Stage::TrustedHere, Said::new("check-trusted-ok")),
        (true, false) => {
            let what = Said::new("check-trusted-in-only");
            Step::attention(Stage::TrustedHere, what, mend())
        }
        (false, true) => {
            let what = Said::new("check-trusted-out-only");
            Step::attention(Stage::TrustedHere, what, mend())
        }
        (false, false) => {
            let problem = Problem::new(Code::NotTrustedHere).with("peer", server.as_str());
            Step::problem(Stage::TrustedHere, Said::problem(problem), mend())
        }
    };
    let step = step
        .fact("invitations_in", inward.as_str())
        .fact("invitations_out", outward.as_str())
        .fact("reasons", format!("symbolon peer explain {server}"));
    (step, standing)
}

/// As it is decided when somebody wants to connect; `None` if the database cannot be read.
async fn decision(
    walker: &Walker<'_>,
    server: &Provider,
    direction: Direction,
) -> Option<Decision> {
    let judge = Judge {
        provider: server.clone(),
        mode: walker.trust.mode(direction),
    };
    walker.store?.read(judge).await.ok()
}

/// Asks with an invitation that nobody made, where that does no harm: a server that looks at who asks first says either
/// that it does not deal with this one, or that it does not know the invitation.
pub(super) async fn there(known: &Known<'_>) -> Step {
    let criteria = known.seen.names("criteria");
    let lists = criteria.iter().any(|name| name == "allowlist");
    let unseen = if lists {
        "check-trusts-list"
    } else {
        "check-trusts-unseen"
    };
    let unseen = || Step::unseen(Stage::TrustsUs, Said::new(unseen));
    let (true, true, Some(signer)) = (
        known.kind.may_be_asked(),
        known.discovery.takes_invites(),
        known.signer(),
    ) else {
        return unseen();
    };
    let us = &known.walker.us;
    let body = json!({
        "recipientProvider": us,
        "token": known.walker.env.id().to_string(),
        "userID": "symbolon-check",
        "email": format!("symbolon-check@{us}"),
        "name": "symbolon-check",
        "connection": { "floor": 0 },
    })
    .to_string();
    let url = known.discovery.invite_accepted_url();
    let before = known.walker.env.now();
    let answer = send(known, &url, &body, Some(signer)).await;
    let took = known.walker.env.now().millis_since(before).max(0);
    let step = match judge(&answer) {
        Some(true) => Step::ok(Stage::TrustsUs, Said::new("check-trusts-ok")),
        Some(false) => {
            let problem = Problem::new(Code::NotTrustedThere).with("peer", known.server.as_str());
            let mend = Said::new("check-mend-trusts").with("us", us.as_str());
            Step::problem(Stage::TrustsUs, Said::problem(problem), mend)
        }
        None => unseen(),
    };
    step.took(took)
        .fact("asked", format!("POST {url}"))
        .told("answer to an invitation that nobody made", words(&answer))
}

/// Whether it deals with us; `None` if the answer does not say.
fn judge(answer: &Result<OutboundResponse, TransportError>) -> Option<bool> {
    let answer = answer.as_ref().ok()?;
    match (problem(answer), answer.status) {
        (Some(Code::InvitationUnknown), _) => Some(true),
        (Some(Code::NotTrustedHere | Code::NotTrustedThere), _) => Some(false),
        // About the signature, of which the step before has told, or about something else.
        (Some(_), _) => None,
        (None, 400 | 401 | 404) => match refusal::no(answer, Code::PeerRefused) {
            Code::InvitationUnknown => Some(true),
            Code::NotTrustedThere => Some(false),
            // A page that is not there, or a message that it does not like.
            _ => None,
        },
        (None, 403) => {
            let code = refusal::no(answer, Code::NotTrustedThere);
            (code == Code::NotTrustedThere).then_some(false)
        }
        (None, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn answers_of_known_servers_to_an_invitation_that_nobody_made_tell_whether_they_trust_us() {
        for (status, body, trusts) in [
            // ownCloud Infinite Scale.
            (
                401,
                r#"{"code":"UNAUTHENTICATED","message":"provider not authorized"}"#,
                Some(false),
            ),
            (
                404,
                r#"{"code":"RESOURCE_NOT_FOUND","message":"token not found"}"#,
                Some(true),
            ),
            // OpenCloud.
            (
                403,
                r#"{"code":"UNTRUSTED_SERVICE","message":"provider not trusted"}"#,
                Some(false),
            ),
            // Reva.
            (
                400,
                r#"{"code":"INVALID_PARAMETER","message":"token invalid or not found"}"#,
                Some(true),
            ),
            // opencloudmesh-go.
            (403, r#"{"message":"UNTRUSTED_PROVIDER"}"#, Some(false)),
            (400, r#"{"message":"TOKEN_INVALID"}"#, Some(true)),
            (401, "signature required", None),
            (403, "signature required", None),
            (400, r#"{"message":"invalid declared peer"}"#, None),
            // Pages of a proxy in front of it.
            (404, "<html>Not Found</html>", None),
            (400, "<html>Bad Request</html>", None),
            (404, "", None),
            // Symbolon.
            (400, r#"{"problem":"invitation_unknown"}"#, Some(true)),
            (401, r#"{"problem":"signature_invalid"}"#, None),
            (200, "", None),
            (502, "", None),
        ] {
            let answer = Ok(OutboundResponse {
                status,
                headers: Vec::new(),
                body: Bytes::from(body.to_owned()),
                url: String::new(),
            });
            assert_eq!(judge(&answer), trusts, "{status} {body}");
        }
    }
}
