//! Whole settings, from what was written to what is true.

use symbolon_proto::language::Language;
use symbolon_store::Database;

use super::super::Origin;
use super::*;

const FINE: [(Key, &str); 1] = [(Key::PublicUrl, "https://cloud.example.org")];

fn flags(given: &[(Key, &str)]) -> RawConfig {
    RawConfig::flags(
        given
            .iter()
            .map(|(key, text)| (*key, Some((*text).to_owned()))),
    )
}

fn resolve(given: &[(Key, &str)]) -> Result<Config, ConfigError> {
    Config::resolve(flags(given))
}

fn error(given: &[(Key, &str)]) -> String {
    resolve(given).err().expect("an error").to_string()
}

#[test]
fn a_public_url_is_all_that_is_needed() {
    let config = resolve(&FINE).unwrap();
    assert_eq!(config.base_url(), "https://cloud.example.org");
    assert_eq!(config.provider().as_str(), "cloud.example.org");
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(
        (config.name.as_str(), config.log.as_str(), config.dev),
        ("Symbolon", "info", false)
    );
    assert!(
        matches!(config.database, Database::Sqlite { path } if path.ends_with("symbolon-data/symbolon.db"))
    );
}

#[test]
fn a_missing_public_url_is_explained_with_an_example() {
    let error = error(&[]);
    for word in [
        "--public-url",
        "SYMBOLON_PUBLIC_URL",
        "https://cloud.example.org",
        "--dev",
    ] {
        assert!(error.contains(word), "{error}");
    }
}

#[test]
fn flags_come_before_environment_before_file_before_defaults() {
    let folder = std::env::temp_dir().join(format!("symbolon-config-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("symbolon.toml");
    std::fs::write(
        &file,
        "name = \"file\"\nlog = \"warn\"\nlisten = \"127.0.0.1:1\"\n",
    )
    .unwrap();
    let path = file.display().to_string();
    let env = |name: &str| match name {
        "SYMBOLON_CONFIG" => Some(path.clone()),
        "SYMBOLON_PUBLIC_URL" => Some("https://env.example.org".to_owned()),
        "SYMBOLON_NAME" => Some("environment".to_owned()),
        "SYMBOLON_LISTEN" => Some("127.0.0.1:2".to_owned()),
        "SYMBOLON_LOG" => Some(String::new()),
        _ => None,
    };
    let config = Config::load(flags(&[(Key::Name, "flag")]), None, env);
    std::fs::remove_dir_all(&folder).unwrap();
    let config = config.unwrap();
    assert_eq!(config.name, "flag");
    assert_eq!(config.listen.port(), 2);
    assert_eq!(config.log, "warn", "an empty variable counts as not set");
    assert_eq!(config.drain.as_secs(), 20);
    assert_eq!(
        config.written.origin(Key::Log),
        Origin::File {
            path: file,
            line: 2
        }
    );
}

#[test]
fn an_error_names_key_place_value_and_remedy() {
    let error = error(&[FINE[0], (Key::Listen, "localhost:8080")]);
    assert_eq!(
        error,
        "listen (--listen): \"localhost:8080\" is not an address with a port. Write an IP address and a port, for \
         example 127.0.0.1:8080 or [::]:8080"
    );
}

#[test]
fn every_unusable_value_is_refused() {
    for (key, text) in [
        (Key::Data, ""),
        (Key::Listen, "8080"),
        (Key::PublicUrl, "cloud.example.org"),
        (Key::PublicUrl, "https://cloud.example.org/ocm"),
        (Key::Database, "mysql://db.example.org"),
        (Key::Dev, "yes"),
        (Key::Log, "=loud="),
        (Key::LogFormat, "xml"),
        (Key::Name, "  "),
        (Key::Name, "two\nlines"),
        (Key::DrainSeconds, "-1"),
        (Key::DrainSeconds, "86400"),
        (Key::Metrics, "yes"),
        (Key::Metrics, "9464"),
        (Key::OtlpEndpoint, "collector.example.org:4318"),
        (Key::OtlpEndpoint, "grpc://collector.example.org"),
        (Key::OtlpEndpoint, "http://collector.example.org/?token=x"),
    ] {
        let error = if key == Key::PublicUrl {
            error(&[(key, text)])
        } else {
            error(&[FINE[0], (key, text)])
        };
        assert!(error.starts_with(&format!("{} (--", key.name())), "{error}");
    }
}

#[test]
fn a_new_key_is_published_for_a_day_unless_hours_or_days_are_given() {
    const HOUR_MS: i64 = 3_600_000;
    assert_eq!(resolve(&FINE).unwrap().key_lead_ms, 24 * HOUR_MS);
    for (text, hours) in [("1h", 1), ("36h", 36), ("2d", 48), ("30d", 720)] {
        let config = resolve(&[FINE[0], (Key::KeyLead, text)]).unwrap();
        assert_eq!(config.key_lead_ms, hours * HOUR_MS, "{text}");
    }
    for text in [
        "",
        "0h",
        "31d",
        "5m",
        "24",
        "h",
        "-1h",
        "9223372036854775807d",
    ] {
        let error = error(&[FINE[0], (Key::KeyLead, text)]);
        assert!(
            error.contains("--key-lead") && error.contains("24h"),
            "{error}"
        );
    }
}

#[test]
fn a_database_password_is_not_repeated_in_an_error() {
    let error = error(&[
        FINE[0],
        (Key::Database, "mysql://root:hush@db.example.org/x"),
    ]);
    assert!(!error.contains("hush"), "{error}");
}

#[test]
fn a_password_in_a_public_url_is_not_repeated_in_an_error() {
    let error = error(&[(Key::PublicUrl, "https://root:hush@cloud.example.org")]);
    assert!(!error.contains("hush"), "{error}");
}

#[test]
fn plain_http_needs_dev_and_dev_needs_this_machine() {
    let http = error(&[(Key::PublicUrl, "http://cat.localhost:8080")]);
    assert!(
        http.starts_with("public_url (--public-url)") && http.contains("--dev"),
        "{http}"
    );

    let exposed = error(&[
        (Key::PublicUrl, "https://cloud.example.org"),
        (Key::Dev, "true"),
    ]);
    assert!(
        exposed.starts_with("dev (--dev): it is unsafe"),
        "{exposed}"
    );

    let fine = resolve(&[
        (Key::PublicUrl, "http://cat.localhost:8080"),
        (Key::Dev, "true"),
    ])
    .unwrap();
    assert_eq!(fine.dangers().len(), 1);
    assert!(resolve(&FINE).unwrap().dangers().is_empty());
}

#[test]
fn an_open_port_is_for_trying_only_and_is_filled_in_after_binding() {
    let open = [
        (Key::PublicUrl, "http://cat.localhost:0"),
        (Key::Dev, "true"),
        (Key::Listen, "127.0.0.1:0"),
    ];
    let config = resolve(&open)
        .unwrap()
        .bound("127.0.0.1:43123".parse().unwrap());
    assert_eq!(config.base_url(), "http://cat.localhost:43123");
    assert_eq!(config.provider().as_str(), "cat.localhost:43123");
    assert_eq!(config.listen.port(), 43123);

    let fixed_listen = error(&open[..2]);
    assert!(
        fixed_listen.contains("leaves its port open"),
        "{fixed_listen}"
    );
    let production = error(&[(Key::PublicUrl, "https://cloud.example.org:0"), open[2]]);
    assert!(production.contains("leaves its port open"), "{production}");
}

#[test]
fn what_is_shown_can_be_read_again_and_names_every_origin() {
    let given = [
        (Key::PublicUrl, "https://cloud.example.org"),
        (Key::Name, "The \"Cat\""),
        (
            Key::Database,
            "postgres://symbolon:hush@db.example.org/symbolon",
        ),
    ];
    let shown = resolve(&given).unwrap().show();
    assert!(!shown.contains("hush"), "{shown}");
    let read: toml::Table = toml::from_str(&shown).unwrap();
    assert_eq!(read.len(), Key::ALL.len());
    assert_eq!(read["name"].as_str(), Some("The \"Cat\""));
    for line in shown.lines() {
        assert!(
            line.contains("  # --") || line.ends_with("# default"),
            "{line}"
        );
    }
}

#[test]
fn nobody_can_read_metrics_or_gets_traces_unless_the_settings_say_so() {
    let config = resolve(&FINE).unwrap();
    assert_eq!(config.metrics, MetricsDoor::Off);
    assert!(config.collector.is_none());
    let public = resolve(&[FINE[0], (Key::Metrics, "public")]).unwrap();
    assert!(public.dangers()[0].say(Language::En).contains("/metrics"));
    let own = resolve(&[FINE[0], (Key::Metrics, "127.0.0.1:9464")]).unwrap();
    assert_eq!(own.metrics.to_string(), "127.0.0.1:9464");
    assert!(own.dangers().is_empty());
}

#[test]
fn dangers_and_the_database_are_told_in_the_readers_language() {
    let config = resolve(&[
        (Key::PublicUrl, "http://cat.localhost:8080"),
        (Key::Dev, "true"),
        (Key::Data, "/data"),
    ])
    .unwrap();
    let told = |language| {
        let dangers = config.dangers();
        let database = config.database_in_words().say(language);
        (dangers[0].say(language), database)
    };
    let (danger, database) = told(Language::De);
    assert!(danger.starts_with("--dev ist eingeschaltet"), "{danger}");
    assert_eq!(database, "SQLite-Datei /data/symbolon.db");
    let (danger, database) = told(Language::ZhCn);
    assert!(danger.starts_with("--dev 已打开"), "{danger}");
    assert_eq!(database, "SQLite 文件 /data/symbolon.db");
}

#[test]
fn the_collector_is_found_under_the_name_that_all_programs_read_and_our_own_goes_first() {
    let load = |own: Option<&str>| {
        let own = own.map(str::to_owned);
        let env = move |name: &str| match name {
            "SYMBOLON_PUBLIC_URL" => Some("https://cloud.example.org".to_owned()),
            "OTEL_EXPORTER_OTLP_ENDPOINT" => Some("http://common.example.org:4318".to_owned()),
            "SYMBOLON_OTLP_ENDPOINT" => own.clone(),
            _ => None,
        };
        Config::load(RawConfig::default(), None, env).unwrap()
    };
    let config = load(None);
    let traces = config.collector.as_ref().unwrap().traces();
    assert_eq!(traces, "http://common.example.org:4318/v1/traces");
    assert!(config.show().contains("# OTEL_EXPORTER_OTLP_ENDPOINT"));
    let config = load(Some("https://own.example.org/otlp/"));
    let traces = config.collector.unwrap().traces();
    assert_eq!(traces, "https://own.example.org/otlp/v1/traces");
    assert!(load(Some("off")).collector.is_none());
}

#[test]
fn a_password_of_the_collector_is_not_repeated_in_an_error() {
    let error = error(&[
        FINE[0],
        (Key::OtlpEndpoint, "http://root:hush@collector.example.org"),
    ]);
    assert!(!error.contains("hush"), "{error}");
    assert!(error.contains("OTEL_EXPORTER_OTLP_HEADERS"), "{error}");
}

#[test]
fn issuers_lie_beside_the_file_that_names_them_and_one_that_cannot_be_read_is_told_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("symbolon.toml");
    let made = rcgen::generate_simple_self_signed(vec!["cat.example.org".to_owned()]).unwrap();
    let pem = crate::transport::pem("CERTIFICATE", made.cert.der());
    std::fs::write(folder.path().join("campus-ca.pem"), pem).unwrap();
    let text = "public_url = \"https://cloud.example.org\"\nextra_ca = \"campus-ca.pem\"\n";
    std::fs::write(&file, text).unwrap();
    let load = |env: fn(&str) -> Option<String>| {
        Config::load(RawConfig::default(), Some(&file), env).map(|config| config.show())
    };
    let read = Config::load(RawConfig::default(), Some(&file), |_| None).unwrap();
    assert!(
        !read.way_out.issuers.is_empty(),
        "they are what others are believed by"
    );
    let shown = load(|_| None).unwrap();
    let path = folder.path().join("campus-ca.pem").display().to_string();
    assert!(shown.contains(&format!("extra_ca = {path:?}")), "{shown}");
    assert!(shown.contains("symbolon.toml, line 2"), "{shown}");
    let off = load(|name| (name == "SYMBOLON_EXTRA_CA").then(|| "off".to_owned()));
    assert!(off.unwrap().contains("extra_ca = \"off\""));
    let missing = load(|name| (name == "SYMBOLON_EXTRA_CA").then(|| "/nowhere.pem".to_owned()));
    let missing = missing.err().unwrap().to_string();
    assert!(missing.contains("/nowhere.pem: "), "{missing}");
    assert!(missing.contains("SYMBOLON_EXTRA_CA"), "{missing}");
}

#[test]
fn no_proxy_is_taken_from_what_other_programs_read_and_no_password_of_one_is_repeated() {
    let config = Config::load(RawConfig::default(), None, |name| match name {
        "SYMBOLON_PUBLIC_URL" => Some("https://cloud.example.org".to_owned()),
        "HTTPS_PROXY" | "https_proxy" | "ALL_PROXY" => Some("http://other.example.org".to_owned()),
        _ => None,
    });
    let config = config.unwrap();
    assert!(config.way_out.proxy.is_none());
    assert!(config.show().contains("proxy = \"off\""));
    let set = resolve(&[FINE[0], (Key::Proxy, "http://proxy.example.org:3128/")]);
    let set = set.unwrap();
    assert!(set.way_out.proxy.is_some(), "it is the way out");
    let shown = set.show();
    assert!(
        shown.contains("proxy = \"http://proxy.example.org:3128\""),
        "{shown}"
    );
    let error = error(&[
        FINE[0],
        (Key::Proxy, "http://root:hush@proxy.example.org:3128"),
    ]);
    assert!(
        !error.contains("hush") && error.contains("password"),
        "{error}"
    );
}

#[test]
fn limits_are_numbers_in_a_minute_or_off() {
    let config = resolve(&FINE).unwrap();
    assert_eq!(config.requests_per_address, Some(60));
    assert_eq!(config.requests_per_server, Some(6_000));
    for (text, number) in [("1", Some(1)), ("60000", Some(60_000)), ("off", None)] {
        let config = resolve(&[FINE[0], (Key::RequestsPerServer, text)]).unwrap();
        assert_eq!(config.requests_per_server, number, "{text}");
        let shown = config.show();
        let quoted = number.map_or_else(|| "\"off\"".to_owned(), |number| number.to_string());
        assert!(
            shown.contains(&format!("requests_per_server = {quoted} ")),
            "{shown}"
        );
    }
    for text in ["0", "60001", "-1", "many", ""] {
        let error = error(&[FINE[0], (Key::RequestsPerAddress, text)]);
        assert!(
            error.contains("requests_per_address") && error.contains("or off"),
            "{error}"
        );
    }
}

#[test]
fn what_is_unsigned_is_accepted_until_a_word_refuses_it_and_no_proxy_is_trusted_by_itself() {
    let config = resolve(&FINE).unwrap();
    assert_eq!(config.unsigned, Unsigned::Accept);
    assert_eq!(config.trusted_proxies, Proxies::default());
    let refusing = resolve(&[FINE[0], (Key::UnsignedAcceptances, "refuse")]).unwrap();
    assert_eq!(refusing.unsigned, Unsigned::Refuse);
    let wrong = error(&[FINE[0], (Key::UnsignedAcceptances, "reject")]);
    assert!(wrong.contains("unsigned_acceptances"), "{wrong}");
    let proxied = resolve(&[FINE[0], (Key::TrustedProxies, "127.0.0.1,10.0.0.0/8")]).unwrap();
    assert!(proxied.show().contains("\"127.0.0.1, 10.0.0.0/8\""));
    let wrong = error(&[FINE[0], (Key::TrustedProxies, "proxy.example.org")]);
    assert!(
        wrong.contains("trusted_proxies") && wrong.contains("127.0.0.1"),
        "{wrong}"
    );
}
