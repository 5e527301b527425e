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
