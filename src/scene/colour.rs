//! Colours, and how well one reads on another.

/// A colour with opacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour {
    /// Red, green, blue, opacity.
    pub rgba: [u8; 4],
}

impl Colour {
    /// The colour written `#rrggbb` in hexadecimal, as `0xrrggbb`.
    pub const fn hex(rgb: u32) -> Self {
        Self { rgba: [(rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8, 255] }
    }

    /// Reads `#rgb`, `#rrggbb` or `rgb(r, g, b)`, as a host page's custom property or computed style gives it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(digits) = text.strip_prefix('#') {
            let value = u32::from_str_radix(digits, 16).ok()?;
            return match digits.len() {
                6 => Some(Self::hex(value)),
                3 => {
                    let wide = |shift: u32| ((value >> shift) & 15) * 17;
                    Some(Self::hex(wide(8) << 16 | wide(4) << 8 | wide(0)))
                }
                _ => None,
            };
        }
        let inner = text.strip_prefix("rgb(")?.strip_suffix(')')?;
        let channels: Vec<u8> =
            inner.split([',', ' ']).filter(|part| !part.is_empty()).map(str::parse).collect::<Result<_, _>>().ok()?;
        let [red, green, blue] = channels[..] else { return None };
        Some(Self { rgba: [red, green, blue, 255] })
    }

    /// As CSS and SVG read it.
    pub fn css(self) -> String {
        let parts = if self.rgba[3] == 255 { &self.rgba[..3] } else { &self.rgba[..] };
        let digits = parts.iter().flat_map(|part| [part >> 4, part & 15]);
        // Written hundreds of times a frame: quicker than by a format.
        std::iter::once('#').chain(digits.map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))).collect()
    }

    /// The same colour, `opacity` (0 to 1) as strong.
    pub fn fade(self, opacity: f32) -> Self {
        let [red, green, blue, full] = self.rgba;
        Self { rgba: [red, green, blue, (f32::from(full) * opacity.clamp(0.0, 1.0)).round() as u8] }
    }

    /// The colour `t` (0 to 1) of the way to another.
    pub fn mix(self, other: Self, t: f32) -> Self {
        let t = t.clamp(0.0, 1.0);
        let mut rgba = self.rgba;
        for (channel, target) in rgba.iter_mut().zip(other.rgba) {
            // Cut off at a half more: rounding by a function takes most of the time of a large picture.
            *channel = (f32::from(*channel) + (f32::from(target) - f32::from(*channel)) * t + 0.5) as u8;
        }
        Self { rgba }
    }

    /// The contrast ratio of two opaque colours, from 1 to 21, as WCAG 2 defines it.
    pub fn contrast(self, other: Self) -> f32 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn luminance(self) -> f32 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { libm::exp(2.4 * libm::log((c + 0.055) / 1.055)) }
        };
        let [red, green, blue, _] = self.rgba;
        (0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in ["#1c1e21", "#fcfbf9", "#00ff7f"] {
            assert_eq!(Colour::parse(text).map(Colour::css).as_deref(), Some(text));
        }
        assert_eq!(Colour::parse("rgb(28, 30, 33)"), Some(Colour::hex(0x1c1e21)));
        assert_eq!(Colour::parse("#0f8"), Some(Colour::hex(0x00ff88)));
        for text in ["", "#12", "rgb(1,2)", "rgb(1,2,300)", "url(x)", "#ééé"] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }

    #[test]
    fn contrast_is_wcags() {
        assert!((Colour::hex(0).contrast(Colour::hex(0xffffff)) - 21.0).abs() < 0.01);
        assert!((Colour::hex(0x777777).contrast(Colour::hex(0xffffff)) - 4.48).abs() < 0.01);
    }
}
