"""Synthesis of adders, multipliers and comparators."""

from random import Random

from qspark.data.families._synthesis import UNWRAP, an_ending
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import fill

# Call, layout in words, registers (name, width in terms of n), value change.
ADDERS = [
    ("adder_qft_d00(num_bits, kind=\"half\")", "a (n), b (n), carry (1)", "half"),
    ("adder_qft_d00(num_bits, kind=\"fixed\")", "a (n), b (n)", "fixed"),
    ("adder_ripple_c04(num_bits, kind=\"full\")", "carry-in (1), a (n), b (n), carry-out (1)", "full"),
    ("adder_ripple_c04(num_bits, kind=\"half\")", "a (n), b (n), carry (1), helper (1, clean)", "half help"),
    ("adder_ripple_c04(num_bits, kind=\"fixed\")", "a (n), b (n), helper (1, clean)", "fixed help"),
    (
        "adder_ripple_v95(num_bits, kind=\"full\")",
        "carry-in (1), a (n), b (n), carry-out (1), helpers (n - 1, clean)", "full vbe",
    ),
    (
        "adder_ripple_v95(num_bits, kind=\"half\")", "a (n), b (n), carry (1), helpers (n - 1, clean)",
        "half vbe",
    ),
    ("adder_ripple_r25(num_bits)", "a (n), b (n), carry (1)", "half"),
    ("adder_modular_v17(num_bits)", "a (n), b (n)", "fixed"),
    (
        "multiplier_cumulative_h18(num_bits)", "a (n), b (n), product (2n, clean), helper (1, clean)",
        "product help",
    ),
    ("multiplier_qft_r17(num_bits)", "a (n), b (n), product (2n, clean)", "product"),
    (
        "multiplier_qft_r17(num_bits, num_result_qubits=num_bits)",
        "a (n), b (n), product modulo 2^n (n, clean)", "short",
    ),
    ("synth_integer_comparator_2s(num_bits, value)", "x (n), target (1), helpers (n - 1, clean)", "geq help"),
    (
        "synth_integer_comparator_2s(num_bits, value, geq=False)",
        "x (n), target (1), helpers (n - 1, clean)", "less help",
    ),
    ("synth_integer_comparator_greedy(num_bits, value)", "x (n), target (1)", "geq"),
    ("synth_integer_comparator_greedy(num_bits, value, geq=False)", "x (n), target (1)", "less"),
]  # fmt: skip


@family(
    "synthesis",
    "intermediate",
    oracle="unitary",
    skills=("adders", "registers"),
    why=(
        "Each arithmetic synthesis has its own work qubits and order; the registers are"
        " little-endian."
    ),
    tolerance=1e-7,
)
def arithmetic_syntheses(rng: Random) -> Instance:
    """The adders, multipliers and comparators of qiskit.synthesis."""
    made, layout, kind = rng.choice(ADDERS)
    own = ("inverse",) if kind.split()[0] in ("geq", "less") else ()
    end, tail, wants, out, name = an_ending(rng, "measured", *own)
    method = made.partition("(")[0]
    compare = "comparator" in method
    given = "num_bits: int, value: int" if compare else "num_bits: int"
    body = f"made = {made}\n{tail}"
    base = kind.split()[0]
    effect = {
        "half": (
            "replaces b by the low n bits of a + b and puts the carry into `carry`, which starts"
            " in 0"
        ),
        "fixed": "replaces b by (a + b) modulo 2^n",
        "full": (
            "replaces b by the low n bits of a + b + carry-in and puts the carry into the"
            " carry-out, which starts in 0"
        ),
        "product": "writes a * b into the product register",
        "short": "writes a * b modulo 2^n into the product register",
        "geq": "flips the target exactly where x >= value",
        "less": "flips the target exactly where x < value",
    }[base]
    asks = (
        (
            f"Use `{method}` to get a circuit on the qubits {layout}, n = num_bits, in this order,"
            f" that {effect}. {wants}."
        ),
        (
            f"{wants}: arithmetic circuit from qiskit.synthesis ({method}). Qubit order: {layout}"
            f" with n = num_bits; it {effect}."
        ),
        (
            f"For n = `num_bits` I need the {method} implementation: it {effect}. Qubits in order:"
            f" {layout}; little-endian, clean qubits start and end in 0. {wants}."
        ),
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Statevector
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
base, detail = "$base", "$detail"
for n in (2, 3) if base not in ("product", "short") else (1, 2):
    value = 2**n - 2 if n > 2 else 1
    first = 1 if base == "full" else 0
    size = {"half": 2 * n + 1, "fixed": 2 * n, "full": 2 * n + 2, "product": 4 * n, \
"short": 3 * n}.get(base, n + 1)
    size += {"": 0, "help": n - 1 if base in ("geq", "less") else 1, "vbe": n - 1}[detail]
    got = unwrap(candidate(*((n, value) if base in ("geq", "less") else (n,))), "$end", size, "$name")
    pairs = []
    if base in ("geq", "less"):
        for x in range(2**n):
            true = (x >= value) == (base == "geq")
            pairs += [(x | t << n, x | (t ^ true) << n) for t in (0, 1)]
    else:
        for a in range(2**n):
            for b in range(2**n):
                for c in range(1 + first):
                    old = c | a << first | b << first + n if first else a | b << n
                    total = a + b + c
                    if base in ("product", "short"):
                        product = a * b if base == "product" else a * b % 2**n
                        pairs.append((old, old | product << 2 * n))
                    else:
                        low, high = total % 2**n, 0 if base == "fixed" else total >> n
                        pairs.append((old, c * first | a << first | low << first + n | high << first + 2 * n))
    start, want = np.zeros((2, 2**size), dtype=complex)
    for before, after in pairs:
        start[before] = want[after] = rng.normal() + 1j * rng.normal()
    norm = np.linalg.norm(start)
    assert Statevector(start / norm).evolve(got).equiv(Statevector(want / norm), atol=1e-7, rtol=0)
""",
        unwrap=UNWRAP, base=base, detail="".join(kind.split()[1:]), end=end, name=name,
    )  # fmt: skip
    imports = ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out + body else []
    imports += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    imports += [f"from qiskit.synthesis import {method}"]
    return Instance(
        "arithmetic_circuit", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"made": made, "ending": end},
    )  # fmt: skip
