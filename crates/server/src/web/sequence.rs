//! The story of a connection as a drawing between the two servers, and the same as a table.
//!
//! All geometry is computed here, so that the drawing needs neither a script nor an inline style. It is 320 units wide,
//! as wide as there is room for on a small phone, and its text is readable there.

use symbolon_core::Timestamp;
use symbolon_store::events::Kind;

use super::lines::{cut, wrap};
use super::when::{Exact, clock, day, exactly};
use super::words::{Saying, Words};
use crate::actions::trace::{Line, Step, Story, is_ours};

/// Newest lines that are drawn.
const LINES_MAX: usize = 60;

/// Where the two servers stand.
const HERE: u32 = 58;
const THERE: u32 = 302;

/// Room for the names of the servers.
const HEAD: u32 = 34;

/// Height of a line of text.
const TEXT: u32 = 15;

/// Room between two steps.
const GAP: u32 = 10;

/// Columns of text between the two servers; a letter of East Asia takes two.
const COLUMNS: usize = 32;

/// Columns of a server's name.
const NAME_COLUMNS: usize = 20;

/// What `templates/sequence.html` needs.
pub(super) struct Sequence {
    pub(super) here: String,
    pub(super) there: String,
    pub(super) height: u32,
    pub(super) steps: Vec<Drawn>,
    pub(super) rows: Vec<Row>,
    pub(super) more: bool,
    /// It is to be seen at once, since something is not as it should be.
    pub(super) is_open: bool,
}

/// Where a new day begins.
pub(super) struct Day {
    pub(super) y: u32,
    pub(super) words: Saying,
}

/// One step of the drawing.
pub(super) struct Drawn {
    /// If it is the first one of a day in UTC.
    pub(super) day: Option<Day>,
    /// Height of the arrow or the dot.
    pub(super) y: u32,
    /// For the script, which has the reader's own zone.
    pub(super) at: String,
    pub(super) clock: String,
    /// Lines of text with their height.
    pub(super) text: Vec<(u32, String)>,
    pub(super) shape: Shape,
    pub(super) end: End,
}

/// What became of a step. Each has a mark and a word of its own, since not everybody sees the colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// What it was meant for.
    Good,
    /// Nothing yet: it is put off, and has a clock.
    Waits,
    /// Nothing: it is crossed out.
    Bad,
}

impl End {
    fn of(line: &Line) -> Self {
        match line.went_well() {
            true => Self::Good,
            false if is_put_off(line) => Self::Waits,
            false => Self::Bad,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// From us to them.
    Out,
    /// From them to us.
    Back,
    /// It went out, and nothing came back.
    Lost,
    /// Something that happened here.
    Dot,
}

/// One line of the table.
pub(super) struct Row {
    pub(super) at: Exact,
    pub(super) who: String,
    pub(super) what: String,
    pub(super) fine: String,
    pub(super) end: End,
}

impl Sequence {
    /// The story between this server and another one, folded; `None` if there is nothing to tell.
    pub(super) fn new(words: Words, story: &Story, here: &str, there: &str) -> Option<Self> {
        let skipped = story.lines.len().saturating_sub(LINES_MAX);
        let lines = story
            .lines
            .get(skipped..)
            .filter(|lines| !lines.is_empty())?;
        let mut sequence = Self {
            here: cut(here, NAME_COLUMNS),
            there: cut(there, NAME_COLUMNS),
            height: HEAD,
            steps: Vec::new(),
            rows: Vec::new(),
            more: story.more || skipped > 0,
            is_open: false,
        };
        let mut before = None;
        for line in lines {
            sequence.add(words, line, there, before.replace(line));
        }
        Some(sequence)
    }

    /// The same, unfolded if this is so.
    pub(super) fn open_if(self, is_open: bool) -> Self {
        Self { is_open, ..self }
    }

    fn add(&mut self, words: Words, line: &Line, there: &str, before: Option<&Line>) {
        let at = Timestamp::from_millis(line.at_ms);
        let today = day(at, words);
        let is_same = |last: &Row| day(last.at.at, words).to_string() == today.to_string();
        let day = match self.rows.last().is_some_and(is_same) {
            true => None,
            false => {
                self.height += TEXT + GAP;
                let y = self.height - GAP;
                Some(Day { y, words: today })
            }
        };
        let (who, what) = said(words, line, there);
        let end = End::of(line);
        let shape = match line.step {
            Step::Sent => Shape::Out,
            Step::Answered if line.status.is_none() => Shape::Lost,
            Step::Answered | Step::Received => Shape::Back,
            Step::Gesture | Step::Decided => Shape::Dot,
        };
        let text = match shape {
            Shape::Dot => words.plain("story-line", &[("who", &who), ("what", &what)]),
            Shape::Out | Shape::Back | Shape::Lost => what.clone(),
        };
        let text = match end {
            End::Waits => words.plain("story-line-waits", &[("line", &text)]),
            End::Good | End::Bad => text,
        };
        let mut y = self.height;
        let text = wrap(&text, COLUMNS);
        let text: Vec<(u32, String)> = text
            .into_iter()
            .map(|text| {
                y += TEXT;
                (y, text)
            })
            .collect();
        let first = text.first().map_or(y, |(y, _)| *y);
        let mark = if shape == Shape::Dot {
            first - 4
        } else {
            y + 8
        };
        self.height = y.max(mark) + GAP;
        self.steps.push(Drawn {
            day,
            y: mark,
            at: exactly(at),
            clock: clock(at),
            text,
            shape,
            end,
        });
        self.rows.push(Row {
            at: Exact { at, words },
            who,
            what,
            fine: fine(words, line, before),
            end,
        });
    }

    /// For the template: the places of the two servers, and a bit beside them.
    pub(super) fn x_here(&self) -> u32 {
        HERE
    }

    pub(super) fn x_there(&self) -> u32 {
        THERE
    }

    /// Where what did not come to its end is crossed out: in the place of its dot, on its arrow, or where the arrow has no
    /// other end.
    pub(super) fn cross(&self, shape: &Shape) -> u32 {
        match shape {
            Shape::Dot => HERE,
            Shape::Out | Shape::Back => self.middle(),
            Shape::Lost => THERE - 42,
        }
    }

    pub(super) fn middle(&self) -> u32 {
        u32::midpoint(HERE, THERE)
    }
}

/// What is put off is under way, whatever it waits for.
fn is_put_off(line: &Line) -> bool {
    let is_kept = line.step == Step::Decided && line.what.starts_with("message.");
    is_kept || line.what == Kind::AcceptanceWaiting.as_str()
}

/// Who, and did what.
fn said(words: Words, line: &Line, there: &str) -> (String, String) {
    let peer = line.peer.as_deref().unwrap_or(there);
    let who = match line.who {
        "person" => words.plain("story-you", &[]),
        "administrator" => words.plain("story-administrator", &[]),
        "peer" if is_ours(line.step, &line.what) => words.plain("story-this-server", &[]),
        "peer" => peer.to_owned(),
        "stranger" => words.plain("story-stranger", &[("peer", peer)]),
        _ => words.plain("story-this-server", &[]),
    };
    let what = match came_to_nothing(words, &line.what, line.went_well()) {
        Some(other) => other,
        None => line.words.clone(),
    };
    let what = match line.reason(words.0) {
        Some(reason) => words.plain("story-reason", &[("what", &what), ("reason", &reason)]),
        None => what,
    };
    (who, what)
}

/// What is said of something that ended without what it was meant for, where to say that it ended would be to say the
/// contrary of its reason.
pub(super) fn came_to_nothing(words: Words, kind: &str, went_well: bool) -> Option<String> {
    let settled = kind == Kind::AcceptanceSettled.as_str() && !went_well;
    let values = [("key", "acceptance-settled-for-nothing"), ("words", "")];
    settled.then(|| words.plain("story-what", &values))
}

/// What one line of the table says in small letters; what belongs to one exchange and stands together names it once.
fn fine(words: Words, line: &Line, before: Option<&Line>) -> String {
    let last = before.and_then(|before| before.reference.as_ref());
    let reference = line.reference.as_ref().filter(|it| Some(*it) != last);
    let attempt = line.attempt.filter(|attempt| *attempt > 1);
    let parts = [
        attempt.map(|attempt| words.plain("story-try", &[("attempt", &attempt.to_string())])),
        line.status
            .map(|status| words.plain("story-status", &[("status", &status.to_string())])),
        line.duration_ms.map(|ms| format!("{ms} ms")),
        line.said
            .as_ref()
            .map(|said| words.plain("story-said", &[("said", said)])),
        reference.map(|it| words.plain("story-reference", &[("reference", it)])),
        line.their_reference
            .as_ref()
            .map(|it| words.plain("story-theirs", &[("reference", it)])),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
impl Sequence {
    fn sample_line(language: symbolon_proto::language::Language) -> Line {
        Line {
            at_ms: 1_795_521_600_000,
            step: Step::Decided,
            who: "server",
            user: None,
            peer: Some("cat.example.org".to_owned()),
            what: "connection.told".to_owned(),
            words: Words(language)
                .plain("story-what", &[("key", "connection-told"), ("words", "")]),
            result: None,
            said: None,
            fault: None,
            stage: None,
            status: None,
            attempt: None,
            duration_ms: None,
            reference: None,
            clocks_differ_secs: None,
            their_reference: None,
        }
    }

    pub(super) fn sample(words: Words, text: &str) -> Self {
        let line = |at_ms, step, who, status, result: &str| Line {
            at_ms,
            step,
            who,
            user: None,
            peer: Some("cat.example.org".to_owned()),
            what: "acceptance.started".to_owned(),
            words: format!("accepted the invitation {text}"),
            result: Some(result.to_owned()),
            said: Some(text.to_owned()),
            fault: None,
            clocks_differ_secs: None,
            stage: Some("answer"),
            status,
            attempt: Some(2),
            duration_ms: Some(250),
            reference: Some("01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned()),
            their_reference: Some("web1/000042".to_owned()),
        };
        let at = 1_795_521_600_000;
        let lines = vec![
            line(at, Step::Gesture, "person", None, "done"),
            line(at + 5, Step::Sent, "server", None, "done"),
            line(at + 255, Step::Answered, "server", None, "timeout"),
            line(
                at + 86_400_000,
                Step::Received,
                "stranger",
                None,
                "invitation_expired",
            ),
            line(at + 86_400_255, Step::Answered, "peer", Some(200), "done"),
            line(at + 86_400_255, Step::Decided, "peer", None, "confirmed"),
        ];
        let story = Story { lines, more: true };
        let drawn = Self::new(
            words,
            &story,
            "dog.example.org",
            "a-very-long-name.cat.example.org",
        );
        drawn.expect("there is something to tell")
    }
}

#[cfg(test)]
mod tests {
    use askama::Template;

    use super::*;

    #[test]
    fn whatever_did_not_come_to_its_end_is_crossed_out_and_says_why_in_every_language() {
        for words in symbolon_proto::language::Language::ALL.map(Words) {
            for (result, bad) in [
                ("done", false),
                ("connected", false),
                ("confirmed", false),
                ("timeout", true),
                ("out_of_time", true),
                ("cancelled", true),
                ("could_not", true),
                ("not_understood", true),
                ("unconfirmed", true),
                ("refused", true),
                ("failed", true),
                ("of_tomorrow", true),
            ] {
                let steps = [Step::Decided, Step::Received, Step::Answered];
                let whats = ["connection.told", "acceptance.settled"];
                for (step, what) in steps
                    .into_iter()
                    .flat_map(|step| whats.map(|it| (step, it)))
                {
                    let line = Line {
                        step,
                        what: what.to_owned(),
                        words: kind_in_words(words, what),
                        status: Some(200),
                        result: Some(result.to_owned()),
                        ..Sequence::sample_line(words.0)
                    };
                    let reason = line.reason(words.0).unwrap_or_default();
                    assert!(bad <= !reason.is_empty(), "{result} says nothing");
                    let story = Story {
                        lines: vec![line],
                        more: false,
                    };
                    let sequence = Sequence::new(words, &story, "here", "there").unwrap();
                    assert_eq!(sequence.steps[0].end == End::Bad, bad, "{result}");
                    let drawn: Vec<&str> = sequence.steps[0]
                        .text
                        .iter()
                        .map(|(_, text)| text.as_str())
                        .collect();
                    let close = |text: &str| text.replace(' ', "");
                    assert!(
                        close(&drawn.concat()).contains(&close(&reason)),
                        "{drawn:?}"
                    );
                    assert!(sequence.rows[0].what.contains(&reason));
                    let shown = Shown {
                        frame: crate::web::frame::Frame::sample(
                            words,
                            "bob",
                            crate::web::frame::Section::Elsewhere,
                        ),
                        sequence,
                    };
                    let html = shown.render().unwrap();
                    let mark = html.matches("seq-cross").count();
                    assert_eq!(mark, usize::from(bad), "{result}: {html}");
                    let not_done = words.say("story-not-done").to_string();
                    assert_eq!(html.contains(&not_done), bad, "{result}: {html}");
                    if what == "acceptance.settled" {
                        let ended = kind_in_words(words, what);
                        assert_eq!(html.contains(&ended), !bad, "{result}: {html}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_waits_looks_like_it_and_is_told_with_its_reason_and_not_said_to_have_ended_in_any_language()
     {
        let languages = symbolon_proto::language::Language::ALL.map(Words);
        let whats = [Kind::AcceptanceWaiting.as_str(), "message.kept"];
        for (words, what) in languages
            .into_iter()
            .flat_map(|words| whats.map(|what| (words, what)))
        {
            let line = Line {
                what: what.to_owned(),
                words: kind_in_words(words, what),
                result: Some("timeout".to_owned()),
                ..Sequence::sample_line(words.0)
            };
            let reason = line.reason(words.0).unwrap();
            let story = Story {
                lines: vec![line],
                more: false,
            };
            let sequence = Sequence::new(words, &story, "here", "there").unwrap();
            assert!(sequence.rows[0].what.contains(&reason));
            let frame = crate::web::frame::Frame::sample(
                words,
                "bob",
                crate::web::frame::Section::Elsewhere,
            );
            let html = Shown { frame, sequence }.render().unwrap();
            let not_done = words.say("story-not-done").to_string();
            assert!(!html.contains(&not_done), "{html}");
            let (drawing, table) = html.split_once("</svg>").unwrap();
            let mark = |mark: &str| drawing.matches(mark).count();
            assert_eq!((mark("seq-cross"), mark("seq-clockface")), (0, 1), "{html}");
            let waits = words.say("story-waits").to_string();
            assert!(drawing.contains(&waits) && table.contains(&waits), "{html}");
        }
    }

    fn kind_in_words(words: Words, what: &str) -> String {
        let key = what.replace('.', "-");
        words.plain("story-what", &[("key", &key), ("words", "")])
    }

    /// The drawing alone.
    #[derive(askama::Template)]
    #[template(path = "sequence.html")]
    struct Shown {
        frame: crate::web::frame::Frame,
        sequence: Sequence,
    }

    #[test]
    fn steps_lie_below_each_other_and_within_the_drawing() {
        let drawn = Sequence::sample(
            Words::default(),
            "and then some more words that need a second line",
        );
        let mut last = 0;
        for step in &drawn.steps {
            for (y, _) in &step.text {
                assert!(*y > last, "text over what was before");
                last = *y;
            }
            last = last.max(step.y);
        }
        assert!(last < drawn.height);
        let days = drawn.steps.iter().filter(|step| step.day.is_some());
        assert_eq!(days.count(), 2, "a day each");
        assert_eq!(
            drawn.rows.len(),
            drawn.steps.len(),
            "the table tells as much"
        );
    }
}
