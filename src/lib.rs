//! Layerscope shows how the building blocks of deep networks compute.
//!
//! One idea runs through all of it:
//!
//! ```text
//! settings ──▶ trace ──▶ scene ──▶ canvas, SVG
//! what the      every      shapes     paint
//! URL says      number     that know
//!               computed   their number
//! ```
//!
//! Every frame is a pure function of the state and of the time on the transport: nothing is sequenced with timers, so that fast
//! clicks, scrubbing, undo or a slide that is unloaded cannot leave a broken picture.
//!
//! # The house
//!
//! In the order in which data flows:
//!
//! | room | what happens there |
//! | --- | --- |
//! | [`state`] | settings to and from the URL, undo and redo, the transport; [`state::Session`] is one block being looked at |
//! | [`data`] | what blocks compute on: pictures and volumes, bundled and the reader's own; handwritten digits and sequences, and what was trained on them; graphs |
//! | [`blocks`] | a file or a folder for each teaching block, and the one list of them: what can be set, what is computed, how it is drawn |
//! | [`layers`] | the mathematics, forward and backward: the definition, written to be read beside the lecture |
//! | [`explain`] | why every number is what it is: cells, terms, and one tree printed as MathML, LaTeX, plain text and speech |
//! | [`compute`] | the layers for whoever wants numbers: the headless door, its limits, and the device that it runs on; `compute/cpu` hands them to the fast kernels of the crate `kernels/`, `compute/gpu` to shaders on a graphics card |
//! | [`scene`] | pictures as data: shapes, colour scales, grids, the layout of graphs, hit test |
//! | [`paint`] | a scene onto a canvas, or into SVG text |
//! | `app` | the page, in Yew: `BlockView` hosts any block; controls, formula, dialogs |
//! | [`embed`] | what others see: the module's exports, the element's and the frame's widget, messages |
//! | `browser` | thin, safe wrappers around what the browser offers |
//!
//! Dependencies point one way (read ← as "is used by"): `explain ← layers ← compute ← blocks`, `scene ← blocks`, `scene ← paint`, and
//! all of them ← `app`, `embed`. [`layers`], [`explain`], [`data`], [`blocks`], [`scene`], [`state`] and the SVG painter build and are
//! tested without a browser; `tests/rooms.rs` fails when one of them names Yew, `web_sys` or `js_sys`.
//!
//! # Where to look
//!
//! | to change | see |
//! | --- | --- |
//! | how cells are added around an input | `layers/padding.rs`, and why they hold what they hold `layers/padding/explain.rs`; its name on the page is in `blocks/control/shared.txt`, in requests in `compute/request.rs` |
//! | what a recurrent layer computes at a step | its equations in `layers/rnn.rs`, `lstm.rs`, `gru.rs`; `layers/recurrent/` has what follows from them; requests for it are read in `compute/recurrent.rs` |
//! | what a block is called and what it is for, its presets | its `about.txt`: the fields of [`blocks::About`], then a line for each [`blocks::Preset`] |
//! | what can be set, and what the page says of it | `controls.txt` of the block, which `blocks/control/panel.rs` reads; what depends on other settings is in its `settings.rs` |
//! | what a drag on a number does | `app/pointer.rs`: from the pointer to the number; `Block::edit` of the block: from the number to the settings |
//! | how fast a layer is | `kernels/`, a crate of its own that is compiled for speed; `www/bench.html` and `make bench` measure it, `tests/kernels.rs` holds it to the definition, `tests/memory.rs` to its memory |
//! | what a card paints behind a picture | `app/film.rs`: the camera and videos; `app/swarm.rs`: large graphs; `compute/gpu` has their shaders |
//! | how small the page's code is | `.ci/finish`, which Trunk calls: alike functions beside each other, the module in streams (`www/module/streams.mjs`); `make budget` weighs it |
//! | which files a block reads, and when | `Block::files`; `data/files.rs`; `app/loading.rs` fetches them before the block opens |
//! | the home page | `app/home.rs`; its path `blocks/path.rs`; its summary `blocks/summary.rs`, shown by `app/summary.rs` |
//! | how the URL is read | `state/url.rs`: pairs of keys and values; `state/session/written.rs`: what they mean |
//! | a colour | `scene/theme.rs`: the page's style sheet takes its colours from there |
//! | what a screen reader hears | `explain/formula/speech.rs` |
//! | a text in German | `www/assets/german.tsv` |

#[cfg(target_arch = "wasm32")]
pub mod app;
pub mod blocks;
#[cfg(target_arch = "wasm32")]
pub mod browser;
pub mod compute;
pub mod data;
pub mod embed;
pub mod explain;
pub mod layers;
pub mod paint;
pub mod scene;
pub mod state;
