//! Maps on a canvas, painted from arrays that stay on the card.

#[cfg(target_arch = "wasm32")]
pub use screen::{Screen, Wall};

/// The shader that paints maps: every pixel in the colour of the strongest number that it stands for.
pub const PAINT: &str = include_str!("paint.wgsl");

#[cfg(target_arch = "wasm32")]
mod screen {
    use std::cell::Cell;
    use std::rc::Rc;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
    use std::time::Duration;

    use web_sys::HtmlCanvasElement;
    use web_time::Instant;
    use wgpu::{
        BindGroupDescriptor, BindGroupEntry, BindingResource, BufferUsages, CompositeAlphaMode, ComputePassDescriptor,
        CurrentSurfaceTexture, PresentMode, Surface, SurfaceColorSpace, SurfaceConfiguration, SurfaceTarget,
        TextureFormat, TextureUsages,
    };

    use super::super::card::{Card, Fault};
    use super::super::frame::Reel;
    use super::PAINT;

    /// A canvas that the card paints on.
    pub struct Screen {
        card: Rc<Card>,
        surface: Surface<'static>,
        size: Cell<[u32; 2]>,
        /// Whether the card still works on the frame before.
        is_busy: Arc<AtomicBool>,
        /// How many microseconds the latest frame took.
        took: Arc<AtomicU32>,
    }

    /// Maps of one size, from one array.
    pub struct Wall {
        /// Which array of the program.
        pub room: usize,
        /// Columns and rows of its planes.
        pub size: [usize; 2],
        /// The number at the end of the colour scale.
        pub limit: f32,
        /// Left, top, width and height on the canvas, and which plane stands there.
        pub places: Vec<([f32; 4], usize)>,
    }

    impl Wall {
        /// The list that the shader reads: colours, size, places.
        fn list(&self, colours: &[[f32; 4]; 3]) -> Vec<[f32; 4]> {
            let mut list = colours.to_vec();
            list.push([self.size[0] as f32, self.size[1] as f32, self.limit, 0.0]);
            list.extend(self.places.iter().flat_map(|&(place, plane)| [place, [plane as f32, 0.0, 0.0, 0.0]]));
            list
        }
    }

    impl Screen {
        /// A canvas that nothing else has painted on.
        ///
        /// # Errors
        /// Where the card cannot paint on it.
        pub fn new(card: &Rc<Card>, canvas: HtmlCanvasElement) -> Result<Self, Fault> {
            let surface = card.instance.create_surface(SurfaceTarget::Canvas(canvas)).map_err(|_| Fault::Refused)?;
            Ok(Self {
                card: card.clone(),
                surface,
                size: Cell::default(),
                is_busy: Arc::default(),
                took: Arc::default(),
            })
        }

        /// The card.
        pub fn card(&self) -> &Rc<Card> {
            &self.card
        }

        /// Whether the card still works on the frame before.
        pub fn is_busy(&self) -> bool {
            self.is_busy.load(Ordering::Relaxed)
        }

        /// How long the latest frame took that is done, from its way to the card on; nothing before the first.
        pub fn took(&self) -> Option<Duration> {
            let took = self.took.load(Ordering::Relaxed);
            (took > 0).then(|| Duration::from_micros(took.into()))
        }

        /// Computes a program from a frame and paints what it gave, negative numbers towards the first colour, positive ones towards the
        /// last.
        ///
        /// # Errors
        /// Where the device went away.
        pub fn show(
            &self,
            (reel, frame): (&Reel, &HtmlCanvasElement),
            size: [u32; 2],
            colours: &[[f32; 4]; 3],
            walls: &[Wall],
        ) -> Result<(), Fault> {
            if self.card.is_lost() {
                return Err(Fault::Lost);
            }
            if self.size.replace(size) != size {
                self.configure(size);
            }
            let (CurrentSurfaceTexture::Success(target) | CurrentSurfaceTexture::Suboptimal(target)) =
                self.surface.get_current_texture()
            else {
                return Err(Fault::Lost);
            };
            let begun = Instant::now();
            reel.take(&self.card, frame);
            let view = target.texture.create_view(&Default::default());
            let mut encoder = reel.loaded.encoder();
            reel.loaded.record(&mut encoder, 1);
            let pipeline = self.card.pipeline(PAINT);
            let mut lists = Vec::new();
            let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor::default());
            pass.set_pipeline(&pipeline);
            for wall in walls {
                let numbers = wall.list(colours);
                let list = self.card.buffer(16 * numbers.len(), BufferUsages::STORAGE | BufferUsages::COPY_DST);
                self.card.queue.write_buffer(&list, 0, bytemuck::cast_slice(&numbers));
                let group = self.card.device.create_bind_group(&BindGroupDescriptor {
                    label: None,
                    layout: &pipeline.get_bind_group_layout(0),
                    entries: &[
                        BindGroupEntry { binding: 0, resource: reel.loaded.buffers[wall.room].as_entire_binding() },
                        BindGroupEntry { binding: 1, resource: list.as_entire_binding() },
                        BindGroupEntry { binding: 2, resource: BindingResource::TextureView(&view) },
                    ],
                });
                pass.set_bind_group(0, &group, &[]);
                let [_, _, width, height] = wall.places.first().map_or([0.0; 4], |(place, _)| *place);
                let [across, down] = [width, height].map(|length| (length as u32).div_ceil(16));
                pass.dispatch_workgroups(across, down, wall.places.len() as u32);
                lists.push(list);
            }
            drop(pass);
            self.card.queue.submit([encoder.finish()]);
            self.card.queue.present(target);
            self.card.keep(lists);
            self.is_busy.store(true, Ordering::Relaxed);
            let (is_busy, took) = (self.is_busy.clone(), self.took.clone());
            self.card.queue.on_submitted_work_done(move || {
                is_busy.store(false, Ordering::Relaxed);
                took.store(begun.elapsed().as_micros() as u32, Ordering::Relaxed);
            });
            Ok(())
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
