"""Product formulas by name, and the source of their matrices, which tests carry with them."""

# exp(-i t H) by product formulas, as matrices, and a Hamiltonian whose terms do not commute.
FORMULAS = """
def product(terms, t, order):
    if order == 1:
        total = np.eye(len(terms[0]))
        for term in terms:
            total = expm(-1j * t * term) @ total
        return total
    if order == 2:
        return product(terms[::-1], t / 2, 1) @ product(terms, t / 2, 1)
    p = 1 / (4 - 4 ** (1 / (order - 1)))
    outer = np.linalg.matrix_power(product(terms, p * t, order - 2), 2)
    return outer @ product(terms, (1 - 4 * p) * t, order - 2) @ outer

def example(rng):
    labels = [["XXI", "IZZ", "IYI", "ZIX"], ["ZZI", "XIX", "IYZ"], \
["YXI", "IZZ", "XIY", "ZII"]][int(rng.integers(3))]
    coefficients = [float(c) for c in rng.uniform(0.3, 1.2, len(labels))]
    coefficients[1] *= -1
    operator = SparsePauliOp(labels, coefficients)
    terms = [c * SparsePauliOp(label).to_matrix() for label, c in zip(labels, coefficients)]
    return operator, terms
"""


METHODS = {
    "lie": (
        "LieTrotter", ["reps=steps"],
        "first-order Lie-Trotter in `steps` equal steps, terms in the operator's order", 1,
    ),
    "two": (
        "SuzukiTrotter", ["order=2", "reps=steps"], "second-order Suzuki-Trotter in `steps` equal steps",
        2,
    ),
    "four": (
        "SuzukiTrotter", ["order=4", "reps=steps"], "fourth-order Suzuki-Trotter in `steps` equal steps",
        4,
    ),
    "fountain": (
        "LieTrotter", ["reps=steps", 'cx_structure="fountain"'],
        "first-order Lie-Trotter in `steps` equal steps with the 'fountain' arrangement of CX gates,"
        " terms in the operator's order", 1,
    ),
    "walls": (
        "SuzukiTrotter", ["order=2", "reps=steps", "insert_barriers=True"],
        "second-order Suzuki-Trotter in `steps` equal steps with barriers between the factors", 2,
    ),
    "exact": ("MatrixExponential", [], "exact matrix exponentiation", 0),
}  # fmt: skip
