//! A scene as SVG text: for export, and for the snapshots that the tests compare.

use std::fmt::Write;

use super::geometry::{DASHES, FONT_FAMILY, arrow_head};
use super::png;
use crate::scene::{Align, Colour, Point, Scene, Shape, Stroke};

/// The scene as one SVG document, on `background` or on nothing.
pub fn paint(scene: &Scene, title: &str, background: Option<Colour>) -> String {
    let (width, height) = (Number(scene.width), Number(scene.height));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"{FONT_FAMILY}\" font-variant-numeric=\"tabular-nums\" role=\"img\">\n<title>{}</title>\n",
        escape(title)
    );
    if let Some(colour) = background {
        put(&mut svg, format_args!("<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n", colour.css()));
    }
    for mark in &scene.marks {
        shape(&mut svg, &mark.shape);
    }
    svg.push_str("</svg>\n");
    svg
}

fn shape(svg: &mut String, shape: &Shape) {
    match shape {
        Shape::Rect { fill: None, stroke: None, .. } | Shape::Circle { fill: None, stroke: None, .. } => {}
        Shape::Rect { bounds, fill, stroke, radius } => {
            let (x, y) = (Number(bounds.x), Number(bounds.y));
            let (width, height, radius) = (Number(bounds.width), Number(bounds.height), Number(*radius));
            put(
                svg,
                format_args!(
                    "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\"{}{}/>\n",
                    fill_attribute(*fill),
                    stroke_attributes(stroke.as_ref())
                ),
            );
        }
        Shape::Circle { centre, radius, fill, stroke } => put(
            svg,
            format_args!(
                "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}{}/>\n",
                Number(centre.x),
                Number(centre.y),
                Number(*radius),
                fill_attribute(*fill),
                stroke_attributes(stroke.as_ref())
            ),
        ),
        Shape::Line { points, stroke, curved, arrow } => {
            put(
                svg,
                format_args!(
                    "<path d=\"{}\" fill=\"none\"{}/>\n",
                    path(points, *curved),
                    stroke_attributes(Some(stroke))
                ),
            );
            if let Some(head) = arrow_head(points, stroke.width).filter(|_| *arrow) {
                put(svg, format_args!("<path d=\"{}Z\" fill=\"{}\"/>\n", path(&head, false), stroke.colour.css()));
            }
        }
        Shape::Polygon { points, fill } => {
            put(svg, format_args!("<path d=\"{}Z\" fill=\"{}\"/>\n", path(points, false), fill.css()));
        }
        Shape::Text { at, text, font, colour } => {
            let anchor = match font.align {
                Align::Start => "",
                Align::Middle => " text-anchor=\"middle\"",
                Align::End => " text-anchor=\"end\"",
            };
            let weight = if font.bold { " font-weight=\"600\"" } else { "" };
            put(
                svg,
                format_args!(
                    "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{anchor}{weight} \
                     dominant-baseline=\"central\">{}</text>\n",
                    Number(at.x),
                    Number(at.y),
                    Number(font.size),
                    colour.css(),
                    escape(text)
                ),
            );
        }
        Shape::Pixels { bounds, bitmap } => put(
            svg,
            format_args!(
                "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" \
                 image-rendering=\"pixelated\" href=\"{}\"/>\n",
                Number(bounds.x),
                Number(bounds.y),
                Number(bounds.width),
                Number(bounds.height),
                png::data_uri(bitmap)
            ),
        ),
    }
}

fn put(svg: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a String cannot fail.
    let _ = svg.write_fmt(text);
}

fn path(points: &[Point], curved: bool) -> String {
    let mut path = String::new();
    for (place, point) in points.iter().enumerate() {
        let command = match (place, curved) {
            (0, _) => "M",
            (1, true) => "C",
            (_, true) => " ",
            (_, false) => "L",
        };
        put(&mut path, format_args!("{command}{} {}", Number(point.x), Number(point.y)));
    }
    path
}

fn fill_attribute(fill: Option<Colour>) -> String {
    fill.map_or(" fill=\"none\"".to_owned(), |colour| format!(" fill=\"{}\"", colour.css()))
}

fn stroke_attributes(stroke: Option<&Stroke>) -> String {
    let Some(stroke) = stroke else { return String::new() };
    let mut attributes = format!(" stroke=\"{}\" stroke-width=\"{}\"", stroke.colour.css(), Number(stroke.width));
    if stroke.dashed {
        let [dash, gap] = DASHES.map(|length| Number(length * stroke.width));
        put(&mut attributes, format_args!(" stroke-dasharray=\"{dash} {gap}\""));
    }
    attributes
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A length with at most two decimals, so that snapshots don't depend on the last bit of a platform's arithmetic.
struct Number(f32);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hundredths = (f64::from(self.0) * 100.0).round();
        write!(f, "{}", if hundredths == 0.0 { 0.0 } else { hundredths / 100.0 })
    }
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
