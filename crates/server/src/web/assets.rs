//! Style, script and icon: part of the binary. Pages name each with its hash, so that browsers keep it for ever and
//! still never show an old one.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};
use symbolon_proto::problem::Surface;

use crate::actions::not_found;
use crate::http::problem::ApiProblem;
use crate::http::reference::Reference;

const STYLE: &str = include_str!("../../assets/style.css");
pub(super) const SCRIPT: &str = include_str!("../../assets/symbolon.js");
const ICON: &str = include_str!("../../assets/icon.svg");

/// Bytes of the hash in an address: enough to tell two releases apart.
const HASH_BYTES: usize = 8;

/// For an address with the right hash. A year, the longest that caches honour.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// For any other address of the same file.
const ASK_FIRST: &str = "no-cache";

/// Where pages find the files.
pub(super) struct Assets {
    pub(super) style: String,
    pub(super) script: String,
    pub(super) icon: String,
}

/// Worked out once per process.
pub(super) static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    style: format!("/assets/style.css?{}", version(STYLE)),
    script: format!("/assets/symbolon.js?{}", version(SCRIPT)),
    icon: format!("/assets/icon.svg?{}", version(ICON)),
});

/// `GET /assets/{name}`
pub(super) async fn serve(
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    reference: Reference,
) -> Result<Response, ApiProblem> {
    let (body, kind) = match name.as_str() {
        "style.css" => (STYLE, "text/css; charset=utf-8"),
        "symbolon.js" => (SCRIPT, "text/javascript; charset=utf-8"),
        "icon.svg" => (ICON, "image/svg+xml"),
        _ => {
            return Err(ApiProblem::new(
                not_found("file"),
                Surface::Page,
                &reference,
            ));
        }
    };
    let version = version(body);
    let current = query.as_deref() == Some(version.as_str());
    let etag = format!("\"{version}\"");
    let known = headers
        .get(IF_NONE_MATCH)
        .is_some_and(|tags| matches(tags.as_bytes(), &etag));
    let caching = [
        (CACHE_CONTROL, if current { FOR_EVER } else { ASK_FIRST }),
        (ETAG, &etag),
    ];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    Ok((caching, [(CONTENT_TYPE, kind)], body).into_response())
}

/// Whether a list of entity tags holds this one; weak ones compare like strong ones (RFC 9110 §13.1.2).
fn matches(tags: &[u8], etag: &str) -> bool {
    tags.split(|byte| *byte == b',').any(|tag| {
        let tag = tag.trim_ascii();
        tag.strip_prefix(b"W/").unwrap_or(tag) == etag.as_bytes() || tag == b"*"
    })
}

fn version(body: &str) -> String {
    let hash = digest(&SHA256, body.as_bytes());
    hash.as_ref()[..HASH_BYTES]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_stay_light() {
        assert!(
            SCRIPT.len() < 15_000,
            "the script has {} bytes",
            SCRIPT.len()
        );
        assert!(
            STYLE.len() < 21_000,
            "the style sheet has {} bytes",
            STYLE.len()
        );
    }

    #[test]
    fn files_name_no_other_host() {
        for text in [STYLE, SCRIPT] {
            assert!(
                !text.contains("//www.") && !text.contains("http://") && !text.contains("https://")
            );
        }
    }

    #[test]
    fn a_known_entity_tag_is_recognised_in_any_list() {
        assert!(matches(b"\"a\", W/\"b\"", "\"b\""));
        assert!(matches(b"*", "\"b\""));
        assert!(!matches(b"\"ab\"", "\"b\""));
    }
}
