//! `/settings/copy/{format}`: a copy of what is kept about a person, as a file.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::visitor::Visitor;
use crate::actions::{exports, not_found};
use crate::export::Format;
use crate::http::problem::ApiProblem;

/// `GET /settings/copy/{format}`
pub(super) async fn download(
    visitor: Visitor,
    Path(format): Path<String>,
) -> Result<Response, ApiProblem> {
    let unknown = || visitor.fails(not_found("file"));
    let format = Format::parse(&format).ok_or_else(unknown)?;
    let reference = visitor.reference.as_str();
    let copy = exports::copy(&visitor.app, &visitor.user, format, reference).await;
    let copy = copy.map_err(|problem| visitor.fails(problem))?;
    let name = format!("attachment; filename=\"{}\"", format.file());
    let headers = [
        (CONTENT_TYPE, format.media_type().to_owned()),
        (CONTENT_DISPOSITION, name),
    ];
    Ok((headers, copy).into_response())
}
