//! Directories of servers (draft-05, Appendix C): fetched in the background, verified, and kept.
//!
//! A copy that cannot be fetched or believed changes nothing: the last good one counts until there is a better one, or an
//! administrator removes the directory.

use std::time::Duration;

use bytes::Bytes;
use symbolon_proto::directory::{self, BYTES_MAX, Directory, DirectoryError};
use symbolon_proto::keys::Jwks;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::Error;
use symbolon_store::directories::{ClaimDirectory, Copy, RecordDirectory};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::app::App;
use crate::doctor::unreachable::why;
use crate::http::reference::{Reference, within};
use crate::said::Said;
use crate::telemetry::Trouble;
use crate::transport::{Limits, OutboundRequest, Redirects, Transport, TransportError};

/// How often a directory is fetched, in milliseconds; up to a quarter later, so that not everybody does it at once.
const EVERY_MS: i64 = 3_600 * 1_000;

/// How soon again after a failure, in milliseconds.
const AGAIN_MS: i64 = 5 * 60 * 1_000;

/// Nobody records how it went if the process ends meanwhile; then it is due again after this time in milliseconds.
const LEASE_MS: i64 = 60 * 1_000;

/// How long a directory may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The loop looks this often for a directory that is due.
const LOOK: Duration = Duration::from_secs(5);

/// Why there is no copy of a directory.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Nobody could be asked.
    #[error("{0}")]
    Transport(#[from] TransportError),
    /// The answer was no document.
    #[error("it answers {0}")]
    Status(u16),
    /// The document is not believed.
    #[error("{0}")]
    Document(#[from] DirectoryError),
}

impl FetchError {
    /// What is kept of it: a code and, where it takes one, a word, for [`fault`].
    fn code(&self) -> String {
        match self {
            Self::Transport(error) => error.code().as_str().to_owned(),
            Self::Status(status) => format!("status {status}"),
            Self::Document(error) => match error {
                DirectoryError::TooLarge => "too-large".to_owned(),
                DirectoryError::NotSigned(why) => format!("not-signed {why}"),
                DirectoryError::Critical => "critical".to_owned(),
                DirectoryError::Algorithm { alg } => format!("algorithm {alg}"),
                DirectoryError::Signature => "signature".to_owned(),
                DirectoryError::Payload(why) => format!("payload {why}"),
            },
        }
    }

    /// In the reader's language.
    pub fn said(&self) -> Said {
        match self {
            Self::Transport(error) => why(error),
            Self::Status(_) | Self::Document(_) => fault(&self.code(), ""),
        }
    }
}

/// What is kept of a directory that could not be fetched or believed, in the reader's language. What an older version kept
/// was a sentence, which is told as it is.
pub fn fault(kept: &str, url: &str) -> Said {
    const KNOWN: [&str; 7] = [
        "status",
        "too-large",
        "not-signed",
        "critical",
        "algorithm",
        "signature",
        "payload",
    ];
    let (code, detail) = kept.split_once(' ').unwrap_or((kept, ""));
    if let Some(code) = Code::parse(kept) {
        let host = Url::parse(url).ok();
        let host = host.as_ref().and_then(Url::host_str).unwrap_or(url);
        Said::title(Problem::new(code).with("peer", host))
    } else if KNOWN.contains(&code) {
        Said::new("directory-fault")
            .with("fault", code)
            .with("detail", detail)
    } else {
        Said::words(kept)
    }
}

/// Fetches a directory and verifies it with `keys`; `dev` as in [`directory::read`].
pub async fn fetch(
    transport: &dyn Transport,
    url: &str,
    keys: &Jwks,
    dev: bool,
) -> Result<Directory, FetchError> {
    let request = OutboundRequest {
        method: http::Method::GET,
        url: url.to_owned(),
        headers: vec![(
            "accept".to_owned(),
            "application/json, application/jose".to_owned(),
        )],
        body: Bytes::new(),
        limits: Limits {
            total: PATIENCE,
            response_bytes: BYTES_MAX,
            ..Limits::default()
        },
        redirects: Redirects::SameHost(3),
    };
    let response = transport.send(request).await?;
    if response.status != 200 {
        return Err(FetchError::Status(response.status));
    }
    Ok(directory::read(&response.body, keys, dev)?)
}

/// Runs until `stop`.
pub async fn run(app: App, stop: CancellationToken) {
    let mut trouble = Trouble::default();
    loop {
        match drive(&app).await {
            Err(error) if trouble.begins() => {
                tracing::error!(%error, "could not look for due directories");
            }
            Err(_) => {}
            Ok(()) => drop(trouble.ends()),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Fetches what is due.
pub async fn drive(app: &App) -> Result<(), Error> {
    loop {
        let now = app.now();
        let claim = ClaimDirectory {
            now,
            until: now.plus_millis(LEASE_MS),
        };
        let Some((url, keys)) = app.store.write(claim).await? else {
            return Ok(());
        };
        let reference = Reference::fresh(&app.env);
        within(reference.as_str(), refresh(app, url, keys, &reference)).await?;
    }
}

async fn refresh(app: &App, url: String, keys: String, reference: &Reference) -> Result<(), Error> {
    let parsed = Jwks::parse(keys.as_bytes()).unwrap_or_default();
    let fetched = fetch(&*app.transport, &url, &parsed, app.config.dev).await;
    let (came, pause) = match fetched {
        Ok(Directory {
            federation,
            servers,
            left_out,
        }) => {
            let number = servers.len();
            tracing::debug!(servers = number, left_out, "fetched a directory");
            let copy = Copy {
                federation,
                servers,
                left_out: u64::try_from(left_out).unwrap_or(u64::MAX),
            };
            let later = i64::from(app.env.random::<1>()[0]) * EVERY_MS / 4 / 255;
            (Ok(copy), EVERY_MS + later)
        }
        Err(error) => {
            // When that is news, it is an event, and a line of its own.
            tracing::debug!(%error, "a directory cannot be fetched or believed");
            (Err(error.code()), AGAIN_MS)
        }
    };
    let moment = app.moment(reference.as_str());
    let record = RecordDirectory {
        url,
        keys,
        came,
        next_at: moment.now.plus_millis(pause),
        moment,
    };
    app.store.write(record).await
}

#[cfg(test)]
mod tests {
    use symbolon_proto::language::Language;

    use super::*;

    #[test]
    fn what_is_wrong_with_a_directory_is_kept_as_a_code_and_told_in_the_language_of_the_reader() {
        let told = |error: FetchError, language| {
            let kept = error.code();
            fault(&kept, "https://mesh.example.org/servers").say(language)
        };
        let alg = || DirectoryError::Algorithm {
            alg: "RS256".to_owned(),
        };
        assert_eq!(
            told(FetchError::Status(503), Language::En),
            "it answers 503"
        );
        assert_eq!(
            told(FetchError::Status(503), Language::De),
            "die Antwort ist 503"
        );
        assert_eq!(told(FetchError::Status(503), Language::ZhCn), "回答是 503");
        assert!(told(alg().into(), Language::De).contains("mit RS256 signiert"));
        let refused = || TransportError::ConnectionRefused.into();
        assert_eq!(
            told(refused(), Language::De),
            "mesh.example.org nimmt keine Verbindung an"
        );
        for language in Language::ALL {
            for error in [
                FetchError::Status(404),
                alg().into(),
                refused(),
                DirectoryError::TooLarge.into(),
                DirectoryError::NotSigned("it has no payload").into(),
                DirectoryError::Critical.into(),
                DirectoryError::Signature.into(),
                DirectoryError::Payload("no servers".to_owned()).into(),
            ] {
                let kept = error.code();
                let english = error.to_string();
                let said = told(error, language);
                assert!(!said.is_empty() && said != kept, "{kept}");
                let speaks = language == Language::En || said != english;
                assert!(speaks, "{said}");
            }
        }
        let old = "its signature was made by none of the keys for it";
        assert_eq!(fault(old, "").say(Language::De), old);
    }
}
