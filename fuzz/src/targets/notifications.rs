//! `/notifications`, and the answer to a removal.

use symbolon_proto::messages::{Notification, RemovalAnswer, UserRemoved};

pub(crate) fn play(bytes: &[u8]) {
    if let Ok(notification) = Notification::parse(bytes)
        && let Ok(Some(removed)) = UserRemoved::from_notification(&notification)
    {
        let written = removed.to_json();
        let again = Notification::parse(written.as_bytes());
        let again = again.and_then(|again| UserRemoved::from_notification(&again));
        assert_eq!(again, Ok(Some(removed)), "{written}");
    }
    if let Some(answer) = RemovalAnswer::parse(bytes) {
        let written = answer.to_json().to_string();
        assert_eq!(RemovalAnswer::parse(written.as_bytes()), Some(answer));
    }
}
