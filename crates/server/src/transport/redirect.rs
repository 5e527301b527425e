//! Whether a redirect is followed.

use http::Method;
use url::Url;

use super::Redirects;
use super::error::TransportError;

/// The most redirects that any request may follow, whatever it asks for.
const REDIRECTS_MAX: u8 = 3;

/// Longest redirect target that an error repeats, in characters.
const TARGET_CHARS: usize = 200;

/// Where to go next: `None` if the answer is an answer, an error if it is a redirect that is not followed.
pub(super) fn next(
    method: &Method,
    allowed: Redirects,
    followed: u8,
    from: &Url,
    status: u16,
    location: Option<&str>,
) -> Result<Option<Url>, TransportError> {
    let (301 | 302 | 303 | 307 | 308, Some(location)) = (status, location) else {
        return Ok(None);
    };
    let to = from.join(location).ok();
    let may = match allowed {
        Redirects::Shown => return Ok(None),
        Redirects::None => false,
        Redirects::SameHost(limit) => method == Method::GET && followed < limit.min(REDIRECTS_MAX),
    };
    match to {
        Some(to) if may && same_place(from, &to) => Ok(Some(to)),
        to => Err(TransportError::Redirected {
            to: words(to, location),
        }),
    }
}

/// The same host and, unless it only moves up from http to https, the same port. A description of one server must not
/// be fetched from another.
fn same_place(from: &Url, to: &Url) -> bool {
    let upgrade = from.scheme() == "http" && to.scheme() == "https";
    let same_origin =
        from.scheme() == to.scheme() && from.port_or_known_default() == to.port_or_known_default();
    from.host_str() == to.host_str() && (same_origin || upgrade)
}

/// The target without credentials, query and fragment, which may hold secrets.
fn words(to: Option<Url>, location: &str) -> String {
    let shown = match to {
        Some(mut to) => {
            to.set_query(None);
            to.set_fragment(None);
            let bare = to.set_username("").and_then(|()| to.set_password(None));
            if bare.is_ok() {
                String::from(to)
            } else {
                to.scheme().to_owned()
            }
        }
        None => location
            .chars()
            .take_while(|c| !matches!(c, '?' | '#'))
            .collect(),
    };
    shown.chars().take(TARGET_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn go(
        method: &Method,
        allowed: Redirects,
        followed: u8,
        from: &str,
        to: &str,
    ) -> Result<Option<Url>, TransportError> {
        next(
            method,
            allowed,
            followed,
            &from.parse().unwrap(),
            302,
            Some(to),
        )
    }

    fn get(from: &str, to: &str) -> Result<Option<Url>, TransportError> {
        go(&Method::GET, Redirects::SameHost(3), 0, from, to)
    }

    const HERE: &str = "https://cloud.example.org/.well-known/ocm";

    #[test]
    fn a_get_may_move_within_its_host() {
        for to in [
            "/index.php/ocm",
            "https://cloud.example.org:443/ocm",
            "ocm/",
        ] {
            assert!(get(HERE, to).unwrap().is_some(), "{to}");
        }
        assert!(
            get("http://cat.localhost/ocm", "https://cat.localhost/ocm")
                .unwrap()
                .is_some()
        );
    }

    #[test]
    fn nothing_leads_to_another_host_port_or_scheme() {
        for to in [
            "https://example.org/ocm",
            "https://cloud.example.org:8443/ocm",
            "http://cloud.example.org/ocm",
            "//169.254.169.254/latest",
            "file:///etc/passwd",
        ] {
            assert!(
                matches!(get(HERE, to), Err(TransportError::Redirected { .. })),
                "{to}"
            );
        }
    }

    #[test]
    fn a_post_follows_nothing() {
        let refused = go(&Method::POST, Redirects::SameHost(3), 0, HERE, "/elsewhere");
        assert!(matches!(refused, Err(TransportError::Redirected { .. })));
    }

    #[test]
    fn three_is_the_end_whatever_is_asked() {
        assert!(go(&Method::GET, Redirects::SameHost(9), 2, HERE, "/next").is_ok());
        assert!(go(&Method::GET, Redirects::SameHost(9), 3, HERE, "/next").is_err());
        assert!(go(&Method::GET, Redirects::None, 0, HERE, "/next").is_err());
        let shown = go(
            &Method::GET,
            Redirects::Shown,
            0,
            HERE,
            "https://evil.example.org/",
        );
        assert_eq!(
            shown.unwrap(),
            None,
            "it is an answer, and nobody goes there"
        );
    }

    #[test]
    fn the_error_tells_where_to_without_secrets() {
        let error = get(
            HERE,
            "https://user:secret@example.org/log-in?token=secret#secret",
        )
        .unwrap_err();
        let to = "https://example.org/log-in".to_owned();
        assert_eq!(error, TransportError::Redirected { to });
    }

    #[test]
    fn other_statuses_and_missing_targets_are_answers() {
        let from = HERE.parse().unwrap();
        for (status, location) in [(200, Some("/x")), (304, Some("/x")), (302, None)] {
            let next = next(&Method::POST, Redirects::None, 0, &from, status, location);
            assert_eq!(next, Ok(None));
        }
    }
}
