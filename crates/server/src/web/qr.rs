//! A link as a QR code, drawn as one path: no image to fetch, no script, and sharp at any size.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// Empty modules around the code, without which cameras do not find it (ISO/IEC 18004 §6.3.8).
const QUIET: i32 = 4;

/// What `templates/invitation.html` draws.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Qr {
    /// Modules along one side, with the quiet zone.
    pub(super) side: i32,
    /// The dark modules: a stroke one module thick along the middle of every row.
    pub(super) path: String,
}

impl Qr {
    /// `None` if the text is longer than any code holds, which is some two thousand characters.
    pub(super) fn of(text: &str) -> Option<Self> {
        // A quarter of it may be dirt or glare: it is read from screens, across tables.
        let code = QrCode::encode_text(text, QrCodeEcc::Quartile).ok()?;
        let size = code.size();
        let mut path = String::new();
        for y in 0..size {
            let mut x = 0;
            while x < size {
                let dark = code.get_module(x, y);
                let run = (x..size)
                    .take_while(|x| code.get_module(*x, y) == dark)
                    .count();
                let run = i32::try_from(run).ok()?;
                if dark {
                    // Writing to a String cannot fail.
                    let _ = write!(path, "M{} {}.5h{run}", x + QUIET, y + QUIET);
                }
                x += run;
            }
        }
        let side = size + 2 * QUIET;
        Some(Self { side, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://cat.example.org/wayf?token=abcdefghijkmnpqrstuvwxyz23456789&providerDomain=cat.example.org";

    /// The modules that the path paints dark.
    fn painted(qr: &Qr) -> Vec<(i32, i32)> {
        let number = |text: &str| text.parse::<i32>().unwrap();
        let strokes = qr.path.split('M').skip(1);
        strokes
            .flat_map(|stroke| {
                let (start, run) = stroke.split_once(".5h").unwrap();
                let (x, y) = start.split_once(' ').unwrap();
                let (x, y) = (number(x), number(y));
                (x..x + number(run)).map(move |x| (x, y))
            })
            .collect()
    }

    #[test]
    fn the_drawing_is_the_code_with_its_quiet_zone() {
        let qr = Qr::of(LINK).unwrap();
        let code = QrCode::encode_text(LINK, QrCodeEcc::Quartile).unwrap();
        let dark: Vec<_> = (0..code.size())
            .flat_map(|y| (0..code.size()).map(move |x| (x, y)))
            .filter(|(x, y)| code.get_module(*x, *y))
            .map(|(x, y)| (x + QUIET, y + QUIET))
            .collect();
        assert_eq!(painted(&qr), dark);
        assert_eq!(qr.side, code.size() + 8);
    }

    #[test]
    fn the_drawing_of_a_link_is_small() {
        let bytes = Qr::of(LINK).unwrap().path.len();
        assert!(bytes < 12_000, "{bytes}");
    }

    #[test]
    fn what_no_code_holds_is_not_drawn() {
        assert_eq!(Qr::of(&"a".repeat(8_000)), None);
    }
}
