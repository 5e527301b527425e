//! The catalogue itself: one entry for every problem that a person or a server can meet.

mod answers;
mod invitations;
mod log_in;
mod mails;
mod reach;
mod requests;
mod trust;

use super::{Code, Culprit};

/// One line of the catalogue. Its words lie in `texts/`, under its name.
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
}

/// All entries, room by room, in the order of [`Code`].
const ROOMS: [&[Entry]; 7] = [
    reach::ENTRIES,
    trust::ENTRIES,
    invitations::ENTRIES,
    answers::ENTRIES,
    mails::ENTRIES,
    log_in::ENTRIES,
    requests::ENTRIES,
];

/// Does not compile unless every code has its entry in its place; `Internal` is the last code.
const _: () = {
    let (mut place, mut room) = (0, 0);
    while room < ROOMS.len() {
        let mut inside = 0;
        while inside < ROOMS[room].len() {
            assert!(ROOMS[room][inside].code as usize == place);
            place += 1;
            inside += 1;
        }
        room += 1;
    }
    assert!(place == Code::Internal as usize + 1);
};

/// All entries, in the order of [`Code`].
pub(super) fn entries() -> impl Iterator<Item = &'static Entry> {
    ROOMS.into_iter().flatten()
}
