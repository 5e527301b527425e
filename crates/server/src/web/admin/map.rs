//! The servers that are linked with this one, as a drawing: one line for each, which says by its shape how the link is.

use super::{Tone, link_words};
use crate::actions::servers::{Link, Linked};
use crate::web::words::Words;

/// Servers in the drawing; the table below it has all.
pub(super) const DRAWN_MAX: usize = 24;

/// Height of one line in units of the drawing, which is 340 wide.
const LINE: u32 = 38;

/// Where the names of other servers begin.
const NAMES: u32 = 128;

/// Letters that fit behind it.
const NAME_LETTERS: usize = 27;

/// Letters that fit into the place of this server.
const HERE_LETTERS: usize = 14;

/// What `templates/admin_map.html` needs.
pub(super) struct Map {
    pub(super) here: String,
    pub(super) height: u32,
    pub(super) links: Vec<Drawn>,
}

pub(super) struct Drawn {
    pub(super) name: String,
    /// How many connections, and how the link is.
    pub(super) words: String,
    pub(super) y: u32,
    /// Of the line, in units: more people, a wider line.
    pub(super) width: u32,
    pub(super) class: &'static str,
    pub(super) shape: Shape,
}

/// What a line looks like, for those who see no colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Through.
    Whole,
    /// With gaps.
    Dashed,
    /// With gaps and crossed out.
    Broken,
    /// It stops at a bar.
    Closed,
}

impl Shape {
    fn of(link: Link) -> Self {
        match link {
            Link::Well => Self::Whole,
            Link::Waiting | Link::Unknown => Self::Dashed,
            Link::Stuck | Link::Silent => Self::Broken,
            Link::Blocked => Self::Closed,
        }
    }
}

impl Map {
    pub(super) fn new(words: Words, here: &str, linked: &[Linked]) -> Option<Self> {
        let drawn = |(place, one): (u32, &Linked)| {
            let server = &one.server;
            let bound = symbolon_store::servers::COUNT_MAX;
            let number = words.say(if server.connections >= bound {
                "admin-map-connections-or-more"
            } else {
                "admin-map-connections"
            });
            let number = number.with("n", server.connections);
            let state = link_words(words, one.link).to_string();
            Drawn {
                name: cut(server.provider.as_str(), NAME_LETTERS),
                words: format!("{number} · {state}"),
                y: place * LINE + LINE / 2 + 2,
                width: 1 + server.connections.checked_ilog10().unwrap_or(0),
                class: Tone::of(one.link).class(),
                shape: Shape::of(one.link),
            }
        };
        let links: Vec<_> = (0..)
            .zip(linked.iter().take(DRAWN_MAX))
            .map(drawn)
            .collect();
        let height = u32::try_from(links.len()).ok()? * LINE + 4;
        (!links.is_empty()).then(|| Self {
            here: cut(here, HERE_LETTERS),
            height,
            links,
        })
    }

    /// For the template: where this server stands.
    pub(super) fn middle(&self) -> u32 {
        self.height / 2
    }

    /// Where the names begin.
    pub(super) fn x(&self) -> u32 {
        NAMES
    }
}

/// Shortens a name that is too long to its beginning.
fn cut(name: &str, letters: usize) -> String {
    if name.chars().count() <= letters {
        return name.to_owned();
    }
    name.chars().take(letters - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::admin::overview::sample_link;

    #[test]
    fn every_link_has_its_line_and_no_state_is_told_by_colour_alone() {
        let links = [Link::Well, Link::Waiting, Link::Stuck, Link::Blocked].map(sample_link);
        let map = Map::new(Words::default(), "cat.example.org", &links).unwrap();
        let shapes: Vec<_> = map.links.iter().map(|one| one.shape).collect();
        assert_eq!(
            shapes,
            [Shape::Whole, Shape::Dashed, Shape::Broken, Shape::Closed]
        );
        for pair in map.links.windows(2) {
            assert_eq!(pair[1].y - pair[0].y, LINE);
            assert_ne!(pair[0].words, pair[1].words);
        }
        assert!(map.links.last().unwrap().y < map.height);
    }

    #[test]
    fn any_number_of_servers_is_drawn_on_one_page_and_none_draws_nothing() {
        let many: Vec<_> = (0..300).map(|_| sample_link(Link::Well)).collect();
        let map = Map::new(Words::default(), "cat.example.org", &many).unwrap();
        assert_eq!(map.links.len(), DRAWN_MAX);
        assert!(Map::new(Words::default(), "cat.example.org", &[]).is_none());
    }

    #[test]
    fn a_name_that_is_too_long_is_cut_and_says_so() {
        assert_eq!(cut("cat.example.org", 15), "cat.example.org");
        assert_eq!(cut("cat.example.org", 5), "cat.…");
    }
}
