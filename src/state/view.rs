//! How a block is looked at: the keys of the URL that every block has.

use crate::blocks::{Word, words};
use crate::explain::read_number;
use crate::scene::ThemeName;

/// How a block is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewSettings {
    /// Whether the transport starts by itself.
    pub autoplay: bool,
    /// How fast it goes, 1 being two steps a second.
    pub speed: f32,
    /// Which colours.
    pub theme: ThemeName,
    /// How much there is around the picture.
    pub controls: Controls,
    /// In which language.
    pub lang: Language,
    /// Whether things glide.
    pub motion: Motion,
    /// What computes.
    pub backend: Backend,
    /// Whether an embedded block shows a way to the full page.
    pub links: bool,
}

impl Default for ViewSettings {
    fn default() -> Self {
        Self {
            autoplay: false,
            speed: 1.0,
            theme: ThemeName::Auto,
            controls: Controls::Full,
            lang: Language::En,
            motion: Motion::Auto,
            backend: Backend::Auto,
            links: true,
        }
    }
}

words! {
    /// How much there is around the picture.
    Controls {
        /// Everything.
        Full = "full",
        /// The transport and the formula.
        Minimal = "minimal",
        /// Nothing but the picture.
        None = "none",
    }
}

words! {
    /// In which language the page speaks.
    Language {
        /// English.
        En = "en",
        /// German.
        De = "de",
    }
}

words! {
    /// Whether things glide, or jump from step to step.
    Motion {
        /// As the reader's system prefers.
        Auto = "auto",
        /// They jump.
        Reduce = "reduce",
    }
}

words! {
    /// What computes.
    Backend {
        /// Whatever is quickest.
        Auto = "auto",
        /// WebAssembly.
        Cpu = "cpu",
        /// WebGPU, where there is one.
        Webgpu = "webgpu",
    }
}

impl ViewSettings {
    /// The names of the view keys.
    pub const KEYS: [&'static str; 8] =
        ["autoplay", "speed", "theme", "controls", "lang", "motion", "backend", "links"];

    /// Sets one key. Whether the key is a view key at all, and if so, whether its value was legal.
    pub fn set(&mut self, key: &str, text: &str) -> Option<Result<(), String>> {
        fn word<T>(slot: &mut T, parsed: Option<T>) -> Option<()> {
            parsed.map(|value| *slot = value)
        }
        let (done, accepts) = match key {
            "autoplay" => (word(&mut self.autoplay, yes_or_no(text)), "1 or 0"),
            "links" => (word(&mut self.links, yes_or_no(text)), "1 or 0"),
            "speed" => {
                let speed = read_number(text).map(|speed| speed as f32).filter(|speed| (0.1..=10.0).contains(speed));
                (word(&mut self.speed, speed), "a number from 0.1 to 10")
            }
            "theme" => (word(&mut self.theme, ThemeName::parse(text)), "auto, light, dark or projector"),
            "controls" => (word(&mut self.controls, Controls::parse(text)), "full, minimal or none"),
            "lang" => (word(&mut self.lang, Language::parse(text)), "en or de"),
            "motion" => (word(&mut self.motion, Motion::parse(text)), "auto or reduce"),
            "backend" => (word(&mut self.backend, Backend::parse(text)), "auto, cpu or webgpu"),
            _ => return None,
        };
        let given: String = text.chars().take(40).collect();
        Some(done.ok_or_else(|| format!("{key} got “{given}”; it takes {accepts}.")))
    }

    /// The keys that differ from the default, as in the URL.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let plain = Self::default();
        let bit = |yes: bool| if yes { "1" } else { "0" }.to_owned();
        [
            ("autoplay", bit(self.autoplay), bit(plain.autoplay)),
            ("speed", self.speed.to_string(), plain.speed.to_string()),
            ("theme", self.theme.name().to_owned(), plain.theme.name().to_owned()),
            ("controls", self.controls.word().to_owned(), plain.controls.word().to_owned()),
            ("lang", self.lang.word().to_owned(), plain.lang.word().to_owned()),
            ("motion", self.motion.word().to_owned(), plain.motion.word().to_owned()),
            ("backend", self.backend.word().to_owned(), plain.backend.word().to_owned()),
            ("links", bit(self.links), bit(plain.links)),
        ]
        .into_iter()
        .filter(|(_, value, default)| value != default)
        .map(|(key, value, _)| (key, value))
        .collect()
    }
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "1" | "true" | "" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read_back() {
        let pairs = [
            ("autoplay", "1"),
            ("speed", "2.5"),
            ("theme", "projector"),
            ("controls", "minimal"),
            ("lang", "de"),
            ("motion", "reduce"),
            ("backend", "cpu"),
            ("links", "0"),
        ];
        let mut view = ViewSettings::default();
        for (key, value) in pairs {
            assert_eq!(view.set(key, value), Some(Ok(())));
        }
        assert_eq!(view.pairs(), pairs.map(|(key, value)| (key, value.to_owned())));
    }

    #[test]
    fn a_wrong_value_is_named_and_changes_nothing() {
        let mut view = ViewSettings::default();
        for key in ViewSettings::KEYS {
            let Some(Err(sentence)) = view.set(key, "purple") else { panic!("{key} took purple") };
            assert!(sentence.starts_with(key) && sentence.contains("purple"), "{sentence}");
        }
        assert_eq!(view, ViewSettings::default());
        assert_eq!(view.set("kernel", "3"), None);
    }
}
