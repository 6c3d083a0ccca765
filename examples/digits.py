"""Writes the digits that the page and `train_cnn` read: python3 examples/digits.py, with scikit-learn installed.

Source: UCI Machine Learning Repository, "Optical Recognition of Handwritten Digits", E. Alpaydin, C. Kaynak, CC BY 4.0,
https://doi.org/10.24432/C50P49; its test set of 1,797 images, as scikit-learn carries it.

The file: for each digit from 0 to 9 how many images there are of it, two bytes each, the lower first; then for each of the
64 pixels, row by row, its value from 0 to 16 in every image. The images lie digit by digit, each beside one that looks much
the same. So the file compresses best.
"""

from pathlib import Path

import numpy
from sklearn.datasets import load_digits


def beside_alike(images):
    """An order in which neighbours differ little: always on to the most alike that is left, then untangled."""
    apart = numpy.abs(images[:, None, :] - images[None]).sum(2)
    order = [0]
    left = set(range(1, len(images)))
    while left:
        order.append(min(left, key=lambda image: (apart[order[-1], image], image)))
        left.remove(order[-1])
    shorter = True
    while shorter:
        shorter = False
        for i in range(1, len(order) - 1):
            for j in range(i + 1, len(order) - 1):
                a, b, c, d = order[i - 1], order[i], order[j], order[j + 1]
                if apart[a, c] + apart[b, d] < apart[a, b] + apart[c, d]:
                    order[i : j + 1] = reversed(order[i : j + 1])
                    shorter = True
    return images[order]


digits = load_digits()
pixels = digits.data.astype(int)
counts = numpy.bincount(digits.target, minlength=10).astype("<u2")
images = numpy.concatenate([beside_alike(pixels[digits.target == digit]) for digit in range(10)])
path = Path(__file__).parent.parent / "www" / "assets" / "digits.bin"
path.write_bytes(counts.tobytes() + images.astype(numpy.uint8).T.tobytes())
