//! Where in its steps a block stands, and how it moves there: a function of time alone.

/// Steps a second at speed 1.
const STEPS_PER_SECOND: f64 = 2.0;
/// How long a single step glides, in seconds.
const GLIDE_SECONDS: f64 = 0.25;

/// The position of the transport.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Transport {
    /// Where it is: between two steps while it moves.
    pub at: f64,
    /// Where it glides to.
    target: Option<f64>,
    /// Whether it plays.
    pub playing: bool,
}

impl Transport {
    /// The step it stands at, or is about to reach.
    pub fn step(&self) -> usize {
        self.target.unwrap_or(self.at).round().max(0.0) as usize
    }

    /// Whether another frame is needed.
    pub fn moves(&self) -> bool {
        self.playing || self.target.is_some()
    }

    /// Goes to a position at once.
    pub fn jump(&mut self, to: f64, steps: usize) {
        self.at = clamp(to, steps);
        self.target = None;
    }

    /// Glides to a step; from far away it jumps to the step before.
    pub fn glide(&mut self, to: usize, steps: usize) {
        let to = clamp(to as f64, steps);
        self.playing = false;
        self.at = self.at.clamp(to - 1.0, to + 1.0);
        self.target = (self.at != to).then_some(to);
    }

    /// Starts to play, from the beginning where it stands at the end.
    pub fn play(&mut self, steps: usize) {
        self.target = None;
        if self.at >= clamp(f64::MAX, steps) {
            self.at = 0.0;
        }
        self.playing = steps > 1;
    }

    /// Stops at the nearest step.
    pub fn pause(&mut self, steps: usize) {
        if self.playing {
            self.glide(self.at.round() as usize, steps);
        }
    }

    /// Lets time pass.
    pub fn tick(&mut self, seconds: f64, speed: f64, steps: usize) {
        let end = clamp(f64::MAX, steps);
        if self.playing {
            self.at += seconds * speed * STEPS_PER_SECOND;
            if self.at >= end {
                (self.at, self.playing) = (end, false);
            }
        } else if let Some(target) = self.target {
            let stride = seconds / GLIDE_SECONDS;
            if (target - self.at).abs() <= stride {
                (self.at, self.target) = (target, None);
            } else {
                self.at += stride * (target - self.at).signum();
            }
        }
    }
}

fn clamp(position: f64, steps: usize) -> f64 {
    let end = steps.saturating_sub(1) as f64;
    if position.is_nan() { 0.0 } else { position.clamp(0.0, end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plays_to_the_end_and_from_the_start_again() {
        let mut transport = Transport::default();
        transport.play(5);
        transport.tick(1.0, 1.0, 5);
        assert_eq!((transport.at, transport.step()), (2.0, 2));
        transport.tick(10.0, 1.0, 5);
        assert_eq!((transport.at, transport.moves()), (4.0, false));
        transport.play(5);
        assert_eq!((transport.at, transport.playing), (0.0, true));
    }

    #[test]
    fn fast_clicks_never_leave_it_between_steps() {
        let mut transport = Transport::default();
        for _ in 0..20 {
            transport.glide(transport.step() + 1, 8);
            transport.tick(0.01, 1.0, 8);
        }
        transport.tick(1.0, 1.0, 8);
        assert_eq!((transport.at, transport.moves()), (7.0, false));
    }

    #[test]
    fn stands_still_without_steps() {
        let mut transport = Transport::default();
        transport.play(0);
        transport.jump(f64::NAN, 0);
        transport.glide(3, 1);
        assert_eq!((transport.at, transport.moves()), (0.0, false));
    }
}
