//! What all doors share: a reference for every request, one form for every problem, bounded bodies.

pub mod body;
#[cfg(test)]
mod catalogue_tests;
pub mod language;
pub mod problem;
pub mod query;
pub mod reference;
pub(crate) mod same_origin;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::env::Env;
use crate::telemetry::Metrics;

/// What the layers around all routes need.
#[derive(Clone)]
struct Around {
    env: Env,
    metrics: Arc<Metrics>,
}

/// Puts around finished routes what every answer needs: a reference and a log line, and a problem that can be read, in
/// the language of whoever asked, instead of a bare 404, 405 or a cut connection after a panic. Everything is inside; nothing may be added to the
/// routes afterwards.
pub fn around<S>(routes: Router<S>, env: &Env, metrics: &Arc<Metrics>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let state = Around {
        env: env.clone(),
        metrics: metrics.clone(),
    };
    routes
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(from_fn(problem::only_ours))
        .layer(from_fn_with_state(state, reference::layer))
        .layer(from_fn(language::layer))
        // No browser may take an answer for something else than it says it is.
        .layer(SetResponseHeaderLayer::overriding(
            X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
}

/// What the doors for people's clients need: answers hold tokens and names, and no cache keeps them (RFC 9111 §5.2.2.5).
/// What a handler says itself stands, as that of the stream of events.
pub(crate) fn kept_by_no_cache() -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::Request;
    use axum::routing::{get, post};
    use http::{Response, StatusCode};
    use http_body_util::BodyExt;
    use serde_json::Value;
    use tower::ServiceExt;

    use symbolon_proto::problem::{Code, Problem};

    use super::problem::ApiProblem;
    use super::reference::{HEADER, Reference};
    use super::*;
    use crate::env::fixed;
    use crate::logging::captured;

    const REFERENCE: &str = "01kk7v3q9d8zx5y2n4b6m8r0ta";

    fn routes() -> Router {
        let echo = || get(|reference: Reference| async move { reference.to_string() });
        let routes = Router::new()
            .route("/api/v1/echo", echo())
            .route("/ocm/echo", echo())
            .route("/echo", echo())
            .route(
                "/api/v1/panic",
                get(|| async {
                    if true {
                        panic!("on purpose")
                    }
                }),
            )
            .route(
                "/ocm/limited",
                get(|reference: Reference| async move {
                    let problem = Problem::new(Code::TooManyRequests).with("seconds", "1");
                    ApiProblem::ocm(problem, &reference)
                }),
            )
            .route("/ocm/only-post", post(|| async {}))
            .route("/healthz", get(|| async {}));
        around(routes, &fixed::env(), &Arc::new(Metrics::new()))
    }

    async fn ask(method: &str, path: &str, reference: Option<&str>) -> (Response<()>, String) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(reference) = reference {
            request = request.header(HEADER, reference);
        }
        let response = routes()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (
            Response::from_parts(parts, ()),
            String::from_utf8(body.to_vec()).unwrap(),
        )
    }

    fn sent(response: &Response<()>) -> &str {
        response.headers()[HEADER].to_str().unwrap()
    }

    #[tokio::test]
    async fn another_servers_reference_is_taken_over_and_given_back() {
        for given in [REFERENCE, "8c9e6f1a-0000-4000-8000-000000000000"] {
            let (response, body) = ask("GET", "/ocm/echo", Some(given)).await;
            let reference = Reference::parse(given).unwrap();
            assert_eq!(
                (sent(&response), body.as_str()),
                (reference.as_str(), reference.as_str())
            );
        }
    }

    #[tokio::test]
    async fn a_traceparent_goes_before_what_a_proxy_may_have_replaced() {
        let reference = Reference::parse(REFERENCE).unwrap();
        let request = Request::builder()
            .uri("/ocm/echo")
            .header("traceparent", reference.traceparent([7; 8]))
            .header(HEADER, "8c9e6f1a-0000-4000-8000-000000000000");
        let response = routes().oneshot(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.unwrap().headers()[HEADER], REFERENCE);
    }

    #[tokio::test]
    async fn a_client_cannot_choose_the_reference_that_its_gestures_are_recorded_under() {
        for path in ["/api/v1/echo", "/echo"] {
            let (response, body) = ask("GET", path, Some(REFERENCE)).await;
            assert_ne!(sent(&response), REFERENCE, "{path}");
            assert_eq!(sent(&response), body);
        }
    }

    #[tokio::test]
    async fn a_reference_that_could_forge_lines_is_replaced() {
        for given in ["", "abc", "a b", "a\tb", "a;b", "\"", "é", &"x".repeat(65)] {
            let (response, body) = ask("GET", "/ocm/echo", Some(given)).await;
            assert_eq!(sent(&response), body);
            assert_eq!(body.len(), 26, "{given:?} became {body:?}");
        }
    }

    #[tokio::test]
    async fn every_failure_is_a_problem_with_the_reference() {
        for (method, path, status) in [
            ("GET", "/api/v1/nothing", StatusCode::NOT_FOUND),
            ("GET", "/nothing", StatusCode::NOT_FOUND),
            ("GET", "/ocm/only-post", StatusCode::METHOD_NOT_ALLOWED),
            ("GET", "/api/v1/panic", StatusCode::INTERNAL_SERVER_ERROR),
        ] {
            let (response, body) = ask(method, path, None).await;
            assert_eq!(response.status(), status, "{path}");
            assert_eq!(sent(&response).len(), 26, "{path}");
            assert_eq!(
                response.headers()["content-type"],
                "application/problem+json",
                "{path}"
            );
            assert_eq!(response.headers()["cache-control"], "no-store", "{path}");
            let body: Value = serde_json::from_str(&body).unwrap();
            assert_eq!(body["reference"], sent(&response), "{path}");
        }
        let (response, _) = ask("GET", "/ocm/only-post", None).await;
        assert_eq!(response.headers()["allow"], "POST");
    }

    #[tokio::test]
    async fn no_answer_may_be_taken_for_something_else() {
        for path in ["/healthz", "/nothing", "/api/v1/panic"] {
            let (response, _) = ask("GET", path, None).await;
            assert_eq!(
                response.headers()["x-content-type-options"],
                "nosniff",
                "{path}"
            );
        }
    }

    #[tokio::test]
    async fn one_line_tells_of_each_request_without_its_query() {
        captured::take();
        let (response, _) = ask("GET", "/api/v1/nothing?token=hush", Some("ref-1")).await;
        ask("GET", "/healthz", None).await;
        let lines = captured::take();
        let [line] = &lines[..] else {
            panic!("one line was expected: {lines:?}")
        };
        assert_eq!(line["status"], 404);
        assert_eq!(line["ms"], 0);
        assert_eq!(line["code"], "not_found");
        assert_eq!(line["span"]["method"], "GET");
        assert_eq!(line["span"]["path"], "/api/v1/nothing");
        assert_eq!(line["span"]["reference"], sent(&response));
        assert_eq!(line["span"]["their_reference"], "ref-1");
        assert!(!line.to_string().contains("hush"));
    }

    #[tokio::test]
    async fn what_a_limit_refuses_is_no_line_of_the_log() {
        captured::take();
        assert_eq!(ask("GET", "/ocm/limited", None).await.0.status(), 429);
        assert_eq!(captured::take().len(), 0);
        ask("GET", "/ocm/nothing", None).await;
        assert_eq!(captured::take().len(), 1);
    }

    #[tokio::test]
    async fn a_panic_is_logged_under_its_reference_and_not_told() {
        captured::take();
        let (response, body) = ask("GET", "/api/v1/panic", None).await;
        let lines = captured::take();
        assert_eq!(
            (&lines[0]["level"], &lines[0]["span"]["reference"]),
            (&"ERROR".into(), &sent(&response).into())
        );
        assert!(!body.contains("on purpose"), "{body}");
    }
}
