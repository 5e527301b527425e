//! Finding and verifying a signature.

use std::{fmt, time::SystemTime};

use super::{
    COVERED,
    base::{Times, signing_string},
    header::{Parameters, is_one},
};
use crate::{
    digest,
    keys::{Algorithm, PublicPem},
    signature::{
        MessageParts, SignatureError, VerifiedSignature,
        authority::key_authority,
        freshness,
        verify::{check_length, cut, fitting, malformed},
    },
};

/// The one signature of this dialect in a message; nothing about it is known to be true before [`Self::verify`].
pub struct CavageSignature(Parameters);

/// Finds it in the lines of `Signature`; `None` if there is none. Lines of RFC 9421 are not looked at.
pub fn find_cavage(message: &MessageParts<'_>) -> Result<Option<CavageSignature>, SignatureError> {
    let mut lines = message
        .header_lines("signature")
        .filter(|line| is_one(line));
    let Some(line) = lines.next() else {
        return Ok(None);
    };
    if lines.next().is_some() {
        return Err(malformed("Signature", "there is more than one"));
    }
    Parameters::parse(&line).map(|found| Some(CavageSignature(found)))
}

impl CavageSignature {
    /// The key id, unverified, character for character; at most 1,024 characters of printable ASCII.
    pub fn key_id(&self) -> &str {
        &self.0.key_id
    }

    /// The host and port that the key id names, if it names one: see [`key_authority`]. It is for the caller to fetch the key
    /// from there and from nowhere else.
    pub fn authority(&self) -> Option<String> {
        key_authority(&self.0.key_id)
    }

    /// Verifies the signature of `message` and that `body` is the one that was signed. `key` is the one that its server
    /// publishes, `now` is in Unix seconds. What is not enough is refused before anything is computed, and the body is hashed
    /// last.
    pub fn verify(
        &self,
        message: &MessageParts<'_>,
        body: &[u8],
        key: &PublicPem,
        now: i64,
    ) -> Result<VerifiedSignature, SignatureError> {
        let signature = &self.0;
        for component in COVERED {
            if !signature.headers.iter().any(|name| name == component) {
                return Err(SignatureError::NotCovered { component });
            }
        }
        let algorithms = self.algorithms()?;
        let dated = freshness::check(date(message)?, signature.expires, now)?;
        if signature.created.is_some() {
            freshness::check(signature.created, None, now)?;
        }
        let verifiers = algorithms.iter().map(|one| key.verifier(*one));
        let verifiers: Vec<_> = verifiers.collect::<Result<_, _>>().map_err(|fault| {
            let key_id = cut(&signature.key_id);
            SignatureError::UnusableKey { key_id, fault }
        })?;
        let times = Times {
            created: signature.created,
            expires: signature.expires,
        };
        let names = signature.headers.iter().map(String::as_str);
        let text = signing_string(message, names, times)?;
        let algorithm = fitting(&verifiers, &text, &signature.signature, &signature.key_id)?;
        check_length(message, body)?;
        let digests = message.header_lines("digest").collect::<Vec<_>>();
        let digests = digests.iter().map(AsRef::as_ref).collect::<Vec<_>>();
        digest::check_legacy(&digests, body)?;
        // The text does not say who signed it: two servers may send the same message in the same second. Nor does the name of
        // the key, which is not signed: under another one it would be another message.
        let signed = [key.numbers(), text.as_bytes()].concat();
        let digest = digest::sha256(&signed);
        let key_id = signature.key_id.clone();
        Ok(VerifiedSignature::new(key_id, dated, algorithm, digest))
    }

    /// What is tried. A name of an algorithm is taken at its word; `hs2019`, which stands for whatever the key is for, and no
    /// name are tried with all three that an RSA key may mean by it, of which none fits a signature of another.
    fn algorithms(&self) -> Result<&'static [Algorithm], SignatureError> {
        let headers = &self.0.headers;
        let of_old = match self.0.algorithm.as_deref() {
            Some("rsa-sha256") => &[Algorithm::RsaPkcs1Sha256],
            Some("rsa-sha512") => &[Algorithm::RsaPkcs1Sha512],
            Some("hs2019") | None => {
                return Ok(&[
                    Algorithm::RsaPkcs1Sha256,
                    Algorithm::RsaPkcs1Sha512,
                    Algorithm::RsaPssSha512,
                ]);
            }
            Some(other) => {
                let algorithm = cut(other);
                return Err(SignatureError::Algorithm { algorithm });
            }
        };
        // §2.3: the times of the parameters and the old names never go together.
        let times = |name: &String| matches!(name.as_str(), "(created)" | "(expires)");
        match headers.iter().any(times) {
            true => Err(malformed(
                "headers",
                "it names times, which rsa algorithms never cover",
            )),
            false => Ok(of_old),
        }
    }
}

impl fmt::Debug for CavageSignature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CavageSignature")
            .field("key_id", &self.0.key_id)
            .finish_non_exhaustive()
    }
}

/// `Date` in Unix seconds; there must be one, and only one.
fn date(message: &MessageParts<'_>) -> Result<Option<i64>, SignatureError> {
    let Some(text) = message.header("date") else {
        return Ok(None);
    };
    let unreadable = || malformed("Date", "it is not a date of HTTP");
    let date = httpdate::parse_http_date(&text).map_err(|_| unreadable())?;
    let since = date
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_err(|_| unreadable())?;
    i64::try_from(since.as_secs())
        .map(Some)
        .map_err(|_| unreadable())
}
