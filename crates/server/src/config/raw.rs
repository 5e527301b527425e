//! What was written, by whom, before anybody checked it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::error::ConfigError;
use super::file;
use super::key::Key;

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// On the command line.
    Flag(Key),
    /// In the environment.
    Environment(Key),
    /// In the environment, under the name that other programs read too.
    CommonEnvironment(&'static str),
    /// In the file, at this line.
    File {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
    /// Among the credentials that the service manager hands over.
    Credential(PathBuf),
    /// Nowhere.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(key) => f.write_str(&key.flag()),
            Self::Environment(key) => f.write_str(&key.variable()),
            Self::CommonEnvironment(name) => f.write_str(name),
            Self::File { path, line } => write!(f, "{}, line {line}", path.display()),
            Self::Credential(path) => write!(f, "credential {}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value as it was written. It may be a secret, and so has no `Debug`.
#[derive(Clone)]
pub struct Written {
    /// The text; numbers and switches as the file or the flag would spell them.
    pub text: String,
    /// Where.
    pub origin: Origin,
}

/// Everything that was written; a key that is not there was not.
#[derive(Clone, Default)]
pub struct RawConfig(BTreeMap<Key, Written>);

impl RawConfig {
    /// What the command line says; `None` for flags that were not given.
    pub fn flags(given: impl IntoIterator<Item = (Key, Option<String>)>) -> Self {
        let written = given.into_iter().filter_map(|(key, text)| {
            Some((
                key,
                Written {
                    text: text?,
                    origin: Origin::Flag(key),
                },
            ))
        });
        Self(written.collect())
    }

    /// What the environment says. An empty variable counts as not set, since compose files and unit files cannot always
    /// leave one out.
    pub fn environment(env: impl Fn(&str) -> Option<String>) -> Self {
        let written = Key::ALL.into_iter().filter_map(|key| {
            let set = |name: &str| env(name).filter(|text| !text.is_empty());
            let own = || Some((set(&key.variable())?, Origin::Environment(key)));
            let common = || {
                let name = key.common_variable()?;
                Some((set(name)?, Origin::CommonEnvironment(name)))
            };
            let (text, origin) = own().or_else(common)?;
            Some((key, Written { text, origin }))
        });
        Self(written.collect())
    }

    /// What the file says.
    pub fn file(path: &Path) -> Result<Self, ConfigError> {
        file::read(path).map(Self)
    }

    /// All sources in their order of precedence; see [`Config::load`](super::Config::load).
    pub fn load(
        flags: Self,
        file: Option<&Path>,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let named = env("SYMBOLON_CONFIG")
            .filter(|path| !path.is_empty())
            .map(PathBuf::from);
        let file = match file.map(Path::to_owned).or(named) {
            Some(path) => Self::file(&path)?,
            None => Self::default(),
        };
        let credentials = Self::credentials(&env);
        Ok(flags
            .over(Self::environment(env))
            .over(file)
            .over(credentials))
    }

    /// What systemd hands over by `LoadCredential=mail_password:…`, and the same of other secrets.
    fn credentials(env: impl Fn(&str) -> Option<String>) -> Self {
        const NAMES: [(Key, &str); 3] = [
            (Key::DatabaseFile, "database"),
            (Key::MailPasswordFile, "mail_password"),
            (Key::OidcClientSecretFile, "oidc_client_secret"),
        ];
        let Some(folder) = env("CREDENTIALS_DIRECTORY").map(PathBuf::from) else {
            return Self::default();
        };
        let written = NAMES.into_iter().filter_map(|(key, name)| {
            let path = Some(folder.join(name)).filter(|path| path.is_file())?;
            let written = Written {
                text: path.display().to_string(),
                origin: Origin::Credential(path),
            };
            Some((key, written))
        });
        Self(written.collect())
    }

    /// These values, and those of `lower` where there are none.
    #[must_use]
    pub fn over(mut self, lower: Self) -> Self {
        for (key, written) in lower.0 {
            self.0.entry(key).or_insert(written);
        }
        self
    }

    /// What was written for a key.
    pub fn written(&self, key: Key) -> Option<&Written> {
        self.0.get(&key)
    }

    /// Where the value in force comes from.
    pub fn origin(&self, key: Key) -> Origin {
        self.written(key)
            .map_or(Origin::Default, |written| written.origin.clone())
    }
}
