//! Windows that slide over up to three axes in space.

use layerscope_kernels::conv::{Axis, SPACE};

use crate::layers::PaddingMode;

/// How many threads a workgroup has that computes place by place.
const THREADS: usize = 256;
/// How many of them lie side by side in a picture.
const ACROSS: usize = 32;

/// The constants of the windows, columns first, and what both kinds of shaders begin with.
pub fn header(axes: &[Axis; SPACE]) -> String {
    let mut text = include_str!("space.wgsl").to_owned();
    let mut constant = |name: &str, kind: char, of: &dyn Fn(&Axis) -> usize| {
        let [z, y, x] = axes.each_ref().map(of);
        text += &format!("const {name} = vec3{kind}({x}, {y}, {z});\n");
    };
    constant("IN", 'i', &|axis| axis.length);
    constant("BEFORE", 'i', &|axis| axis.before);
    constant("OUT", 'u', &|axis| axis.outputs);
    constant("KERNEL", 'u', &|axis| axis.kernel);
    constant("STRIDE", 'u', &|axis| axis.stride);
    constant("DILATION", 'u', &|axis| axis.dilation);
    text
}

/// Which cell of an axis a padded one copies; −1 for none.
pub fn padding(mode: PaddingMode) -> String {
    let rule = match mode {
        PaddingMode::Zeros | PaddingMode::Constant(_) => "return select(-1, at, at >= 0 && at < n);",
        PaddingMode::Replicate => "return clamp(at, 0, n - 1);",
        PaddingMode::Circular => "return around(at, n);",
        PaddingMode::Symmetric => "let to = around(at, 2 * n); return min(to, 2 * n - 1 - to);",
        PaddingMode::Reflect => "let last = max(2 * n - 2, 1); let to = around(at, last); return min(to, last - to);",
    };
    format!("const CONSTANT = f32({:?});\nfn source(at: i32, n: i32) -> i32 {{ {rule} }}\n", mode.constant())
}

/// Workgroups for every place of the output, a thread for so many side by side, and the constants that say how the threads lie.
pub fn place_by_place(axes: &[Axis; SPACE], each: usize, times: usize) -> ([usize; 3], String) {
    let [z, y, x] = axes.each_ref().map(|axis| axis.outputs);
    let x = x.div_ceil(each);
    let across = if z * y == 1 { THREADS } else { ACROSS };
    let down = THREADS / across;
    let constants = format!("const ACROSS = {across}u;\nconst DOWN = {down}u;\n");
    ([x.div_ceil(across), (z * y).div_ceil(down), times], constants)
}
