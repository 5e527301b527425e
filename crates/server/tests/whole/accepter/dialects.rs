//! What servers in the field answer to `/invite-accepted`, and what the person who accepted ends with. The answers were
//! seen in the named products: in their code, and where they could be run, on the wire.

use serde_json::json;

use super::{CAT, acceptances, accepts_once};
use crate::support::{Net, TestServer, answer, discovery};

/// One answer of one kind of server.
struct Row {
    product: &'static str,
    failure: &'static str,
    status: u16,
    body: &'static str,
    /// The entry of the catalogue.
    ends_with: &'static str,
    /// How far the attempt got.
    stage: &'static str,
}

const fn row(
    product: &'static str,
    failure: &'static str,
    (status, body): (u16, &'static str),
    (ends_with, stage): (&'static str, &'static str),
) -> Row {
    Row {
        product,
        failure,
        status,
        body,
        ends_with,
        stage,
    }
}

const OCIS: &str = "ownCloud Infinite Scale, OpenCloud";
const CERNBOX: &str = "CERNBox";
const NEXTCLOUD: &str = "Nextcloud 32 to 35";
const OCM_GO: &str = "ocm-go";

const UNKNOWN: (&str, &str) = ("invitation_unknown", "invitation");
const EXPIRED: (&str, &str) = ("invitation_expired", "invitation");
const USED_UP: (&str, &str) = ("invitation_used_up", "answer");
const NO_TRUST: (&str, &str) = ("not_trusted_there", "trust");
const TROUBLE: (&str, &str) = ("peer_failed", "answer");

const ROWS: [Row; 26] = [
    row(
        OCIS,
        "this server is not on its list",
        (
            403,
            r#"{"code":"UNTRUSTED_SERVICE","message":"provider not trusted"}"#,
        ),
        NO_TRUST,
    ),
    row(
        OCIS,
        "this server is not known at all",
        (
            401,
            r#"{"code":"UNAUTHENTICATED","message":"provider not authorized"}"#,
        ),
        NO_TRUST,
    ),
    row(
        OCIS,
        "the token is unknown",
        (
            404,
            r#"{"code":"RESOURCE_NOT_FOUND","message":"token not found"}"#,
        ),
        UNKNOWN,
    ),
    row(
        OCIS,
        "the token has expired",
        (
            400,
            r#"{"code":"INVALID_PARAMETER","message":"token has expired"}"#,
        ),
        EXPIRED,
    ),
    row(
        OCIS,
        "a member is missing",
        (
            400,
            r#"{"code":"INVALID_PARAMETER","message":"token, userID and recipientProvider must not be null"}"#,
        ),
        UNKNOWN,
    ),
    row(
        OCIS,
        "the inviter cannot be found",
        (
            500,
            r#"{"code":"SERVER_ERROR","message":"unexpected error: user not found"}"#,
        ),
        TROUBLE,
    ),
    row(
        OCIS,
        "a part of it is down",
        (502, "<html>bad gateway</html>"),
        TROUBLE,
    ),
    row(
        OCIS,
        "no such page",
        (404, "<html>not found</html>"),
        ("peer_answer_invalid", "answer"),
    ),
    row(
        CERNBOX,
        "the token is unknown or has expired",
        (
            400,
            r#"{"code":"INVALID_PARAMETER","message":"token invalid or not found"}"#,
        ),
        UNKNOWN,
    ),
    row(
        CERNBOX,
        "the two are connected already",
        (
            409,
            r#"{"code":"ALREADY_EXIST","message":"user already known"}"#,
        ),
        USED_UP,
    ),
    row(
        CERNBOX,
        "this server is not trusted",
        (
            403,
            r#"{"code":"UNTRUSTED_SERVICE","message":"provider not trusted"}"#,
        ),
        NO_TRUST,
    ),
    row(
        CERNBOX,
        "its store fails",
        (
            500,
            r#"{"code":"SERVER_ERROR","message":"unexpected error"}"#,
        ),
        TROUBLE,
    ),
    row(
        NEXTCLOUD,
        "the token is unknown",
        (
            400,
            r#"{"message":"Invalid or non existing token","error":true}"#,
        ),
        UNKNOWN,
    ),
    row(
        NEXTCLOUD,
        "the token has expired",
        (400, r#"{"message":"Invitation expired","error":true}"#),
        EXPIRED,
    ),
    row(
        NEXTCLOUD,
        "accepted before",
        (409, r#"{"message":"Invite already accepted","error":true}"#),
        USED_UP,
    ),
    row(
        NEXTCLOUD,
        "its contacts app lacks a member",
        (
            404,
            r#"{"message":"Could not accept invite, user data is incomplete."}"#,
        ),
        UNKNOWN,
    ),
    row(
        NEXTCLOUD,
        "the contact could not be stored",
        (500, r#"{"message":"An error occurred"}"#),
        TROUBLE,
    ),
    row(
        NEXTCLOUD,
        "too many tries",
        (429, ""),
        ("peer_busy", "answer"),
    ),
    row(
        NEXTCLOUD,
        "being updated",
        (503, "<html>maintenance</html>"),
        TROUBLE,
    ),
    row(
        OCM_GO,
        "the signature is missing",
        (401, "signature required"),
        ("signature_refused_there", "signature"),
    ),
    row(
        OCM_GO,
        "another server signed",
        (403, "peer identity mismatch"),
        NO_TRUST,
    ),
    row(
        OCM_GO,
        "this server is not trusted",
        (403, r#"{"message":"UNTRUSTED_PROVIDER"}"#),
        NO_TRUST,
    ),
    row(
        OCM_GO,
        "the token is unknown",
        (400, r#"{"message":"TOKEN_INVALID"}"#),
        UNKNOWN,
    ),
    row(
        OCM_GO,
        "the token has expired",
        (400, r#"{"message":"TOKEN_EXPIRED"}"#),
        EXPIRED,
    ),
    row(
        OCM_GO,
        "its keys cannot be fetched",
        (502, "key fetch failed"),
        TROUBLE,
    ),
    row(
        OCM_GO,
        "its store fails",
        (500, r#"{"message":"UPDATE_FAILED"}"#),
        TROUBLE,
    ),
];

#[tokio::test]
async fn whatever_a_known_server_answers_the_person_ends_with_a_reason_that_fits() {
    for row in &ROWS {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        super::answers(&net, row.status, "application/json", row.body);
        accepts_once(&carol).await;
        let one = &acceptances(&carol).await[0];
        let about = format!("{}: {}: {one}", row.product, row.failure);
        let reason = [&one["reason"], &one["waits_for"]];
        let code = reason.iter().find_map(|reason| reason["code"].as_str());
        assert_eq!(code, Some(row.ends_with), "{about}");
        assert_eq!(one["heard"]["stage"], row.stage, "{about}");
        assert_eq!(one["heard"]["status"], row.status, "{about}");
        let message: Option<serde_json::Value> = serde_json::from_str(row.body).ok();
        let message = message.as_ref().and_then(|body| body["message"].as_str());
        if let Some(message) = message {
            let kept = one["heard"]["message"].as_str().unwrap();
            assert_eq!(kept, format!("{}: {message}", row.status), "{about}");
        }
    }
}

#[tokio::test]
async fn the_name_that_the_other_server_gives_to_the_exchange_is_kept_unless_it_could_forge_lines()
{
    for (theirs, kept) in [("cat-0815", json!("cat-0815")), ("a b\u{7}", json!(null))] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        net.script(CAT, move |request| {
            if request.method == http::Method::GET {
                return answer(200, "application/json", discovery(CAT, &["invites"]));
            }
            let mut answer = answer(500, "text/plain", "boom")?;
            answer
                .headers
                .push(("x-request-id".to_owned(), theirs.to_owned()));
            Ok(answer)
        });
        accepts_once(&carol).await.assert(202);
        let heard = &acceptances(&carol).await[0]["heard"];
        assert_eq!(heard["reference"], kept);
        assert_eq!(heard["message"], "500: boom");
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_asked_what_it_is_failed_at_discovery() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    net.script(CAT, |_| answer(503, "text/html", ""));
    accepts_once(&carol).await.assert(202);
    let heard = &acceptances(&carol).await[0]["heard"];
    assert_eq!(*heard, json!({ "stage": "discovery" }));
}
