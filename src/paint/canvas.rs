//! A scene onto a canvas.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::{Clamped, JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, Document, HtmlCanvasElement, ImageData};

use super::geometry::{DASHES, FONT_FAMILY, arrow_head};
use crate::scene::{Align, Bitmap, Colour, Font, Point, Rect, Scene, Shape, Stroke};

/// What a browser tells of a canvas that it cannot hold.
const NO_PIXELS: &str = "data:,";

/// The scene as a PNG file, `density` pixels to a CSS pixel.
///
/// # Errors
/// Where the browser cannot paint that many pixels.
pub async fn png(scene: &Scene, density: f32) -> Result<Blob, JsValue> {
    let canvas = painted(scene, density)?;
    let file = Promise::new(&mut |resolve, reject| {
        if let Err(why) = canvas.to_blob(&resolve) {
            // Rejecting a fresh promise cannot fail.
            let _ = reject.call1(&JsValue::NULL, &why);
        }
    });
    JsFuture::from(file).await?.dyn_into()
}

/// The scene as the address of a PNG that the address itself holds; nothing where the browser cannot paint that many pixels.
pub fn png_uri(scene: &Scene, density: f32) -> Option<String> {
    painted(scene, density).and_then(|canvas| canvas.to_data_url()).ok().filter(|address| address != NO_PIXELS)
}

/// The scene on a canvas of its own.
fn painted(scene: &Scene, density: f32) -> Result<HtmlCanvasElement, JsValue> {
    let canvas: HtmlCanvasElement = document()?.create_element("canvas")?.unchecked_into();
    Painter::new(canvas.clone()).ok_or(JsValue::NULL)?.paint(scene, &Scene::default(), density);
    Ok(canvas)
}

fn document() -> Result<Document, JsValue> {
    web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)
}

/// The bitmap as an address that holds it; an empty one where the browser cannot paint that many pixels.
pub fn data_uri(bitmap: &Bitmap) -> String {
    let image = document().and_then(|document| image_of(bitmap, &document, None));
    image.and_then(|image| image.to_data_url()).unwrap_or_default()
}

/// The bitmap on a canvas of its own, which may be a `spare` one of that size.
fn image_of(
    bitmap: &Bitmap,
    document: &Document,
    spare: Option<HtmlCanvasElement>,
) -> Result<HtmlCanvasElement, JsValue> {
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&bitmap.rgba), bitmap.width, bitmap.height)?;
    let image = match spare {
        Some(image) => image,
        None => {
            let image: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
            image.set_width(bitmap.width);
            image.set_height(bitmap.height);
            image
        }
    };
    let context: CanvasRenderingContext2d = image.get_context("2d")?.ok_or(JsValue::NULL)?.unchecked_into();
    context.put_image_data(&data, 0.0, 0.0)?;
    Ok(image)
}

/// Paints scenes onto one canvas, and keeps the bitmaps it has already handed to the browser.
pub struct Painter {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    bitmaps: Vec<(Rc<Bitmap>, HtmlCanvasElement)>,
    /// Canvases whose bitmaps are not shown any more, to be used again.
    spare: Vec<HtmlCanvasElement>,
    /// What the context fills, draws and writes with. Changing it costs a string that crosses into JavaScript.
    fill: Option<Colour>,
    stroke: Option<Stroke>,
    font: Option<Font>,
}

impl Painter {
    /// A painter for `canvas`; nothing where the browser gives no 2D context.
    pub fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Self { canvas, context, bitmaps: Vec::new(), spare: Vec::new(), fill: None, stroke: None, font: None })
    }

    /// Paints a scene, `density` device pixels to a CSS pixel, over the one `before` it: only what has changed.
    pub fn paint(&mut self, scene: &Scene, before: &Scene, density: f32) {
        let (width, height) = ((scene.width * density).round() as u32, (scene.height * density).round() as u32);
        let resized = self.canvas.width() != width || self.canvas.height() != height;
        if resized {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
        }
        let changes = if resized { None } else { scene.changes(before) };
        let changes = changes.unwrap_or_else(|| vec![Rect::new(0.0, 0.0, scene.width + 1.0, scene.height + 1.0)]);
        self.forget_unused(scene);
        for bounds in changes {
            self.paint_part(scene, bounds, f64::from(density));
        }
    }

    /// Paints a part of a scene and leaves the rest as it is.
    fn paint_part(&mut self, scene: &Scene, part: Rect, density: f64) {
        let context = &self.context;
        context.save();
        // The matrix is finite, which is all that can be wrong with one.
        let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        // At whole device pixels, so that no edge is mixed from both pictures.
        let (left, top) = ((f64::from(part.x) * density).floor(), (f64::from(part.y) * density).floor());
        let (right, bottom) = ((f64::from(part.right()) * density).ceil(), (f64::from(part.bottom()) * density).ceil());
        context.begin_path();
        context.rect(left, top, right - left, bottom - top);
        context.clip();
        context.clear_rect(left, top, right - left, bottom - top);
        let _ = context.set_transform(density, 0.0, 0.0, density, 0.0, 0.0);
        context.set_text_baseline("middle");
        (self.fill, self.stroke, self.font) = (None, None, None);
        for mark in scene.marks.iter().filter(|mark| mark.shape.extent().touches(part.grow(1.0))) {
            self.shape(&mark.shape);
        }
        self.context.restore();
    }

    fn shape(&mut self, shape: &Shape) {
        let context = &self.context;
        match shape {
            Shape::Rect { fill: None, stroke: None, .. } => {}
            Shape::Rect { bounds, fill, stroke, radius } => {
                let (x, y) = (f64::from(bounds.x), f64::from(bounds.y));
                let (width, height) = (f64::from(bounds.width), f64::from(bounds.height));
                if let (Some(colour), None, ..1.6) = (fill, stroke, *radius) {
                    self.fill_with(*colour);
                    self.context.fill_rect(x, y, width, height);
                    return;
                }
                context.begin_path();
                let radius = f64::from(radius.min(bounds.width / 2.0).min(bounds.height / 2.0).max(0.0));
                if context.round_rect_with_f64(x, y, width, height, radius).is_err() {
                    context.rect(x, y, width, height);
                }
                self.fill_and_stroke(*fill, stroke.as_ref());
            }
            Shape::Circle { centre, radius, fill, stroke } => {
                context.begin_path();
                let full = std::f64::consts::TAU;
                let _ = context.arc(f64::from(centre.x), f64::from(centre.y), f64::from(*radius), 0.0, full);
                self.fill_and_stroke(*fill, stroke.as_ref());
            }
            Shape::Line { points, stroke, curved, arrow } => {
                self.trace(points, *curved);
                self.fill_and_stroke(None, Some(stroke));
                if let Some(head) = arrow_head(points, stroke.width).filter(|_| *arrow) {
                    self.trace(&head, false);
                    self.fill_and_stroke(Some(stroke.colour), None);
                }
            }
            Shape::Polygon { points, fill } => {
                self.trace(points, false);
                self.fill_and_stroke(Some(*fill), None);
            }
            Shape::Text { at, text, font, colour } => {
                self.write_with(*font);
                self.fill_with(*colour);
                let _ = self.context.fill_text(text, f64::from(at.x), f64::from(at.y));
            }
            Shape::Pixels { bounds, bitmap } => {
                let Ok(image) = self.bitmap(bitmap) else { return };
                self.context.set_image_smoothing_enabled(bounds.width < bitmap.width as f32);
                let _ = self.context.draw_image_with_html_canvas_element_and_dw_and_dh(
                    &image,
                    f64::from(bounds.x),
                    f64::from(bounds.y),
                    f64::from(bounds.width),
                    f64::from(bounds.height),
                );
            }
        }
    }

    fn trace(&self, points: &[Point], curved: bool) {
        let at = |point: &Point| (f64::from(point.x), f64::from(point.y));
        self.context.begin_path();
        let Some((start, rest)) = points.split_first() else { return };
        self.context.move_to(at(start).0, at(start).1);
        match rest {
            [first, second, end] if curved => {
                let ((x1, y1), (x2, y2), (x, y)) = (at(first), at(second), at(end));
                self.context.bezier_curve_to(x1, y1, x2, y2, x, y);
            }
            _ => rest.iter().map(at).for_each(|(x, y)| self.context.line_to(x, y)),
        }
    }

    fn fill_with(&mut self, colour: Colour) {
        if self.fill.replace(colour) != Some(colour) {
            self.context.set_fill_style_str(&colour.css());
        }
    }

    fn write_with(&mut self, font: Font) {
        if self.font.replace(font) != Some(font) {
            let weight = if font.bold { "600 " } else { "" };
            self.context.set_font(&format!("{weight}{}px {FONT_FAMILY}", font.size));
            self.context.set_text_align(match font.align {
                Align::Start => "left",
                Align::Middle => "center",
                Align::End => "right",
            });
        }
    }

    fn fill_and_stroke(&mut self, fill: Option<Colour>, stroke: Option<&Stroke>) {
        if let Some(colour) = fill {
            self.fill_with(colour);
            self.context.fill();
        }
        if let Some(stroke) = stroke {
            self.draw_with(*stroke);
            self.context.stroke();
        }
    }

    fn draw_with(&mut self, stroke: Stroke) {
        if self.stroke.replace(stroke) == Some(stroke) {
            return;
        }
        self.context.set_stroke_style_str(&stroke.colour.css());
        self.context.set_line_width(f64::from(stroke.width));
        let dashes = js_sys::Array::new();
        if stroke.dashed {
            DASHES.iter().for_each(|length| {
                dashes.push(&JsValue::from_f64(f64::from(length * stroke.width)));
            });
        }
        let _ = self.context.set_line_dash(&dashes);
    }

    /// The bitmap as something the browser can draw: made once, kept while the scene shows it.
    fn bitmap(&mut self, bitmap: &Rc<Bitmap>) -> Result<HtmlCanvasElement, JsValue> {
        if let Some((_, image)) = self.bitmaps.iter().find(|(known, _)| Rc::ptr_eq(known, bitmap)) {
            return Ok(image.clone());
        }
        let document = self.canvas.owner_document().ok_or(JsValue::NULL)?;
        let of_size = |image: &HtmlCanvasElement| (image.width(), image.height()) == (bitmap.width, bitmap.height);
        let spare = self.spare.iter().position(of_size).map(|place| self.spare.swap_remove(place));
        let image = image_of(bitmap, &document, spare)?;
        self.bitmaps.push((bitmap.clone(), image.clone()));
        Ok(image)
    }

    fn forget_unused(&mut self, scene: &Scene) {
        let shown = |known: &Rc<Bitmap>| {
            let shows = |shape: &Shape| matches!(shape, Shape::Pixels { bitmap, .. } if Rc::ptr_eq(bitmap, known));
            scene.marks.iter().any(|mark| shows(&mark.shape))
        };
        let (kept, spare) = self.bitmaps.drain(..).partition(|(known, _)| shown(known));
        self.bitmaps = kept;
        let spare: Vec<(Rc<Bitmap>, HtmlCanvasElement)> = spare;
        self.spare = spare.into_iter().map(|(_, image)| image).collect();
    }
}
