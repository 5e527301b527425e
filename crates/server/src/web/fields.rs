//! What a person filled in: the query of a `GET`, the body of a `POST`. Nothing in it can make a page fail to load; a field
//! that is missing is empty, one that nobody asked for is ignored.

use axum::extract::{FromRequest, Request};
use http::Method;
use secrecy::zeroize::Zeroizing;
use symbolon_proto::problem::Surface;

use crate::http::body;
use crate::http::problem::ApiProblem;
use crate::http::reference::Reference;

/// Largest form in bytes.
const FORM_BYTES: usize = 64 * 1024;

/// The fields of a form by name. They may be passwords, and are wiped.
pub(super) struct Fields(Zeroizing<Vec<(String, String)>>);

impl Fields {
    /// The trimmed text of a field, empty if there is none.
    pub(super) fn text(&self, name: &str) -> &str {
        self.exact(name).trim()
    }

    /// The text of a field to the letter, for passwords.
    pub(super) fn exact(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// The text of a field unless it is blank.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Nothing was filled in.
    pub(super) fn none() -> Self {
        Self(Zeroizing::default())
    }

    fn parse(text: &[u8]) -> Self {
        let fields = url::form_urlencoded::parse(text);
        Self(Zeroizing::new(fields.into_owned().collect()))
    }
}

impl<S: Sync> FromRequest<S> for Fields {
    type Rejection = ApiProblem;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiProblem> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            return Ok(Self::parse(request.uri().query().unwrap_or("").as_bytes()));
        }
        let reference = request.extensions().get::<Reference>().cloned();
        let (_, body) = body::read(request, FORM_BYTES).await.map_err(|problem| {
            let reference = reference.expect("every request has a reference");
            ApiProblem::new(problem, Surface::Page, &reference)
        })?;
        Ok(Self::parse(&body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_a_form() {
        let fields = Fields::parse(b"note=+Carol%0A&note=second&&=x&broken=%ff%zz");
        assert_eq!(fields.text("note"), "Carol");
        assert_eq!(fields.exact("note"), " Carol\n");
        assert_eq!(fields.filled("missing"), None);
    }
}
