//! How far a matrix stretches: its singular values, and its spectral radius.

/// The singular values of a matrix, row by row, the largest first.
///
/// One-sided Jacobi: pairs of columns are turned until all stand at right angles; their lengths are the singular values.
///
/// Source: M. R. Hestenes, "Inversion of Matrices by Biorthogonalization and Related Results", 1958.
///
/// ```
/// use layerscope::layers::singular_values;
/// let stretched = singular_values(&[3.0, 0.0, 0.0, -2.0], 2);
/// assert!((stretched[0] - 3.0).abs() < 1e-12 && (stretched[1] - 2.0).abs() < 1e-12);
/// ```
pub fn singular_values(matrix: &[f64], columns: usize) -> Vec<f64> {
    const SWEEPS: usize = 30;
    if columns == 0 {
        return Vec::new();
    }
    let mut all: Vec<Vec<f64>> =
        (0..columns).map(|column| matrix.iter().skip(column).step_by(columns).copied().collect()).collect();
    for _ in 0..SWEEPS {
        let mut turned = false;
        for left in 0..columns {
            for right in left + 1..columns {
                let (a, b, c) =
                    (dot(&all[left], &all[left]), dot(&all[right], &all[right]), dot(&all[left], &all[right]));
                if c.abs() <= 1e-14 * (a * b).sqrt() || c == 0.0 {
                    continue;
                }
                turned = true;
                let slope = (b - a) / (2.0 * c);
                let tangent = slope.signum() / (slope.abs() + (1.0 + slope * slope).sqrt());
                let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
                let sine = cosine * tangent;
                for at in 0..all[left].len() {
                    let (x, y) = (all[left][at], all[right][at]);
                    (all[left][at], all[right][at]) = (cosine * x - sine * y, sine * x + cosine * y);
                }
            }
        }
        if !turned {
            break;
        }
    }
    let mut lengths: Vec<f64> = all.iter().map(|column| dot(column, column).sqrt()).collect();
    for place in 0..columns {
        for other in place + 1..columns {
            if lengths[other] > lengths[place] {
                lengths.swap(place, other);
            }
        }
    }
    lengths
}

/// Σ a b.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + a * b)
}

/// The spectral norm of a matrix, row by row: how far it stretches at most, which is its largest singular value.
///
/// AᵀA, squared again and again, keeps only the direction that is stretched most: 30 squarings tell directions apart whose
/// stretches differ by a thousand-millionth, and those that are nearer still are as good as each other.
///
/// ```
/// use layerscope::layers::spectral_norm;
/// assert!((spectral_norm(&[0.0, 3.0, -2.0, 0.0], 2) - 3.0).abs() < 1e-12);
/// ```
pub fn spectral_norm(matrix: &[f64], columns: usize) -> f64 {
    const SQUARINGS: usize = 30;
    let largest = matrix.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
    if columns == 0 || largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    // AᵀA: the sum of what every row makes with itself.
    let squared = |rows: &[f64], scale: f64, to: &mut [f64]| {
        to.fill(0.0);
        for row in rows.chunks_exact(columns) {
            for (to, &left) in to.chunks_exact_mut(columns).zip(row) {
                let left = scale * left;
                to.iter_mut().zip(row).for_each(|(to, &right)| *to += left * right);
            }
        }
        to.iter().step_by(columns + 1).fold(0.0, |trace, x| trace + x)
    };
    let matrix: Vec<f64> = matrix.iter().map(|x| x / largest).collect();
    let [mut power, mut next] = [(); 2].map(|()| vec![0.0; columns * columns]);
    let mut trace = squared(&matrix, 1.0, &mut power);
    for _ in 0..SQUARINGS {
        // It is symmetric: its rows are its columns.
        trace = squared(&power, 1.0 / (trace * trace), &mut next);
        std::mem::swap(&mut power, &mut next);
        // What the other directions have a share of; the last squaring has squared it.
        if 1.0 - trace < 1e-8 {
            break;
        }
    }
    let most = (0..columns)
        .fold(0, |most, at| if power[at * (columns + 1)] > power[most * (columns + 1)] { at } else { most });
    let direction = &power[most * columns..][..columns];
    let stretched = matrix.chunks_exact(columns).fold(0.0, |sum, row| {
        let along = dot(row, direction);
        sum + along * along
    });
    largest * (stretched / dot(direction, direction)).sqrt()
}

/// The spectral radius of a square matrix, row by row: the largest magnitude of its eigenvalues, which says whether its powers
/// vanish or explode.
///
/// Gelfand's formula: `ρ = lim ‖Aⁿ‖^{1/n}`, for n a power of two, by squaring.
///
/// ```
/// use layerscope::layers::spectral_radius;
/// // A rotation with a stretch by 2: no real eigenvalue, both of magnitude 2.
/// assert!((spectral_radius(&[0.0, -2.0, 2.0, 0.0], 2) - 2.0).abs() < 1e-6);
/// ```
pub fn spectral_radius(matrix: &[f64], size: usize) -> f64 {
    const SQUARINGS: i32 = 24;
    let mut power = matrix.to_vec();
    // The logarithm of what was divided out so far, for one factor of the matrix.
    let mut logarithm = 0.0;
    for squaring in 0..=SQUARINGS {
        let length = power.iter().fold(0.0, |sum, x| sum + x * x).sqrt();
        if length == 0.0 || !length.is_finite() {
            return 0.0;
        }
        power.iter_mut().for_each(|x| *x /= length);
        logarithm += libm::log(length) / f64::from(1 << squaring);
        let square = |at: usize| {
            let (row, column) = (at / size, at % size);
            (0..size).fold(0.0, |sum, between| sum + power[row * size + between] * power[between * size + column])
        };
        power = (0..size * size).map(square).collect();
    }
    libm::exp(logarithm)
}

#[cfg(test)]
mod tests {
    use super::*;
    /// Numbers between −1 and 1 without a pattern.
    fn scattered(seed: usize) -> impl Iterator<Item = f64> {
        (1..).map(move |place: usize| ((place * 7919 + seed * 104_729) % 1009) as f64 / 504.5 - 1.0)
    }

    fn matrix(size: usize, seed: usize) -> Vec<f64> {
        scattered(seed).take(size * size).collect()
    }

    #[test]
    fn singular_values_keep_length_and_volume() {
        for size in 1..9 {
            let all = matrix(size, size);
            let values = singular_values(&all, size);
            assert!(values.windows(2).all(|pair| pair[0] >= pair[1]), "{values:?}");
            let [length, squares] = [&all, &values].map(|all| all.iter().map(|x| x * x).sum::<f64>());
            assert!((length - squares).abs() < 1e-9 * length, "{size}: {length} {squares}");
            let norm = spectral_norm(&all, size);
            assert!((norm - values[0]).abs() < 1e-14 * values[0], "{size}: {norm} {}", values[0]);
            // No vector of length 1 is stretched by more than the largest, nor by less than the smallest.
            for seed in 0..50 {
                let vector: Vec<f64> = scattered(1000 + seed).take(size).collect();
                let stretched = all.chunks(size).map(|row| row.iter().zip(&vector).map(|(a, b)| a * b).sum::<f64>());
                let by = (stretched.map(|x| x * x).sum::<f64>() / vector.iter().map(|x| x * x).sum::<f64>()).sqrt();
                assert!(by <= values[0] * (1.0 + 1e-12) && by >= values[size - 1] * (1.0 - 1e-12), "{size}");
            }
        }
        assert_eq!(singular_values(&[0.0; 4], 2), [0.0, 0.0]);
        assert!(singular_values(&[], 0).is_empty());
    }

    #[test]
    fn the_norm_is_the_largest_singular_value() {
        for (matrix, columns, norm) in [
            (vec![], 0, 0.0),
            (vec![0.0; 9], 3, 0.0),
            (vec![3.0, 4.0], 2, 5.0),
            (vec![3.0, 4.0], 1, 5.0),
            (vec![0.0, -2.0, 2.0, 0.0], 2, 2.0),
            (vec![1.0, 0.0, 0.0, 1.0 - 1e-12], 2, 1.0),
            (vec![1e200, 0.0, 0.0, 1e190], 2, 1e200),
            (vec![1e-200, 1e-200, 1e-200, 1e-200], 2, 2e-200),
        ] {
            let computed = spectral_norm(&matrix, columns);
            assert!((computed - norm).abs() <= 1e-14 * norm, "{matrix:?}: {computed}");
        }
        // Directions that are stretched nearly alike.
        for nearly in [1e-3, 1e-6, 1e-9] {
            let turned: Vec<f64> = [0.6, -0.8, 0.8, 0.6]
                .into_iter()
                .zip([1.0, 1.0 - nearly].into_iter().cycle())
                .map(|(a, b)| a * b)
                .collect();
            assert!((spectral_norm(&turned, 2) - singular_values(&turned, 2)[0]).abs() < 1e-14);
        }
    }

    #[test]
    fn the_radius_is_the_largest_eigenvalue() {
        for (matrix, size, radius) in [
            (vec![0.5, 100.0, 0.0, 0.25], 2, 0.5),
            (vec![0.0, 1.0, 0.0, 0.0], 2, 0.0),
            (vec![-3.0], 1, 3.0),
            (vec![2.0, 1.0, 1.0, 2.0], 2, 3.0),
            (vec![], 0, 0.0),
        ] {
            let computed = spectral_radius(&matrix, size);
            assert!((computed - radius).abs() < 1e-5, "{matrix:?}: {computed}");
        }
        let all = matrix(6, 3);
        let doubled: Vec<f64> = all.iter().map(|x| 2.0 * x).collect();
        assert!((spectral_radius(&doubled, 6) - 2.0 * spectral_radius(&all, 6)).abs() < 1e-9);
    }
}
