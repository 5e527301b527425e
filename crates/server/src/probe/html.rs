//! The report as one file that needs nothing else: for a ticket, a mail, or the wall.

use askama::Template;

use symbolon_proto::language::Language;

use super::{Demand, Finding, Outcome, Report};
use crate::said::Said;

/// What `templates/probe/report.html` needs.
#[derive(Template)]
#[template(path = "probe/report.html")]
struct Page<'a> {
    report: &'a Report,
    language: Language,
    at: String,
    version: &'static str,
    /// The word of a demand, and how many rules of it were followed, not followed, not observable.
    summary: Vec<(&'static str, usize, usize, usize)>,
    failures: Vec<&'a Finding>,
    /// The findings of each section, in order.
    sections: Vec<(&'static str, Vec<&'a Finding>)>,
}

/// Renders a report around the words that it was made with. What other servers said is escaped.
pub fn html(report: &Report, language: Language) -> String {
    let at = jiff::Timestamp::from_second(report.at.as_secs());
    let row = |demand: Demand| {
        let count = |outcome| report.count(demand, outcome);
        (
            demand.word(),
            count(Outcome::Pass),
            count(Outcome::Fail),
            count(Outcome::NotObservable),
        )
    };
    let page = Page {
        report,
        language,
        at: at.map_or_else(|_| String::new(), |at| at.to_string()),
        version: env!("CARGO_PKG_VERSION"),
        summary: [Demand::Must, Demand::Should, Demand::Defined]
            .map(row)
            .into(),
        failures: report
            .findings
            .iter()
            .filter(|one| one.outcome == Outcome::Fail)
            .collect(),
        sections: report.sections(),
    };
    page.render()
        .expect("templates write to memory and call nothing that fails")
}

impl Page<'_> {
    fn say(&self, id: &'static str) -> String {
        Said::new(id).say(self.language)
    }

    fn made(&self) -> String {
        let made = Said::new("probe-report-made");
        let made = made.with("at", self.at.as_str());
        made.with("version", self.version).say(self.language)
    }

    fn title(&self) -> String {
        let title = Said::new("probe-report-title");
        let title = title.with("server", self.report.server.as_str());
        title.with("draft", self.report.draft).say(self.language)
    }

    fn outcome(&self, finding: &Finding) -> String {
        finding.outcome.word().say(self.language)
    }

    /// A text in pieces, each with whether it stands between code marks.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn pieces<'t>(&self, text: &'t (impl AsRef<str> + ?Sized)) -> Vec<(bool, &'t str)> {
        let pieces = text.as_ref().split('`').enumerate();
        pieces
            .map(|(place, piece)| (place % 2 == 1, piece))
            .collect()
    }
}
