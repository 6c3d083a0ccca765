//! Windows that slide over up to three axes in space.

use layerscope_kernels::conv::{Axis, SPACE};

use crate::layers::PaddingMode;

/// How many threads a workgroup has that computes place by place.
const THREADS: usize = 256;
/// How many of them lie side by side in a picture.
const ACROSS: usize = 32;

/// Numbers of the three axes, columns first, as WGSL writes them.
fn vector(kind: char, axes: &[Axis; SPACE], of: impl Fn(&Axis) -> usize) -> String {
    let [z, y, x] = axes.each_ref().map(of);
    format!("vec3{kind}({x}, {y}, {z})")
}

/// The constants of the windows, and what both kinds of shaders begin with.
pub fn header(axes: &[Axis; SPACE]) -> String {
    let mut text = include_str!("space.wgsl").to_owned();
    text += &format!("const IN = {};\n", vector('i', axes, |axis| axis.length));
    text += &format!("const BEFORE = {};\n", vector('i', axes, |axis| axis.before));
    let sizes: [(&str, fn(&Axis) -> usize); 4] = [
        ("OUT", |axis| axis.outputs),
        ("KERNEL", |axis| axis.kernel),
        ("STRIDE", |axis| axis.stride),
        ("DILATION", |axis| axis.dilation),
    ];
    for (name, of) in sizes {
        text += &format!("const {name} = {};\n", vector('u', axes, of));
    }
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
