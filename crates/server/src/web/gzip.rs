//! Makes long answers small on their way. Only for routes whose answers hold no secret: where one lies beside what others
//! chose, the length of what is compressed tells of both (BREACH). Lists of people, stories and settings are long and hold
//! none; files are the same for everybody. Pages with links, codes and passwords travel as they are.

use std::io::Write;

use axum::body::HttpBody as _;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::MethodRouter;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, ETAG, HeaderMap, HeaderValue, VARY,
};
use http::{HeaderName, StatusCode};
use http_body_util::BodyExt;

use crate::app::App;

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// A route whose answers hold no secret.
pub(super) fn small(route: MethodRouter<App>) -> MethodRouter<App> {
    route.layer(from_fn(layer))
}

/// Compresses the answer if the browser takes it so, and if no other site had it asked for: whoever guesses by lengths
/// must be able to ask.
async fn layer(request: Request, next: Next) -> Response {
    let wanted = takes_gzip(request.headers()) && !asked_from_elsewhere(request.headers());
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .append(VARY, HeaderValue::from_static("accept-encoding"));
    let is_whole = response.body().size_hint().exact();
    if !wanted || response.status() != StatusCode::OK || is_whole.is_none() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let body = body.collect().await;
    let plain = body.expect("what has a length lies in memory").to_bytes();
    let Ok(small) = compressed(&plain) else {
        return Response::from_parts(parts, plain.into());
    };
    parts.headers.remove(CONTENT_LENGTH);
    parts
        .headers
        .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    // The same text in other bytes (RFC 9110 §8.8.3).
    let weak = parts.headers.get(ETAG).and_then(|tag| {
        let tag = tag.to_str().ok().filter(|tag| tag.starts_with('"'))?;
        HeaderValue::try_from(format!("W/{tag}")).ok()
    });
    if let Some(weak) = weak {
        parts.headers.insert(ETAG, weak);
    }
    Response::from_parts(parts, small.into())
}

fn compressed(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain)?;
    encoder.finish()
}

/// RFC 9110 §12.5.3, for one coding; a weight of 0 is a refusal.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(ACCEPT_ENCODING).iter();
    let mut codings = lists
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.split(','));
    codings.any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").map(str::trim);
        let refused = weight.is_some_and(|weight| weight.parse::<f32>().is_ok_and(|q| q <= 0.0));
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

/// Browsers that do not say so are too old to be believed.
fn asked_from_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get(SITE).map(HeaderValue::as_bytes);
    !matches!(site, Some(b"same-origin" | b"none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_name_it_and_do_not_refuse_it() {
        for (list, takes) in [
            ("gzip, deflate, br", true),
            ("br;q=1.0, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("br", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, list.parse().expect("valid"))]);
            assert_eq!(takes_gzip(&headers), takes, "{list}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn what_another_site_has_asked_for_is_not_compressed() {
        for (site, elsewhere) in [
            ("same-origin", false),
            ("none", false),
            ("cross-site", true),
            ("same-site", true),
        ] {
            let headers = HeaderMap::from_iter([(SITE, HeaderValue::from_static(site))]);
            assert_eq!(asked_from_elsewhere(&headers), elsewhere, "{site}");
        }
        assert!(asked_from_elsewhere(&HeaderMap::new()));
    }
}
