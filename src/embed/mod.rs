//! What others see of Layerscope: the module's exports, and the messages of an embedded frame.
//!
//! `dist/layerscope.js` exports `compute` and `blocks` for scripts, and
//! `mount` for whoever shows a block: the element `<layer-scope>` (`www/layer-scope.js`), and the frame
//! `embed.html`, which [`messages`] drive. Loading the module touches no document.

#[cfg(target_arch = "wasm32")]
pub mod exports;
#[cfg(target_arch = "wasm32")]
mod frame;
pub mod messages;
#[cfg(target_arch = "wasm32")]
mod stage;
#[cfg(target_arch = "wasm32")]
pub mod widget;
