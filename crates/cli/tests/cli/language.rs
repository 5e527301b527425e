//! In which language, and in whose time, commands speak.

use std::path::Path;

use serde_json::Value;

use crate::binary::{Ran, at, at_with_password, command, ran};

/// A command of somebody whose terminal speaks so.
fn spoken(data: &Path, locale: &str, arguments: &[&str]) -> Ran {
    let mut command = command(arguments);
    command.env("LC_ALL", "").env("LANG", locale);
    command.arg("--data").arg(data);
    ran(command)
}

#[test]
fn listings_and_what_commands_did_are_told_in_the_language_of_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let added = at_with_password(
        data,
        &["--lang", "de", "user", "add", "bob", "--password-stdin"],
    );
    assert!(added.done().stdout.starts_with("bob angelegt"));
    for (locale, words) in [
        ("de_DE.UTF-8", ["ANGEZEIGT ALS", "aktiv"]),
        ("zh_CN.UTF-8", ["显示名", "正常"]),
        ("en_GB.UTF-8", ["SHOWN AS", "active"]),
    ] {
        let list = spoken(data, locale, &["user", "list"]).done().stdout;
        for word in words {
            assert!(list.contains(word), "{word} is not in {list}");
        }
        let none = spoken(data, locale, &["outbox", "list"]).done();
        assert!(!none.stderr.is_empty() && none.stdout.is_empty());
    }
    let none = spoken(data, "zh_CN.UTF-8", &["invite", "list"]).done();
    assert_eq!(none.stderr, "没有邀请\n");
    let locked = at(data, &["user", "disable", "bob", "--lang", "de"]).done();
    assert!(locked.stdout.contains("ist gesperrt"), "{}", locked.stdout);
}

#[test]
fn what_a_command_could_not_do_is_told_in_the_language_of_the_terminal_with_the_same_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let list: &[&str] = &["user", "list"];
    let disable: &[&str] = &["user", "disable", "nobody"];
    let trace: &[&str] = &["trace", "0123456789abcdef"];
    let check: &[&str] = &["config", "check"];
    let listen: &[&str] = &[
        "config",
        "check",
        "--listen",
        "here",
        "--public-url",
        "https://cat.example.org",
    ];
    for (made, arguments, code, german, chinese) in [
        (false, list, 5, "gibt es keine Datenbank", "没有数据库"),
        (
            false,
            check,
            5,
            "public_url ist nicht gesetzt",
            "没有设置 public_url",
        ),
        (
            false,
            listen,
            5,
            "Schreiben Sie IP-Adresse und Port",
            "请写 IP 地址和端口",
        ),
        (
            true,
            disable,
            3,
            "es gibt kein Konto nobody",
            "没有账号 nobody",
        ),
        (
            true,
            trace,
            3,
            "ist nichts verzeichnet",
            "没有与此名称有关的记录",
        ),
    ] {
        if made && !data.join("symbolon.db").exists() {
            at_with_password(data, &["user", "add", "bob", "--password-stdin"]).done();
        }
        for (locale, words) in [("de_DE.UTF-8", german), ("zh_CN.UTF-8", chinese)] {
            let failed = spoken(data, locale, arguments).ended_with(code);
            assert!(
                failed.stderr.contains(words),
                "{arguments:?}: {}",
                failed.stderr
            );
            assert!(failed.stdout.is_empty());
        }
    }
}

#[test]
fn the_doctor_speaks_the_language_of_the_terminal_and_its_names_for_scripts_do_not_change() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    at_with_password(data, &["user", "add", "bob", "--password-stdin"]).done();
    let doctor = [
        "doctor",
        "--offline",
        "--public-url",
        "https://cat.example.org",
    ];
    for (locale, words) in [
        (
            "de_DE.UTF-8",
            [
                "Datenordner und Schlüssel",
                "sind nicht beide Schlüssel",
                "Zu tun: ",
                "gefunden: ",
            ],
        ),
        (
            "zh_CN.UTF-8",
            ["数据目录和密钥", "两个密钥不齐", "解决办法：", "发现 "],
        ),
        (
            "C",
            [
                "Data folder and keys",
                "There are not both keys",
                "To mend it: ",
                "found ",
            ],
        ),
    ] {
        let told = spoken(data, locale, &doctor).ended_with(6);
        let all = format!("{}{}", told.stdout, told.stderr);
        for word in words {
            assert!(all.contains(word), "{word} is not in {all}");
        }
    }
    let names = |locale: &str| {
        let report = spoken(data, locale, &[&doctor[..], &["--json"]].concat())
            .ended_with(6)
            .json();
        let findings = report["findings"].as_array().unwrap().clone();
        let name = |one: &Value| {
            (
                one["area"].clone(),
                one["check"].clone(),
                one["level"].clone(),
            )
        };
        findings.iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(names("C"), names("zh_CN.UTF-8"));
}

#[test]
fn times_are_told_in_the_zone_of_the_reader_and_in_utc_for_programs() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    at_with_password(data, &["user", "add", "bob", "--password-stdin"]).done();
    let listed = |zone: &str, format: &[&str]| {
        let mut command = command(&[&["user", "list"], format].concat());
        command.env("TZ", zone).arg("--data").arg(data);
        ran(command).done()
    };
    // As POSIX writes zones, so that no database of zones is needed: eight hours ahead.
    let ahead = listed("CST-8", &[]).stdout;
    assert!(ahead.contains("+08:00"), "{ahead}");
    let utc = listed("UTC0", &[]).stdout;
    assert!(!utc.contains("+0") && utc.contains('Z'), "{utc}");
    let row = &listed("CST-8", &["--json"]).json()[0];
    let at = row["created_at"].as_str().unwrap();
    assert!(at.ends_with('Z') && utc.contains(at), "{at} {utc}");
}

#[test]
fn backups_and_what_keeps_them_from_being_made_are_told_in_the_language_of_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let kept = folder.path().join("kept");
    let kept = kept.to_str().unwrap();
    let none = spoken(&data, "de_DE.UTF-8", &["backup", kept]).ended_with(5);
    assert!(
        none.stderr.contains("Nennen Sie mit --data"),
        "{}",
        none.stderr
    );
    at_with_password(&data, &["user", "add", "bob", "--password-stdin"]).done();
    crate::web::Server::start(&data, "cat");
    let made = spoken(&data, "de_DE.UTF-8", &["backup", kept]).done();
    assert!(
        made.stdout.contains("die Datenbank und 3 Schlüsseldateien"),
        "{}",
        made.stdout
    );
    let twice = spoken(&data, "zh_CN.UTF-8", &["backup", kept]).ended_with(4);
    assert!(twice.stderr.contains("已经存在"), "{}", twice.stderr);
    let again = folder.path().join("again");
    let put = spoken(&again, "zh_CN.UTF-8", &["restore", kept]).done();
    assert!(put.stdout.contains("请现在启动服务器"), "{}", put.stdout);
    let put = spoken(&again, "de_DE.UTF-8", &["restore", kept]).ended_with(4);
    assert!(put.stderr.contains("ersetzt wird nichts"), "{}", put.stderr);
}

#[test]
fn an_argument_that_is_refused_is_told_in_the_language_of_the_reader() {
    let folder = tempfile::tempdir().unwrap();
    let probe = |pasted: &'static str| vec!["probe", "cat.example.org", "--token", pasted];
    for (arguments, german, chinese) in [
        (
            vec!["user", "add", "Bob"],
            "ist ein Großbuchstabe",
            "是大写字母",
        ),
        (
            vec!["user", "add", "bob", "--email", "bob"],
            "keine E-Mail-Adresse",
            "不是电子邮件地址",
        ),
        (
            vec!["peer", "block", "no host"],
            "nicht lesbar",
            "无法识别服务器名称",
        ),
        (
            vec!["audit", "--kind", "nonsense"],
            "diese Art gibt es nicht",
            "没有这种类型",
        ),
    ] {
        for (locale, words) in [("de_DE.UTF-8", german), ("zh_CN.UTF-8", chinese)] {
            let refused = spoken(folder.path(), locale, &arguments).ended_with(2);
            assert!(refused.stderr.contains(words), "{}", refused.stderr);
        }
    }
    for (locale, words) in [
        ("de_DE.UTF-8", "nicht als Einladung lesbar"),
        ("zh_CN.UTF-8", "无法从输入的内容中读出邀请"),
    ] {
        let refused = spoken(folder.path(), locale, &probe("no invitation")).ended_with(2);
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
    }
    let mut wrong = probe("a@cat.example.org");
    wrong.extend(["--proxy", "nonsense"]);
    let refused = spoken(folder.path(), "de_DE.UTF-8", &wrong).ended_with(5);
    assert!(
        refused.stderr.contains("CONNECT annimmt"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_command_line_that_makes_no_sense_is_told_in_the_language_of_the_reader() {
    for (arguments, german, chinese, english) in [
        (
            &["audit", "--limit", "x"][..],
            "--limit <N> kann nicht „x“ sein: erwartet wird eine ganze Zahl",
            "--limit <N> 不能是“x”：必须是整数",
            "--limit <N> cannot be “x”: it must be a whole number",
        ),
        (
            &["audit", "--limit", "0"],
            "erlaubt ist eine ganze Zahl zwischen 1 und 100000",
            "必须是 1 到 100000 之间的整数",
            "a whole number between 1 and 100000",
        ),
        (
            &["audit", "--limit"],
            "„--limit <N>“ braucht einen Wert",
            "“--limit <N>”需要一个值",
            "“--limit <N>” needs a value",
        ),
        (
            &["audit", "--limits", "5"],
            "ein Argument „--limits“ gibt es hier nicht",
            "这里没有参数“--limits”",
            "Perhaps you mean: --limit",
        ),
        (
            &["audits"],
            "einen Befehl „audits“ gibt es hier nicht",
            "您要找的可能是：audit",
            "there is no command “audits” here",
        ),
        (
            &["user", "add"],
            "es fehlt etwas:\n  <NAME>",
            "缺少：\n  <NAME>",
            "something is missing:\n  <NAME>",
        ),
        (
            &["trace", "abc", "--peer", "cat.example.org"],
            "geht nicht zusammen mit",
            "一起使用",
            "does not go together with",
        ),
        (
            &["outbox", "list", "--state", "x"],
            "erlaubt ist eines von",
            "之一",
            "it must be one of",
        ),
        (
            &["audit", "--json", "--json"],
            "„--json“ steht mehrmals da",
            "“--json”出现了不止一次",
            "“--json” is there more than once",
        ),
    ] {
        for (locale, words, usage) in [
            ("de_DE.UTF-8", german, "Aufruf: symbolon"),
            ("zh_CN.UTF-8", chinese, "用法：symbolon"),
            ("C", english, "Usage: symbolon"),
        ] {
            let mut command = command(arguments);
            command.env("LC_ALL", "").env("LANG", locale);
            let refused = ran(command).ended_with(2);
            let told = &refused.stderr;
            assert!(told.contains(words), "{arguments:?}: {told}");
            assert!(refused.stdout.is_empty());
            // clap shows no usage where a value alone is wrong.
            let value = ["--limit", "--state"]
                .iter()
                .any(|it| arguments.contains(it));
            assert!(value || told.contains(usage), "{arguments:?}: {told}");
            if locale != "C" {
                for english in ["error", "Usage", "invalid", "required", "cannot", "help'"] {
                    assert!(!told.contains(english), "{arguments:?}: {told}");
                }
            }
        }
    }
}

#[test]
fn looking_for_what_is_not_in_the_trail_says_that_nothing_fits() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    at_with_password(data, &["user", "add", "bob", "--password-stdin"]).done();
    for look in [
        &["audit", "--peer", "a_b"][..],
        &["audit", "--reference", "zz"],
        &["audit", "--reference", "zz", "--limit", "5"],
        &["audit", "--reference", "zz", "--json"],
    ] {
        let none = at(data, look).done();
        assert_eq!(none.stdout, "");
        assert_eq!(none.stderr, "nothing in the audit trail fits\n", "{look:?}");
    }
    let none = spoken(data, "de_DE.UTF-8", &["audit", "--peer", "a_b"]).done();
    assert_eq!(none.stderr, "dazu steht nichts im Protokoll\n");
    assert_eq!(at(data, &["audit"]).done().stderr, "");
}
