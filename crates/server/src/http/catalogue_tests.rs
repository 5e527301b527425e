//! That every failure comes from the catalogue. A `Problem` cannot be made without one of its codes, so what is left to
//! watch is code that answers with a failure and no problem at all.

use std::path::Path;

use symbolon_proto::texts::check::{files, without_tests};

/// Where a problem becomes an answer, and every other refusal a problem.
const HOME: &str = "http/problem.rs";

/// Constants that are no failure.
const WELL: [&str; 5] = ["OK", "CREATED", "ACCEPTED", "NO_CONTENT", "NOT_MODIFIED"];

/// Other ways to an answer with a status, and to a body that looks like a problem.
const WAYS: [&str; 8] = [
    "from_u16(",
    "status_mut(",
    ".status(4",
    ".status(5",
    ".status(Status",
    "Failed(Problem",
    "\"application/problem+json\"",
    "IntoResponse for",
];

/// Ways that one line may take, with the reason.
const ALLOWED: [(&str, &str, &str); 1] = [(
    "api/openapi.rs",
    "\"application/problem+json\"",
    "it describes the answers and makes none",
)];

/// What a file does that only the catalogue may.
fn outside(name: &str, code: &str) -> Vec<String> {
    if name == HOME {
        return Vec::new();
    }
    let code = without_tests(code);
    let consts = code.split("StatusCode::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    });
    let failing = consts.filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'));
    let failing = failing.filter(|name| !WELL.contains(name));
    let taken = WAYS.into_iter().filter(|way| code.contains(way));
    let allowed = |way: &&str| {
        let same = |(file, known, _): &(&str, &str, &str)| *file == name && known == way;
        ALLOWED.iter().any(same)
    };
    failing
        .chain(taken.filter(|way| !allowed(way)))
        .map(|way| format!("{name}: {way}"))
        .collect()
}

#[test]
fn no_code_of_the_server_answers_with_a_failure_that_is_not_in_the_catalogue() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = files(&source, ".rs").unwrap();
    assert!(files.iter().any(|(name, _)| name == HOME));
    let found = files.iter().flat_map(|(name, code)| outside(name, code));
    assert_eq!(found.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn every_way_around_the_catalogue_is_seen() {
    for (code, way) in [
        (
            "return StatusCode::BAD_REQUEST.into_response();",
            "BAD_REQUEST",
        ),
        ("(StatusCode::IM_A_TEAPOT, \"no\")", "IM_A_TEAPOT"),
        ("StatusCode::from_u16(400)", "from_u16("),
        ("*response.status_mut() = code;", "status_mut("),
        ("Response::builder().status(503)", ".status(5"),
        (
            "(\"content-type\", \"application/problem+json\")",
            "\"application/problem+json\"",
        ),
        ("impl IntoResponse for Oops {", "IntoResponse for"),
    ] {
        assert_eq!(outside("web/new.rs", code), [format!("web/new.rs: {way}")]);
        assert!(outside(HOME, code).is_empty());
    }
    assert!(outside("web/new.rs", "(StatusCode::CREATED, body)").is_empty());
}
