//! Trains the layers with a memory that the page shows, with the project's own layers and their own backward pass, and writes
//! `www/assets/<task>-<memory>.safetensors`:
//! `cargo run --profile train --example train_recurrent [recall|brackets|characters] [rnn|lstm|gru]`, all of them where none is
//! named.
//!
//! Seeded: every run writes the same bytes; all of them together take five minutes of one core. The scores that are written into
//! the files are measured at the end, with the rounded weights, on sequences that nothing was learned from. How long was trained,
//! at which rate, and how strongly the matrices of the state decay, was chosen with a look at them, once for the three layers of
//! a task.

mod characters;
mod drawn;
mod learner;

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use layerscope::data::safetensors;
use layerscope::data::sequences::{self, Memory, Task, TrainedRecurrent};
use layerscope::layers::Tensor;

use learner::SEED;

fn main() -> Result<(), Box<dyn Error>> {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let unknown = names.iter().find(|name| Task::named(name).is_none() && Memory::named(name).is_none());
    if let Some(name) = unknown {
        return Err(format!("{name} is neither a task nor a memory").into());
    }
    let tasks: Vec<Task> = names.iter().filter_map(|name| Task::named(name)).collect();
    let memories: Vec<Memory> = names.iter().filter_map(|name| Memory::named(name)).collect();
    for task in Task::ALL.into_iter().filter(|task| tasks.is_empty() || tasks.contains(task)) {
        for memory in Memory::ALL.into_iter().filter(|memory| memories.is_empty() || memories.contains(memory)) {
            let begun = Instant::now();
            println!("{} {}", task.name(), memory.name());
            let mut trained = match task {
                Task::Characters => characters::train(memory)?,
                _ => drawn::train(task, memory)?,
            };
            println!("trained in {:.0} s", begun.elapsed().as_secs_f64());
            learner::round(&mut trained.weights, grain(task));
            trained.scores = match task {
                Task::Characters => characters::scores(&trained)?,
                _ => drawn::scores(&trained, task)?,
            };
            println!("scores: {}", told(&trained.scores));
            if task == Task::Characters {
                println!("{}", characters::written(&trained, 0.7, 400)?);
            }
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/assets").join(sequences::file(task, memory));
            std::fs::write(path, file(&trained, task))?;
        }
    }
    Ok(())
}

/// Weights are rounded to multiples of one by this. A text takes many weights: coarser ones make the file a third smaller.
fn grain(task: Task) -> f32 {
    match task {
        Task::Recall | Task::Brackets => 100.0,
        Task::Characters => 20.0,
    }
}

fn told(scores: &[f32]) -> String {
    scores.iter().map(|score| format!("{score:.4}")).collect::<Vec<_>>().join(" ")
}

fn file(trained: &TrainedRecurrent, task: Task) -> Vec<u8> {
    let learned = trained.recurrent.matrices.iter().zip(&trained.weights);
    let tensors: Vec<(&str, &Tensor)> = learned
        .flat_map(|(matrix, learned)| {
            [Some((matrix.name, &learned.weight)), learned.bias.as_ref().map(|bias| (matrix.bias, bias))]
        })
        .flatten()
        .collect();
    let texts = [
        ("scores", &*told(&trained.scores)),
        ("seen", &*trained.seen.to_string()),
        ("measured", measured(task)),
        ("program", "examples/train_recurrent"),
        ("seed", &*SEED.to_string()),
        ("data", data(task)),
    ];
    safetensors::write(&tensors, &texts)
}

fn measured(task: Task) -> &'static str {
    match task {
        Task::Recall => "the share of symbols told right, with delays of 1, 2, 3, … tokens, 400 fresh sequences each",
        Task::Brackets => "the share of depths told right after 1, 2, 3, … tokens, 400 fresh sequences each",
        Task::Characters => "the perplexity of the text held out, and of the text learned from",
    }
}

fn data(task: Task) -> &'static str {
    match task {
        Task::Recall => "drawn: a symbol, a delay of 1 to 20 tokens, a question mark; the matrices of the state decay",
        Task::Brackets => "drawn: 1 to 20 brackets and letters, at most 8 deep",
        Task::Characters => "Lewis Carroll, Alice's Adventures in Wonderland, 1865, in the public domain",
    }
}
