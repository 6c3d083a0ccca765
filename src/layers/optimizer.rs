//! How weights follow their gradients.

use super::{LayerError, Tensor, expect_shape};

/// Adam: every weight goes against its gradient, averaged over the past, by a step whose length depends little on how large
/// the gradients are.
///
/// - `m ← β₁·m + (1 − β₁)·g`
/// - `v ← β₂·v + (1 − β₂)·g²`
/// - `w ← w − η · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)`
///
/// # Shapes
/// Weights and gradients alike, any; the same ones in the same order at every step.
///
/// # Errors
/// For a gradient that has not its weight's shape.
///
/// Source: D. P. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", 2015; `torch.optim.Adam` with its defaults.
///
/// ```
/// use layerscope::layers::Adam;
/// use ndarray::array;
/// let mut w = array![1.0, 1.0].into_dyn();
/// Adam::default().step(0.1, [(&mut w, &array![5.0, -0.01].into_dyn())])?;
/// assert!((w[0] - 0.9).abs() < 1e-6 && (w[1] - 1.1_f32).abs() < 1e-6);
/// # Ok::<(), layerscope::layers::LayerError>(())
/// ```
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Adam {
    /// m and v of every weight.
    moments: Vec<[f64; 2]>,
    steps: i32,
}

/// Gradient descent: every weight goes against its gradient. Stochastic where the gradient is that of a few examples.
///
/// `w ← w − η · g`
///
/// # Shapes
/// Weights and gradients alike, any.
///
/// # Errors
/// For a gradient that has not its weight's shape.
///
/// Source: `torch.optim.SGD` with its defaults.
///
/// ```
/// use layerscope::layers::Sgd;
/// use ndarray::array;
/// let mut w = array![1.0, 1.0].into_dyn();
/// Sgd.step(0.5, [(&mut w, &array![4.0, -0.5].into_dyn())])?;
/// assert_eq!(w, array![-1.0, 1.25].into_dyn());
/// # Ok::<(), layerscope::layers::LayerError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sgd;

impl Sgd {
    /// Moves the weights one step along their gradients; `rate` is η.
    ///
    /// # Errors
    /// See [`Sgd`].
    pub fn step<'a>(
        self,
        rate: f64,
        weights: impl IntoIterator<Item = (&'a mut Tensor, &'a Tensor)>,
    ) -> Result<(), LayerError> {
        for (weight, gradient) in weights {
            expect_shape("gradient", gradient.shape(), weight.shape())?;
            weight.zip_mut_with(gradient, |w, &g| *w = (f64::from(*w) - rate * f64::from(g)) as f32);
        }
        Ok(())
    }
}

/// Clips gradients: where they are longer than `most`, all together seen as one vector, they are made shorter by the same factor.
/// Gives the length that they had, √Σg².
///
/// Source: `torch.nn.utils.clip_grad_norm_`.
///
/// ```
/// use layerscope::layers::clip_norm;
/// use ndarray::array;
/// let (mut a, mut b) = (array![3.0].into_dyn(), array![[0.0, 4.0]].into_dyn());
/// assert_eq!(clip_norm(&mut [&mut a, &mut b], 1.0), 5.0);
/// assert!((a[0] - 0.6).abs() < 1e-6 && (b[[0, 1]] - 0.8).abs() < 1e-6);
/// assert!(clip_norm(&mut [&mut a, &mut b], 2.0) < 1.0 + 1e-6);
/// assert!((a[0] - 0.6).abs() < 1e-6);
/// ```
pub fn clip_norm(gradients: &mut [&mut Tensor], most: f64) -> f64 {
    let squares = gradients.iter().flat_map(|gradient| gradient.iter()).map(|&g| f64::from(g) * f64::from(g));
    let norm = squares.fold(0.0, |sum, square| sum + square).sqrt();
    let factor = most / (norm + DIVISOR);
    if factor < 1.0 {
        for gradient in gradients {
            gradient.mapv_inplace(|g| (f64::from(g) * factor) as f32);
        }
    }
    norm
}

/// Keeps [`clip_norm`] from dividing by zero, as PyTorch does.
const DIVISOR: f64 = 1e-6;

const BETA: [f64; 2] = [0.9, 0.999];
const EPSILON: f64 = 1e-8;

impl Adam {
    /// Moves the weights one step along their gradients; `rate` is η.
    ///
    /// # Errors
    /// See [`Adam`].
    pub fn step<'a>(
        &mut self,
        rate: f64,
        weights: impl IntoIterator<Item = (&'a mut Tensor, &'a Tensor)>,
    ) -> Result<(), LayerError> {
        self.steps += 1;
        let begun = BETA.map(|beta| 1.0 - beta.powi(self.steps));
        let mut at = 0;
        for (weight, gradient) in weights {
            expect_shape("gradient", gradient.shape(), weight.shape())?;
            for (w, &g) in weight.iter_mut().zip(gradient) {
                if at == self.moments.len() {
                    self.moments.push([0.0; 2]);
                }
                let g = f64::from(g);
                let [m, v] = &mut self.moments[at];
                *m = BETA[0] * *m + (1.0 - BETA[0]) * g;
                *v = BETA[1] * *v + (1.0 - BETA[1]) * g * g;
                *w = (f64::from(*w) - rate * (*m / begun[0]) / ((*v / begun[1]).sqrt() + EPSILON)) as f32;
                at += 1;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn finds_the_bottom_of_a_bowl() {
        let (mut w, mut adam) = (array![3.0, -2.0].into_dyn(), Adam::default());
        for _ in 0..2000 {
            let gradient = array![2.0 * (w[0] - 1.0), 20.0 * w[1]].into_dyn();
            adam.step(0.01, [(&mut w, &gradient)]).expect("alike");
        }
        assert!((w[0] - 1.0).abs() < 1e-2 && w[1].abs() < 1e-2, "{w}");
    }

    #[test]
    fn descent_finds_the_bottom_of_a_bowl() {
        let mut w = array![3.0, -2.0].into_dyn();
        for _ in 0..200 {
            let gradient = array![2.0 * (w[0] - 1.0), 20.0 * w[1]].into_dyn();
            Sgd.step(0.05, [(&mut w, &gradient)]).expect("alike");
        }
        assert!((w[0] - 1.0).abs() < 1e-4 && w[1].abs() < 1e-4, "{w}");
    }

    #[test]
    fn short_gradients_are_not_clipped() {
        for (numbers, most, norm, clipped) in [
            ([3.0, 4.0], 5.5, 5.0, [3.0, 4.0]),
            ([3.0, 4.0], 2.5, 5.0, [1.5, 2.0]),
            ([0.0, 0.0], 1.0, 0.0, [0.0, 0.0]),
            ([3.0, -4.0], 0.0, 5.0, [0.0, 0.0]),
        ] {
            let mut gradient = array![numbers[0], numbers[1]].into_dyn();
            assert_eq!(clip_norm(&mut [&mut gradient], most), norm);
            let close = gradient.iter().zip(clipped).all(|(got, expected): (&f32, f32)| (got - expected).abs() < 1e-5);
            assert!(close, "{gradient} where {clipped:?} was expected");
        }
        assert_eq!(clip_norm(&mut [], 1.0), 0.0);
    }

    #[test]
    fn a_gradient_of_another_shape_is_refused() {
        let mut w = array![1.0].into_dyn();
        assert!(Adam::default().step(0.1, [(&mut w, &array![1.0, 2.0].into_dyn())]).is_err());
        assert!(Sgd.step(0.1, [(&mut w, &array![[1.0]].into_dyn())]).is_err());
    }
}
