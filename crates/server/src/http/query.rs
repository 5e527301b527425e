//! Query parameters of client APIs, as strict as bodies.

use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::body::member_problem;
use super::problem::{ApiProblem, surface};
use super::reference::Reference;

/// Query parameters in a type with `deny_unknown_fields`; a wrong one is a problem that names it.
pub struct Params<T>(pub T);

impl<T, S> FromRequestParts<S> for Params<T>
where
    T: DeserializeOwned,
    S: Sync,
{
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiProblem> {
        let Query(parsed) = Query::try_from_uri(&parts.uri).map_err(|error| {
            let reference = Reference::carried(&parts.extensions);
            let text = error.body_text();
            // axum's own words, then the member if there is one, then serde's.
            let words = text
                .strip_prefix("Failed to deserialize query string: ")
                .unwrap_or(&text);
            let (path, words) = match words.split_once(": ") {
                Some((path, words)) if !path.contains(' ') => (path, words),
                _ => (".", words),
            };
            ApiProblem::new(
                member_problem(path, words),
                surface(parts.uri.path()),
                &reference,
            )
        })?;
        Ok(Self(parsed))
    }
}

#[cfg(test)]
mod tests {
    use axum::extract::Request;
    use serde::Deserialize;
    use symbolon_proto::problem::Code;

    use super::*;
    use crate::http::problem::Failed;
    use axum::response::IntoResponse;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Page {
        limit: Option<u32>,
    }

    async fn read(query: &str) -> Result<Option<u32>, (Code, String)> {
        let mut request = Request::new(());
        *request.uri_mut() = format!("/api/v1/invites?{query}").parse().unwrap();
        request
            .extensions_mut()
            .insert(Reference::parse("0000000000000000000000ref1").unwrap());
        let (mut parts, ()) = request.into_parts();
        let params = Params::<Page>::from_request_parts(&mut parts, &()).await;
        params.map(|Params(page)| page.limit).map_err(|problem| {
            let response = problem.into_response();
            let Failed(problem) = response.extensions().get().unwrap();
            (
                problem.code(),
                problem.fact("member").unwrap_or_default().to_owned(),
            )
        })
    }

    #[tokio::test]
    async fn right_parameters_are_read() {
        assert_eq!(read("limit=5").await, Ok(Some(5)));
        assert_eq!(read("").await, Ok(None));
    }

    #[tokio::test]
    async fn wrong_parameters_are_named() {
        assert_eq!(
            read("limits=5").await,
            Err((Code::MemberUnknown, "limits".to_owned()))
        );
        assert_eq!(
            read("limit=many").await,
            Err((Code::MemberInvalid, "limit".to_owned()))
        );
        assert_eq!(
            read("limit=1&limit=2").await,
            Err((Code::MemberInvalid, "limit".to_owned()))
        );
    }
}
