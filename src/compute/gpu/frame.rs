//! Frames of a video, as the planes that a program reads.

#[cfg(target_arch = "wasm32")]
pub use reel::Reel;

/// The shader that makes so many planes of a frame.
pub fn planes_of_frame([channels, rows, columns]: [usize; 3]) -> String {
    let constants = format!("const SIZE = vec2u({columns}, {rows});\nconst CHANNELS = {channels}u;\n");
    constants + include_str!("frame.wgsl")
}

#[cfg(target_arch = "wasm32")]
mod reel {
    use std::rc::Rc;

    use web_sys::HtmlCanvasElement;
    use wgpu::{
        BindGroupDescriptor, BindGroupEntry, BindingResource, CopyExternalImageDestInfo, CopyExternalImageSourceInfo,
        ErrorFilter, Extent3d, ExternalImageSource, Origin2d, Origin3d, PredefinedColorSpace, Texture, TextureAspect,
        TextureDescriptor, TextureDimension, TextureFormat, TextureUsages,
    };

    use super::super::card::{Card, Fault, Loaded};
    use super::super::paint::PAINT;
    use super::super::program::Program;
    use super::planes_of_frame;

    /// A program that reads frames.
    pub struct Reel {
        /// The program.
        pub loaded: Loaded,
        frame: Texture,
    }

    impl Reel {
        /// Lays a program on the card whose input has these planes.
        ///
        /// # Errors
        /// As [`Card::load`].
        pub async fn load(card: &Rc<Card>, program: &Program, planes: [usize; 3]) -> Result<Self, Fault> {
            let [columns, rows] = [planes[2], planes[1]].map(|length| length as u32);
            let mut loaded = card.load(program).await?;
            let scope = card.device.push_error_scope(ErrorFilter::Validation);
            let frame = card.device.create_texture(&TextureDescriptor {
                label: None,
                size: Extent3d { width: columns, height: rows, depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: TextureDimension::D2,
                format: TextureFormat::Rgba8Unorm,
                usage: TextureUsages::COPY_DST | TextureUsages::RENDER_ATTACHMENT | TextureUsages::TEXTURE_BINDING,
                view_formats: &[],
            });
            let pipeline = card.pipeline(&planes_of_frame(planes));
            let view = frame.create_view(&Default::default());
            let group = card.device.create_bind_group(&BindGroupDescriptor {
                label: None,
                layout: &pipeline.get_bind_group_layout(0),
                entries: &[
                    BindGroupEntry { binding: 0, resource: loaded.buffers[0].as_entire_binding() },
                    BindGroupEntry { binding: 1, resource: BindingResource::TextureView(&view) },
                ],
            });
            // Every reel is painted: where the shader for that is refused, nothing is begun.
            card.pipeline(PAINT);
            loaded.calls.insert(0, (pipeline, group, [columns.div_ceil(16), rows.div_ceil(16), 1]));
            match scope.pop().await {
                Some(_) => Err(Fault::Shader),
                None => Ok(Self { loaded, frame }),
            }
        }

        /// Takes the frame on a canvas, which has the size that was said.
        pub fn take(&self, card: &Card, frame: &HtmlCanvasElement) {
            let source = CopyExternalImageSourceInfo {
                source: ExternalImageSource::HTMLCanvasElement(frame.clone()),
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
