//! Whole servers in one process, seen from outside: by other servers, by clients, and by people's scripts.

mod accepter;
mod api;
mod inviter;
mod ocis;
mod story;
mod support;
