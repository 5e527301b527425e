//! What people paste to accept an invitation.

use symbolon_proto::invite::{InviteToken, PastedInvite, invite_string, invite_string_std};
use symbolon_proto::limits;

pub(crate) fn play(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(pasted) = PastedInvite::parse(&text) else {
        return;
    };
    let token = pasted.token.expose();
    assert!(token.len() <= limits::TOKEN_BYTES);
    let odd = |c: char| c.is_whitespace() || c.is_control();
    assert!(!token.is_empty() && !token.contains(odd), "{token:?}");
    let again = InviteToken::parse(token).map(|token| token.expose().to_owned());
    assert_eq!(again.as_deref(), Ok(token));
    let Some(provider) = &pasted.provider else {
        return;
    };
    for string in [
        invite_string(&pasted.token, provider),
        invite_string_std(&pasted.token, provider),
    ] {
        let again = PastedInvite::parse(&string);
        let again = again.unwrap_or_else(|error| panic!("{string}: {error}"));
        assert_eq!(again.token.expose(), token, "{string}");
        assert_eq!(again.provider.as_ref(), Some(provider), "{string}");
    }
}
