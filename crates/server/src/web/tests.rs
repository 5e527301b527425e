//! Every template, rendered from sample contexts.

use askama::Template;
use symbolon_core::invites::InviteState;
use symbolon_proto::language::Language;
use symbolon_proto::texts::check::{JARGON, complaints, files, jargon, shapes, uses};
use symbolon_store::events::Kind;

use super::accept::AcceptPage;
use super::acceptance::AcceptancePage;
use super::admin::{
    AddPage, AuditPage, DeletePage, DeliveriesPage, DoctorPage, OverviewPage, PeoplePage,
    PersonPage, ServerPage, ServersPage,
};
use super::assets::SCRIPT;
use super::check::CheckPage;
use super::connection::ConnectionPage;
use super::connections::ConnectionsPage;
use super::disconnect::DisconnectPage;
use super::email::EmailPage;
use super::errors::ErrorsPage;
use super::invitation::InvitationPage;
use super::invitations::InvitationsPage;
use super::leave::{LeavePage, LeftPage};
use super::log_in::LogInPage;
use super::second_factor::SecondFactorPage;
use super::second_step::SecondStepPage;
use super::settings::SettingsPage;
use super::told::ProblemPage;
use super::wayf::WayfPage;
use super::words::Words;
use crate::api::WRITTEN;
use crate::mail::SOURCES as MAILS;
use crate::texts::{PEOPLES, SOURCES};

/// What a person on another server may call themselves.
const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x>&lt;";

/// Every page in every language, with `text` wherever people or other servers choose the words.
fn pages(text: &str) -> Vec<(&'static str, String)> {
    let all = Language::ALL.into_iter();
    all.flat_map(|language| pages_in(language, text)).collect()
}

fn pages_in(language: Language, text: &str) -> Vec<(&'static str, String)> {
    let words = Words(language);
    let render = |page: &dyn askama::DynTemplate| page.dyn_render().unwrap();
    let invitation = |state| render(&InvitationPage::sample(words, text, state));
    let mut pages = vec![
        ("log in", render(&LogInPage::sample(words, text))),
        ("second step", render(&SecondStepPage::sample(words, text))),
        ("connections", render(&ConnectionsPage::sample(words, text))),
        ("no connections", render(&ConnectionsPage::empty(words))),
        ("disconnect", render(&DisconnectPage::sample(words, text))),
        ("invitations", render(&InvitationsPage::sample(words, text))),
        ("no invitations", render(&InvitationsPage::empty(words))),
        ("open invitation", invitation(InviteState::Open)),
        ("expired invitation", invitation(InviteState::Expired)),
        ("withdrawn invitation", invitation(InviteState::Withdrawn)),
        (
            "invitation that is used up",
            invitation(InviteState::UsedUp),
        ),
        ("accept with nothing", render(&AcceptPage::empty(words))),
        ("where are you from", render(&WayfPage::empty(words))),
        (
            "where are you from, not found",
            render(&WayfPage::sample(words, text, false)),
        ),
        (
            "where are you from, found",
            render(&WayfPage::sample(words, text, true)),
        ),
        ("settings", render(&SettingsPage::sample(words, text))),
        ("settings with nothing", render(&SettingsPage::empty(words))),
        ("leave", render(&LeavePage::sample(words, text))),
        ("leave with nothing", render(&LeavePage::empty(words))),
        ("left", render(&LeftPage::sample(words))),
        ("problem", render(&ProblemPage::sample(words, text))),
        ("errors", render(&ErrorsPage::sample(words))),
        ("overview", render(&OverviewPage::sample(words))),
        ("overview of nothing", render(&OverviewPage::empty(words))),
        ("servers", render(&ServersPage::sample(words, text))),
        ("no servers", render(&ServersPage::sample(words, ""))),
        ("deliveries", render(&DeliveriesPage::sample(words, text))),
        ("no deliveries", render(&DeliveriesPage::sample(words, ""))),
        ("people", render(&PeoplePage::sample(words, text))),
        ("no people", render(&PeoplePage::sample(words, ""))),
    ];
    pages.push(("add somebody", render(&AddPage::sample(words, text))));
    let delete = DeletePage::samples(words, text);
    pages.extend(delete.map(|page| ("delete somebody's account", render(&page))));
    let person = PersonPage::samples(words, text);
    pages.extend(person.iter().map(|page| ("person", render(page))));
    let emails = EmailPage::samples(words, text);
    pages.extend(emails.iter().map(|page| ("e-mail address", render(page))));
    let servers = ServerPage::samples(words, text);
    pages.extend(servers.iter().map(|page| ("server", render(page))));
    let audits = AuditPage::samples(words, text);
    pages.extend(audits.iter().map(|page| ("audit", render(page))));
    let doctors = DoctorPage::samples(words, text);
    pages.extend(doctors.iter().map(|page| ("doctor", render(page))));
    let factors = SecondFactorPage::samples(words, text);
    pages.extend(factors.iter().map(|page| ("second factor", render(page))));
    let accepts = AcceptPage::samples(words, text);
    pages.extend(accepts.iter().map(|page| ("accept", render(page))));
    let checks = CheckPage::samples(words, text);
    pages.extend(checks.iter().map(|page| ("check", render(page))));
    let connections = ConnectionPage::samples(words, text);
    pages.extend(connections.iter().map(|page| ("connection", render(page))));
    let acceptances = AcceptancePage::samples(words, text);
    pages.extend(acceptances.iter().map(|page| ("acceptance", render(page))));
    pages
}

/// The text between the tags.
fn visible(page: &str) -> String {
    page.split('<')
        .filter_map(|piece| piece.split_once('>'))
        // What is to be copied from there is for programs.
        .filter(|(tag, _)| !(tag.starts_with("textarea") && tag.contains(" readonly")))
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
fn every_language_says_everything_with_the_same_variables() {
    for sources in [SOURCES, MAILS] {
        assert_eq!(complaints(sources), Vec::<String>::new());
    }
}

#[test]
fn every_text_that_is_asked_for_is_there_and_every_one_that_is_there_is_asked_for() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let code = files(&root.join("src"), ".rs").unwrap();
    let templates = files(&root.join("templates"), "").unwrap();
    let is_of_mails = |(path, _): &(String, String)| path.starts_with("mail/");
    let (of_mails, code): (Vec<_>, Vec<_>) = code.into_iter().partition(is_of_mails);
    assert_eq!(uses(SOURCES, &code, &templates), Vec::<String>::new());
    assert_eq!(uses(MAILS, &of_mails, &[]), Vec::<String>::new());
}

#[test]
fn every_template_is_rendered_here_or_is_a_part_of_one_that_is() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let code = files(&root.join("src/web"), ".rs").unwrap();
    let templates = files(&root.join("templates"), ".html").unwrap();
    let elsewhere = |name: &str| name.starts_with("mail/") || name.starts_with("probe/");
    let samples = include_str!("tests.rs");
    let mut pages = 0;
    for (name, _) in templates.iter().filter(|(name, _)| !elsewhere(name)) {
        let declared = format!("#[template(path = \"{name}\")]");
        let page = code.iter().find_map(|(_, text)| {
            let (_, after) = text.split_once(&declared)?;
            let (_, named) = after.split_once("struct ")?;
            named.split([' ', '<', ';']).next()
        });
        if let Some(page) = page {
            // A drawing is rendered by the pages that hold it.
            let sample = format!("{page}::");
            assert!(
                samples.contains(&sample) || name == "sequence.html",
                "{name}: {page}"
            );
            pages += 1;
            continue;
        }
        let part = [
            format!("{{% include \"{name}\""),
            format!("{{% extends \"{name}\""),
        ];
        let used = templates
            .iter()
            .any(|(_, text)| part.iter().any(|used| text.contains(used)));
        assert!(used, "nothing shows {name}");
    }
    assert!(pages > 25, "{pages}");
}

#[test]
fn templates_hold_no_words_of_their_own() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for entry in std::fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_file() {
            continue;
        }
        let mut text = std::fs::read_to_string(&path).unwrap();
        for width in ["narrow", "slim"] {
            text = text.replace(&format!("{{% block width %}}{width}{{% endblock %}}"), "");
        }
        // Without what the template computes, and then without its tags.
        for (open, close) in [("{#", "#}"), ("{%", "%}"), ("{{", "}}"), ("<", ">")] {
            let mut pieces = text.split(open);
            let mut plain = pieces.next().unwrap().to_owned();
            plain.extend(pieces.map(|piece| piece.split_once(close).unwrap().1));
            text = plain;
        }
        // Of the list of all problems, for those who program.
        let words = text.replace("HTTP", "");
        let word = words
            .split_whitespace()
            .find(|word| word.contains(char::is_alphabetic));
        assert_eq!(word, None, "{}", path.display());
    }
}

#[test]
fn texts_without_markup_may_stand_in_attributes() {
    for source in SOURCES {
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            let text = line.split_once(" = ").map_or(line, |(_, text)| text);
            let text = text.replace("{\", \"}", "");
            assert!(text.contains('<') || !text.contains(['"', '&']), "{line}");
        }
    }
}

#[test]
fn every_page_has_a_language_a_title_and_one_main_heading() {
    for language in Language::ALL {
        let root = format!("<html lang=\"{}\">", language.tag());
        for (name, page) in pages_in(language, "Émile") {
            assert!(page.contains(&root), "{name}");
        }
    }
    for (name, page) in pages("Émile") {
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
fn every_hint_beneath_a_field_describes_it() {
    let mut hints = 0;
    for (name, page) in pages("Émile") {
        for (begin, _) in page.match_indices("<div class=\"field\"") {
            let field = division(&page[begin..]);
            for (at, _) in field.match_indices("<p class=\"hint\"") {
                let hint = field[at..].split('>').next().unwrap();
                let id = hint
                    .split(" id=\"")
                    .nth(1)
                    .and_then(|id| id.split('"').next());
                let id =
                    id.unwrap_or_else(|| panic!("{name}: no field can name {hint} of {field}"));
                let mut described = field.split("aria-describedby=\"").skip(1);
                let names =
                    |ids: &str| ids.split('"').next().unwrap().split(' ').any(|it| it == id);
                assert!(
                    described.any(names),
                    "{name}: {id} describes nothing of {field}"
                );
                hints += 1;
            }
        }
    }
    assert!(hints > 0, "no field has a hint");
}

/// What a `<div>` is with all that is in it; the text begins with it.
fn division(page: &str) -> &str {
    let mut depth = 0;
    for (at, _) in page.match_indices('<') {
        if page[at..].starts_with("<div") {
            depth += 1;
        } else if page[at..].starts_with("</div>") {
            depth -= 1;
        }
        if depth == 0 {
            return &page[..at];
        }
    }
    panic!("a <div> has no end");
}

/// The parts of a page that the script puts in place again, with everything in them.
fn live_parts(page: &str) -> Vec<&str> {
    let begins = page.match_indices("<div ").filter(|(at, _)| {
        let tag = page[*at..].split('>').next().unwrap();
        tag.contains(" data-live")
    });
    begins.map(|(begin, _)| division(&page[begin..])).collect()
}

#[test]
fn what_can_be_unfolded_or_filled_in_within_a_live_part_has_an_id_by_which_it_stays_as_the_reader_left_it()
 {
    let mut seen = Vec::new();
    for (name, page) in pages("Émile") {
        assert_eq!(
            live_parts(&page).len(),
            page.matches(" data-live").count(),
            "{name}: only a div is live"
        );
        for part in live_parts(&page) {
            let tag = part.split('>').next().unwrap();
            assert!(tag.contains(" id=\""), "{name}: {tag}");
            for kind in ["<details", "<input ", "<select ", "<textarea "] {
                for one in part.split(kind).skip(1) {
                    let tag = one.split('>').next().unwrap();
                    if !tag.contains("type=\"hidden\"") {
                        assert!(tag.contains("id=\""), "{name}: {kind}{tag}");
                        seen.push((name, kind));
                    }
                }
            }
        }
    }
    for one in [
        ("acceptance", "<details"),
        ("deliveries", "<details"),
        ("open invitation", "<select "),
    ] {
        assert!(seen.contains(&one), "{one:?}");
    }
}

/// Pages that show nothing that anybody else does, with the reason.
const STILL: [(&str, &str); 17] = [
    ("log in", "nobody is logged in"),
    ("second step", "nobody is logged in"),
    ("left", "nobody is logged in"),
    ("where are you from", "nobody is logged in"),
    ("where are you from, found", "nobody is logged in"),
    ("where are you from, not found", "nobody is logged in"),
    ("settings", "of what its reader settles"),
    ("settings with nothing", "of what its reader settles"),
    ("second factor", "of what its reader settles"),
    ("e-mail address", "of what its reader settles"),
    ("problem", "it tells of one request"),
    ("errors", "it is the same for everybody"),
    ("check", "it tells of one look"),
    ("doctor", "it tells of one look"),
    ("audit", "it tells of what is over"),
    ("add somebody", "a form"),
    ("person", "forms, and what administrators settle"),
];

#[test]
fn every_page_that_shows_what_happens_meanwhile_is_live_and_no_other() {
    for (name, page) in pages("Émile") {
        let reason = STILL.iter().find(|(still, _)| *still == name);
        let (shown, _) = page.split_once("id=\"toast\"").unwrap();
        assert_ne!(
            shown.contains(" data-live"),
            reason.is_some(),
            "{name}: {reason:?}"
        );
    }
}

#[test]
fn how_something_stands_is_told_in_words_and_by_an_icon_and_never_by_colour_alone() {
    let mut seen = Vec::new();
    for (name, page) in pages("Émile") {
        for class in ["state", "leads"] {
            for line in page.split(&format!("<p class=\"{class}")).skip(1) {
                let line = line.split("</p>").next().unwrap();
                let (icon, words) = line.split_once("<span").unwrap_or((line, ""));
                assert!(icon.contains("<svg"), "{name}: no icon: {line}");
                let words = visible(&format!("<span{words}"));
                assert!(words.trim().chars().count() > 1, "{name}: no words: {line}");
                seen.push(name);
            }
        }
    }
    for page in [
        "connections",
        "invitations",
        "acceptance",
        "accept",
        "person",
        "server",
    ] {
        assert!(seen.contains(&page), "{page}");
    }
}

#[test]
fn what_is_decided_about_a_server_and_its_buttons_are_live_and_what_somebody_writes_there_is_not() {
    let pages = pages("Émile");
    let servers = pages.iter().filter(|(name, _)| *name == "server");
    let (mut count, mut buttons) = (0, 0);
    for (_, page) in servers {
        count += 1;
        let parts = live_parts(page);
        let live = |what: &str| -> usize {
            let parts = parts.iter();
            parts.map(|part| part.matches(what).count()).sum()
        };
        for what in ["name=\"rule\"", "/forget\"", "class=\"state"] {
            let in_parts = live(what);
            let (all, _) = page.split_once("id=\"noted\"").unwrap();
            assert_eq!(in_parts, all.matches(what).count(), "{what}: {page}");
            buttons += in_parts;
        }
        let fields = live("id=\"note\"");
        assert_eq!((fields, page.matches("id=\"note\"").count()), (0, 1));
    }
    assert!(count > 0 && buttons > 0, "there is no page of a server");
}

#[test]
fn no_id_is_on_a_page_twice() {
    for (name, page) in pages("Émile") {
        // The samples of one list are all of one thing.
        let listed = [
            "connections",
            "invitations",
            "deliveries",
            "people",
            "settings",
        ];
        let mut ids: Vec<_> = page.split(" id=\"").skip(1).collect();
        ids.iter_mut()
            .for_each(|rest| *rest = rest.split('"').next().unwrap());
        ids.retain(|id| !(listed.contains(&name) && id.contains("01kk7v3q9d8zx5y2n4b6m8r0ta")));
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name}: {ids:?}");
    }
}

/// Kinds of events that go to people, and that no page has to be told of, with the reason.
const UNHEARD: [(&str, &str); 7] = [
    (
        "user.",
        "people do this on a page with forms, and no page else shows it",
    ),
    (
        "sync.",
        "what comparing lists changes is told as `connection.disconnected` or `acceptance.settled`",
    ),
    ("delivery.", "of administrators, who hear `server.changed`"),
    ("peer.", "of administrators, who hear `server.changed`"),
    ("directory.", "of administrators, who hear `server.changed`"),
    ("keys.", "of administrators, at the command line"),
    ("audit.", "of administrators, at the command line"),
];

#[test]
fn open_pages_hear_of_everything_that_happens_to_their_person() {
    let (_, rest) = SCRIPT.split_once("const KINDS = [").unwrap();
    let (list, _) = rest.split_once("];").unwrap();
    let heard: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    for kind in Kind::ALL.iter().filter(|kind| !kind.is_quiet()) {
        let word = kind.as_str();
        let mut reasons = UNHEARD.iter().filter(|(noun, _)| word.starts_with(noun));
        let is_heard = heard.contains(&word);
        assert_ne!(is_heard, reasons.next().is_some(), "{word}");
    }
    for word in heard {
        let kind = Kind::parse(word).unwrap_or_else(|| panic!("there is no {word}"));
        assert!(!kind.is_quiet(), "{word} never comes");
    }
    for (noun, _) in UNHEARD {
        assert!(
            Kind::ALL.iter().any(|kind| kind.as_str().starts_with(noun)),
            "{noun}"
        );
    }
    // What is no event of anybody has a name that none can have.
    assert!(SCRIPT.contains(&format!("const WRITTEN = \"{WRITTEN}\";")));
    assert_eq!(Kind::parse(WRITTEN), None);
}

#[test]
fn no_text_has_words_that_nobody_should_have_to_know() {
    for sources in [PEOPLES, MAILS] {
        assert_eq!(jargon(sources), Vec::<String>::new());
    }
}

#[test]
fn the_protocol_is_named_only_where_a_person_has_to_find_the_word_on_another_server() {
    for source in PEOPLES.into_iter().chain(MAILS) {
        for (name, shape) in shapes(source).unwrap() {
            let said = shape.words.contains("open cloud mesh");
            assert_eq!(
                said,
                name == "code-hint" || name == "wayf-code-hint",
                "{name}"
            );
        }
    }
}

#[test]
fn pages_speak_of_people_invitations_and_servers() {
    for (name, page) in pages("Émile") {
        // These are read with logs and commands beside them, and name things as those do.
        if name == "errors" || name == "audit" {
            continue;
        }
        let text = visible(&page).to_lowercase();
        for word in JARGON {
            assert!(!text.contains(word), "{name} says {word}");
        }
    }
}

#[test]
fn nothing_that_changes_something_is_a_link() {
    for (name, page) in pages("Émile") {
        for gesture in [
            "/logout",
            "/withdraw",
            "/renew",
            "/retry",
            "/cancel",
            "/again",
            "/nickname",
            "/end",
            "/forget",
            "/notes",
            "/disable",
            "/enable",
            "/remove",
            "/off",
        ] {
            for link in page.split("href=\"").skip(1) {
                let target = link.split('"').next().unwrap();
                assert!(!target.ends_with(gesture), "{name} links to {target}");
            }
        }
    }
}

#[test]
fn whoever_is_asked_whether_to_disconnect_reads_what_it_will_do_on_the_other_server() {
    let asked = DisconnectPage::sample(Words::default(), "")
        .render()
        .unwrap();
    for words in [
        "can no longer share with each other. This takes effect at once.",
        "dog.example.org is told, so that their list shows it too.",
        "you can accept the same invitation again",
    ] {
        assert!(asked.contains(words), "{words}: {asked}");
    }
}

#[test]
fn whoever_is_shown_a_stand_in_for_their_address_sends_no_other_that_they_set_later() {
    let mut kept = 0;
    for (_, page) in pages("Émile") {
        if page.contains("class=\"share\"") {
            let chooses = page.contains("id=\"email-own\"");
            let keeps = page.contains("<input type=\"hidden\" name=\"email\" value=\"none\">");
            assert_ne!(chooses, keeps, "{page}");
            kept += usize::from(keeps);
        }
    }
    assert!(kept > 0, "everybody has an address");
}

#[test]
fn an_expired_invitation_is_renewed_with_one_click_in_the_list() {
    let page = InvitationsPage::sample(Words::default(), "").render();
    let page = page.unwrap();
    let renewing = "action=\"/invitations/01kk7v3q9d8zx5y2n4b6m8r0ta/renew\"";
    assert_eq!(page.matches(renewing).count(), 1, "{page}");
}

#[test]
fn an_invitation_that_is_over_offers_nothing_to_hand_over() {
    for state in [
        InviteState::Expired,
        InviteState::Withdrawn,
        InviteState::UsedUp,
    ] {
        let page = InvitationPage::sample(Words::default(), "", state)
            .render()
            .unwrap();
        assert!(
            !page.contains("id=\"link\"") && !page.contains("id=\"code\""),
            "{state:?}"
        );
    }
    let open = InvitationPage::sample(Words::default(), "", InviteState::Open)
        .render()
        .unwrap();
    assert!(open.contains("id=\"link\"") && open.contains("id=\"code\""));
}
