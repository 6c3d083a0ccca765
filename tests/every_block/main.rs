//! What every block keeps to, whoever writes it: each number is explained, each setting comes back from the URL, each picture
//! fits and can be walked with the arrow keys, each program prints its number.

#![cfg(not(target_arch = "wasm32"))]

mod cases;
mod numbers;
mod pictures;
mod programs;
mod settings;
