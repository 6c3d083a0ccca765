//! Where each number of `conv3d` goes.

use super::depths_as_channels;
use super::settings::Settings;
use crate::explain::{Cell, Stage, Trace};
use crate::scene::Pointing;

/// The cells whose explanations read `cell`.
pub fn influences(settings: &Settings, trace: &Trace, cell: Cell) -> Option<Vec<Cell>> {
    let stage = trace.stage(cell.stage)?;
    let (conv, flat, at) = (settings.conv(3), settings.conv(2), cell.index);
    let of = |name: &str| trace.stage(name);
    let (weight, padded, output) = (of("weight")?, of("padded")?, of("output")?);
    let upstream = of("output-gradient");
    let (by_padded, by_weight) = (of("padded-gradient"), of("weight-gradient"));
    let mut reached = Vec::new();
    match cell.stage {
        "input" => {
            reached.extend(conv.padding.influences(stage, padded, at));
            if let Some(channels) = of("channels") {
                reached.extend(flat.padding.influences(&depths_as_channels(stage), channels, at));
            }
        }
        "padded" => {
            reached.extend(conv.outputs_of_padded(stage, weight, output, at));
            if let (Some(upstream), Some(by_weight)) = (upstream, by_weight) {
                reached.extend(conv.weights_beside_padded(stage, weight, upstream, at).cells(by_weight));
            }
        }
        "weight" => {
            if let Some(stretched) = of("flat-weight") {
                reached.extend(
                    channels_of_slice(settings, at.axis(0))
                        .filter_map(|channel| stretched.cell(&[0, channel, at.axis(1), at.axis(2)])),
                );
            }
            reached.extend(conv.outputs_from_weight(stage, output, at).cells(output).take(Pointing::MOST));
            if let (Some(upstream), Some(by_padded)) = (upstream, by_padded) {
                reached.extend(conv.padded_beside_weight(padded, stage, upstream, at).cells(by_padded));
            }
        }
        "bias" if settings.bias != 0.0 => {
            reached.extend(of("flat").into_iter().flat_map(Stage::cells));
            reached.extend(output.cells().take(Pointing::MOST));
        }
        "channels" => reached.extend(flat.outputs_of_padded(stage, of("flat-weight")?, of("flat")?, at)),
        "flat-weight" => {
            let output = of("flat")?;
            reached.extend(flat.outputs_from_weight(stage, output, at).cells(output));
        }
        "output-gradient" => {
            reached.extend(conv.padded_into_output(weight, stage, at).cells(by_padded?));
            reached.extend(conv.weights_into_output(weight, stage, at).cells(by_weight?));
            reached.push(of("bias-gradient")?.cell(&[0])?);
        }
        "padded-gradient" => reached.extend(conv.gradient_from_padded(stage, of("input-gradient")?, at)),
        _ => {}
    }
    if let (Some(by_padded), Some(by_input)) = (by_padded, of("input-gradient")) {
        conv.reach_through_padding(by_padded, by_input, &mut reached);
    }
    Some(reached)
}

/// The depths for which a slice of the kernel stands in the 2D convolution.
fn channels_of_slice(settings: &Settings, slice: usize) -> impl Iterator<Item = usize> + '_ {
    (0..settings.size()[0]).filter(move |&channel| settings.slice_for(channel) == slice)
}
