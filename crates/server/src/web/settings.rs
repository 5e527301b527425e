//! `/settings`: the language in which pages speak.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use symbolon_proto::language::Language;

use super::fields::Fields;
use super::frame::{Frame, Section, page};
use super::visitor::Visitor;
use crate::actions::profile;
use crate::http::problem::ApiProblem;

/// What `templates/settings.html` needs.
#[derive(Template)]
#[template(path = "settings.html")]
pub(super) struct SettingsPage {
    frame: Frame,
    saved: bool,
    as_browser: bool,
    languages: Vec<Choice>,
}

/// One entry of the menu.
struct Choice {
    tag: &'static str,
    name: &'static str,
    chosen: bool,
}

fn choices(chosen: Option<Language>) -> Vec<Choice> {
    let choice = |language: Language| Choice {
        tag: language.tag(),
        name: language.own_name(),
        chosen: chosen == Some(language),
    };
    Language::ALL.into_iter().map(choice).collect()
}

/// `GET /settings`
pub(super) async fn show(visitor: Visitor, fields: Fields) -> Response {
    let shown = SettingsPage {
        frame: visitor.frame(Section::Elsewhere),
        saved: fields.filled("done").is_some(),
        as_browser: visitor.user.language.is_none(),
        languages: choices(visitor.user.language),
    };
    page(visitor.words, &shown)
}

/// `POST /settings`
pub(super) async fn save(visitor: Visitor, fields: Fields) -> Result<Response, ApiProblem> {
    let language = Language::parse(fields.text("language"));
    let reference = visitor.reference.as_str();
    let saved = profile::set_language(&visitor.app, &visitor.user, language, reference).await;
    saved.map_err(|problem| visitor.fails(problem))?;
    Ok(Redirect::to("/settings?done=saved").into_response())
}

#[cfg(test)]
impl SettingsPage {
    pub(super) fn sample(words: super::words::Words, text: &str) -> Self {
        Self {
            frame: Frame::sample(words, text, Section::Elsewhere),
            saved: true,
            as_browser: false,
            languages: choices(Some(Language::De)),
        }
    }
}
