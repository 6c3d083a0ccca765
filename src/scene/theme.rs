//! Where every colour is chosen.
//!
//! The page's style sheet has none of its own: it reads these as custom properties ([`Theme::css`]), which a host page may
//! override one by one.

use super::{Colour, Scale};
use crate::explain::{Gate, Role};

/// The names of the themes in the URL. `auto` follows the reader's system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ThemeName {
    /// What the reader's system prefers.
    #[default]
    Auto,
    /// Dark ink on light paper.
    Light,
    /// Light ink on dark paper.
    Dark,
    /// For a lecture hall: larger, thicker, higher contrast.
    Projector,
}

impl ThemeName {
    /// Every name, in the order of the menu.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Light, Self::Dark, Self::Projector];

    /// As in the URL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Projector => "projector",
        }
    }

    /// The theme of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// Its colours, on a system that prefers dark ones or not.
    pub fn theme(self, system_is_dark: bool) -> Theme {
        match self {
            Self::Light => Theme::LIGHT,
            Self::Dark => Theme::DARK,
            Self::Projector => Theme::PROJECTOR,
            Self::Auto if system_is_dark => Theme::DARK,
            Self::Auto => Theme::LIGHT,
        }
    }
}

/// The colours and the weight of everything that is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Theme {
    /// Behind everything.
    pub page: Colour,
    /// Behind a figure.
    pub card: Colour,
    /// Text.
    pub ink: Colour,
    /// Text that steps back.
    pub muted: Colour,
    /// Thin lines and borders.
    pub hairline: Colour,
    /// Filled areas that step back.
    pub soft: Colour,
    /// The far end of negative values.
    pub negative: Colour,
    /// Zero.
    pub zero: Colour,
    /// The far end of positive values.
    pub positive: Colour,
    /// Inputs.
    pub input: Colour,
    /// Weights.
    pub weight: Colour,
    /// Outputs.
    pub output: Colour,
    /// Gradients.
    pub gradient: Colour,
    /// Whether the paper is dark.
    pub dark: bool,
    /// How much larger text is than on a page.
    pub text: f32,
    /// How much thicker lines are than on a page.
    pub line: f32,
}

impl Theme {
    /// Dark ink on light paper.
    pub const LIGHT: Self = Self {
        page: Colour::hex(0xfcfbf9),
        card: Colour::hex(0xffffff),
        ink: Colour::hex(0x1c1e21),
        muted: Colour::hex(0x686d76),
        hairline: Colour::hex(0xe6e3dd),
        soft: Colour::hex(0xf4f2ee),
        negative: Colour::hex(0x2166ac),
        zero: Colour::hex(0xf3f1ec),
        positive: Colour::hex(0xd9730d),
        input: Colour::hex(0x2b8a3e),
        weight: Colour::hex(0x6741d9),
        output: Colour::hex(0x0b7285),
        gradient: Colour::hex(0xd6336c),
        dark: false,
        text: 1.0,
        line: 1.0,
    };

    /// Light ink on dark paper.
    pub const DARK: Self = Self {
        page: Colour::hex(0x14161a),
        card: Colour::hex(0x1a1d22),
        ink: Colour::hex(0xeceae6),
        muted: Colour::hex(0x9aa0aa),
        hairline: Colour::hex(0x2d3138),
        soft: Colour::hex(0x22262c),
        negative: Colour::hex(0x5ba3e6),
        zero: Colour::hex(0x2a2e35),
        positive: Colour::hex(0xffa94d),
        input: Colour::hex(0x69db7c),
        weight: Colour::hex(0xb197fc),
        output: Colour::hex(0x66d9e8),
        gradient: Colour::hex(0xfaa2c1),
        dark: true,
        text: 1.0,
        line: 1.0,
    };

    /// Larger, thicker, higher contrast.
    pub const PROJECTOR: Self = Self {
        page: Colour::hex(0xffffff),
        ink: Colour::hex(0x000000),
        muted: Colour::hex(0x3d4148),
        hairline: Colour::hex(0xb9b5ad),
        soft: Colour::hex(0xefece6),
        negative: Colour::hex(0x0b4f9e),
        zero: Colour::hex(0xf1eee8),
        positive: Colour::hex(0xd95f02),
        input: Colour::hex(0x196b2c),
        weight: Colour::hex(0x4f2bbd),
        output: Colour::hex(0x075464),
        gradient: Colour::hex(0xb0124f),
        text: 1.2,
        line: 1.6,
        ..Self::LIGHT
    };

    /// The colour of a role.
    pub fn role(&self, role: Role) -> Colour {
        match role {
            Role::Input => self.input,
            Role::Weight => self.weight,
            Role::Output => self.output,
            Role::Gradient => self.gradient,
            Role::Intermediate => self.muted,
            // Orange, green, blue, ochre, violet.
            Role::Gate(gate) => self.filter([1, 2, 4, 5, 0][gate as usize]),
            Role::Plain => self.ink,
        }
    }

    /// The colour in which something of a role is named and outlined: ink, where the role's own steps back.
    pub fn named(&self, role: Role) -> Colour {
        let colour = self.role(role);
        if colour == self.muted { self.ink } else { colour }
    }

    /// The colour that binds a filter to its map. Six hues that the common colour-blindnesses keep apart, over and over.
    pub fn filter(&self, filter: usize) -> Colour {
        const HUES: [Colour; 6] = [
            Colour::hex(0x6741d9),
            Colour::hex(0xb34a00),
            Colour::hex(0x00735c),
            Colour::hex(0xa8327d),
            Colour::hex(0x0a62a8),
            Colour::hex(0x7a5c00),
        ];
        let hue = HUES[filter % HUES.len()];
        if self.dark { hue.mix(Colour::hex(0xffffff), 0.45) } else { hue }
    }

    /// The colour of a value on a scale: from blue through neutral to orange.
    pub fn value(&self, value: f32, scale: Scale) -> Colour {
        let share = scale.share(value);
        self.zero.mix(if share < 0.0 { self.negative } else { self.positive }, share.abs())
    }

    /// Ink that reads on a fill.
    pub fn ink_on(&self, fill: Colour) -> Colour {
        let (dark, light) = (Colour::hex(0x000000), Colour::hex(0xffffff));
        if fill.contrast(dark) >= fill.contrast(light) { dark } else { light }
    }

    /// The names of the colours, which are also the names of the custom properties behind `--layerscope-`.
    pub fn colours_mut(&mut self) -> [(&'static str, &mut Colour); 13] {
        [
            ("page", &mut self.page),
            ("card", &mut self.card),
            ("ink", &mut self.ink),
            ("muted", &mut self.muted),
            ("hairline", &mut self.hairline),
            ("soft", &mut self.soft),
            ("negative", &mut self.negative),
            ("zero", &mut self.zero),
            ("positive", &mut self.positive),
            ("input", &mut self.input),
            ("weight", &mut self.weight),
            ("output", &mut self.output),
            ("gradient", &mut self.gradient),
        ]
    }

    /// The theme as declarations of custom properties, for the style sheet.
    pub fn css(&self) -> String {
        let mut theme = *self;
        let mut css = format!(
            "color-scheme:{};--text:{};--line:{};",
            if self.dark { "dark" } else { "light" },
            self.text,
            self.line
        );
        for gate in Gate::ALL {
            css.push_str(&format!("--{}:{};", gate.name(), self.role(Role::Gate(gate)).css()));
        }
        for (name, colour) in theme.colours_mut() {
            css.push_str(&format!("--{name}:var(--layerscope-{name},{});", colour.css()));
        }
        css
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_reads() {
        for theme in [Theme::LIGHT, Theme::DARK, Theme::PROJECTOR] {
            for paper in [theme.page, theme.card, theme.soft] {
                for (what, text) in [("ink", theme.ink), ("muted", theme.muted)] {
                    assert!(text.contrast(paper) >= 4.5, "{what} on {}: {}", paper.css(), text.contrast(paper));
                }
                for role in [Role::Input, Role::Weight, Role::Output, Role::Gradient] {
                    let contrast = theme.role(role).contrast(paper);
                    assert!(contrast >= if theme.dark { 4.5 } else { 3.8 }, "{role:?} on {}: {contrast}", paper.css());
                }
            }
            for share in -10_i16..=10 {
                let fill = theme.value(f32::from(share), Scale::new(10.0));
                assert!(theme.ink_on(fill).contrast(fill) >= 4.5, "numbers at {share}/10");
            }
        }
    }
}
