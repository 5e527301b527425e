//! What may be wrong with a server, seen from its data and from the world, and how to mend it.
//!
//! Each check is a file: it looks, judges by a function of what it saw, and says what it found. [`CHECKS`] lists them in
//! the order in which they are told. They change nothing, run beside the server, and each has a limit of its own.

mod clock;
mod deliveries;
mod directories;
mod folder;
mod halves;
mod log_in;
mod mail;
mod metrics;
mod proxy;
mod public;
mod running;
mod storage;
pub(crate) mod unreachable;
mod words;

use std::cmp::Reverse;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Serialize;
use symbolon_store::Store;

use crate::config::Config;
use crate::env::Env;
use crate::said::Said;
use crate::transport::Transport;

/// Who is examined.
pub struct Patient {
    /// The settings, as the server has them.
    pub config: Config,
    /// Clock and entropy of this machine.
    pub env: Env,
    /// Its database, or why it cannot be opened.
    pub store: Result<Store, NoStore>,
    /// The ways out; without them nobody is asked, neither the server itself nor others.
    pub network: Option<Network>,
}

/// Why a database cannot be opened.
pub enum NoStore {
    /// There is none.
    Missing(PathBuf),
    /// What it says.
    Fails(String),
}

/// The ways out.
pub struct Network {
    /// As other servers reach this one, and this one reaches others.
    pub world: Arc<dyn Transport>,
    /// To this machine itself.
    pub machine: Arc<dyn Transport>,
}

/// One thing that was looked at.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What it is about.
    pub area: Area,
    /// A stable name for scripts.
    pub check: &'static str,
    /// How it is.
    pub level: Level,
    /// It is well since it is switched off: nothing was looked at.
    pub is_off: bool,
    /// What was found, in a sentence.
    pub what: Said,
    /// How to mend it, in a sentence; only where something has to be mended.
    pub remedy: Option<Said>,
}

/// How something is. The order is that of urgency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// It could not be looked at.
    NotChecked,
    /// It is well.
    Ok,
    /// Somebody should look at it; the server does its work.
    Attention,
    /// Something does not work, or is in danger.
    Problem,
}

impl Level {
    /// For the order in which people are told: first what does not work, then what somebody should look at, then the rest
    /// as it was looked at.
    pub fn urgency(self) -> Reverse<Self> {
        Reverse(self.max(Self::Ok))
    }
}

/// What was found, beginning as a sentence does. Names, addresses and settings are written as they are, wherever they stand.
pub fn sentence(text: String) -> String {
    let first = text.split_whitespace().next().unwrap_or_default();
    let is_word = first.trim_end_matches(',').chars().all(char::is_alphabetic);
    let mut letters = text.chars();
    match letters.next().filter(|_| is_word) {
        Some(letter) => letter.to_uppercase().chain(letters).collect(),
        None => text,
    }
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// The database.
    Storage,
    /// The data folder and the keys in it.
    Folder,
    /// The process.
    Running,
    /// How the world sees it.
    Public,
    /// What stands between it and the world.
    Proxy,
    /// The time.
    Clock,
    /// Messages to other servers.
    Deliveries,
    /// Mails to people.
    Mail,
    /// The service by which people log in.
    LogIn,
    /// Comparing halves with other servers.
    Halves,
    /// Lists of servers that are followed.
    Directories,
}

impl Area {
    /// A heading for people.
    pub fn heading(self) -> Said {
        Said::new(match self {
            Self::Storage => "doctor-area-storage",
            Self::Folder => "doctor-area-folder",
            Self::Running => "doctor-area-running",
            Self::Public => "doctor-area-public",
            Self::Proxy => "doctor-area-proxy",
            Self::Clock => "doctor-area-clock",
            Self::Deliveries => "doctor-area-deliveries",
            Self::Mail => "doctor-area-mail",
            Self::LogIn => "doctor-area-log-in",
            Self::Halves => "doctor-area-halves",
            Self::Directories => "doctor-area-directories",
        })
    }
}

type Check = for<'a> fn(&'a Patient, &'a mut Findings) -> BoxFuture<'a, ()>;

/// Every check. A new one is a file, and a line here.
const CHECKS: [(Area, Check); 12] = [
    (Area::Storage, |patient, findings| {
        Box::pin(storage::check(patient, findings))
    }),
    (Area::Folder, |patient, findings| {
        Box::pin(folder::check(patient, findings))
    }),
    (Area::Running, |patient, findings| {
        Box::pin(running::check(patient, findings))
    }),
    (Area::Public, |patient, findings| {
        Box::pin(public::check(patient, findings))
    }),
    (Area::Public, |patient, findings| {
        Box::pin(metrics::check(patient, findings))
    }),
    (Area::Proxy, |patient, findings| {
        Box::pin(proxy::check(patient, findings))
    }),
    (Area::Clock, |patient, findings| {
        Box::pin(clock::check(patient, findings))
    }),
    (Area::Deliveries, |patient, findings| {
        Box::pin(deliveries::check(patient, findings))
    }),
    (Area::Mail, |patient, findings| {
        Box::pin(mail::check(patient, findings))
    }),
    (Area::LogIn, |patient, findings| {
        Box::pin(log_in::check(patient, findings))
    }),
    (Area::Halves, |patient, findings| {
        Box::pin(halves::check(patient, findings))
    }),
    (Area::Directories, |patient, findings| {
        Box::pin(directories::check(patient, findings))
    }),
];

/// Looks at everything.
pub async fn examine(patient: &Patient) -> Vec<Finding> {
    let mut all = Vec::new();
    for (area, check) in CHECKS {
        let mut findings = Findings {
            area,
            found: Vec::new(),
        };
        check(patient, &mut findings).await;
        all.append(&mut findings.found);
    }
    all
}

/// The database does not answer a question.
fn unread(error: &symbolon_store::Error) -> Said {
    Said::new("doctor-unread").with("error", error.to_string())
}

/// What one check has found so far.
struct Findings {
    area: Area,
    found: Vec<Finding>,
}

/// What a text says has to be done, beside what it says was found.
const MEND: &str = ".mend";

impl Findings {
    fn ok(&mut self, check: &'static str, what: Said) {
        self.add(check, Level::Ok, what);
    }

    /// Nothing is wrong with what nobody wants.
    fn off(&mut self, check: &'static str, what: Said) {
        self.add(check, Level::Ok, what);
        if let Some(last) = self.found.last_mut() {
            last.is_off = true;
        }
    }

    fn not_checked(&mut self, check: &'static str, what: Said) {
        self.add(check, Level::NotChecked, what);
    }

    fn attention(&mut self, check: &'static str, what: Said) {
        self.add(check, Level::Attention, what);
    }

    fn problem(&mut self, check: &'static str, what: Said) {
        self.add(check, Level::Problem, what);
    }

    /// Whatever needs somebody's attention says how to mend it.
    fn add(&mut self, check: &'static str, level: Level, what: Said) {
        let remedy = (level >= Level::Attention).then(|| what.part(MEND));
        self.found.push(Finding {
            area: self.area,
            check,
            level,
            is_off: false,
            what,
            remedy,
        });
    }
}

#[cfg(test)]
impl Findings {
    /// For the tests of what the checks judge.
    fn none() -> Self {
        Self {
            area: Area::Storage,
            found: Vec::new(),
        }
    }

    /// Each finding as its level, its name and its words.
    fn told(&self) -> Vec<(Level, &'static str, String)> {
        let told = self.found.iter().map(|one| {
            assert_eq!(one.remedy.is_some(), one.level >= Level::Attention);
            let [what, remedy] = [Some(&one.what), one.remedy.as_ref()].map(|said| {
                // In every language, so that none lacks a word or a variable.
                let told = |language| said.map(|said| said.say(language)).unwrap_or_default();
                let [english, ..] = symbolon_proto::language::Language::ALL.map(told);
                english
            });
            (one.level, one.check, format!("{what} {remedy}"))
        });
        told.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_begin_like_sentences_and_names_stay_as_they_are() {
        for (found, told) in [
            ("it runs and is ready", "It runs and is ready"),
            ("öffentlich ist er", "Öffentlich ist er"),
            ("so, it runs", "So, it runs"),
            ("没有邮件", "没有邮件"),
            ("1 message waits", "1 message waits"),
        ] {
            assert_eq!(sentence(found.to_owned()), told);
        }
        for name in ["cat.example.org#ab", "mail_server", "https://x", "cat:8080"] {
            let found = format!("{name} answers");
            assert_eq!(sentence(found.clone()), found);
        }
        assert_eq!(sentence(String::new()), "");
    }
}
