//! Logging in by the service that an organisation logs in with: OpenID Connect, the authorization code flow with PKCE
//! (`docs/decisions/0024-openid-connect.md`).
//!
//! [`provider`] knows the service and its keys, [`try_out`] whether it takes this server for whom the settings say, [`attempt`] what a browser is in the middle of, [`exchange`] gets from a code
//! to what the service says of somebody. What is to be believed of that is decided in [`symbolon_proto::oidc`], what it makes
//! of somebody in [`symbolon_core::identities`] and [`symbolon_store::identities`].

mod attempt;
mod exchange;
pub(crate) mod provider;
pub(crate) mod try_out;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use http::{HeaderMap, HeaderValue};
use std::net::IpAddr;
use symbolon_core::identities::login_name;
use symbolon_proto::oidc::{Claims, Metadata};
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::identities::{EnterByIdentity, Entered, FindLink, Identity, Link};
use symbolon_store::sessions::By;
use symbolon_store::users::User;
use tokio::sync::Semaphore;

use self::attempt::Attempt;
use self::provider::Provider;
use crate::accounts;
use crate::actions::storage_problem;
use crate::app::App;
use crate::config::{self, Config};
use crate::env::Env;
use crate::pace::{Allowance, Client, Limit, Wait, refuse};

/// How many codes are exchanged at a time.
const AT_A_TIME: usize = 16;

/// Log-ins that fail from one address, at once; whoever has begun one can make the service be asked for nothing.
const FAILURES_AT_ONCE: i64 = 60;

/// After that one in so many milliseconds.
const FAILURES_EACH_MS: i64 = 1_000;

/// The service by which people log in.
pub(crate) struct Oidc {
    settings: config::Oidc,
    provider: Provider,
    places: Semaphore,
    failures: Allowance<IpAddr>,
}

/// What the service sends a browser back with (RFC 6749 §4.1.2, RFC 9207 §2); empty where it says nothing.
pub(crate) struct Back<'a> {
    pub(crate) code: &'a str,
    pub(crate) state: &'a str,
    pub(crate) error: &'a str,
    pub(crate) issuer: &'a str,
}

/// Where a request comes from.
#[derive(Clone, Copy)]
pub(crate) struct From<'a> {
    pub(crate) client: Client,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) reference: &'a str,
}

/// What became of a log-in: where somebody wanted to go, who they are, and what lets them in.
pub(crate) struct Finished {
    pub(crate) next: String,
    pub(crate) user: Result<(User, By), Problem>,
}

impl Oidc {
    /// As the settings say.
    pub(crate) fn of(config: &Config, env: &Env) -> Option<Self> {
        let settings = config.oidc.clone()?;
        Some(Self {
            provider: Provider::new(&settings.issuer, &config.way_out, env),
            settings,
            places: Semaphore::new(AT_A_TIME),
            failures: Allowance::new(FAILURES_AT_ONCE, FAILURES_EACH_MS),
        })
    }

    /// Asks the service who it is, so that a mistake in the settings is in the log from the start, and not only once somebody
    /// cannot log in.
    pub(crate) async fn look(&self) {
        // What fails is logged where it fails.
        if let Ok(metadata) = self.provider.metadata().await {
            let _known = self.provider.keys(&metadata, None).await;
        }
    }

    /// What people call it.
    pub(crate) fn name(&self) -> &str {
        &self.settings.name
    }

    /// Where a browser is sent to log in, and the cookie by which it is known when it comes back.
    pub(crate) async fn begin(
        &self,
        app: &App,
        next: &str,
    ) -> Result<(String, HeaderValue), Problem> {
        let metadata = self.provider.metadata().await?;
        let attempt = Attempt::new(&app.env, next);
        let mut url = metadata.authorization_endpoint.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &redirect_uri(app))
            .append_pair("scope", &self.settings.scopes)
            .append_pair("state", &attempt.state)
            .append_pair("nonce", &attempt.nonce)
            .append_pair("code_challenge", &attempt.challenge())
            .append_pair("code_challenge_method", "S256");
        Ok((url.into(), attempt.cookie(app)))
    }

    /// A browser comes back. What went wrong is in the trail and the log by then, but for what anybody can cause as often as
    /// they like without having begun a log-in, or beyond the limits.
    pub(crate) async fn finish(&self, app: &App, back: Back<'_>, from: From<'_>) -> Finished {
        let attempt = Attempt::carried(app, from.headers);
        let next = attempt.as_ref().map(|attempt| attempt.next.clone());
        let user = match attempt.filter(|attempt| is_of(attempt, back.state)) {
            Some(attempt) => self.come_back(app, &attempt, back, from).await,
            None => Err(Refused::from(Code::LogInNotBegunHere)),
        };
        let user = match user {
            Ok((user, by)) => accounts::enabled(app, user, from.reference)
                .await
                .map(|user| (user, by)),
            Err(refused) => {
                let Refused {
                    problem,
                    identity,
                    user,
                } = refused;
                let code = problem.code();
                if !matches!(code, Code::TooManyRequests | Code::LogInNotBegunHere) {
                    accounts::failed_as(app, user.as_ref(), identity, code, from.reference).await;
                }
                Err(problem)
            }
        };
        Finished {
            next: next.unwrap_or_default(),
            user,
        }
    }

    /// The cookie of a log-in that is over.
    pub(crate) fn over(app: &App) -> HeaderValue {
        attempt::over(app)
    }

    async fn come_back(
        &self,
        app: &App,
        attempt: &Attempt,
        back: Back<'_>,
        from: From<'_>,
    ) -> Result<(User, By), Refused> {
        // Before anything else: whoever has begun one log-in can come back from it as often as they like.
        let address = from.client.0;
        if let Some(address) = &address {
            let left = self.failures.take(address, app.now());
            left.map_err(|wait| refuse(&app.metrics, Limit::LogIns, wait))?;
        }
        let (identity, claims) = self.vouched_for(app, attempt, back).await?;
        if let Some(address) = &address {
            self.failures.give_back(address);
        }
        let entered = self.enter(app, &claims, identity.clone(), from.reference);
        let (code, user) = match entered.await? {
            Entered::Account(user) => return Ok((user, By::Identity(identity))),
            Entered::NotAllowed(user) => (Code::LogInNotAllowed, user),
            Entered::Unknown if self.settings.rules.create_accounts => {
                (Code::LogInNameMissing, None)
            }
            Entered::Unknown => (Code::LogInWithoutAccount, None),
            Entered::NameTaken(_) => (Code::LogInNameTaken, None),
        };
        Err(Refused {
            problem: Problem::new(code),
            identity: Some(identity),
            user,
        })
    }

    async fn enter(
        &self,
        app: &App,
        claims: &Claims,
        identity: Identity,
        reference: &str,
    ) -> Result<Entered, Problem> {
        let settings = &self.settings;
        if settings.by_groups() && !claims.has(&settings.claims.groups) {
            let claim = &settings.claims.groups;
            tracing::warn!(claim, "the log-in service says nothing of groups");
        }
        let moment = app.moment(reference);
        let name = claims.text(&settings.claims.login).and_then(login_name);
        let new = name.filter(|_| settings.rules.create_accounts);
        let new = new.map(|name| User {
            id: app.env.id().into(),
            display_name: claims
                .display_name(&settings.claims.name)
                .unwrap_or_else(|| name.clone()),
            email: claims.email(&settings.claims.email),
            name,
            disabled_at: None,
            created_at: moment.now,
            language: None,
            admin: false,
        });
        let enter = EnterByIdentity {
            standing: settings
                .rules
                .standing(&claims.groups(&settings.claims.groups)),
            identity,
            new,
            moment,
        };
        let made = enter.new.as_ref().map(|new| new.id.clone());
        let entered = app.store.write(enter).await;
        let entered = entered.map_err(|error| storage_problem(&error))?;
        if let Entered::Account(user) = &entered
            && made.as_ref() == Some(&user.id)
            && user.email.is_none()
        {
            let claim = &settings.claims.email;
            let cause = match claims.text(claim) {
                None => "it is not told",
                Some(_) if claims.is_unverified() => "email_verified is not true",
                Some(_) => "it is none",
            };
            let user = user.id.as_str();
            tracing::info!(user, claim, cause, "a new account has no e-mail address");
        }
        Ok(entered)
    }

    /// Whom the service vouches for, and what it says of them.
    async fn vouched_for(
        &self,
        app: &App,
        attempt: &Attempt,
        back: Back<'_>,
    ) -> Result<(Identity, Claims), Problem> {
        let metadata = self.provider.metadata().await?;
        named(&metadata, back.issuer)?;
        if !back.error.is_empty() {
            return Err(turned_down(back.error));
        }
        let place = self.places.try_acquire();
        let _place = place.map_err(|_| refuse(&app.metrics, Limit::UnderWay, Wait(1)))?;
        let claims = exchange::claims(self, app, &metadata, attempt, back.code).await?;
        let identity = Identity {
            issuer: metadata.issuer.clone(),
            subject: claims.subject().unwrap_or_default().to_owned(),
        };
        Ok((identity, claims))
    }
}

/// Why somebody is not logged in, and who they are as far as that is known.
struct Refused {
    problem: Problem,
    identity: Option<Identity>,
    user: Option<User>,
}

impl std::convert::From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self {
            problem,
            identity: None,
            user: None,
        }
    }
}

impl std::convert::From<Code> for Refused {
    fn from(code: Code) -> Self {
        Problem::new(code).into()
    }
}

/// Who somebody is to the service that the settings name, if they log in by it.
pub(crate) async fn link_of(app: &App, user: &User) -> Result<Option<Link>, Problem> {
    let Some(oidc) = &app.config.oidc else {
        return Ok(None);
    };
    let find = FindLink {
        user: user.id.clone(),
    };
    let found = app.store.read(find).await;
    let found = found.map_err(|error| storage_problem(&error))?;
    Ok(found.filter(|link| link.identity.issuer == oidc.issuer))
}

/// Where browsers come back, to the letter as it is registered with the service.
fn redirect_uri(app: &App) -> String {
    format!("{}{}", app.base_url(), config::Oidc::CALLBACK)
}

fn is_of(attempt: &Attempt, state: &str) -> bool {
    verify_slices_are_equal(attempt.state.as_bytes(), state.as_bytes()).is_ok()
}

/// Whether an answer is from whom it should be (RFC 9207 §2.4): another service that one browser uses must not hand over
/// its answer here.
fn named(metadata: &Metadata, issuer: &str) -> Result<(), Problem> {
    let missing = issuer.is_empty() && metadata.names_itself;
    if missing || (!issuer.is_empty() && issuer != metadata.issuer) {
        return Err(invalid(&"the answer is not from the issuer (RFC 9207)"));
    }
    Ok(())
}

/// The service says no, in a word of its own: to whoever wants to log in, or to this server, whoever comes. A browser brings
/// it, which may have written it itself: no word of it is worth a warning.
fn turned_down(word: &str) -> Problem {
    let plain = |c: char| c.is_ascii_lowercase() || c == '_';
    let known = word.len() <= 60 && word.chars().all(plain);
    let word = if known { word } else { "?" };
    let setting = setting(word);
    tracing::info!(
        said = word,
        setting,
        "the log-in service let somebody not in"
    );
    let code = match word {
        "server_error" | "temporarily_unavailable" => Code::LogInServiceUnreachable,
        _ if setting.is_some() => Code::LogInSetUpWrong,
        _ => Code::LogInServiceRefused,
    };
    Problem::new(code).with("said", word)
}

/// What to compare with the client that is registered there, if the service says this (RFC 6749 §4.1.2.1, §5.2); `None` for
/// what it says to people.
fn setting(word: &str) -> Option<&'static str> {
    match word {
        "invalid_client" | "unauthorized_client" => {
            Some("oidc_client_id and oidc_client_secret_file")
        }
        "invalid_scope" => Some("oidc_scopes"),
        "invalid_request" | "unsupported_response_type" | "unsupported_grant_type" => {
            Some("the client there: authorization code flow, with PKCE, with a secret")
        }
        _ => None,
    }
}

/// What the service says makes no sense. The reason is for the log and the doctor, and names no secret.
fn invalid(cause: &dyn std::fmt::Display) -> Problem {
    tracing::info!(%cause, "what the log-in service says is not believed");
    Problem::new(Code::LogInAnswerInvalid).with("cause", &cause.to_string())
}
