//! A scene as SVG text: for export, and for the snapshots that the tests compare.

use super::data_uri;
use super::geometry::{DASHES, FONT_FAMILY, arrow_head};
use crate::scene::{Align, Colour, Point, Rect, Scene, Shape, Stroke};

/// The scene as one SVG document, on `background` or on nothing.
pub fn paint(scene: &Scene, title: &str, background: Option<Colour>) -> String {
    let [width, height] = [scene.width, scene.height].map(number);
    let mut svg = Svg(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"{FONT_FAMILY}\" font-variant-numeric=\"tabular-nums\" role=\"img\">\n<title>{}</title>\n",
        escape(title)
    ));
    if let Some(colour) = background {
        svg.element("rect", &[("width", scene.width), ("height", scene.height)]);
        svg.fill(Some(colour));
        svg.end();
    }
    for mark in &scene.marks {
        svg.shape(&mark.shape);
    }
    svg.0 + "</svg>\n"
}

/// A document that is being written.
struct Svg(String);

impl Svg {
    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Rect { fill: None, stroke: None, .. } | Shape::Circle { fill: None, stroke: None, .. } => {}
            Shape::Rect { bounds, fill, stroke, radius } => {
                self.bounded("rect", bounds);
                self.number("rx", *radius);
                self.fill(*fill);
                self.stroke(stroke.as_ref());
                self.end();
            }
            Shape::Circle { centre, radius, fill, stroke } => {
                self.element("circle", &[("cx", centre.x), ("cy", centre.y), ("r", *radius)]);
                self.fill(*fill);
                self.stroke(stroke.as_ref());
                self.end();
            }
            Shape::Line { points, stroke, curved, arrow } => {
                self.path(points, *curved, "");
                self.fill(None);
                self.stroke(Some(stroke));
                self.end();
                if let Some(head) = arrow_head(points, stroke.width).filter(|_| *arrow) {
                    self.area(&head, stroke.colour);
                }
            }
            Shape::Polygon { points, fill } => self.area(points, *fill),
            Shape::Text { at, text, font, colour } => {
                self.element("text", &[("x", at.x), ("y", at.y), ("font-size", font.size)]);
                self.fill(Some(*colour));
                match font.align {
                    Align::Start => {}
                    Align::Middle => self.attribute("text-anchor", "middle"),
                    Align::End => self.attribute("text-anchor", "end"),
                }
                if font.bold {
                    self.attribute("font-weight", "600");
                }
                self.attribute("dominant-baseline", "central");
                self.write(&[">", &escape(text), "</text>\n"]);
            }
            Shape::Pixels { bounds, bitmap } => {
                self.bounded("image", bounds);
                self.attribute("preserveAspectRatio", "none");
                self.attribute("image-rendering", "pixelated");
                self.attribute("href", &data_uri(bitmap));
                self.end();
            }
        }
    }

    fn write(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.0.push_str(part));
    }

    /// The beginning of an element.
    fn element(&mut self, name: &str, numbers: &[(&str, f32)]) {
        self.write(&["<", name]);
        numbers.iter().for_each(|(name, value)| self.number(name, *value));
    }

    fn bounded(&mut self, name: &str, Rect { x, y, width, height }: &Rect) {
        self.element(name, &[("x", *x), ("y", *y), ("width", *width), ("height", *height)]);
    }

    fn end(&mut self) {
        self.0.push_str("/>\n");
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.write(&[" ", name, "=\"", value, "\""]);
    }

    fn number(&mut self, name: &str, value: f32) {
        self.attribute(name, &number(value));
    }

    fn fill(&mut self, colour: Option<Colour>) {
        self.attribute("fill", &colour.map_or_else(|| "none".to_owned(), Colour::css));
    }

    fn stroke(&mut self, stroke: Option<&Stroke>) {
        let Some(stroke) = stroke else { return };
        self.attribute("stroke", &stroke.colour.css());
        self.number("stroke-width", stroke.width);
        if stroke.dashed {
            self.attribute("stroke-dasharray", &DASHES.map(|length| number(length * stroke.width)).join(" "));
        }
    }

    /// An area with straight edges.
    fn area(&mut self, points: &[Point], colour: Colour) {
        self.path(points, false, "Z");
        self.fill(Some(colour));
        self.end();
    }

    fn path(&mut self, points: &[Point], curved: bool, end: &str) {
        let mut path = String::new();
        for (place, point) in points.iter().enumerate() {
            path += match (place, curved) {
                (0, _) => "M",
                (1, true) => "C",
                (_, true) => " ",
                (_, false) => "L",
            };
            path += &[point.x, point.y].map(number).join(" ");
        }
        self.element("path", &[]);
        self.attribute("d", &(path + end));
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            other => escaped.push(other),
        }
    }
    escaped
}

/// A length with at most two decimals, so that snapshots don't depend on the last bit of a platform's arithmetic.
fn number(value: f32) -> String {
    let hundredths = (f64::from(value) * 100.0).round();
    if hundredths == 0.0 { 0.0 } else { hundredths / 100.0 }.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Font;

    #[test]
    fn text_cannot_leave_its_element() {
        let mut scene = Scene::new(10.0, 10.0);
        scene.text(Point::new(1.0, 2.004), Font::centred(12.0), Colour::hex(0), "<script>&\"");
        let svg = paint(&scene, "a < b", None);
        assert!(svg.contains("&lt;script&gt;&amp;&quot;") && svg.contains("a &lt; b"));
        assert!(svg.contains("x=\"1\" y=\"2\""));
    }
}
