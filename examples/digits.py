"""Writes the digits that the page and `train_cnn` read: python3 examples/digits.py, with scikit-learn installed.

Source: UCI Machine Learning Repository, "Optical Recognition of Handwritten Digits", E. Alpaydin, C. Kaynak, CC BY 4.0,
https://doi.org/10.24432/C50P49; its test set of 1,797 images, as scikit-learn carries it.

The file: for each digit from 0 to 9 how many images there are of it, two bytes each, the lower first; then for each of the
64 pixels, row by row, its value from 0 to 16 in every image, the images lying digit by digit. So it compresses best.
"""

from pathlib import Path

import numpy
from sklearn.datasets import load_digits

digits = load_digits()
order = numpy.argsort(digits.target, kind="stable")
counts = numpy.bincount(digits.target, minlength=10).astype("<u2")
planes = digits.data[order].astype(numpy.uint8).T
path = Path(__file__).parent.parent / "www" / "assets" / "digits.bin"
path.write_bytes(counts.tobytes() + planes.tobytes())
