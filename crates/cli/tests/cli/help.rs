//! What `--help` says.

use symbolon_server::config::Key;

use crate::binary::run;

const COMMANDS: [&[&str]; 38] = [
    &[],
    &["demo"],
    &["serve"],
    &["user"],
    &["user", "add"],
    &["user", "list"],
    &["user", "disable"],
    &["user", "enable"],
    &["user", "password"],
    &["user", "app-password"],
    &["invite"],
    &["invite", "create"],
    &["invite", "list"],
    &["invite", "withdraw"],
    &["connection"],
    &["connection", "list"],
    &["connection", "remove"],
    &["outbox"],
    &["outbox", "list"],
    &["outbox", "retry"],
    &["outbox", "give-up"],
    &["peer"],
    &["peer", "check"],
    &["probe"],
    &["keys"],
    &["keys", "list"],
    &["keys", "rotate"],
    &["keys", "retire"],
    &["backup"],
    &["restore"],
    &["doctor"],
    &["trace"],
    &["audit"],
    &["config"],
    &["config", "check"],
    &["config", "show"],
    &["help"],
    &["help", "user"],
];

#[test]
fn every_command_has_help() {
    for command in COMMANDS {
        let mut arguments = command.to_vec();
        if command.first() != Some(&"help") {
            arguments.push("--help");
        }
        let help = run(&arguments).done();
        assert!(
            help.stdout.contains("Usage: symbolon"),
            "{command:?}: {}",
            help.stdout
        );
        assert_eq!(help.stderr, "");
    }
}

#[test]
fn help_begins_with_what_it_is_and_ends_with_the_exit_codes() {
    let help = run(&["--help"]).done().stdout;
    assert!(
        help.starts_with("Connects people on different clouds"),
        "{help}"
    );
    for command in [
        "demo",
        "serve",
        "user",
        "invite",
        "connection",
        "outbox",
        "peer",
        "probe",
        "doctor",
        "config",
    ] {
        let line = help
            .lines()
            .find(|line| line.trim_start().starts_with(command));
        let line = line.unwrap_or_else(|| panic!("{command} is not in {help}"));
        assert!(
            line.split_whitespace().count() > 3,
            "{command} has no description: {line}"
        );
    }
    assert!(help.contains("Exit codes:\n  0  done"), "{help}");
}

#[test]
fn settings_are_described_with_their_variables() {
    let help = run(&["serve", "--help"]).done().stdout;
    let common = Key::ALL.into_iter().filter_map(Key::common_variable);
    let common = common.map(str::to_owned);
    for variable in Key::ALL.into_iter().map(Key::variable).chain(common) {
        assert!(help.contains(&variable), "{variable} is not in {help}");
    }
    assert!(help.contains("SYMBOLON_CONFIG"), "{help}");
    assert!(!help.contains("stop-with-stdin"), "{help}");
}

#[test]
fn version_is_the_package_s() {
    let version = run(&["--version"]).done().stdout;
    assert_eq!(
        version.trim(),
        format!("symbolon {}", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn unknown_commands_and_none_at_all_end_with_2() {
    assert!(
        run(&["conection", "list"])
            .ended_with(2)
            .stderr
            .contains("connection")
    );
    run(&[]).ended_with(2);
}

/// What administrators do on pages, and the commands that do the same.
const ON_PAGES: [(&str, &[&str]); 26] = [
    (
        "/admin",
        &["user list", "connection list", "peer links", "outbox list"],
    ),
    ("/admin/servers", &["peer links", "peer list"]),
    (
        "/admin/servers/{server}",
        &["peer explain", "peer trust", "peer block", "peer check"],
    ),
    ("/admin/servers/{server}/forget", &["peer forget"]),
    (
        "/admin/servers/{server}/notes",
        &["peer ca", "peer pin", "peer quirk", "peer note"],
    ),
    ("/admin/deliveries", &["outbox list"]),
    ("/admin/deliveries/{id}/retry", &["outbox retry"]),
    ("/admin/deliveries/{id}/give-up", &["outbox give-up"]),
    ("/admin/people", &["user list"]),
    ("/admin/people/new", &["user add --name --email --admin"]),
    (
        "/admin/people/{id}",
        &[
            "user list --json",
            "user sessions",
            "user totp",
            "user link",
        ],
    ),
    (
        "/admin/people/{id}/profile",
        &["user set --name --email --no-email"],
    ),
    ("/admin/people/{id}/password", &["user password"]),
    ("/admin/people/{id}/second-factor-off", &["user totp --off"]),
    ("/admin/people/{id}/log-out", &["user sessions --end-all"]),
    ("/admin/people/{id}/delete", &["user remove --yes"]),
    ("/admin/people/{id}/admin", &["user set --admin"]),
    ("/admin/people/{id}/no-admin", &["user set --no-admin"]),
    ("/admin/people/{id}/link", &["user link"]),
    ("/admin/people/{id}/unlink", &["user unlink"]),
    ("/admin/people/{id}/disable", &["user disable"]),
    ("/admin/people/{id}/enable", &["user enable"]),
    (
        "/admin/audit",
        &["audit --user --peer --kind --since --until --reference"],
    ),
    ("/admin/doctor", &["doctor"]),
    ("/servers/{server}/check", &["peer check"]),
    ("/settings/copy/{format}", &["user export"]),
];

#[test]
fn whatever_administrators_do_on_pages_commands_do_too() {
    for (page, commands) in ON_PAGES {
        for command in commands {
            let (options, words): (Vec<&str>, Vec<&str>) =
                command.split(' ').partition(|word| word.starts_with("--"));
            let help = run(&[&words[..], &["--help"]].concat()).done().stdout;
            for option in options {
                assert!(help.contains(option), "{page}: {option} is not in {help}");
            }
        }
    }
    // The list knows every page and every gesture that there is.
    let routes = include_str!("../../../server/src/web/admin/mod.rs").split('"');
    let routes = routes.filter(|text| text.starts_with("/admin") && !text.ends_with("{gesture}"));
    let gestures = include_str!("../../../server/src/web/admin/person.rs").split("match gesture");
    let gestures = gestures
        .skip(1)
        .take(1)
        .flat_map(|text| text.split("_ =>").take(1));
    let gestures = gestures.flat_map(|text| text.lines().filter(|line| line.contains("\" => (")));
    let gestures = gestures.filter_map(|line| line.split('"').nth(1));
    let gestures = gestures.map(|gesture| format!("/admin/people/{{id}}/{gesture}"));
    let all: Vec<String> = routes.map(str::to_owned).chain(gestures).collect();
    assert!(all.len() > 20, "{all:?}");
    for page in all {
        let known = ON_PAGES.iter().any(|(known, _)| *known == page);
        assert!(known, "which command does what {page} does?");
    }
}
