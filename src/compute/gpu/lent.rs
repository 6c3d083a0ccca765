//! The one card of a page, which all its widgets share.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, Shared};
use web_time::Instant;

use super::super::cpu::Packed;
use super::super::{Chain, Layer};
use super::{Card, Fault, Pace, Program};
use crate::layers::Tensor;

/// A card that is being opened, or was.
type Opened = Shared<LocalBoxFuture<'static, Result<(Rc<Card>, Pace), Fault>>>;

thread_local! {
    static OPENED: RefCell<Option<Opened>> = const { RefCell::new(None) };
}

/// A card that somebody computes with.
pub struct Lent {
    /// The card.
    pub card: Rc<Card>,
    /// How long things take; nothing where the card is to do all that it can.
    pace: Option<Pace>,
    used: Cell<bool>,
    fault: Cell<Option<Fault>>,
}

/// Lends the page's card: for everything that it can do, where that `is_forced`, or else for what is sooner there. It is opened, and
/// measured, when it is first asked for, and again where it went away.
///
/// # Errors
/// Where there is none.
pub async fn lend(is_forced: bool) -> Result<Rc<Lent>, Fault> {
    loop {
        let opened =
            OPENED.with_borrow_mut(|opened| opened.get_or_insert_with(|| open().boxed_local().shared()).clone());
        let (card, pace) = opened.clone().await?;
        if !card.is_lost() {
            let pace = Some(pace).filter(|_| !is_forced);
            return Ok(Rc::new(Lent { card, pace, used: Cell::default(), fault: Cell::default() }));
        }
        OPENED.with_borrow_mut(|latest| {
            if latest.as_ref().is_some_and(|latest| latest.ptr_eq(&opened)) {
                *latest = None;
            }
        });
    }
}

async fn open() -> Result<(Rc<Card>, Pace), Fault> {
    let card = Card::open().await?;
    let pace = measure(&card).await?;
    Ok((card, pace))
}

/// The same computed by both devices.
pub struct Compared {
    /// How many milliseconds the CPU takes.
    pub cpu: f64,
    /// How many the card takes, with the way there and back.
    pub card: f64,
    /// The largest difference between two numbers of the outputs.
    pub difference: f32,
}

/// So many milliseconds each device computes what is compared, again and again.
const LONG: f64 = 20.0;

/// Computes the same on both devices; nothing where the card has no program for it.
///
/// # Errors
/// Where there is no card, or it fails.
pub async fn compare(chain: &Chain) -> Result<Option<Compared>, Fault> {
    let Some(program) = chain.program() else { return Ok(None) };
    let Ok(expected) = chain.cpu() else { return Ok(None) };
    let loaded = lend(true).await?.card.load(&program).await?;
    let output = loaded.run(&program.input).await?;
    let differences = output.iter().zip(&expected).map(|(one, other)| (one - other).abs());
    let difference = differences.fold(0.0, f32::max);
    let (since, mut times) = (Instant::now(), 0.0);
    while took(since) < LONG {
        drop(chain.cpu());
        times += 1.0;
    }
    let cpu = took(since) / times;
    let (since, mut times) = (Instant::now(), 0.0);
    while took(since) < LONG {
        loaded.run(&program.input).await?;
        times += 1.0;
    }
    Ok(Some(Compared { cpu, card: took(since) / times, difference }))
}

fn took(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

/// Times a product of matrices of this size: large enough to be measured, small enough not to be noticed.
const SIDE: usize = 256;

async fn measure(card: &Rc<Card>) -> Result<Pace, Fault> {
    let weight = Tensor::from_elem(vec![SIDE, SIDE], 0.5);
    let (rows, layer) = ([SIDE, SIDE], Layer::Dense { weight, bias: None });
    let millions = SIDE.pow(3) as f64 * 1e-6;
    let input = vec![0.25; SIDE * SIDE];
    let mut output = vec![0.0; SIDE * SIDE];
    let packed = Packed::new(&layer, &rows);
    let since = Instant::now();
    packed.iter().for_each(|packed| drop(packed.run(&input, &mut output, false)));
    let cpu = took(since) / millions;
    let Some(program) = Program::of(&layer, &rows) else { return Err(Fault::Shader) };
    let loaded = card.load(&program).await?;
    // The first run waits for the compiler.
    loaded.repeat(1).await?;
    let since = Instant::now();
    loaded.repeat(0).await?;
    let way = took(since);
    let since = Instant::now();
    loaded.repeat(4).await?;
    Ok(Pace { cpu, card: (took(since) - way).max(0.0) / (4.0 * millions), way })
}

impl Lent {
    /// The arrays that a program keeps; nothing where the CPU would be sooner, or the card fails.
    pub(in crate::compute) async fn run(&self, program: &Program) -> Option<Vec<Vec<f32>>> {
        if self.pace.is_some_and(|pace| !pace.prefers_card(program.multiplications)) {
            return None;
        }
        match self.arrays(program).await {
            Ok(arrays) => {
                self.used.set(true);
                Some(arrays)
            }
            Err(fault) => {
                self.fault.set(Some(fault));
                None
            }
        }
    }

    async fn arrays(&self, program: &Program) -> Result<Vec<Vec<f32>>, Fault> {
        let loaded = self.card.load(program).await?;
        loaded.compute(&program.input);
        let mut arrays = Vec::new();
        let kept = if program.kept.is_empty() { &[program.output][..] } else { &program.kept };
        for &room in kept {
            arrays.push(loaded.read(room, program.rooms[room].bytes() / 4).await?);
        }
        Ok(arrays)
    }

    /// Whether the card is to do all that it can.
    pub fn is_forced(&self) -> bool {
        self.pace.is_none()
    }

    /// Something new is asked for.
    pub(in crate::compute) fn begin(&self) {
        self.used.set(false);
    }

    /// Whether the card did what was asked for.
    pub fn was_used(&self) -> bool {
        self.used.get()
    }

    /// Why the card failed since this was asked, if it did.
    pub fn take_fault(&self) -> Option<Fault> {
        self.fault.take()
    }
}
