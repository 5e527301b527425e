//! Every template, rendered from sample contexts.

use askama::Template;
use symbolon_core::invites::InviteState;

use super::accept::AcceptPage;
use super::acceptance::AcceptancePage;
use super::connection::ConnectionPage;
use super::connections::ConnectionsPage;
use super::disconnect::DisconnectPage;
use super::errors::ErrorsPage;
use super::invitation::InvitationPage;
use super::invitations::InvitationsPage;
use super::log_in::LogInPage;
use super::told::ProblemPage;
use super::wayf::WayfPage;

/// What a person on another server may call themselves.
const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x>&lt;";

/// Every page, with `text` wherever people or other servers choose the words.
fn pages(text: &str) -> Vec<(&'static str, String)> {
    let render = |page: &dyn askama::DynTemplate| page.dyn_render().unwrap();
    let invitation = |state| render(&InvitationPage::sample(text, state));
    let mut pages = vec![
        ("log in", render(&LogInPage::sample(text))),
        ("connections", render(&ConnectionsPage::sample(text))),
        ("no connections", render(&ConnectionsPage::empty())),
        ("disconnect", render(&DisconnectPage::sample(text))),
        ("invitations", render(&InvitationsPage::sample(text))),
        ("no invitations", render(&InvitationsPage::empty())),
        ("open invitation", invitation(InviteState::Open)),
        ("expired invitation", invitation(InviteState::Expired)),
        ("withdrawn invitation", invitation(InviteState::Withdrawn)),
        (
            "invitation that is used up",
            invitation(InviteState::UsedUp),
        ),
        ("accept", render(&AcceptPage::sample(text, false))),
        (
            "accept with a problem",
            render(&AcceptPage::sample(text, true)),
        ),
        ("accept with nothing", render(&AcceptPage::empty())),
        ("where are you from", render(&WayfPage::empty())),
        (
            "where are you from, not found",
            render(&WayfPage::sample(text, false)),
        ),
        (
            "where are you from, found",
            render(&WayfPage::sample(text, true)),
        ),
        ("problem", render(&ProblemPage::sample(text))),
        ("errors", render(&ErrorsPage::sample())),
    ];
    let connections = ConnectionPage::samples(text);
    pages.extend(connections.iter().map(|page| ("connection", render(page))));
    let acceptances = AcceptancePage::samples(text);
    pages.extend(acceptances.iter().map(|page| ("acceptance", render(page))));
    pages
}

/// The text between the tags.
fn visible(page: &str) -> String {
    page.split('<')
        .filter_map(|piece| piece.split_once('>'))
        .map(|(_, text)| text)
        .collect()
}

#[test]
fn no_page_lets_other_peoples_words_become_markup() {
    for (name, page) in pages(HOSTILE) {
        for smuggled in ["<script>", "</script>\"", "<img", "\"'>"] {
            assert!(!page.contains(smuggled), "{name} holds {smuggled}");
        }
    }
}

#[test]
fn every_page_has_a_language_a_title_and_one_main_heading() {
    for (name, page) in pages("Émile") {
        assert!(page.contains("<html lang=\"en\">"), "{name}");
        assert!(!page.contains("<title> ·"), "{name} has no title");
        assert_eq!(page.matches("<h1").count(), 1, "{name}");
        assert_eq!(page.matches("<main ").count(), 1, "{name}");
    }
}

#[test]
fn no_page_needs_what_the_policy_forbids() {
    for (name, page) in pages("Émile") {
        for inline in [
            " style=",
            " onclick=",
            " onsubmit=",
            "<style",
            "javascript:",
        ] {
            assert!(!page.contains(inline), "{name} holds {inline}");
        }
        assert_eq!(page.matches("<script").count(), 1, "{name}");
    }
}

#[test]
fn every_field_has_a_label() {
    for (name, page) in pages("Émile") {
        for kind in ["<input ", "<select ", "<textarea "] {
            for field in page.split(kind).skip(1) {
                let tag = field.split('>').next().unwrap();
                if tag.contains("type=\"hidden\"") {
                    continue;
                }
                let id = tag
                    .split("id=\"")
                    .nth(1)
                    .and_then(|rest| rest.split('"').next());
                let label = format!("for=\"{}\"", id.unwrap_or_default());
                assert!(page.contains(&label), "{name}: {tag}");
            }
        }
    }
}

#[test]
fn pages_speak_of_people_invitations_and_servers() {
    for (name, page) in pages("Émile") {
        if name == "errors" {
            continue;
        }
        let text = visible(&page).to_lowercase();
        for jargon in ["token", "provider", "ocm", "sciencemesh", "federat"] {
            assert!(!text.contains(jargon), "{name} says {jargon}");
        }
    }
}

#[test]
fn nothing_that_changes_something_is_a_link() {
    for (name, page) in pages("Émile") {
        for gesture in ["/logout", "/withdraw", "/renew", "/retry", "/cancel"] {
            for link in page.split("href=\"").skip(1) {
                let target = link.split('"').next().unwrap();
                assert!(!target.ends_with(gesture), "{name} links to {target}");
            }
        }
    }
}

#[test]
fn an_invitation_that_is_over_offers_nothing_to_hand_over() {
    for state in [
        InviteState::Expired,
        InviteState::Withdrawn,
        InviteState::UsedUp,
    ] {
        let page = InvitationPage::sample("", state).render().unwrap();
        assert!(
            !page.contains("id=\"link\"") && !page.contains("id=\"code\""),
            "{state:?}"
        );
    }
    let open = InvitationPage::sample("", InviteState::Open)
        .render()
        .unwrap();
    assert!(open.contains("id=\"link\"") && open.contains("id=\"code\""));
}
