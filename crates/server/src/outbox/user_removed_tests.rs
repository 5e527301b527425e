use bytes::Bytes;

use super::*;
use crate::specification::{STATUSES, Table, names};

#[test]
fn every_answer_to_a_removal_is_worth_what_the_specification_says() {
    let table = Table::behind("### 6.3.", &["answer", "the connection shows"]);
    for status in STATUSES {
        for body in ["", "{}", r#"{"connection":null}"#, r#"{"connection":{}}"#] {
            let response = OutboundResponse {
                status,
                headers: Vec::new(),
                body: Bytes::from(body),
                url: String::new(),
            };
            let expected = table.first(|row| {
                if let Some(statuses) = row[0].strip_suffix(" without JSON") {
                    return names(statuses, status) && body.is_empty();
                }
                let (statuses, object) = match row[0].strip_suffix(" with an object connection") {
                    Some(statuses) => (statuses, true),
                    None => (&*row[0], false),
                };
                let about = !object || body.ends_with("{}}");
                match statuses.strip_suffix(", or a 4xx that is not named below") {
                    Some(alone) => {
                        let below = [401, 403, 408, 425, 429].contains(&status);
                        names(alone, status) || (status / 100 == 4 && !below)
                    }
                    None => names(statuses, status) && about,
                }
            });
            let shown = match read(&response) {
                Telling::Answered(Told::Confirmed) => "told and confirmed",
                Telling::Answered(Told::Unconfirmed) => "told, not confirmed",
                Telling::Answered(Told::NotUnderstood) => "does not understand such messages",
                Telling::Answered(Told::Telling | Told::CouldNot) => "nonsense",
                Telling::Failed(_) => "tried again",
            };
            assert_eq!(shown, expected, "{status} {body}");
        }
    }
    table.all_needed();
}
