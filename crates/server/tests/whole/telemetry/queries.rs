//! The dashboard and the alerts of `contrib/` ask for figures that there are, and `docs/metrics.md` lists them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

use super::{figures, shows_figures, whole_story};
use crate::support::{Net, answer};

/// What Prometheus itself adds to every series.
const ADDED: [&str; 2] = ["job", "instance"];

/// The labels of each series name, each with its values.
type Live = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    std::fs::read_to_string(root.join(path)).unwrap()
}

/// What two servers tell that have lived through a whole story.
async fn live() -> Live {
    let net = Net::default();
    let cat = shows_figures(&net, "cat.example.org").await;
    let dog = shows_figures(&net, "dog.example.org").await;
    whole_story(&net, &cat, &dog).await;
    let mut live = Live::new();
    for server in [&cat, &dog] {
        // The second look has the first one in it.
        figures(server).await;
        for line in figures(server).await.lines() {
            if line.starts_with('#') {
                continue;
            }
            let (series, _) = line.rsplit_once(' ').unwrap();
            let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
            let known = live.entry(name.to_owned()).or_default();
            for label in labels.trim_end_matches('}').split("\",") {
                if let Some((label, value)) = label.split_once("=\"") {
                    let values = known.entry(label.to_owned()).or_default();
                    values.insert(value.trim_end_matches('"').to_owned());
                }
            }
        }
    }
    live
}

/// One token of PromQL: a word, a text in quotes, or a sign.
fn tokens(query: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = query;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => rest[1..].find('"').unwrap() + 2,
            c if c.is_ascii_alphanumeric() || "_$:".contains(c) => rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || "_$:.".contains(c)))
                .unwrap_or(rest.len()),
            '=' | '!' if rest[1..].starts_with(['~', '=']) => 2,
            c => c.len_utf8(),
        };
        let (token, more) = rest.split_at(length);
        if !token.trim().is_empty() {
            tokens.push(token.to_owned());
        }
        rest = more;
    }
    tokens
}

/// Checks every series, every label and every value that a query names against what there is.
fn check(query: &str, live: &Live) {
    let tokens = tokens(query);
    let mut series = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let word = tokens[at].as_str();
        at += 1;
        if word.starts_with("symbolon_") || word == "up" {
            let labels = live.get(word);
            assert!(
                word == "up" || labels.is_some(),
                "there is no {word}: {query}"
            );
            series.extend(labels);
            if tokens.get(at).is_none_or(|next| next != "{") {
                continue;
            }
            at += 1;
            while tokens[at] != "}" {
                let [label, sign, value] = &tokens[at..at + 3] else {
                    panic!("{query}")
                };
                if !ADDED.contains(&label.as_str()) {
                    let values = labels.and_then(|labels| labels.get(label));
                    let values = values.unwrap_or_else(|| panic!("{word} has no {label}: {query}"));
                    for value in value.trim_matches('"').split('|') {
                        assert!(values.contains(value), "{label}{sign}{value}: {query}");
                    }
                }
                at += 3;
                at += usize::from(tokens[at] == ",");
            }
        }
    }
    assert!(!tokens.iter().any(|word| word == "without"), "{query}");
    for (at, _) in tokens.iter().enumerate().filter(|(_, word)| *word == "by") {
        let labels = tokens[at + 2..].iter().take_while(|word| *word != ")");
        for label in labels.filter(|label| *label != "," && !ADDED.contains(&label.as_str())) {
            let known = series.iter().all(|labels| labels.contains_key(label));
            assert!(known, "by {label}: {query}");
        }
    }
}

#[tokio::test]
async fn every_query_of_the_dashboard_asks_for_figures_that_there_are() {
    let live = live().await;
    let dashboard: Value = serde_json::from_str(&read("contrib/grafana/symbolon.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let mut asked = BTreeSet::new();
    for panel in panels.iter().filter(|panel| panel["type"] != "row") {
        for target in panel["targets"].as_array().unwrap() {
            let query = target["expr"].as_str().unwrap();
            // A variable of the dashboard stands for any job.
            check(&query.replace("=~\"$job\"", "=\"symbolon\""), &live);
            asked.extend(tokens(query));
            let legend = target["legendFormat"].as_str().unwrap();
            for label in legend.split("{{").skip(1) {
                let (label, _) = label.split_once("}}").unwrap();
                let by = tokens(query).iter().any(|word| word == label);
                assert!(by, "{label} is not in {query}");
            }
        }
    }
    assert!(asked.len() > 30, "{asked:?}");
    for variable in dashboard["templating"]["list"].as_array().unwrap() {
        if let Some(query) = variable["definition"].as_str() {
            check(query, &live);
        }
    }
}

#[tokio::test]
async fn every_alert_asks_for_figures_that_there_are_and_says_what_to_do() {
    let live = live().await;
    let rules = YamlLoader::load_from_str(&read("contrib/prometheus/symbolon.rules.yml")).unwrap();
    let text = |yaml: &Yaml| yaml.as_str().unwrap_or_default().to_owned();
    let mut names = BTreeSet::new();
    for group in rules[0]["groups"].as_vec().unwrap() {
        for rule in group["rules"].as_vec().unwrap() {
            let (name, query) = (text(&rule["alert"]), text(&rule["expr"]));
            check(&query, &live);
            let said = [
                &rule["annotations"]["summary"],
                &rule["annotations"]["description"],
            ];
            for words in said.map(text) {
                assert!(words.len() > 20, "{name} says too little");
                for label in words.split("$labels.").skip(1) {
                    let end = label.find(|c: char| !(c.is_alphanumeric() || c == '_'));
                    let label = &label[..end.unwrap()];
                    let has =
                        label == "instance" || tokens(&query).iter().any(|word| word == label);
                    assert!(has, "{name} speaks of {label}");
                }
            }
            assert!(["warning", "critical"].contains(&&*text(&rule["labels"]["severity"])));
            assert!(names.insert(name));
        }
    }
    assert!(names.len() >= 10, "{names:?}");
}

/// A counter appears in Prometheus when it is first shown, and what it had then is no increase: a series that comes into
/// being with its first failure hides that failure from every alert.
#[tokio::test]
async fn no_alert_misses_the_first_failure_since_every_counter_it_looks_at_is_there_from_the_start()
{
    let net = Net::default();
    let cat = shows_figures(&net, "cat.example.org").await;
    let dog = shows_figures(&net, "dog.example.org").await;
    let begins = [series(&figures(&cat).await), series(&figures(&dog).await)];
    whole_story(&net, &cat, &dog).await;
    let carol = dog.person("frida").await;
    net.script("fox.example.org", |_| answer(404, "text/plain", ""));
    carol.accepts("token@fox.example.org").await;
    net.pass_ms(4 * 24 * 3_600_000);
    dog.drive().await;
    for server in [&cat, &dog] {
        server.meddle("DROP TABLE peers").await;
    }
    net.pass_ms(10_000);
    let watched: BTreeSet<String> = rules()
        .iter()
        .flat_map(|(_, query)| counters(query))
        .collect();
    assert!(watched.len() >= 5, "{watched:?}");
    let mut moved = BTreeSet::new();
    for (begun, server) in begins.iter().zip([&cat, &dog]) {
        figures(server).await;
        for (name, value) in series(&figures(server).await) {
            let counter = name.split('{').next().unwrap_or_default();
            if !watched.contains(counter) {
                continue;
            }
            assert!(begun.contains_key(&name), "{name} comes into being late");
            if begun[&name] != value {
                moved.insert(counter.to_owned());
            }
        }
    }
    // Otherwise this test would look at nothing.
    assert_eq!(moved, watched);
}

/// Every series with its value.
fn series(figures: &str) -> BTreeMap<String, String> {
    let lines = figures.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.rsplit_once(' '));
    pairs
        .map(|(series, value)| (series.to_owned(), value.to_owned()))
        .collect()
}

/// The counters of which a query wants to know how they grow.
fn counters(query: &str) -> Vec<String> {
    let tokens = tokens(query);
    let grown = tokens.windows(3).filter(|words| {
        ["increase", "rate"].contains(&words[0].as_str())
            && words[1] == "("
            && !words[2].ends_with("_bucket")
    });
    grown.map(|words| words[2].clone()).collect()
}

/// Every alert by its name, with its query.
fn rules() -> Vec<(String, String)> {
    let rules = YamlLoader::load_from_str(&read("contrib/prometheus/symbolon.rules.yml")).unwrap();
    let groups = rules[0]["groups"].as_vec().unwrap();
    let rules = groups
        .iter()
        .flat_map(|group| group["rules"].as_vec().unwrap());
    let text = |yaml: &Yaml| yaml.as_str().unwrap_or_default().to_owned();
    rules
        .map(|rule| (text(&rule["alert"]), text(&rule["expr"])))
        .collect()
}

#[tokio::test]
async fn every_figure_is_in_the_document_with_its_labels_and_no_other() {
    let live = live().await;
    let document = read("docs/metrics.md");
    let mut listed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in document
        .lines()
        .filter(|line| line.starts_with("| `symbolon_"))
    {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        let code = |cell: &str| -> Vec<String> {
            cell.split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect()
        };
        let labels = code(cells[1]).into_iter().collect();
        listed.insert(code(cells[0]).remove(0), labels);
    }
    let mut there: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, labels) in &live {
        let histogram = ["_bucket", "_sum", "_count"]
            .into_iter()
            .find_map(|end| name.strip_suffix(end));
        let labels = labels.keys().filter(|label| *label != "le").cloned();
        let name = histogram.unwrap_or(name).to_owned();
        there.entry(name).or_default().extend(labels);
    }
    assert_eq!(listed, there);
}
