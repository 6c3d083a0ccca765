//! How large a request may be. Everything is measured before memory is taken for it.

/// The most numbers in one tensor: given, padded, or computed. An axis of length zero counts as one.
pub const MAX_ELEMENTS: usize = 1 << 23;

/// The most axes of a tensor.
pub const MAX_AXES: usize = 8;

/// The largest stride, dilation, number of groups, and number of padded cells on one side.
pub const MAX_STEP: usize = 1 << 23;

/// The most multiplications in one request; gradients take twice those of the output besides.
pub const MAX_MULTIPLICATIONS: u64 = 1 << 31;
