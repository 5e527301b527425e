//! The directories that are followed, and whether they can let anybody in.

use symbolon_core::trust::{Mode, Policy};
use symbolon_store::directories::{Directory, ListDirectories};

use super::{Findings, Patient, unread};
use crate::directories::fault;
use crate::said::Said;

const CHECK: &str = "directories.copies";

pub(super) async fn check(patient: &Patient, findings: &mut Findings) {
    let Ok(store) = &patient.store else {
        return findings.not_checked(CHECK, Said::new("doctor-closed"));
    };
    match store.read(ListDirectories).await {
        Ok(all) => judge(&all, patient.config.trust, findings),
        Err(error) => findings.problem(CHECK, unread(&error)),
    }
}

fn judge(all: &[Directory], policy: Policy, findings: &mut Findings) {
    let needed = [policy.invitations_in, policy.invitations_out].contains(&Mode::Directory);
    if needed && all.iter().all(|directory| directory.servers == 0) {
        findings.problem("directories.policy", Said::new("doctor-directories-nobody"));
    }
    for directory in all {
        let copy = directory.fetched_at.is_some();
        let what = Said::new(match (&directory.fault, copy) {
            (None, true) => "doctor-directories-copy",
            (None, false) => "doctor-directories-no-copy",
            (Some(_), true) => "doctor-directories-stale",
            (Some(_), false) => "doctor-directories-lost",
        });
        let mut what = what.with("url", directory.url.as_str());
        if let Some(at) = directory.fetched_at {
            what = what.with("at", at).with("servers", directory.servers);
        }
        match &directory.fault {
            Some(kept) => {
                let fault = fault(kept, &directory.url);
                findings.attention(CHECK, what.with("fault", fault));
            }
            None => findings.ok(CHECK, what),
        }
    }
}

#[cfg(test)]
mod tests {
    use symbolon_core::Timestamp;

    use super::super::Level;
    use super::*;

    fn directory(servers: u64, fault: Option<&str>) -> Directory {
        Directory {
            url: "https://mesh.example.org".to_owned(),
            keys: String::new(),
            by: None,
            added_at: Timestamp::from_secs(0),
            federation: None,
            servers,
            left_out: 0,
            fetched_at: (servers > 0).then(|| Timestamp::from_secs(0)),
            next_at: Timestamp::from_secs(0),
            fault: fault.map(str::to_owned),
        }
    }

    fn told(all: &[Directory], mode: Mode) -> Vec<(Level, &'static str, String)> {
        let policy = Policy {
            invitations_in: mode,
            invitations_out: Mode::Open,
        };
        let mut findings = Findings::none();
        judge(all, policy, &mut findings);
        findings.told()
    }

    #[test]
    fn a_policy_that_lets_nobody_in_for_want_of_a_directory_is_a_problem() {
        assert!(told(&[], Mode::Open).is_empty());
        let found = told(&[], Mode::Directory);
        assert_eq!(
            (found[0].0, found[0].1),
            (Level::Problem, "directories.policy")
        );
        let found = told(&[directory(3, None)], Mode::Directory);
        assert_eq!((found.len(), found[0].0), (1, Level::Ok));
    }

    #[test]
    fn a_directory_that_cannot_be_believed_is_told_with_the_copy_that_counts() {
        let found = told(&[directory(3, Some("status 503"))], Mode::Open);
        assert_eq!(found[0].0, Level::Attention);
        assert!(
            found[0].2.contains("(it answers 503); the copy of"),
            "{}",
            found[0].2
        );
        assert!(
            found[0].2.contains("with 3 servers counts"),
            "{}",
            found[0].2
        );
    }
}
