//! Whether it recognises this server's signature: the same message that no server understands, without a signature and
//! with one. Both are refused, and it is the difference that tells. To check the signature the other server has to
//! fetch this server's keys, so a yes shows that it has been able to, lately enough to remember them.

use bytes::Bytes;
use futures_util::future::join;
use http::Method;
use serde_json::json;
use symbolon_core::quirks::Way;
use symbolon_proto::problem::Code;

use super::{Known, PATIENCE, Said, Stage, Step};
use crate::doctor::unreachable::why;
use crate::outbox::post;
use crate::transport::ask::Signer;
use crate::transport::{OutboundResponse, TransportError, ask};

/// What is asked: no kind of notification that anybody has.
const KIND: &str = "SYMBOLON_CHECK";

/// What Nextcloud says to a signature that it does not believe, and to none where it wants one; with status 400.
const NEXTCLOUD: [&str; 2] = ["Invalid signature", "Unsigned request"];

/// Tells whether it does.
pub(super) async fn tell(known: &Known<'_>) -> Step {
    if known.signed() == Way::Unsigned {
        return Step::unseen(Stage::Signature, Said::new("check-signature-noted"));
    }
    let Some(signer) = known.signer() else {
        return Step::unseen(Stage::Signature, Said::new("check-signature-no-key"));
    };
    if !known.discovery.signs() || !known.discovery.takes_notifications() {
        return Step::unseen(Stage::Signature, Said::new("check-signature-unasked"));
    }
    let url = known.discovery.notifications_url();
    let body = json!({
        "notificationType": KIND,
        "resourceType": "user",
        "providerId": known.walker.us,
        "notification": { "message": "A check: nothing is to be done", "grantee": "symbolon-check" },
    })
    .to_string();
    let before = known.walker.env.now();
    let unsigned = send(known, &url, &body, None);
    let signed = send(known, &url, &body, Some(signer));
    let (unsigned, signed) = join(unsigned, signed).await;
    let took = known.walker.env.now().millis_since(before).max(0);
    let step = judge(&unsigned, &signed, known.walker.us.as_str()).took(took);
    step.fact("asked", format!("POST {url}"))
        .fact("signed", signer.name())
        .told("without a signature", words(&unsigned))
        .told("with a signature", words(&signed))
}

/// One message that is worth nothing, signed or not.
pub(super) async fn send(
    known: &Known<'_>,
    url: &str,
    body: &str,
    signer: Option<Signer<'_>>,
) -> Result<OutboundResponse, TransportError> {
    let walker = known.walker;
    let now = walker.env.now();
    let headers = match signer {
        Some(signer) => signer.headers(url, body, now),
        None => ask::plain_headers(body, now),
    };
    let body = Bytes::from(body.to_owned());
    ask::send(walker.transport, Method::POST, url, headers, body, PATIENCE).await
}

/// An answer in one line, for administrators.
pub(super) fn words(answer: &Result<OutboundResponse, TransportError>) -> Said {
    match answer {
        Ok(answer) => Said::words(match post::quote(answer) {
            Some(said) if said.starts_with(&answer.status.to_string()) => said,
            Some(said) => format!("{}: {said}", answer.status),
            None => answer.status.to_string(),
        }),
        Err(error) => why(error),
    }
}

/// What a Symbolon says is wrong.
pub(super) fn problem(answer: &OutboundResponse) -> Option<Code> {
    let name = ask::problem_of(answer)?;
    Code::parse(&name)
}

fn judge(
    unsigned: &Result<OutboundResponse, TransportError>,
    signed: &Result<OutboundResponse, TransportError>,
    us: &str,
) -> Step {
    let unseen = || Step::unseen(Stage::Signature, Said::new("check-signature-unseen"));
    let (Ok(unsigned), Ok(signed)) = (unsigned, signed) else {
        return unseen();
    };
    let refused = |what, mend| Step::problem(Stage::Signature, Said::new(what), mend);
    let doctor = || Said::new("check-mend-signature");
    match problem(signed) {
        Some(Code::PeerUnreachableForKeys) => {
            let mend = Said::new("check-mend-reach-us").with("us", us);
            return refused("check-signature-unreachable", mend);
        }
        Some(Code::SignatureClock) => {
            return refused("check-signature-clock", Said::new("check-mend-clock"));
        }
        Some(
            Code::SignatureMissing
            | Code::SignatureUnknownKey
            | Code::SignatureWrongHost
            | Code::SignatureDigest
            | Code::SignatureInvalid
            | Code::SignatureWeaker,
        ) => return refused("check-signature-refused", doctor()),
        // By the name in the signature, which it has not looked at further. The step about that tells it.
        Some(Code::NotTrustedHere) => return unseen(),
        _ => {}
    }
    let turned_away = |answer: &OutboundResponse| {
        let nextcloud = answer.status == 400
            && post::message(answer).is_some_and(|message| NEXTCLOUD.contains(&message.as_str()));
        nextcloud || matches!(answer.status, 401 | 403)
    };
    match (turned_away(unsigned), turned_away(signed)) {
        (true, false) if signed.status < 500 && signed.status != 404 => {
            Step::ok(Stage::Signature, Said::new("check-signature-ok"))
        }
        (_, true) => refused("check-signature-refused", doctor()),
        _ => unseen(),
    }
}

#[cfg(test)]
mod tests {
    use symbolon_proto::language::Language;

    use super::*;
    use crate::doctor::Level;

    fn answer(status: u16, body: &str) -> Result<OutboundResponse, TransportError> {
        Ok(OutboundResponse {
            status,
            headers: Vec::new(),
            body: Bytes::from(body.to_owned()),
            url: String::new(),
        })
    }

    #[test]
    fn only_a_difference_between_signed_and_unsigned_tells_that_a_signature_is_accepted() {
        for (unsigned, signed, level) in [
            (
                answer(401, "signature required"),
                answer(400, ""),
                Level::Ok,
            ),
            (answer(403, ""), answer(501, ""), Level::NotChecked),
            (answer(201, ""), answer(201, ""), Level::NotChecked),
            (answer(400, ""), answer(400, ""), Level::NotChecked),
            (answer(404, ""), answer(404, ""), Level::NotChecked),
            (answer(401, ""), answer(401, ""), Level::Problem),
            (
                answer(400, r#"{"message":"Unsigned request"}"#),
                answer(400, r#"{"message":"Missing sharedSecret"}"#),
                Level::Ok,
            ),
            (
                answer(400, r#"{"message":"Missing sharedSecret"}"#),
                answer(400, r#"{"message":"Invalid signature"}"#),
                Level::Problem,
            ),
            (
                answer(401, ""),
                answer(401, r#"{"problem":"signature_clock"}"#),
                Level::Problem,
            ),
            (
                answer(401, ""),
                answer(502, r#"{"problem":"peer_unreachable_for_keys"}"#),
                Level::Problem,
            ),
            (
                answer(401, ""),
                answer(403, r#"{"problem":"not_trusted_here"}"#),
                Level::NotChecked,
            ),
            (
                answer(401, ""),
                Err(TransportError::ConnectionRefused),
                Level::NotChecked,
            ),
        ] {
            let step = judge(&unsigned, &signed, "cat.example.org");
            let told = [&unsigned, &signed].map(|answer| words(answer).say(Language::En));
            assert_eq!(step.level, level, "{told:?}");
        }
    }
}
