//! The card: programs, run.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use thiserror::Error;
use wgpu::{
    BindGroup, BindGroupDescriptor, BindGroupEntry, Buffer, BufferDescriptor, BufferUsages, CommandEncoder,
    CommandEncoderDescriptor, ComputePassDescriptor, ComputePipeline, ComputePipelineDescriptor, Device,
    DeviceDescriptor, ErrorFilter, Instance, InstanceDescriptor, Limits, MapMode, PollType, PowerPreference, Queue,
    RequestAdapterOptions, ShaderModuleDescriptor, ShaderSource,
};

use super::program::{Program, Room};

/// So many pipelines are kept at most; then all are let go.
const MOST_PIPELINES: usize = 64;
/// So many bytes of buffers are kept for later at most.
const MOST_FREE: u64 = 1 << 28;

/// Why a card did not answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Fault {
    /// There is no WebGPU, or no adapter.
    #[error("This browser lends no graphics card")]
    Missing,
    /// The adapter gives no device.
    #[error("The graphics card could not be opened")]
    Refused,
    /// An array is larger than the card's limits.
    #[error("The graphics card has no room for so many numbers")]
    TooLarge,
    /// A shader was not taken.
    #[error("The graphics card did not take a shader")]
    Shader,
    /// The device went away.
    #[error("The graphics card went away")]
    Lost,
}

/// A card.
pub struct Card {
    #[cfg(target_arch = "wasm32")]
    pub(super) instance: Instance,
    pub(super) device: Device,
    pub(super) queue: Queue,
    limits: Limits,
    is_lost: Arc<AtomicBool>,
    /// Who waits for that.
    waiting: Arc<Mutex<Vec<Waker>>>,
    pipelines: RefCell<Vec<(String, ComputePipeline)>>,
    /// Buffers that nothing holds any more, for what comes next.
    free: RefCell<Vec<Buffer>>,
}

/// A program whose arrays lie on the card.
pub struct Loaded {
    card: Rc<Card>,
    pub(super) buffers: Vec<Buffer>,
    pub(super) calls: Vec<(ComputePipeline, BindGroup, [u32; 3])>,
    /// How many numbers each of the arrays has.
    lengths: Vec<usize>,
    output: usize,
}

impl Card {
    /// Opens the card that the browser would rather compute with.
    ///
    /// # Errors
    /// Where there is none, or it may not be used.
    pub async fn open() -> Result<Rc<Self>, Fault> {
        let instance = Instance::new(InstanceDescriptor::new_without_display_handle());
        let options =
            RequestAdapterOptions { power_preference: PowerPreference::HighPerformance, ..Default::default() };
        let adapter = instance.request_adapter(&options).await.map_err(|_| Fault::Missing)?;
        let limits = adapter.limits();
        let wanted = DeviceDescriptor { required_limits: limits.clone(), ..Default::default() };
        let (device, queue) = adapter.request_device(&wanted).await.map_err(|_| Fault::Refused)?;
        let is_lost = Arc::new(AtomicBool::new(false));
        let waiting = Arc::<Mutex<Vec<Waker>>>::default();
        let (lost, wakers) = (is_lost.clone(), waiting.clone());
        device.set_device_lost_callback(move |_, _| {
            lost.store(true, Ordering::Relaxed);
            wakers.lock().into_iter().for_each(|mut wakers| wakers.drain(..).for_each(Waker::wake));
        });
        Ok(Rc::new(Self {
            #[cfg(target_arch = "wasm32")]
            instance,
            device,
            queue,
            limits,
            is_lost,
            waiting,
            pipelines: RefCell::default(),
            free: RefCell::default(),
        }))
    }

    /// What the card calls itself.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn name(&self) -> String {
        let about = self.device.adapter_info();
        format!("{} ({:?}, {})", about.name, about.backend, about.driver_info)
    }

    /// Whether the device went away: then another has to be opened.
    pub fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }

    /// Waits until the device goes away.
    pub async fn lost(&self) {
        std::future::poll_fn(|context| match self.waiting.lock() {
            Ok(mut waiting) if !self.is_lost() => {
                waiting.push(context.waker().clone());
                Poll::Pending
            }
            _ => Poll::Ready(()),
        })
        .await;
    }

    /// Lays a program's arrays on the card, and compiles its shaders.
    ///
    /// # Errors
    /// Where an array is too large for it, or a shader is refused.
    pub async fn load(self: &Rc<Self>, program: &Program) -> Result<Loaded, Fault> {
        if !self.has_room(program, u64::MAX) {
            return Err(Fault::TooLarge);
        }
        let memory = self.device.push_error_scope(ErrorFilter::OutOfMemory);
        let shaders = self.device.push_error_scope(ErrorFilter::Validation);
        let storage = BufferUsages::STORAGE | BufferUsages::COPY_DST | BufferUsages::COPY_SRC;
        let buffers: Vec<Buffer> = program.rooms.iter().map(|room| self.buffer(room.bytes(), storage)).collect();
        for (room, buffer) in program.rooms.iter().zip(&buffers) {
            match room {
                Room::Numbers(_) => {}
                Room::Weights(weights) => self.queue.write_buffer(buffer, 0, bytemuck::cast_slice(weights)),
                Room::Indices(indices) => self.queue.write_buffer(buffer, 0, bytemuck::cast_slice(indices)),
            }
        }
        let mut calls = Vec::new();
        for call in &program.calls {
            let pipeline = self.pipeline(&call.shader);
            let entries: Vec<BindGroupEntry<'_>> = (0..)
                .zip(&call.bound)
                .map(|(binding, &room)| BindGroupEntry { binding, resource: buffers[room].as_entire_binding() })
                .collect();
            let layout = pipeline.get_bind_group_layout(0);
            let group =
                self.device.create_bind_group(&BindGroupDescriptor { label: None, layout: &layout, entries: &entries });
            calls.push((pipeline, group, call.groups));
        }
        let lengths = program.rooms.iter().map(|room| room.bytes() / 4).collect();
        let loaded = Loaded { card: self.clone(), buffers, calls, lengths, output: program.output };
        // Scopes end in turn, before anybody else begins one; what they hold may come later.
        let (shaders, memory) = (shaders.pop(), memory.pop());
        // Without memory for it, an array isn't valid either.
        for (refused, fault) in [(memory, Fault::TooLarge), (shaders, Fault::Shader)] {
            if refused.await.is_some() {
                drop(loaded);
                // What was refused must not be taken again.
                self.pipelines.borrow_mut().clear();
                self.free.borrow_mut().clear();
                return Err(fault);
            }
        }
        Ok(loaded)
    }

    /// Whether each of a program's arrays fits on the card, and has at most so many bytes.
    pub fn has_room(&self, program: &Program, most: u64) -> bool {
        let most = most.min(self.limits.max_buffer_size).min(self.limits.max_storage_buffer_binding_size);
        program.rooms.iter().all(|room| room.bytes() as u64 <= most)
    }

    pub(super) fn pipeline(&self, shader: &str) -> ComputePipeline {
        let mut pipelines = self.pipelines.borrow_mut();
        if let Some((_, known)) = pipelines.iter().find(|(known, _)| known == shader) {
            return known.clone();
        }
        if pipelines.len() >= MOST_PIPELINES {
            pipelines.clear();
        }
        let source = ShaderSource::Wgsl(shader.into());
        let module = self.device.create_shader_module(ShaderModuleDescriptor { label: None, source });
        let pipeline = self.device.create_compute_pipeline(&ComputePipelineDescriptor {
            label: None,
            layout: None,
            module: &module,
            entry_point: None,
            compilation_options: Default::default(),
            cache: None,
        });
        pipelines.push((shader.to_owned(), pipeline.clone()));
        pipeline
    }

    /// A buffer of at least so many bytes, and less than twice as many.
    pub(super) fn buffer(&self, bytes: usize, usage: BufferUsages) -> Buffer {
        let size = (bytes.max(4) as u64).next_multiple_of(256);
        let mut free = self.free.borrow_mut();
        let fits = |buffer: &Buffer| buffer.usage() == usage && (size..2 * size).contains(&buffer.size());
        match free.iter().position(fits) {
            Some(place) => free.swap_remove(place),
            None => {
                self.device.create_buffer(&BufferDescriptor { label: None, size, usage, mapped_at_creation: false })
            }
        }
    }

    /// Keeps buffers for what comes next; the oldest are let go.
    pub(super) fn keep(&self, mut buffers: Vec<Buffer>) {
        let mut free = self.free.borrow_mut();
        free.append(&mut buffers);
        let mut bytes: u64 = free.iter().map(Buffer::size).sum();
        while bytes > MOST_FREE {
            bytes -= free.remove(0).size();
        }
    }
}

impl Loaded {
    /// Computes the output from the numbers of the input.
    ///
    /// # Errors
    /// Where the device goes away.
    pub async fn run(&self, input: &[f32]) -> Result<Vec<f32>, Fault> {
        self.compute(input);
        self.read(self.output, self.lengths[self.output]).await
    }

    /// How many numbers the input has.
    pub fn inputs(&self) -> usize {
        self.lengths[0]
    }

    /// Computes every array from the numbers of the input; nothing is read back.
    pub fn compute(&self, input: &[f32]) {
        self.lay(0, bytemuck::cast_slice(input));
        self.submit(1);
    }

    /// The array that is the output.
    pub fn output(&self) -> usize {
        self.output
    }

    /// Lays what an array holds on the card.
    pub fn lay(&self, room: usize, bytes: &[u8]) {
        self.card.queue.write_buffer(&self.buffers[room], 0, bytes);
    }

    /// Fills the output with zeros.
    #[cfg(target_arch = "wasm32")]
    pub fn clear(&self) {
        let mut encoder = self.encoder();
        encoder.clear_buffer(&self.buffers[self.output], 0, None);
        self.card.queue.submit([encoder.finish()]);
    }

    /// Computes so many times from the input that lies there, one time after the other, and waits for the last.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn repeat(&self, times: usize) -> Result<(), Fault> {
        self.submit(times);
        self.read(self.output, 1).await.map(drop)
    }

    fn submit(&self, times: usize) {
        let mut encoder = self.encoder();
        self.record(&mut encoder, times);
        self.card.queue.submit([encoder.finish()]);
    }

    pub(super) fn encoder(&self) -> CommandEncoder {
        self.card.device.create_command_encoder(&CommandEncoderDescriptor::default())
    }

    pub(super) fn record(&self, encoder: &mut CommandEncoder, times: usize) {
        let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor::default());
        for (pipeline, group, [x, y, z]) in (0..times).flat_map(|_| &self.calls) {
            pass.set_pipeline(pipeline);
            pass.set_bind_group(0, group, &[]);
            pass.dispatch_workgroups(*x, *y, *z);
        }
    }

    /// Reads so many numbers of an array back.
    ///
    /// # Errors
    /// Where the device goes away.
    pub async fn read(&self, room: usize, numbers: usize) -> Result<Vec<f32>, Fault> {
        let bytes = 4 * numbers as u64;
        let read = self.card.buffer(4 * numbers, BufferUsages::MAP_READ | BufferUsages::COPY_DST);
        let mut encoder = self.encoder();
        encoder.copy_buffer_to_buffer(&self.buffers[room], 0, &read, 0, bytes);
        self.card.queue.submit([encoder.finish()]);
        self.mapped(&read, bytes).await?;
        let numbers = match read.get_mapped_range(0..bytes) {
            Ok(bytes) => bytemuck::pod_collect_to_vec(&bytes),
            Err(_) => return Err(Fault::Lost),
        };
        read.unmap();
        self.card.keep(vec![read]);
        Ok(numbers)
    }

    /// Waits until so many bytes of a buffer lie in memory.
    async fn mapped(&self, read: &Buffer, bytes: u64) -> Result<(), Fault> {
        /// How it went, and who waits for it.
        type Told = (Option<bool>, Option<Waker>);
        let told: Arc<Mutex<Told>> = Arc::default();
        let teller = told.clone();
        read.map_async(MapMode::Read, 0..bytes, move |result| {
            let Ok(mut told) = teller.lock() else { return };
            told.0 = Some(result.is_ok());
            told.1.take().into_iter().for_each(Waker::wake);
        });
        // A browser does this by itself.
        let _ = self.card.device.poll(PollType::wait_indefinitely());
        let went = std::future::poll_fn(|context| {
            let Ok(mut told) = told.lock() else { return Poll::Ready(false) };
            told.1 = Some(context.waker().clone());
            told.0.map_or(Poll::Pending, Poll::Ready)
        });
        if went.await { Ok(()) } else { Err(Fault::Lost) }
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        self.card.keep(std::mem::take(&mut self.buffers));
    }
}
