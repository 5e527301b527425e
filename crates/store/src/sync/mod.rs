//! Comparing our halves with another server's (rule 5): what is kept for it, and what comes of it.
//!
//! [`digests`] are maintained with every half that is written, so that finding out whether two servers agree reads one row.
//! [`claims`] applies what the other server says of its halves. [`schedule`] knows when to compare with whom, and how it went.

pub mod claims;
pub mod digests;
pub mod schedule;
