//! Forms that refuse what was entered: the field says why beneath itself, has the focus, and is to be seen.

use http::StatusCode;

use super::admin::set_admin;
use super::second_factor::turns_on;
use super::world::{Answer, World};

const PASSWORD: &str = "correct horse";

/// Where it is sent to, what is entered, and which field is refused.
type Form<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

/// The tag of the field with this `id`.
fn tag<'a>(page: &'a str, id: &str) -> &'a str {
    let (before, _) = page.split_once(&format!(" id=\"{id}\"")).unwrap();
    let begins = before.rfind('<').unwrap();
    page[begins..].split('>').next().unwrap()
}

/// The field says in words and by an icon that it was refused, and nothing else does.
fn refuses(answer: &Answer, id: &str) {
    let page = &answer.body;
    let field = tag(page, id);
    for mark in ["aria-invalid=\"true\"", "autofocus"] {
        assert!(field.contains(mark), "{mark} in {field}");
        assert_eq!(page.matches(mark).count(), 1, "{mark}: {page}");
    }
    let described = field.split("aria-describedby=\"").nth(1).unwrap();
    let described = described.split('"').next().unwrap();
    let wrong = format!("{id}-wrong");
    assert_eq!(described.split(' ').next(), Some(wrong.as_str()), "{field}");
    for text in described.split(' ') {
        assert!(
            page.contains(&format!("id=\"{text}\"")),
            "no {text}: {field}"
        );
    }
    let (_, line) = page.split_once(&format!("id=\"{wrong}\"")).unwrap();
    let (icon, words) = line.split_once("<span>").unwrap();
    assert!(icon.contains("<svg class=\"icon\""), "{icon}");
    assert!(!words.starts_with('<'), "it says nothing: {page}");
    // Nobody sees what is in a fold that is closed.
    let (before, _) = page.split_once(field).unwrap();
    if before.matches("<details").count() > before.matches("</details>").count() {
        let fold = before.rsplit("<details").next().unwrap();
        let fold = fold.split('>').next().unwrap();
        assert!(fold.contains(" open"), "{id} is in a closed fold");
    }
}

#[tokio::test]
async fn a_field_that_is_refused_says_why_beneath_itself_and_has_the_focus() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    set_admin(&world, "bob", true).await;
    let too_long = "x".repeat(2_000);
    let forms: [Form; 9] = [
        ("/settings/profile", &[("name", "")], "name"),
        (
            "/settings/profile",
            &[("name", "Bob"), ("email", "bob at example.org")],
            "email",
        ),
        (
            "/settings/password",
            &[
                ("current", "no"),
                ("new", "12345678"),
                ("again", "12345678"),
            ],
            "current",
        ),
        (
            "/settings/password",
            &[("current", PASSWORD), ("new", "12345678"), ("again", "1")],
            "new",
        ),
        (
            "/settings/app-passwords",
            &[("label", "phone"), ("password", "no")],
            "confirm",
        ),
        (
            "/settings/app-passwords",
            &[("label", " "), ("password", PASSWORD)],
            "label",
        ),
        ("/settings/leave", &[("password", "no")], "password"),
        ("/invitations", &[("note", &too_long)], "note"),
        ("/admin/people/new", &[("user", "No Name")], "user"),
    ];
    for (path, fields, id) in forms {
        let page = bob.post(path, fields).await;
        assert!(page.status.is_client_error(), "{path}: {}", page.status);
        refuses(&page, id);
    }
    for (query, id) in [
        ("person=nobody", "person"),
        ("server=not+a+name", "server"),
        ("kind=inv", "kind"),
        ("until=tomorrow", "until"),
    ] {
        refuses(&bob.get(&format!("/admin/audit?{query}")).await, id);
    }
}

#[tokio::test]
async fn a_server_or_an_invitation_that_leads_nowhere_is_told_at_its_field() {
    let world = World::new().await;
    let mut carol = world.visitor("carol").await;
    let link = "/wayf?token=Zx81kd0aPq7Rt2uVw9bN4g&providerDomain=cat.localhost:8080&server=";
    for server in ["no%20name", "nowhere.localhost"] {
        let page = carol.get(&format!("{link}{server}")).await;
        assert!(!page.status.is_success(), "{server}: {}", page.status);
        refuses(&page, "server");
    }
    let token = "Zx81kd0aPq7Rt2uVw9bN4g";
    let accept: [(&[(&str, &str)], &str); 4] = [
        (&[("invitation", "good morning")], "invitation"),
        (&[("invitation", "")], "invitation"),
        (&[("invitation", token)], "provider"),
        (
            &[("invitation", token), ("provider", "no name")],
            "provider",
        ),
    ];
    for (fields, id) in accept {
        let page = carol.post("/accept", fields).await;
        assert!(page.status.is_client_error(), "{fields:?}: {}", page.status);
        refuses(&page, id);
    }
}

#[tokio::test]
async fn a_wrong_code_is_told_at_the_field_it_was_entered_in() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let page = bob.get("/settings/second-factor").await;
    let setup = page.body.split("name=\"setup\" value=\"").nth(1).unwrap();
    let setup = setup.split('"').next().unwrap();
    let fields = [("setup", setup), ("code", "1"), ("password", PASSWORD)];
    let refused = bob.post("/settings/second-factor", &fields).await;
    refuses(&refused, "code");
    turns_on(&mut bob, &world).await;
    let off = [("code", "1"), ("password", PASSWORD)];
    refuses(&bob.post("/settings/second-factor/off", &off).await, "code");
}

#[tokio::test]
async fn a_wrong_recovery_code_is_told_at_its_own_field_in_every_language() {
    for (language, of_codes, of_apps) in [
        ("en", "none of your recovery codes", "your app shows now"),
        ("de", "keiner Ihrer Notfallcodes", "Ihre App zeigt jetzt"),
        ("zh-CN", "它不是您的恢复码", "应用现在显示的验证码"),
    ] {
        let world = World::new().await;
        let mut bob = world.visitor("bob").await;
        turns_on(&mut bob, &world).await;
        let mut browser = world.stranger();
        browser.log_in_as("bob", "").await.location();
        let page = browser.get_in(language, "/login/code").await;
        let by = page.body.split("name=\"by\" value=\"").nth(1).unwrap();
        let by = by.split('"').next().unwrap();
        let code = [("name", "bob"), ("code", "1")];
        let wrong = browser.post_in(language, "/login/code", &code).await;
        assert_eq!(wrong.status, StatusCode::FORBIDDEN);
        refuses(&wrong, "code");
        assert!(wrong.body.contains(of_apps), "{}", wrong.body);
        let code = [("name", "bob"), ("code", "abcd-efgh"), ("by", by)];
        let wrong = browser.post_in(language, "/login/code", &code).await;
        assert_eq!(wrong.status, StatusCode::FORBIDDEN);
        refuses(&wrong, "recovery");
        assert!(wrong.body.contains(of_codes), "{}", wrong.body);
        assert!(!wrong.body.contains(of_apps), "{}", wrong.body);
    }
}
