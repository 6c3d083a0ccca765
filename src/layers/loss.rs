//! What networks are trained by: a classifier by its cross-entropy, what gives numbers by their squared error.

use super::{Activation, LayerError, Misfit, Tensor, expect_shape, expect_size};

/// The cross-entropy of a softmax: how surprised the network is by the right class, on average over the examples.
///
/// `E = −1/N · Σ_n ln p[n, t_n]`, with `p = softmax(z)`
///
/// # Shapes
/// - scores z `[N, classes]`, as the last layer gives them, before any softmax
/// - classes t: N whole numbers, from 0
/// - gradient ∂E/∂z `[N, classes]`
///
/// # Errors
/// [`Misfit::Rank`] for scores of another rank, [`Misfit::Mismatch`] where there are not as many classes as examples,
/// [`Misfit::Class`] for a class that has no score.
///
/// Source: `torch.nn.functional.cross_entropy`.
///
/// ```
/// use layerscope::layers::CrossEntropy;
/// use ndarray::array;
/// let z = array![[0.0, 0.0]].into_dyn();
/// assert_eq!(CrossEntropy.forward(&z, &[1])?, 2.0_f32.ln());
/// assert_eq!(CrossEntropy.backward(&z, &[1])?, array![[0.5, -0.5]].into_dyn());
/// # Ok::<(), layerscope::layers::LayerError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CrossEntropy;

impl CrossEntropy {
    /// The loss E; 0 where there is no example.
    ///
    /// # Errors
    /// See [`CrossEntropy`].
    pub fn forward(&self, scores: &Tensor, classes: &[usize]) -> Result<f32, LayerError> {
        check(scores, classes)?;
        let surprise = |(row, &class): (ndarray::ArrayView1<'_, f32>, &usize)| {
            // The largest score is subtracted from all: so no exponential is beyond a number's range.
            let largest = f64::from(row.iter().copied().fold(f32::NEG_INFINITY, f32::max));
            let sum = row.iter().fold(0.0, |sum, &z| sum + libm::exp(f64::from(z) - largest));
            largest + libm::log(sum) - f64::from(row[class])
        };
        let total = scores.rows().into_iter().zip(classes).map(surprise).fold(0.0, |total, one| total + one);
        Ok((total / classes.len().max(1) as f64) as f32)
    }

    /// ∂E/∂z = (p − 1 at the right class) / N.
    ///
    /// # Errors
    /// See [`CrossEntropy`].
    pub fn backward(&self, scores: &Tensor, classes: &[usize]) -> Result<Tensor, LayerError> {
        check(scores, classes)?;
        let mut gradient = Activation::Softmax.forward(scores)?;
        for (example, &class) in classes.iter().enumerate() {
            gradient[[example, class]] -= 1.0;
        }
        Ok(gradient / classes.len().max(1) as f32)
    }
}

/// The mean squared error: how far numbers are from those they should be.
///
/// `E = 1/N · Σ (y − t)²`, over all N numbers
///
/// # Shapes
/// Output y, target t and gradient ∂E/∂y alike, any.
///
/// # Errors
/// [`Misfit::Shape`] for a target that has not the output's shape.
///
/// Source: `torch.nn.functional.mse_loss`.
///
/// ```
/// use layerscope::layers::MeanSquaredError;
/// use ndarray::array;
/// let (y, t) = (array![[1.0, 2.0]].into_dyn(), array![[0.0, 4.0]].into_dyn());
/// assert_eq!(MeanSquaredError.forward(&y, &t)?, 2.5);
/// assert_eq!(MeanSquaredError.backward(&y, &t)?, array![[1.0, -2.0]].into_dyn());
/// # Ok::<(), layerscope::layers::LayerError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MeanSquaredError;

impl MeanSquaredError {
    /// The loss E; 0 where there is no number.
    ///
    /// # Errors
    /// See [`MeanSquaredError`].
    pub fn forward(&self, output: &Tensor, target: &Tensor) -> Result<f32, LayerError> {
        expect_shape("target", target.shape(), output.shape())?;
        let errors = output.iter().zip(target).map(|(&y, &t)| f64::from(y) - f64::from(t));
        let total = errors.fold(0.0, |total, error| total + error * error);
        Ok((total / output.len().max(1) as f64) as f32)
    }

    /// ∂E/∂y = 2 (y − t) / N.
    ///
    /// # Errors
    /// See [`MeanSquaredError`].
    pub fn backward(&self, output: &Tensor, target: &Tensor) -> Result<Tensor, LayerError> {
        expect_shape("target", target.shape(), output.shape())?;
        let factor = 2.0 / output.len().max(1) as f64;
        let mut gradient = output.clone();
        gradient.zip_mut_with(target, |y, &t| *y = (factor * (f64::from(*y) - f64::from(t))) as f32);
        Ok(gradient)
    }
}

fn check(scores: &Tensor, classes: &[usize]) -> Result<(), LayerError> {
    let &[examples, scored] = scores.shape() else {
        let expected = "it takes examples and classes";
        return Err(LayerError::rank("scores", scores.shape(), expected));
    };
    expect_size("the number of classes", classes.len(), examples)?;
    match classes.iter().find(|&&class| class >= scored) {
        Some(&class) => Err(Misfit::Class { class, classes: scored }.into()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn the_gradient_is_the_slope_of_the_loss() {
        let z = array![[0.3, -1.2, 2.0], [0.0, 0.5, -0.5]].into_dyn();
        let classes = [2, 0];
        let gradient = CrossEntropy.backward(&z, &classes).expect("scores");
        for at in ndarray::indices(z.shape()) {
            let moved = |by: f32| {
                let mut z = z.clone();
                z[&at] += by;
                CrossEntropy.forward(&z, &classes).expect("scores")
            };
            let slope = (moved(0.01) - moved(-0.01)) / 0.02;
            assert!((slope - gradient[&at]).abs() < 1e-3, "{at:?}: {slope} {}", gradient[&at]);
        }
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_squared_error() {
        let (y, t) = (array![[0.3, -1.2, 2.0], [0.0, 0.5, -0.5]].into_dyn(), array![[0.0; 3], [1.0; 3]].into_dyn());
        let gradient = MeanSquaredError.backward(&y, &t).expect("alike");
        for at in ndarray::indices(y.shape()) {
            let moved = |by: f32| {
                let mut y = y.clone();
                y[&at] += by;
                MeanSquaredError.forward(&y, &t).expect("alike")
            };
            let slope = (moved(0.25) - moved(-0.25)) / 0.5;
            assert!((slope - gradient[&at]).abs() < 1e-5, "{at:?}: {slope} {}", gradient[&at]);
        }
    }

    #[test]
    fn squared_errors_hold_at_the_edges() {
        let none = Tensor::zeros(vec![2, 0]);
        assert_eq!(MeanSquaredError.forward(&none, &none), Ok(0.0));
        assert_eq!(MeanSquaredError.backward(&none, &none), Ok(none.clone()));
        let error = MeanSquaredError.forward(&array![1.0, 2.0].into_dyn(), &array![1.0].into_dyn()).expect_err("wrong");
        assert_eq!(error.to_string(), "target has shape [1]; it must be [2]");
        assert!(MeanSquaredError.backward(&array![1.0, 2.0].into_dyn(), &array![[1.0, 2.0]].into_dyn()).is_err());
    }

    #[test]
    fn large_scores_stay_finite() {
        let z = array![[1000.0, -1000.0]].into_dyn();
        assert_eq!(CrossEntropy.forward(&z, &[0]), Ok(0.0));
        assert_eq!(CrossEntropy.forward(&z, &[1]), Ok(2000.0));
    }

    #[test]
    fn what_does_not_fit_says_why() {
        let z = array![[0.0, 0.0]].into_dyn();
        let sentence = |classes: &[usize]| CrossEntropy.forward(&z, classes).expect_err("wrong").to_string();
        assert_eq!(sentence(&[2]), "class 2 has no score; there are 2 classes, counted from 0");
        assert_eq!(sentence(&[0, 1]), "the number of classes must be 1, but is 2");
        assert!(CrossEntropy.backward(&array![1.0].into_dyn(), &[0]).is_err());
    }
}
