//! Maps on a canvas, painted from arrays that stay on the card.

#[cfg(target_arch = "wasm32")]
pub use screen::{Screen, Sheet};

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

    use super::super::card::{Card, Fault, Loaded};

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

    /// What is painted from one array.
    pub struct Sheet {
        /// Which array of the program.
        pub room: usize,
        /// What the shader reads about it.
        pub list: Vec<[f32; 4]>,
        /// How many squares of sixteen pixels across and down, and how many such places.
        pub groups: [u32; 3],
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

        /// Computes a program and paints what it gave by a shader that reads an array, a list and the canvas.
        ///
        /// # Errors
        /// Where the device went away.
        pub fn show(&self, loaded: &Loaded, shader: &str, size: [u32; 2], sheets: &[Sheet]) -> Result<(), Fault> {
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
            let view = target.texture.create_view(&Default::default());
            let mut encoder = loaded.encoder();
            loaded.record(&mut encoder, 1);
            let pipeline = self.card.pipeline(shader);
            let mut lists = Vec::new();
            let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor::default());
            pass.set_pipeline(&pipeline);
            for sheet in sheets {
                let list = self.card.buffer(16 * sheet.list.len(), BufferUsages::STORAGE | BufferUsages::COPY_DST);
                self.card.queue.write_buffer(&list, 0, bytemuck::cast_slice(&sheet.list));
                let group = self.card.device.create_bind_group(&BindGroupDescriptor {
                    label: None,
                    layout: &pipeline.get_bind_group_layout(0),
                    entries: &[
                        BindGroupEntry { binding: 0, resource: loaded.buffers[sheet.room].as_entire_binding() },
                        BindGroupEntry { binding: 1, resource: list.as_entire_binding() },
                        BindGroupEntry { binding: 2, resource: BindingResource::TextureView(&view) },
                    ],
                });
                pass.set_bind_group(0, &group, &[]);
                let [across, down, places] = sheet.groups;
                pass.dispatch_workgroups(across, down, places);
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
