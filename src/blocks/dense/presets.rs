//! The lecture's layers, and telling cases.

use crate::blocks::Preset;

/// Every preset.
pub const PRESETS: &[Preset] = &[
    Preset::new("lecture", "the lecture's three layers, counted", "view=count"),
    Preset::new("small", "a small layer: every output sees every input", ""),
    Preset::new(
        "identity",
        "identity: the input comes out again",
        "inputs=5&input=0,1,3,1,-1&outputs=5&pattern=identity&bias=0,0,0,0,0",
    ),
    Preset::new(
        "neighbours",
        "each output adds its neighbours: most weights are 0",
        "inputs=5&input=0,1,3,1,-1&outputs=5&pattern=neighbours&bias=0,0,0,0,0",
    ),
    Preset::new("relu", "ReLU: negative sums become 0", "outputs=5&activation=relu&bias=0.5,-1,0,0,0"),
    Preset::new("softmax", "softmax: sums become shares", "activation=softmax"),
    Preset::new("backward", "backward: gradients by input, weight and bias", "activation=relu&pass=backward"),
    Preset::new(
        "deep",
        "a stack of moderate layers is a large model",
        "view=count&layers=5&sizes=3072,2048,2048,2048,2048,1024,1024,1024,1024,10",
    ),
    Preset::new(
        "photo",
        "a photograph: dense against shared weights",
        "view=count&layers=1&sizes=150528,150528&side=224&features=3",
    ),
    Preset::new(
        "sequence",
        "a long sequence: dense against shared weights",
        "view=count&layers=1&sizes=16000,16000&data=sequence&length=16000&channels=1",
    ),
];
