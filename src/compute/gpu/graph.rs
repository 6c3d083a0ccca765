//! A graph as a picture: a thread for every edge, one for every node, and then one for every pixel.
//!
//! Edges and nodes count in whole numbers how much of each pixel they cover, so that the order in which the card comes to them does not
//! matter. What lies on a pixel is coloured as the CPU's picture is: the more edges, the darker; nodes that share a pixel by their mean.

/// What an edge adds, step by step along its longer side to the two pixels on both sides of it.
const EDGE: &str = "
  let edge = edges[at];
  let way = places[edge.y] - places[edge.x];
  let steps = max(ceil(max(abs(way.x), abs(way.y))), 1);
  let is_level = abs(way.x) > abs(way.y);
  let aside = select(vec2u(1, 0), vec2u(0, 1), is_level);
  for (var step = 0f; step <= steps; step += 1) {
    let place = places[edge.x] + way * step / steps - vec2f(aside) / 2;
    let pixel = vec2u(place);
    let first = pixel.y * width + pixel.x;
    let part = u32(16 * fract(select(place.x, place.y, is_level)));
    atomicAdd(&covered[first], 16 - part);
    atomicAdd(&covered[first + aside.y * width + aside.x], part);
  }";

/// What a node adds: to each pixel its colour, as often as it covers parts of it.
const NODE: &str = "
  let middle = places[at];
  let radius = look[0].z;
  let low = vec2u(max(middle - radius - 1, vec2f()));
  let high = vec2u(min(middle + radius + 1, look[0].xy - 1));
  for (var y = low.y; y <= high.y; y++) {
    for (var x = low.x; x <= high.x; x++) {
      let far = distance(vec2f(vec2u(x, y)) + 0.5, middle);
      let parts = u32(16 * saturate(radius + 0.5 - far));
      let first = 4 * (y * width + x);
      if (parts > 0) {
        let colour = vec4u(unpack4x8unorm(colours[at]) * 255);
        for (var channel = 0u; channel < 4; channel++) {
          atomicAdd(&covered[first + channel], parts * select(colour[channel], 1, channel == 3));
        }
      }
    }
  }";

/// The colour of a pixel, from how much of it is covered. The nodes are taken away: the next picture has others.
const PIXEL: &str = "
  let lines = f32(edges[at]) / 16;
  let ground = mix(look[2].rgb, look[3].rgb, 1 - pow(1 - look[0].w, lines));
  let node = vec4f(vec4u(covered[4 * at], covered[4 * at + 1], covered[4 * at + 2], covered[4 * at + 3]));
  let colour = mix(ground, node.rgb / (255 * max(node.w, 1)), min(node.w / 16, 1));
  for (var channel = 0u; channel < 4; channel++) { covered[4 * at + channel] = 0; }
  textureStore(canvas, vec2u(at % width, at / width), vec4f(colour, 1));";

/// The shaders: of edges, of nodes, of pixels.
pub fn shaders() -> [String; 3] {
    let shader = |covered: &str, read: &[&str], rule| {
        let mut text = format!(
            "const ROW = {}u;\n@group(0) @binding(0) var<storage, read_write> covered: array<{covered}>;\n",
            ACROSS * 256
        );
        for (binding, form) in (2..).zip(read) {
            text += &format!("@group(0) @binding({binding}) var{form};\n");
        }
        text + &include_str!("graph.wgsl").replace("/*rule*/", rule)
    };
    let places = "<storage, read> places: array<vec2f>";
    [
        shader("atomic<u32>", &[places, "<storage, read> edges: array<vec2u>"], EDGE),
        shader("atomic<u32>", &[places, "<storage, read> colours: array<u32>"], NODE),
        shader("u32", &["<storage, read> edges: array<u32>", " canvas: texture_storage_2d<rgba8unorm, write>"], PIXEL),
    ]
}

/// So many workgroups stand in a row at most.
const ACROSS: u32 = 4096;

#[cfg(target_arch = "wasm32")]
pub use easel::{Easel, Look};

#[cfg(target_arch = "wasm32")]
mod easel {
    use std::rc::Rc;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use web_sys::HtmlCanvasElement;
    use wgpu::{
        BindGroupDescriptor, BindGroupEntry, BindingResource, Buffer, BufferUsages, CommandEncoder, CompositeAlphaMode,
        ComputePassDescriptor, CurrentSurfaceTexture, ErrorFilter, PresentMode, Surface, SurfaceColorSpace,
        SurfaceConfiguration, SurfaceTarget, TextureFormat, TextureUsages,
    };

    use super::super::card::{Card, Fault};
    use super::{ACROSS, shaders};

    /// So many edges are drawn for one picture: more of them are added to the next.
    const PIECE: usize = 100_000;
    /// So many edges may cover what is behind them fully; the more there are, the less each does.
    const FULL: f32 = 1600.0;

    /// A canvas on which the card paints a graph.
    pub struct Easel {
        card: Rc<Card>,
        surface: Surface<'static>,
        shaders: [String; 3],
        size: [u32; 2],
        /// How much of each pixel is covered by edges, and by nodes with their colours.
        covered: [Option<Buffer>; 2],
        /// Places, edges and colours.
        given: [Option<Buffer>; 3],
        counts: [usize; 2],
        /// How many edges are drawn.
        drawn: usize,
        /// Whether the card still works on the picture before.
        is_busy: Arc<AtomicBool>,
    }

    /// How the picture looks.
    #[derive(Clone, Copy, PartialEq)]
    pub struct Look {
        /// Its pixels.
        pub size: [u32; 2],
        /// The radius of a node, in pixels.
        pub radius: f32,
        /// The colour behind everything, and that of edges, from 0 to 1.
        pub colours: [[f32; 4]; 2],
    }

    impl Easel {
        /// A canvas that nothing else has painted on.
        ///
        /// # Errors
        /// Where the card cannot paint on it.
        pub async fn new(card: &Rc<Card>, canvas: HtmlCanvasElement) -> Result<Self, Fault> {
            let surface = card.instance.create_surface(SurfaceTarget::Canvas(canvas)).map_err(|_| Fault::Refused)?;
            let scope = card.device.push_error_scope(ErrorFilter::Validation);
            let shaders = shaders();
            shaders.iter().for_each(|shader| drop(card.pipeline(shader)));
            if scope.pop().await.is_some() {
                return Err(Fault::Shader);
            }
            Ok(Self {
                card: card.clone(),
                surface,
                shaders,
                size: [0; 2],
                covered: [None, None],
                given: [None, None, None],
                counts: [0; 2],
                drawn: 0,
                is_busy: Arc::default(),
            })
        }

        /// Lays places, in pixels, on the card: then all edges are drawn again.
        pub fn place(&mut self, places: &[[f32; 2]]) {
            self.counts[0] = places.len();
            self.lay(0, bytemuck::cast_slice(places));
        }

        /// Lays edges on the card.
        pub fn join(&mut self, edges: &[[u32; 2]]) {
            self.counts[1] = edges.len();
            self.lay(1, bytemuck::cast_slice(edges));
        }

        /// Lays the colours of the nodes on the card.
        pub fn colour(&mut self, colours: &[[u8; 4]]) {
            let drawn = self.drawn;
            self.lay(2, bytemuck::cast_slice(colours));
            self.drawn = drawn;
        }

        fn lay(&mut self, place: usize, bytes: &[u8]) {
            let buffer = self.card.buffer(bytes.len(), BufferUsages::STORAGE | BufferUsages::COPY_DST);
            self.card.queue.write_buffer(&buffer, 0, bytes);
            self.card.keep(self.given[place].replace(buffer).into_iter().collect());
            self.drawn = 0;
        }

        /// Paints the graph with some more of its edges; whether all are drawn. While the card works on the picture before, nothing
        /// is.
        ///
        /// # Errors
        /// Where the device went away.
        pub fn paint(&mut self, look: &Look) -> Result<bool, Fault> {
            if self.card.is_lost() {
                return Err(Fault::Lost);
            }
            if self.is_busy.load(Ordering::Relaxed) {
                return Ok(false);
            }
            let [nodes, edges] = self.counts;
            let pixels = look.size[0] as usize * look.size[1] as usize;
            if std::mem::replace(&mut self.size, look.size) != look.size {
                self.configure(look.size);
                let usage = BufferUsages::STORAGE | BufferUsages::COPY_DST;
                self.covered = [1, 4].map(|numbers| Some(self.card.buffer(4 * numbers * pixels, usage)));
                self.drawn = 0;
            }
            let (
                CurrentSurfaceTexture::Success(target) | CurrentSurfaceTexture::Suboptimal(target),
                [Some(lines), Some(dots)],
                [Some(places), Some(ends), Some(colours)],
            ) = (self.surface.get_current_texture(), &self.covered, &self.given)
            else {
                return Err(Fault::Lost);
            };
            let mut encoder = self.card.device.create_command_encoder(&Default::default());
            if self.drawn == 0 {
                [lines, dots].into_iter().for_each(|buffer| encoder.clear_buffer(buffer, 0, None));
            }
            let until = edges.min(self.drawn + PIECE);
            let view = target.texture.create_view(&Default::default());
            let strength = (FULL / until.max(1) as f32).min(0.8);
            let list = |first: usize, end: usize| {
                let [width, height] = look.size.map(|pixels| pixels as f32);
                let [ground, ink] = look.colours;
                [[width, height, look.radius, strength], [first as f32, end as f32, 0.0, 0.0], ground, ink]
            };
            let pixel = BindingResource::TextureView(&view);
            self.call(&mut encoder, 0, list(self.drawn, until), [lines, places], ends.as_entire_binding());
            self.call(&mut encoder, 1, list(0, nodes), [dots, places], colours.as_entire_binding());
            self.call(&mut encoder, 2, list(0, pixels), [dots, lines], pixel);
            self.card.queue.submit([encoder.finish()]);
            self.card.queue.present(target);
            self.is_busy.store(true, Ordering::Relaxed);
            let is_busy = self.is_busy.clone();
            self.card.queue.on_submitted_work_done(move || is_busy.store(false, Ordering::Relaxed));
            self.drawn = until;
            Ok(until == edges)
        }

        /// Runs a shader on numbers from `first` to `end` of what it goes through.
        fn call(
            &self,
            encoder: &mut CommandEncoder,
            shader: usize,
            list: [[f32; 4]; 4],
            [written, read]: [&Buffer; 2],
            last: BindingResource<'_>,
        ) {
            let pipeline = self.card.pipeline(&self.shaders[shader]);
            let look = self.card.buffer(64, BufferUsages::STORAGE | BufferUsages::COPY_DST);
            self.card.queue.write_buffer(&look, 0, bytemuck::cast_slice(&list));
            let [written, look, read] = [written, &look, read].map(Buffer::as_entire_binding);
            let entries = (0..).zip([written, look, read, last]);
            let entries: Vec<_> = entries.map(|(binding, resource)| BindGroupEntry { binding, resource }).collect();
            let layout = &pipeline.get_bind_group_layout(0);
            let group =
                self.card.device.create_bind_group(&BindGroupDescriptor { label: None, layout, entries: &entries });
            let threads = (list[1][1] - list[1][0]) as u32;
            let groups = threads.div_ceil(256);
            let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor::default());
            pass.set_pipeline(&pipeline);
            pass.set_bind_group(0, &group, &[]);
            pass.dispatch_workgroups(groups.min(ACROSS), groups.div_ceil(ACROSS), 1);
        }

        fn configure(&self, [width, height]: [u32; 2]) {
            self.surface.configure(
                &self.card.device,
                &SurfaceConfiguration {
                    usage: TextureUsages::STORAGE_BINDING,
                    format: TextureFormat::Rgba8Unorm,
                    color_space: SurfaceColorSpace::Auto,
                    width,
                    height,
                    present_mode: PresentMode::Fifo,
                    desired_maximum_frame_latency: 2,
                    alpha_mode: CompositeAlphaMode::PreMultiplied,
                    view_formats: Vec::new(),
                },
            );
        }
    }
}
