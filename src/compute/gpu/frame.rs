//! Frames of a video, as the planes that a program reads.

#[cfg(target_arch = "wasm32")]
pub use reel::Reel;

/// The shader that makes so many planes of a frame, each pixel the mean of `each` × `each`.
pub fn planes_of_frame([channels, rows, columns]: [usize; 3], each: usize) -> String {
    let constants =
        format!("const SIZE = vec2u({columns}, {rows});\nconst CHANNELS = {channels}u;\nconst EACH = {each}u;\n");
    constants + include_str!("frame.wgsl")
}

#[cfg(target_arch = "wasm32")]
mod reel {
    use std::rc::Rc;

    use web_sys::HtmlVideoElement;
    use wgpu::{
        BindGroupDescriptor, BindGroupEntry, BindingResource, CopyExternalImageDestInfo, CopyExternalImageSourceInfo,
        ErrorFilter, Extent3d, ExternalImageSource, Origin2d, Origin3d, PredefinedColorSpace, Texture, TextureAspect,
        TextureDescriptor, TextureDimension, TextureFormat, TextureUsages,
    };

    use super::super::card::{Card, Fault, Loaded};
    use super::super::program::Program;
    use super::planes_of_frame;

    /// A program that reads the frames of a video.
    pub struct Reel {
        pub(in super::super) loaded: Loaded,
        frame: Texture,
    }

    impl Reel {
        /// Lays a program on the card whose input has these planes: of a video `width` × `height`, the mean of `each` × `each` pixels.
        ///
        /// # Errors
        /// As [`Card::load`].
        pub async fn load(
            card: &Rc<Card>,
            program: &Program,
            planes: [usize; 3],
            ([width, height], each): ([u32; 2], usize),
        ) -> Result<Self, Fault> {
            let mut loaded = card.load(program).await?;
            let scope = card.device.push_error_scope(ErrorFilter::Validation);
            let frame = card.device.create_texture(&TextureDescriptor {
                label: None,
                size: Extent3d { width, height, depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: TextureDimension::D2,
                format: TextureFormat::Rgba8Unorm,
                usage: TextureUsages::COPY_DST | TextureUsages::RENDER_ATTACHMENT | TextureUsages::TEXTURE_BINDING,
                view_formats: &[],
            });
            let pipeline = card.pipeline(&planes_of_frame(planes, each));
            let view = frame.create_view(&Default::default());
            let group = card.device.create_bind_group(&BindGroupDescriptor {
                label: None,
                layout: &pipeline.get_bind_group_layout(0),
                entries: &[
                    BindGroupEntry { binding: 0, resource: loaded.buffers[0].as_entire_binding() },
                    BindGroupEntry { binding: 1, resource: BindingResource::TextureView(&view) },
                ],
            });
            let [_, rows, columns] = planes.map(|length| length.div_ceil(16) as u32);
            loaded.calls.insert(0, (pipeline, group, [columns, rows, 1]));
            match scope.pop().await {
                Some(_) => Err(Fault::Shader),
                None => Ok(Self { loaded, frame }),
            }
        }

        /// Takes the frame that a video shows now, which has the size that was said.
        pub(in super::super) fn take(&self, card: &Card, video: &HtmlVideoElement) {
            let source = CopyExternalImageSourceInfo {
                source: ExternalImageSource::HTMLVideoElement(video.clone()),
                origin: Origin2d::ZERO,
                flip_y: false,
            };
            let to = CopyExternalImageDestInfo {
                texture: &self.frame,
                mip_level: 0,
                origin: Origin3d::ZERO,
                aspect: TextureAspect::All,
                color_space: PredefinedColorSpace::Srgb,
                premultiplied_alpha: false,
            };
            card.queue.copy_external_image_to_texture(&source, to, self.frame.size());
        }
    }
}
