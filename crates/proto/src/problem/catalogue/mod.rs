//! The catalogue itself: one entry for every problem that a person or a server can meet.

mod answers;
mod invitations;
mod reach;
mod requests;
mod trust;

use super::{Code, Culprit};

/// One line of the catalogue. Texts contain names of facts in braces.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) code: Code,
    pub(super) name: &'static str,
    pub(super) culprit: Culprit,
    pub(super) status: u16,
    pub(super) ocm_message: &'static str,
    pub(super) ocis_code: &'static str,
    pub(super) ocis_status: u16,
    pub(super) ocis_message: Option<&'static str>,
    pub(super) retry_helps: bool,
    pub(super) title: &'static str,
    pub(super) detail: &'static str,
    pub(super) remedy: &'static str,
}

/// All entries, in the order of [`Code`].
pub(super) fn entries() -> impl Iterator<Item = &'static Entry> {
    let rooms = [
        reach::ENTRIES,
        trust::ENTRIES,
        invitations::ENTRIES,
        answers::ENTRIES,
        requests::ENTRIES,
    ];
    rooms.into_iter().flatten()
}
