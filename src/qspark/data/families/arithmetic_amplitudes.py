"""Functions of a register loaded into an amplitude, and read from it."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill


@family(
    "arithmetic",
    "advanced",
    oracle="value",
    skills=("amplitude-encoding", "expectation"),
    why="LinearAmplitudeFunctionGate contracts the function around 1/2; post_processing undoes it.",
    tolerance=1e-7,
)
def amplitude_of_a_function(rng: Random) -> Instance:
    """Loading a (piecewise) linear function or a reciprocal into an amplitude, and reading it."""
    kind = rng.choice(["linear", "linear", "piecewise", "reciprocal", "reciprocal"])
    n = rng.choice([2, 3])
    form = rng.choice(["amplitude", "estimate", "gate"])
    negative = kind == "reciprocal" and rng.random() < 0.4
    scale = rng.choice([0.05, 0.08, 0.1, 0.15, 0.2, 0.25])
    if kind == "reciprocal":
        width = n + int(negative)
        arguments = [str(width), f"scaling={scale}"] + ["neg_vals=True"] * negative
        gate = "ExactReciprocalGate"
        size, target = width + 1, width
        if form == "estimate":
            form = "amplitude"
        told = (
            f"the amplitude of |1> on qubit {target} becomes {scale} * {2**n} / x for every basis"
            f" state x of qubits 0..{n - 1} with 0 < {scale} * {2**n} / x <= 1 and 0 for the"
            " other x"
        )
        if negative:
            told += (
                f"; qubit {n} is a sign qubit: if it is 1, the amplitude is -{scale} / (1 - x /"
                f" {2**n}) where that is defined and at most 1 in size, with 0 for x = 0"
            )
    else:
        low, high = rng.choice([(0, 1), (0, 2), (1, 3), (-1, 1)])
        factor = rng.choice([0.1, 0.2, 0.3, 0.5])
        s, o = rng.choice([0.5, 1.5, 2.0]), rng.choice([0.25, 0.5, 1.0])
        s2, o2 = rng.choice([0.75, 1.25, 3.0]), rng.choice([0.3, 0.6])
        gate, width = "LinearAmplitudeFunctionGate", n
        middle = (low + high) / 2
        if kind == "piecewise":
            image = (min(o, o2) - 1, max(o + s * 2, o2 + s2 * 2) + 1)
            arguments = [
                str(n), f"[{s}, {s2}]", f"[{o}, {o2}]", f"domain=({low}, {high})", f"image={image}",
                f"rescaling_factor={factor}", f"breakpoints=[{low}, {middle}]",
            ]  # fmt: skip
            words = (
                f"g(t) = {s} (t - {low}) + {o} for {low} <= t < {middle} and {s2} (t - {middle}) +"
                f" {o2} for t >= {middle}"
            )
        else:
            image = (o - 0.5, o + s * (high - low) + 0.5)
            arguments = [
                str(n), f"slope={s}", f"offset={o}", f"domain=({low}, {high})", f"image={image}",
                f"rescaling_factor={factor}",
            ]  # fmt: skip
            words = f"g(t) = {s} (t - {low}) + {o}"
        size, target = n + 1 + (kind == "piecewise"), n
        told = (
            f"{words}; t = {low} + {high - low} x / {2**n - 1}; h = (g(t) - {image[0]}) /"
            f" ({image[1]} - {image[0]}); the amplitude of |1> on qubit {n} becomes sin(pi/4 +"
            f" {factor} pi/2 (h - 1/2)) for every basis state x of qubits 0..{n - 1}"
        )
    made = call(f"loader = {gate}", *arguments)
    if form == "gate":
        body = f"{made}\nreturn loader"
        given, out, goal = "", "Gate", f"Return it as one {size}-qubit gate"
    elif form == "amplitude":
        body = f"""
{made}
circuit = QuantumCircuit(loader.num_qubits)
circuit.prepare_state(amplitudes, range({width}))
circuit.append(loader, circuit.qubits)
return float(Statevector(circuit).probabilities([{target}])[1])
"""
        given, out = "amplitudes: list[complex]", "float"
        goal = (
            f"For the normalised state with the given {2**width} `amplitudes` on qubits"
            f" 0..{width - 1}, return the exact probability of measuring 1 on qubit {target} as a"
            " float"
        )
    else:
        body = f"""
{made}
circuit = QuantumCircuit(loader.num_qubits)
circuit.prepare_state(np.sqrt(probabilities), range({n}))
circuit.append(loader, circuit.qubits)
hit = Statevector(circuit).probabilities([{n}])[1]
return float(loader.post_processing(hit))
"""
        given, out = "probabilities: list[float]", "float"
        goal = (
            f"Take the {2**n} `probabilities` of x, load them (amplitude = square root), get the"
            f" exact probability p of 1 on qubit {n} and return Qiskit's post-processed estimate of"
            f" E[g], i.e. ((p - 1/2 + {factor} pi/4) * 2 / ({factor} pi)) mapped linearly from [0,"
            f" 1] to [{image[0]}, {image[1]}], as a float"
        )
    asks = (
        (
            f"Load a function into an amplitude: {told}. {goal}. Little-endian; further qubits are"
            " work qubits in |0>."
        ),
        (
            f"{goal}. The loading operation: {told}. Bits are little-endian, and any qubit beyond"
            " these is a clean work qubit."
        ),
        f"Use Qiskit's {gate}, so that {told} (little-endian, extra qubits start in |0>). {goal}.",
    )
    formula = f"reciprocal(x, {n}, {scale}, {negative})"
    if kind != "reciprocal":
        g = f"{s} * (t - {low}) + {o}"
        if kind == "piecewise":
            g = f"({g} if t < {middle} else {s2} * (t - {middle}) + {o2})"
        formula = (
            f"np.sin(np.pi / 4 + {factor} * np.pi / 2 * ((({g}) - {image[0]}) / "
            f"{image[1] - image[0]} - 0.5))"
        )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Statevector
def reciprocal(x, n, scale, negative):
    low = x % 2**n
    if negative and x >> n:
        value = -scale / (1 - low / 2**n) if low else 0
    else:
        value = scale * 2**n / low if low else 0
    return value if abs(value) <= 1 + 1e-9 else 0
def amplitude(x):
    t = $low + $span * x / (2**$n - 1)
    return $formula
rng = np.random.default_rng(np.random.randint(2**31))
size, width, form = $size, $width, "$form"
weights = rng.normal(size=2**width) + 1j * rng.normal(size=2**width)
weights /= np.linalg.norm(weights)
loaded = np.array([amplitude(x) for x in range(2**width)])
if form == "gate":
    got = candidate()
    assert isinstance(got, Gate) and got.num_qubits == size
    start, want = np.zeros((2, 2**size), dtype=complex)
    start[: 2**width] = weights
    want[: 2**width] = weights * np.sqrt(1 - loaded**2)
    want[2**width : 2 ** (width + 1)] = weights * loaded
    circuit = QuantumCircuit(size)
    circuit.append(got, range(size))
    assert Statevector(start).evolve(circuit).equiv(Statevector(want), atol=2e-5, rtol=0)
else:
    chances = np.abs(weights) ** 2
    got = candidate([float(p) for p in chances] if form == "estimate" else [complex(a) for a in weights])
    want = float(chances @ loaded**2)
    if form == "estimate":
        want = (want - 0.5 + $factor * np.pi / 4) * 2 / ($factor * np.pi) * $stretch + $bottom
    assert isinstance(got, float) and abs(got - want) < 2e-5, (got, want)
""",
        low=0 if kind == "reciprocal" else low, span=1 if kind == "reciprocal" else high - low, n=n,
        formula=formula, size=size, width=width, form=form, factor=1 if kind == "reciprocal" else factor,
        stretch=1 if kind == "reciprocal" else image[1] - image[0],
        bottom=0 if kind == "reciprocal" else image[0],
    )  # fmt: skip
    imports = {
        "gate": f"from qiskit.circuit import Gate\nfrom qiskit.circuit.library import {gate}",
        "amplitude": (
            f"from qiskit import QuantumCircuit\nfrom qiskit.circuit.library import {gate}\n"
            "from qiskit.quantum_info import Statevector"
        ),
    }
    imports["estimate"] = "import numpy as np\n" + imports["amplitude"]
    return Instance(
        "function_amplitude", asks, imports[form], f"({given}) -> {out}", body, test,
        {"kind": kind, "n": n, "form": form, "arguments": arguments},
    )  # fmt: skip
