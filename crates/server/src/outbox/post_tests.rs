use super::*;

fn response(status: u16, kind: &str, body: &str) -> OutboundResponse {
    OutboundResponse {
        status,
        headers: vec![("content-type".to_owned(), kind.to_owned())],
        body: Bytes::from(body.to_owned()),
        url: String::new(),
    }
}

fn said(status: u16, kind: &str, body: &str) -> String {
    words(&response(status, kind, body), None)
}

#[test]
fn whatever_form_an_answer_has_what_it_says_to_people_is_kept() {
    let json = "application/json";
    for (body, kept) in [
        (r#"{"message":"no"}"#, "400: no"),
        (r#"{"title":"Bad Request"}"#, "400: Bad Request"),
        (
            r#"{"message":"TOKEN_INVALID","detail":"It is gone."}"#,
            "400: TOKEN_INVALID: It is gone.",
        ),
        (r#"{"message":"no","detail":"no"}"#, "400: no"),
        (r#"{"error":"invalid_request"}"#, "400: invalid_request"),
        (
            r#"{"message":"MISSING_REQUIRED_FIELDS","validationErrors":[{"name":"token","message":"REQUIRED"},{"name":"userID"}]}"#,
            "400: MISSING_REQUIRED_FIELDS (token: REQUIRED, userID)",
        ),
        (
            r#"{"problem":"later","message":"CODE","detail":"In a sentence."}"#,
            "400 later: In a sentence.",
        ),
        (r#"{"problem":"later"}"#, "400 later"),
        (r#"{"message":5}"#, "400"),
        ("[]", "400"),
        ("", "400"),
        ("plainly\r\nno", "400: plainly no"),
        ("<html>no</html>", "400"),
    ] {
        assert_eq!(said(400, json, body), kept);
    }
    assert_eq!(said(502, "text/html", "no"), "502");
}

#[test]
fn a_word_for_the_problem_is_read_back_and_nothing_else_is_taken_for_one() {
    for (words, problem) in [
        (
            "401 signature_clock: A sentence: of two.",
            Some("signature_clock"),
        ),
        ("400 later", Some("later")),
        ("400: invitation_expired: no", None),
        ("400", None),
    ] {
        assert_eq!(problem_in(words), problem, "{words}");
        assert!(status_in(words).is_some_and(|status| status >= 400));
    }
}

#[test]
fn a_secret_is_taken_out_before_anything_is_cut_off() {
    let secret = "abcdefghijklmnopqrstuvwxyz";
    for before in (limits::SAID_CHARS - 40)..limits::SAID_CHARS {
        let body = format!("{} {secret}", "x".repeat(before));
        let kept = words(&response(400, "text/plain", &body), Some(secret));
        assert!(!kept.contains("abc"), "{before}");
        assert!(kept.chars().count() <= limits::SAID_CHARS);
    }
}
