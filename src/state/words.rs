//! What the page says, in the reader's language.
//!
//! The page is written in English where it speaks. A translation is a pair, looked up by the English; whatever has none stays
//! English. The pairs of the frame are here, those of a block beside its English, in [`Block::GERMAN`](crate::blocks::Block).

use std::collections::HashMap;
use std::sync::LazyLock;

use super::view::Language;
use crate::blocks::{self, Pairs};
use crate::explain::Words;

static GERMAN: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let of_blocks = blocks::ALL.iter().flat_map(|block| block.german()).copied();
    of_blocks.chain([FRAME]).flatten().copied().collect()
});

impl Language {
    /// The same in this language, or else the English.
    pub fn say(self, english: &'static str) -> &'static str {
        self.translation(english).unwrap_or(english)
    }

    /// The same in this language, where there is a translation.
    pub fn translation(self, english: &str) -> Option<&'static str> {
        match self {
            Self::En => None,
            Self::De => GERMAN.get(english).copied(),
        }
    }

    /// A text that was put together, in this language, where there is a translation. In the pairs, {} stands for each number.
    pub fn translated(self, text: &str) -> Option<String> {
        if self == Self::En || !text.contains(char::is_alphabetic) {
            return None;
        }
        let (pattern, numbers) = without_numbers(text);
        let mut parts = self.translation(&pattern)?.split("{}");
        let mut translated = parts.next()?.to_owned();
        for (number, part) in numbers.into_iter().zip(parts) {
            translated += number;
            translated += part;
        }
        Some(translated)
    }

    /// The words between the numbers of a formula.
    pub fn words(self) -> &'static Words {
        match self {
            Self::En => &Words::ENGLISH,
            Self::De => &Words::GERMAN,
        }
    }
}

/// The text with {} for each number, and the numbers: 12, 0.5, 1,024.
fn without_numbers(text: &str) -> (String, Vec<&str>) {
    let (mut pattern, mut numbers, mut rest) = (String::new(), Vec::new(), text);
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = &rest[start..];
        let outside = |(at, c): (usize, char)| {
            let inside = c.is_ascii_digit()
                || matches!(c, ',' | '.') && digits[at + 1..].starts_with(|next: char| next.is_ascii_digit());
            (!inside).then_some(at)
        };
        let end = digits.char_indices().find_map(outside).unwrap_or(digits.len());
        pattern += &rest[..start];
        pattern += "{}";
        numbers.push(&digits[..end]);
        rest = &digits[end..];
    }
    (pattern + rest, numbers)
}

const FRAME: Pairs = &[
    // The page.
    ("Layerscope: how layers compute", "Layerscope: wie Schichten rechnen"),
    ("See how layers compute", "Sehen, wie Schichten rechnen"),
    (
        "Every number in these pictures can be pointed at, explained, and changed. Drag an input, a weight, an upstream \
         gradient: whatever depends on it follows at once, and the formula under the picture shows the arithmetic, digit by \
         digit.",
        "Auf jede Zahl in diesen Bildern lässt sich zeigen; jede wird erklärt, und jede lässt sich ändern. Ziehen Sie an einer \
         Eingabe, einem Gewicht, einem ankommenden Gradienten: Was davon abhängt, folgt sofort, und die Formel unter dem Bild \
         zeigt die Rechnung, Ziffer für Ziffer.",
    ),
    ("There is no such block:", "Diesen Baustein gibt es nicht:"),
    ("These are there:", "Es gibt diese:"),
    (
        "Layerscope computes every number on this page in your browser. Nothing leaves it.",
        "Layerscope berechnet jede Zahl auf dieser Seite in Ihrem Browser. Nichts verlässt ihn.",
    ),
    ("blocks", "Bausteine"),
    ("theme", "Farben"),
    ("language", "Sprache"),
    ("auto", "automatisch"),
    ("light", "hell"),
    ("dark", "dunkel"),
    ("projector", "Beamer"),
    // A block's header.
    ("tools", "Werkzeuge"),
    ("undo", "rückgängig"),
    ("undo (Ctrl+Z)", "rückgängig (Strg+Z)"),
    ("redo", "wiederholen"),
    ("redo (Ctrl+Shift+Z)", "wiederholen (Strg+Umschalt+Z)"),
    ("Reset", "Zurücksetzen"),
    ("back to the beginning", "zurück zum Anfang"),
    ("Table", "Tabelle"),
    ("the numbers as a table", "die Zahlen als Tabelle"),
    ("Share", "Teilen"),
    ("a link, a frame or an element for your own page", "ein Link, ein Rahmen oder ein Element für die eigene Seite"),
    ("Export", "Export"),
    ("the picture, the formula, a program", "das Bild, die Formel, ein Programm"),
    ("keys", "Tasten"),
    ("keys (?)", "Tasten (?)"),
    ("how long WebAssembly took to compute every number", "so lange hat WebAssembly für alle Zahlen gebraucht"),
    ("dismiss", "schließen"),
    ("interactive picture", "interaktives Bild"),
    ("value", "Wert"),
    // Controls.
    ("example", "Beispiel"),
    ("your own", "eigenes"),
    ("more", "mehr"),
    ("less", "weniger"),
    ("open…", "öffnen …"),
    ("numbers from a text or CSV file", "Zahlen aus einer Text- oder CSV-Datei"),
    // The transport.
    ("steps", "Schritte"),
    ("step", "Schritt"),
    ("of", "von"),
    ("first step", "erster Schritt"),
    ("first step (Home)", "erster Schritt (Pos1)"),
    ("step back", "Schritt zurück"),
    ("step back ([)", "Schritt zurück ([)"),
    ("step forward", "Schritt vor"),
    ("step forward (])", "Schritt vor (])"),
    ("last step", "letzter Schritt"),
    ("last step (End)", "letzter Schritt (Ende)"),
    ("play or pause (space)", "abspielen oder anhalten (Leertaste)"),
    ("Play", "Abspielen"),
    ("Pause", "Anhalten"),
    ("speed", "Tempo"),
    // The formula.
    ("formula", "Formel"),
    ("in general", "allgemein"),
    ("at this cell", "an dieser Zelle"),
    // Dialogs.
    ("close", "schließen"),
    ("Copy", "Kopieren"),
    ("Download", "Herunterladen"),
    ("copied", "kopiert"),
    ("selected: copy it with Ctrl+C", "ausgewählt: kopieren mit Strg+C"),
    (
        "Nothing saved? A page that shows this frame can forbid downloads. Copying works, and so does the full page.",
        "Nichts gespeichert? Die Seite, die diesen Rahmen zeigt, kann Downloads verbieten. Kopieren geht, und die ganze Seite \
         auch.",
    ),
    // Share.
    ("Share this picture", "Dieses Bild teilen"),
    (
        "Each opens the picture as it stands: its numbers, its step, what is pointed at.",
        "Jedes öffnet das Bild, wie es jetzt ist: seine Zahlen, den Schritt, worauf gezeigt wird.",
    ),
    (
        "Your own picture stays with you: a link cannot carry it, and opens the block's own picture instead.",
        "Ihr eigenes Bild bleibt bei Ihnen: Ein Link kann es nicht mitnehmen und öffnet stattdessen das Bild des Bausteins.",
    ),
    ("Link", "Link"),
    ("Frame (iframe), for slides and learning platforms", "Rahmen (iframe), für Folien und Lernplattformen"),
    ("Element, for a page that may run scripts", "Element, für eine Seite, die Skripte ausführen darf"),
    // Export.
    ("Export this picture", "Dieses Bild exportieren"),
    ("Picture", "Bild"),
    ("the picture as it is exported", "das Bild, wie es exportiert wird"),
    ("background", "Hintergrund"),
    ("transparent", "durchsichtig"),
    ("as shown", "wie gezeigt"),
    ("Copy PNG", "PNG kopieren"),
    ("Download PNG", "PNG herunterladen"),
    ("pixels (PNG)", "Pixel (PNG)"),
    ("Formula (LaTeX)", "Formel (LaTeX)"),
    ("Program (PyTorch) that prints the same number", "Programm (PyTorch), das dieselbe Zahl ausgibt"),
    ("Point at a number to export its formula.", "Zeigen Sie auf eine Zahl, um ihre Formel zu exportieren."),
    (
        "This browser cannot paint so many pixels: take fewer, or the SVG.",
        "So viele Pixel kann dieser Browser nicht malen: Nehmen Sie weniger, oder das SVG.",
    ),
    (
        "This page may not copy pictures: download it instead.",
        "Diese Seite darf keine Bilder kopieren: Laden Sie es stattdessen herunter.",
    ),
    // Table.
    ("The numbers as a table", "Die Zahlen als Tabelle"),
    ("array", "Feld"),
    ("index", "Index"),
    ("rows", "Zeilen"),
    ("columns", "Spalten"),
    ("Only a part is shown:", "Nur ein Teil ist zu sehen:"),
    ("and", "und"),
    ("shape", "Form"),
    ("one number", "eine Zahl"),
    ("There is nothing to show.", "Es gibt nichts zu zeigen."),
    // Keys.
    ("Keys", "Tasten"),
    ("key", "Taste"),
    ("what it does", "was sie tut"),
    ("On the picture", "Auf dem Bild"),
    ("Anywhere in the block", "Überall im Baustein"),
    ("Tab", "Tabulator"),
    ("Enter", "Eingabe"),
    ("Escape", "Esc"),
    ("Home", "Pos1"),
    ("End", "Ende"),
    ("space", "Leertaste"),
    ("Ctrl+Z", "Strg+Z"),
    ("Ctrl+Shift+Z", "Strg+Umschalt+Z"),
    ("Ctrl+Y", "Strg+Y"),
    ("to the picture, and on to the next control", "zum Bild und weiter zum nächsten Bedienelement"),
    ("to the next number in that direction", "zur nächsten Zahl in dieser Richtung"),
    ("change the number", "die Zahl ändern"),
    ("keep the number as it was, or close a dialog", "die Zahl lassen, wie sie war, oder einen Dialog schließen"),
    ("a tenth more or less", "ein Zehntel mehr oder weniger"),
    ("to the first and to the last step", "zum ersten und zum letzten Schritt"),
    ("play or pause", "abspielen oder anhalten"),
    ("a step back or forward", "einen Schritt zurück oder vor"),
    ("take the last change back", "die letzte Änderung zurücknehmen"),
    ("make it again", "sie wiederherstellen"),
    ("this list", "diese Liste"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::blocks::{AnyBlock, Kind};
    use crate::scene::{Shape, Theme};
    use crate::state::Session;

    #[test]
    fn says_german_where_there_is_a_pair_and_english_elsewhere() {
        assert_eq!(Language::De.say("Reset"), "Zurücksetzen");
        assert_eq!(Language::En.say("Reset"), "Reset");
        assert_eq!(Language::De.say("never translated"), "never translated");
    }

    #[test]
    fn keeps_the_numbers_of_what_is_put_together() {
        assert_eq!(without_numbers("a 1,024 b [2, 0.5]."), ("a {} b [{}, {}].".to_owned(), vec!["1,024", "2", "0.5"]));
        assert_eq!(Language::De.translated("channels 1 to 3 of 16").as_deref(), Some("Kanäle 1 bis 3 von 16"));
        assert_eq!(Language::De.translated("3.5"), None);
        assert_eq!(Language::En.translated("channel 1"), None);
    }

    #[test]
    fn no_english_has_two_translations() {
        let mut seen = HashMap::new();
        let of_blocks = blocks::ALL.iter().flat_map(|block| block.german()).copied();
        for (english, german) in of_blocks.chain([FRAME]).flatten() {
            let before = seen.insert(english, german);
            assert!(before.is_none_or(|before| before == german), "{english}: {before:?} and {german}");
        }
    }

    /// The block with each preset, and with each choice.
    fn sessions(block: &'static dyn AnyBlock) -> Vec<Session> {
        let open = |key: &str, value: &str| Session::open(block, &[(key.to_owned(), value.to_owned())]);
        let mut sessions: Vec<_> = block.presets().iter().map(|preset| open("preset", preset.name)).collect();
        for control in block.controls(&block.default()) {
            if let Kind::Choice(choices) | Kind::Picture(choices) = control.kind {
                sessions.extend(choices.iter().map(|choice| open(control.key, choice.value)));
            }
        }
        sessions
    }

    /// Everything that is said word for word.
    fn said(session: &Session) -> Vec<&'static str> {
        let mut said = Vec::new();
        for control in session.block().controls(session.settings()) {
            said.extend([control.label, control.help]);
            if let Kind::Choice(choices) | Kind::Picture(choices) = control.kind {
                said.extend(choices.iter().flat_map(|choice| [choice.label, choice.help]));
            }
        }
        let trace = session.trace().expect("presets and choices can be computed");
        said.extend(trace.stages.iter().map(|stage| stage.title));
        said
    }

    /// What is put together: the texts on the picture that have a word in them, and the facts.
    fn composed(session: &Session) -> Vec<String> {
        let texts = session.scene(900.0, &Theme::LIGHT).marks.into_iter().filter_map(|mark| match mark.shape {
            Shape::Text { text, .. } => Some(text),
            _ => None,
        });
        let facts = session.facts().unwrap_or_default();
        let has_word = |text: &String| text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word.len() > 2);
        texts.chain(facts.split(" · ").map(str::to_owned)).filter(has_word).collect()
    }

    #[test]
    fn every_block_speaks_german() {
        let mut missing = BTreeSet::new();
        for block in blocks::ALL {
            let about = block.about();
            let mut words = vec![about.title, about.teaches, about.text, about.question];
            words.extend(block.presets().iter().map(|preset| preset.title));
            for session in sessions(*block) {
                words.extend(said(&session));
                missing.extend(composed(&session).into_iter().filter(|text| Language::De.translated(text).is_none()));
            }
            let untranslated = |word: &&str| !word.is_empty() && Language::De.translation(word).is_none();
            missing.extend(words.into_iter().filter(untranslated).map(str::to_owned));
        }
        assert!(missing.is_empty(), "no German for {missing:#?}");
    }
}
