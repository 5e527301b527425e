//! The pages: server-rendered, usable without a script, one file per page.
//!
//! [`frame`] is what every page shares, [`visitor`] who looks at it, [`fields`] what they filled in, [`words`], [`when`]
//! and [`told`] how texts, times and problems are said, [`at_field`] where a form is refused. The templates lie in `templates/`, under the names of the files here.

mod accept;
mod acceptance;
mod admin;
mod around;
mod assets;
mod at_field;
mod check;
mod connection;
mod connections;
mod disconnect;
mod email;
mod errors;
mod export;
mod fields;
mod frame;
mod gzip;
mod invitation;
mod invitation_mail;
mod invitation_row;
mod invitations;
mod leave;
mod lines;
mod log_in;
mod log_in_service;
mod look;
mod notice;
mod notifications;
mod people;
mod qr;
mod second_factor;
mod second_step;
mod sequence;
mod settings;
mod standing;
mod told;
mod turns;
mod visitor;
mod waiting;
mod wayf;
mod when;
mod words;

#[cfg(test)]
mod states_tests;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::response::Redirect;
use axum::routing::{get, post};
use symbolon_proto::problem::Surface;

use crate::app::App;
use crate::http::same_origin::same_origin;
use gzip::small;

pub use around::around;

/// Every page. A `POST` that another site's page sends is refused; see [`around()`] for the rest of what keeps them safe.
pub fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/", get(async || Redirect::to("/connections")))
        .route("/login", get(log_in::form).post(log_in::log_in))
        .route("/login/oidc", get(log_in_service::begin))
        .route(crate::config::Oidc::CALLBACK, get(log_in_service::back))
        .route(
            "/login/code",
            get(second_step::form).post(second_step::finish),
        )
        .route("/logout", post(log_in::log_out))
        .route("/connections", small(get(connections::list)))
        .route("/connections/{id}", small(get(connection::show)))
        .route("/connections/{id}/nickname", post(connection::call))
        .route(
            "/connections/{id}/disconnect",
            get(disconnect::ask).post(disconnect::disconnect),
        )
        .route(
            "/invitations",
            get(invitations::list).post(invitations::create),
        )
        .route("/invitations/{id}", get(invitation::show))
        .route("/invitations/{id}/withdraw", post(invitation::withdraw))
        .route("/invitations/{id}/renew", post(invitation::renew))
        .route("/invitations/{id}/mail", post(invitation_mail::send))
        .route("/accept", get(accept::form).post(accept::accept))
        .route("/accept/look", post(accept::look))
        .route("/acceptances/{id}", small(get(acceptance::show)))
        .route("/acceptances/{id}/retry", post(acceptance::retry))
        .route("/acceptances/{id}/cancel", post(acceptance::cancel))
        .route("/acceptances/{id}/again", post(acceptance::again))
        .route(
            "/settings",
            small(get(settings::show)).post(settings::language),
        )
        .route("/settings/profile", post(settings::profile))
        .route("/settings/email", get(email::ask).post(email::confirm))
        .route("/settings/email/again", post(email::again))
        .route("/settings/email/give-up", post(email::give_up))
        .route("/settings/notifications", post(notifications::save))
        .route("/settings/password", post(settings::password))
        .route(
            "/settings/second-factor",
            get(second_factor::show).post(second_factor::turn_on),
        )
        .route("/settings/second-factor/off", post(second_factor::turn_off))
        .route("/settings/app-passwords", post(settings::add_app_password))
        .route(
            "/settings/app-passwords/{id}/remove",
            post(settings::remove_app_password),
        )
        .route("/settings/sessions/end-others", post(settings::end_others))
        .route("/settings/sessions/{id}/end", post(settings::end_session))
        .route("/settings/copy/{format}", get(export::download))
        .route("/settings/leave", get(leave::ask).post(leave::leave))
        .route("/left", get(leave::left))
        .route("/servers/{server}/check", get(check::ask).post(check::run))
        .route("/wayf", get(wayf::show))
        .route("/errors", small(get(errors::show)))
        .route("/assets/{name}", small(get(assets::serve)))
        .merge(admin::routes())
        .layer(turns::limit())
        .layer(look::limit())
        .layer(same_origin(app.base_url(), Surface::Page))
}
