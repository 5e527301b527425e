//! Problems as answers: one body for three kinds of reader (`docs/decisions/0006-errors-one-body-three-readers.md`).

use axum::extract::{OriginalUri, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use symbolon_proto::language::Language;
use symbolon_proto::problem::{Code, Problem, Surface};

use super::reference::{self, Reference};

/// A problem on its way to whoever asked, with the reference that finds it in the logs.
#[derive(Clone, Debug)]
pub struct ApiProblem {
    problem: Problem,
    surface: Surface,
    reference: Reference,
}

/// What an answer failed with. It travels in the extensions of the response: the log line names the code, and a layer
/// of the pages may show the problem as a page instead of JSON.
#[derive(Clone, Debug)]
pub struct Failed(pub Problem);

impl ApiProblem {
    /// A problem for the readers of a surface.
    pub fn new(problem: Problem, surface: Surface, reference: &Reference) -> Self {
        Self {
            problem,
            surface,
            reference: reference.clone(),
        }
    }

    fn body(&self, language: Language) -> serde_json::Value {
        let reference = self.reference.as_str();
        self.problem.body(self.surface, language, reference)
    }

    /// For another OCM server.
    pub fn ocm(problem: Problem, reference: &Reference) -> Self {
        Self::new(problem, Surface::Ocm, reference)
    }

    /// For a client of oCIS's API.
    pub fn sciencemesh(problem: Problem, reference: &Reference) -> Self {
        Self::new(problem, Surface::Sciencemesh, reference)
    }

    /// For a client of our own API.
    pub fn api(problem: Problem, reference: &Reference) -> Self {
        Self::new(problem, Surface::Api, reference)
    }
}

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        let status = status(&self.problem, self.surface);
        let body = self.body(Language::En);
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(challenge) =
            challenge(self.surface).filter(|_| status == StatusCode::UNAUTHORIZED)
        {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        note(&mut response, &self.problem);
        response.extensions_mut().insert(self);
        response
    }
}

/// With which status a problem is answered. Statuses of failures come from the catalogue and through here, nowhere else.
pub(crate) fn status(problem: &Problem, surface: Surface) -> StatusCode {
    StatusCode::from_u16(problem.status(surface)).expect("the catalogue holds HTTP statuses")
}

/// Whether an answer is a problem that [`in_language`] can say.
pub(super) fn is_problem(response: &Response) -> bool {
    response.extensions().get::<ApiProblem>().is_some()
}

/// Says an answer's problem in a language: whoever found it does not know the reader. Any other answer stays what it is.
pub(super) fn in_language(mut response: Response, language: Language) -> Response {
    let Some(problem) = response.extensions_mut().remove::<ApiProblem>() else {
        return response;
    };
    if language != Language::En {
        response.headers_mut().remove(CONTENT_LENGTH);
        *response.body_mut() = problem.body(language).to_string().into();
    }
    response
}

/// Notes on an answer which problem it tells, for the log and the figures, and when to come again.
pub(crate) fn note(response: &mut Response, problem: &Problem) {
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, retry_after(problem));
    }
    response.extensions_mut().insert(Failed(problem.clone()));
}

/// When to come again after a 429.
fn retry_after(problem: &Problem) -> HeaderValue {
    let seconds = problem.fact("seconds").and_then(|text| text.parse().ok());
    HeaderValue::from(seconds.unwrap_or(A_MINUTE))
}

/// When to come again after a 429 that does not say it better.
const A_MINUTE: u32 = 60;

/// How to do better, for a 401 (RFC 9110 §11.6.1). Pages get none: a browser would show its own log-in box over ours.
fn challenge(surface: Surface) -> Option<&'static str> {
    match surface {
        Surface::Ocm => Some("Signature realm=\"ocm\""),
        Surface::Sciencemesh | Surface::Api => Some("Basic realm=\"Symbolon\", charset=\"UTF-8\""),
        Surface::Page => None,
    }
}

/// Whose readers a path belongs to.
pub fn surface(path: &str) -> Surface {
    let below = |root: &str| {
        path.strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if below("/ocm") || below("/ocm-provider") || below("/.well-known") {
        Surface::Ocm
    } else if below("/sciencemesh") {
        Surface::Sciencemesh
    } else if below("/api") {
        Surface::Api
    } else {
        Surface::Page
    }
}

/// A person looks for a page, a program has a wrong address.
fn nothing_there(surface: Surface) -> Problem {
    let what = match surface {
        Surface::Page => "page",
        Surface::Ocm | Surface::Sciencemesh | Surface::Api => "address",
    };
    Problem::new(Code::NotFound).with("what", what)
}

/// There is nothing under this path.
pub(super) async fn not_found(OriginalUri(uri): OriginalUri, reference: Reference) -> ApiProblem {
    let surface = surface(uri.path());
    ApiProblem::new(nothing_there(surface), surface, &reference)
}

/// There is something under this path, but not for this method. axum adds `Allow`.
pub(super) async fn method_not_allowed(
    OriginalUri(uri): OriginalUri,
    reference: Reference,
) -> ApiProblem {
    ApiProblem::new(
        Problem::new(Code::MethodNotAllowed),
        surface(uri.path()),
        &reference,
    )
}

/// Puts a problem of the catalogue in the place of any other refusal, such as those that axum writes itself: nobody meets
/// an error that has no entry. Pages say theirs in HTML.
pub(super) async fn only_ours(
    OriginalUri(uri): OriginalUri,
    reference: Reference,
    request: Request,
    next: Next,
) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let ours = is_page(&response) || response.extensions().get::<Failed>().is_some();
    if ours || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let problem = match status {
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(Code::MethodNotAllowed),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::BodyTooLarge),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(Code::UnsupportedMediaType),
        // An address that cannot be read leads nowhere.
        _ if status.is_client_error() => nothing_there(surface(uri.path())),
        _ => {
            tracing::error!(%status, "an answer without a problem");
            Problem::new(Code::Internal)
        }
    };
    ApiProblem::new(problem, surface(uri.path()), &reference).into_response()
}

/// Whether an answer is a page, which tells its problem itself.
pub(crate) fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// A request that a page of another site sent with our visitor's session: stopped before anything is looked at.
pub(super) fn cross_origin(surface: Surface) -> Response {
    let current = reference::current().expect("every route is behind the layer of references");
    ApiProblem::new(Problem::new(Code::CrossOrigin), surface, &current).into_response()
}

/// A handler stopped at a defect of ours; the message is on standard error, where the panic hook wrote it.
pub(super) fn panicked(surface: Surface, reference: &Reference) -> Response {
    tracing::error!("a request handler panicked");
    ApiProblem::new(Problem::new(Code::Internal), surface, reference).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(code: Code, surface: Surface) -> Response {
        let reference = Reference::parse("0000000000000000000000ref1").expect("a reference");
        ApiProblem::new(Problem::new(code), surface, &reference).into_response()
    }

    #[test]
    fn a_401_says_how_to_do_better_except_on_a_page() {
        let challenge = |surface| {
            let response = answer(Code::NotAuthenticated, surface);
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
            response
                .headers()
                .get(WWW_AUTHENTICATE)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        assert!(challenge(Surface::Api).unwrap().starts_with("Basic "));
        assert!(
            challenge(Surface::Sciencemesh)
                .unwrap()
                .starts_with("Basic ")
        );
        assert!(challenge(Surface::Ocm).unwrap().starts_with("Signature "));
        assert_eq!(challenge(Surface::Page), None);
    }

    #[test]
    fn other_statuses_challenge_nobody() {
        assert!(
            !answer(Code::NotFound, Surface::Api)
                .headers()
                .contains_key(WWW_AUTHENTICATE)
        );
    }

    #[test]
    fn a_429_says_when_to_come_again() {
        let again = |problem| {
            let reference = Reference::parse("0000000000000000000000ref1").expect("a reference");
            let response = ApiProblem::new(problem, Surface::Ocm, &reference).into_response();
            response.headers()[RETRY_AFTER].to_str().unwrap().to_owned()
        };
        let problem = || Problem::new(Code::TooManyRequests);
        assert_eq!(again(problem().with("seconds", "7")), "7");
        assert_eq!(again(problem()), "60");
    }

    #[test]
    fn the_code_travels_along_for_logs_and_pages() {
        let response = answer(Code::NotFound, Surface::Page);
        let failed = response.extensions().get::<Failed>().unwrap();
        assert_eq!(failed.0.code(), Code::NotFound);
    }

    #[test]
    fn every_path_has_its_readers() {
        for (path, expected) in [
            ("/ocm/invite-accepted", Surface::Ocm),
            ("/ocm-provider/", Surface::Ocm),
            ("/.well-known/jwks.json", Surface::Ocm),
            ("/sciencemesh/generate-invite", Surface::Sciencemesh),
            ("/api/v1/invites", Surface::Api),
            ("/ocmx", Surface::Page),
            ("/apis", Surface::Page),
            ("/", Surface::Page),
        ] {
            assert_eq!(surface(path), expected, "{path}");
        }
    }
}
