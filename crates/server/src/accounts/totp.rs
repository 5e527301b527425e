//! Codes that an app makes of the time and of a secret (RFC 6238), with what every app understands: SHA-1, six digits, steps
//! of thirty seconds.

use std::fmt::Write as _;

use secrecy::zeroize::Zeroizing;
use symbolon_core::Timestamp;
use totp_rs::{Algorithm, Builder, Totp};

use crate::env::Env;

/// 160 bits, as RFC 4226 §4 recommends.
const BYTES: usize = 20;

const DIGITS: u8 = 6;

/// In seconds.
const STEP: u64 = 30;

/// How many steps a clock may be ahead or behind (RFC 6238 §5.2).
const SKEW: u16 = 1;

/// What an app and this server share.
pub(crate) struct Secret(Zeroizing<[u8; BYTES]>);

impl Secret {
    pub(super) fn new(env: &Env) -> Self {
        Self(Zeroizing::new(env.random()))
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// As people type it into an app: base32 without padding.
    pub(crate) fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.totp().secret().to_base32())
    }

    /// What the QR code says: the format that Google Authenticator began with and every app reads.
    pub(crate) fn uri(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        // Apps split the label at its colon, some of them after having read the escapes.
        let issuer = escaped(&issuer.replace(':', " "));
        let account = escaped(account);
        let secret = self.text();
        Zeroizing::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP}",
            secret.as_str()
        ))
    }

    /// The step of time whose code this is, if that is the present one or one beside it.
    pub(super) fn step_of(&self, code: &str, now: Timestamp) -> Option<i64> {
        let seconds = u64::try_from(now.as_millis() / 1_000).ok()?;
        i64::try_from(self.totp().check(code, seconds)?).ok()
    }

    fn totp(&self) -> Totp {
        let totp = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_step_duration(STEP)
            .with_skew(SKEW)
            .with_secret(*self.0);
        totp.build()
            .expect("digits, steps and secret are within RFC 6238")
    }
}

/// Percent-encoded, blanks too: some apps show a `+` as such.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::read(b"12345678901234567890").unwrap()
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, the last six of eight digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let now = Timestamp::from_secs(seconds);
            assert_eq!(secret().step_of(code, now), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn a_code_counts_one_step_before_and_after_its_own_and_no_longer() {
        let at = |seconds| secret().step_of("050471", Timestamp::from_secs(seconds));
        let step = 1_111_111_111 / 30;
        let (first, last) = ((step - 1) * 30, (step + 2) * 30 - 1);
        assert_eq!([at(first), at(last)], [Some(step); 2]);
        assert_eq!([at(first - 1), at(last + 1), at(-1)], [None; 3]);
    }

    #[test]
    fn what_is_no_code_is_wrong() {
        let now = Timestamp::from_secs(1_111_111_111);
        for code in ["", "50471", "0050471", "+50471", "05 471", "０５０４７１"] {
            assert_eq!(secret().step_of(code, now), None, "{code}");
        }
    }

    #[test]
    fn the_address_for_apps_names_the_server_and_the_account() {
        assert_eq!(
            secret().uri("Cat: Universität", "bob@cat").as_str(),
            "otpauth://totp/Cat%20%20Universit%C3%A4t:bob%40cat?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Cat%20%20Universit%C3%A4t&algorithm=SHA1&digits=6&period=30"
        );
    }
}
