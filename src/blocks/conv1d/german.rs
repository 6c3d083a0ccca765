//! What `conv1d` says, in German.

use crate::blocks::Pairs;

/// Each with the English that it stands for.
pub const GERMAN: Pairs = &[
    ("1D convolution", "1D-Faltung"),
    (
        "A small window slides; every output is the same few weights on another neighbourhood.",
        "Ein kleines Fenster gleitet; jede Ausgabe entsteht mit denselben wenigen Gewichten aus einer anderen Nachbarschaft.",
    ),
    (
        "A convolution pushes a window of k weights along a signal. At every position it multiplies the weights with the numbers \
         under them and adds up: the same weights everywhere, so that a pattern is found wherever it is. At the ends the window \
         needs cells that are not there; padding adds them.",
        "Eine Faltung schiebt ein Fenster aus k Gewichten über ein Signal. An jeder Stelle multipliziert sie die Gewichte mit den \
         Zahlen darunter und addiert: überall dieselben Gewichte, sodass ein Muster gefunden wird, wo immer es ist. An den Enden \
         braucht das Fenster Zellen, die es nicht gibt; Padding fügt sie hinzu.",
    ),
    (
        "Predict: where is the output of (−1, 1, 0) positive, and where is it zero?",
        "Sagen Sie voraus: Wo ist die Ausgabe von (−1, 1, 0) positiv, und wo ist sie null?",
    ),
    // Presets.
    ("a signal and its changes", "ein Signal und seine Änderungen"),
    ("(−1, 1, 0) on (0, 1, 1): a rising edge", "(−1, 1, 0) auf (0, 1, 1): eine steigende Kante"),
    ("(−1, 1, 0) on (1, 1, 1): nothing changes", "(−1, 1, 0) auf (1, 1, 1): nichts ändert sich"),
    ("(−1, 1, 0) on (1, 0, 1): a falling edge", "(−1, 1, 0) auf (1, 0, 1): eine fallende Kante"),
    ("(1, 2, 3) padded by two: zeros", "(1, 2, 3), Padding um zwei: Nullen"),
    ("(1, 2, 3) padded by two: replicate", "(1, 2, 3), Padding um zwei: wiederholt (replicate)"),
    ("(1, 2, 3) padded by two: symmetric", "(1, 2, 3), Padding um zwei: symmetrisch (symmetric)"),
    ("(1, 2, 3) padded by two: circular", "(1, 2, 3), Padding um zwei: zyklisch (circular)"),
    ("(1, 2, 3) padded by two: reflect", "(1, 2, 3), Padding um zwei: gespiegelt (reflect)"),
    ("stride 2: every other position", "Stride 2: jede zweite Stelle"),
    ("dilation 3: wide with three weights", "Dilation 3: breit mit drei Gewichten"),
    ("moving average on a noisy step", "gleitender Mittelwert auf einer verrauschten Stufe"),
    ("Gaussian on a noisy step", "Gauß-Filter auf einer verrauschten Stufe"),
    ("step detector on a noisy step", "Stufendetektor auf einer verrauschten Stufe"),
    ("causal: only the past", "kausal: nur die Vergangenheit"),
    ("four causal layers, dilation 1, 2, 4, 8", "vier kausale Schichten, Dilation 1, 2, 4, 8"),
    // Controls.
    ("input x", "Eingabe x"),
    (
        "the signal: type, paste or open numbers, or drag the bars",
        "das Signal: Zahlen tippen, einfügen oder öffnen, oder an den Balken ziehen",
    ),
    ("no padding: n − (k − 1)·d outputs at stride 1", "kein Padding: n − (k − 1)·d Ausgaben bei Stride 1"),
    (
        "(k − 1)·d cells before the first input: no output sees the future",
        "(k − 1)·d Zellen vor der ersten Eingabe: Keine Ausgabe sieht die Zukunft",
    ),
    ("causal", "kausal"),
    ("layers", "Schichten"),
    (
        "how many causal layers are stacked; each doubles the dilation of the one below",
        "wie viele kausale Schichten gestapelt sind; jede verdoppelt die Dilation der unteren",
    ),
    (
        "the kernel: type, paste or open numbers, or drag them in the picture",
        "der Kern: Zahlen tippen, einfügen oder öffnen, oder im Bild an ihnen ziehen",
    ),
    ("bias b", "Bias b"),
    ("sense", "Sinn"),
    (
        "what networks call convolution does not turn the kernel around; mathematics does",
        "was in Netzen Faltung heißt, dreht den Kern nicht um; die Mathematik tut es",
    ),
    ("cross-correlation", "Kreuzkorrelation"),
    (
        "as in every deep learning library: the kernel as it stands",
        "wie in jeder Deep-Learning-Bibliothek: der Kern, wie er dasteht",
    ),
    ("convolution (flipped)", "Faltung (umgedreht)"),
    ("as in mathematics: the kernel is read from its end", "wie in der Mathematik: Der Kern wird vom Ende her gelesen"),
    // On the picture.
    ("kernel w", "Kern w"),
    ("used", "benutzt"),
    ("output y", "Ausgabe y"),
    ("w and ∂E/∂w", "w und ∂E/∂w"),
    ("layer {} · d {}", "Schicht {} · d {}"),
    // Stages.
    ("flipped weight", "umgedrehtes Gewicht"),
    ("hidden layer", "verborgene Schicht"),
    ("padded hidden layer", "verborgene Schicht mit Padding"),
    ("gradient by the flipped weight", "Gradient nach dem umgedrehten Gewicht"),
    // Facts.
    (
        "[{}, {}] ∗ [{}, {}, {}], stride {}, dilation {}, valid → [{}, {}]",
        "[{}, {}] ∗ [{}, {}, {}], Stride {}, Dilation {}, valid → [{}, {}]",
    ),
    (
        "[{}, {}] ∗ [{}, {}, {}], stride {}, dilation {}, same → [{}, {}]",
        "[{}, {}] ∗ [{}, {}, {}], Stride {}, Dilation {}, same → [{}, {}]",
    ),
    (
        "[{}, {}] ∗ [{}, {}, {}], stride {}, dilation {}, {} on each side → [{}, {}]",
        "[{}, {}] ∗ [{}, {}, {}], Stride {}, Dilation {}, {} auf jeder Seite → [{}, {}]",
    ),
    (
        "[{}, {}] ∗ [{}, {}, {}], stride {}, dilation {}, causal → [{}, {}]",
        "[{}, {}] ∗ [{}, {}, {}], Stride {}, Dilation {}, kausal → [{}, {}]",
    ),
    ("the lecture's ⌊n / s⌋ = {}: agrees here", "⌊n / s⌋ = {} aus der Vorlesung: stimmt hier überein"),
    (
        "the lecture's ⌊n / s⌋ = {}: the general rule rounds up",
        "⌊n / s⌋ = {} aus der Vorlesung: Die allgemeine Regel rundet auf",
    ),
];
