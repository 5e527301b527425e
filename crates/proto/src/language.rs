//! The languages that everything is said in, and how a reader's wish becomes one of them.

use unic_langid::LanguageIdentifier;

/// A language of pages, problems and commands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English, and what everybody gets whose wish is not known.
    #[default]
    En,
    /// Simplified Chinese.
    ZhCn,
    /// German.
    De,
}

/// Wishes looked at in one header; browsers send fewer than ten.
const WISHES: usize = 32;

impl Language {
    /// Every language, in the order of menus.
    pub const ALL: [Self; 3] = [Self::En, Self::ZhCn, Self::De];

    /// Its tag (BCP 47), as in `<html lang>` and `Content-Language`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhCn => "zh-CN",
            Self::De => "de",
        }
    }

    /// What those who speak it call it.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::ZhCn => "简体中文",
            Self::De => "Deutsch",
        }
    }

    /// Reads a tag or a locale of the operating system: `de`, `de-AT`, `de_DE.UTF-8`, `zh-Hans-SG`. Traditional Chinese is a
    /// script of its own and not this one.
    pub fn parse(text: &str) -> Option<Self> {
        let tag = text.split(['.', '@']).next()?.to_ascii_lowercase();
        let mut parts = tag.split(['-', '_']);
        match parts.next()? {
            "en" => Some(Self::En),
            "de" => Some(Self::De),
            "zh" => {
                let traditional = |part| matches!(part, "hant" | "tw" | "hk" | "mo");
                let simplified = parts.clone().any(|part| part == "hans");
                (simplified || !parts.any(traditional)).then_some(Self::ZhCn)
            }
            _ => None,
        }
    }

    /// The language that an `Accept-Language` header wishes for most (RFC 9110 §12.5.4); `None` if it names none of ours.
    pub fn wished(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for wish in header.split(',').take(WISHES) {
            let mut parts = wish.split(';').map(str::trim);
            let Some(language) = parts.next().and_then(Self::parse) else {
                continue;
            };
            let weight = parts
                .find_map(|part| part.strip_prefix("q="))
                .map_or(1.0, |text| text.parse().unwrap_or(0.0));
            // The first of several that are wished for alike.
            if weight > best.map_or(0.0, |(_, weight)| weight) {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }

    /// A whole number as it is written in this language.
    pub fn number(self, number: i64) -> String {
        let digits = number.unsigned_abs().to_string();
        let separator = match self {
            Self::En | Self::ZhCn => ',',
            Self::De => '.',
        };
        let mut text = String::with_capacity(digits.len() + 7);
        if number < 0 {
            text.push('-');
        }
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }

    /// Its place in [`Self::ALL`].
    pub(crate) fn place(self) -> usize {
        self as usize
    }

    pub(crate) fn identifier(self) -> LanguageIdentifier {
        let tag = self.tag().parse();
        tag.expect("the tags are well-formed, as a test shows")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_reads_back_and_has_its_place() {
        for (place, language) in Language::ALL.into_iter().enumerate() {
            assert_eq!(Language::parse(language.tag()), Some(language));
            assert_eq!(language.place(), place);
            assert_eq!(language.identifier().to_string(), language.tag());
        }
    }

    #[test]
    fn locales_of_browsers_and_terminals_are_understood() {
        for (text, language) in [
            ("de-AT", Some(Language::De)),
            ("de_DE.UTF-8", Some(Language::De)),
            ("de_DE@euro", Some(Language::De)),
            ("EN-us", Some(Language::En)),
            ("zh", Some(Language::ZhCn)),
            ("zh_CN.UTF-8", Some(Language::ZhCn)),
            ("zh-Hans-HK", Some(Language::ZhCn)),
            ("zh-TW", None),
            ("zh-Hant", None),
            ("C.UTF-8", None),
            ("deutsch", None),
            ("", None),
        ] {
            assert_eq!(Language::parse(text), language, "{text}");
        }
    }

    #[test]
    fn the_strongest_wish_that_can_be_met_is_met() {
        for (header, language) in [
            ("de", Some(Language::De)),
            ("fr, de;q=0.8, en;q=0.9", Some(Language::En)),
            ("zh-CN,zh;q=0.9,en;q=0.8", Some(Language::ZhCn)),
            ("zh-TW,zh;q=0.9,en;q=0.8", Some(Language::ZhCn)),
            ("en;q=0.5, de;q=0.5", Some(Language::En)),
            ("de;q=0, en;q=0.1", Some(Language::En)),
            ("de; q=0.3, en ; q=0.4", Some(Language::En)),
            ("de;q=nonsense, en", Some(Language::En)),
            ("fr, *", None),
            ("", None),
            (",;q=1,;;", None),
        ] {
            assert_eq!(Language::wished(header), language, "{header}");
        }
    }

    #[test]
    fn numbers_are_grouped_as_readers_expect() {
        assert_eq!(Language::En.number(1_234_567), "1,234,567");
        assert_eq!(Language::De.number(1_234_567), "1.234.567");
        assert_eq!(Language::ZhCn.number(-65_536), "-65,536");
        assert_eq!(Language::De.number(999), "999");
    }
}
