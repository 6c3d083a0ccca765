//! Starts the page.

use layerscope as _;

fn main() {}
