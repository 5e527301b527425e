//! How many files this process may have open. Every connection is one.

use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Takes what the process may have at most: what it has at first is meant for programs that wait by `select`, and is little
/// (1,024). Gives how many files it may have open now; `None` for any number.
pub(crate) fn raise() -> Option<u64> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: maximum,
        maximum,
    };
    if current == maximum {
        return current;
    }
    match setrlimit(Resource::Nofile, all) {
        Ok(()) => maximum,
        Err(error) => {
            let error: Errno = error;
            tracing::warn!(%error, "the number of open files cannot be raised");
            current
        }
    }
}
