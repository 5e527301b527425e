//! The examples of the draft, and what somebody may send instead.

mod draft;
mod hostile;
