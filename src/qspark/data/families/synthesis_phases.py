"""Synthesis of phase polynomials and of CNOT-dihedral elements."""

from random import Random

from qspark.data.families._synthesis import UNWRAP, an_ending
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill


@family(
    "synthesis",
    "advanced",
    oracle="unitary",
    skills=("phase-polynomials", "dihedral"),
    why="Each column of the parity matrix gets one phase; the network ends where it began.",
    tolerance=1e-8,
)
def phase_polynomial_networks(rng: Random) -> Instance:
    """Phase polynomials by GraySynth, and CNOT-dihedral elements."""
    kind = rng.choice(["matrix", "terms", "strings", "dihedral", "cnotdihedral"])
    n = rng.choice([3, 4])
    if kind in ("matrix", "terms", "strings"):
        choose = rng.random() < 0.5
        option = ["section_size=section_size"] if choose else []
        end, tail, wants, out, name = an_ending(rng)
        if kind == "matrix":
            body = call("made = synth_cnot_phase_aam", "parities", "angles", *option)
            given = "parities: list[list[int]], angles: list[float]"
            told = (
                "column k of the 0/1 matrix `parities` (a list of rows, row i = qubit i) is a"
                " parity of the bits, and a basis state gets the phase exp(i angles[k]) where that"
                " parity is 1"
            )
        elif kind == "terms":
            body = f"""
rows = [[int(qubit in term) for term in terms] for qubit in range(num_qubits)]
{call("made = synth_cnot_phase_aam", "rows", "list(terms.values())", *option)}
"""
            given = "num_qubits: int, terms: dict[tuple[int, ...], float]"
            told = (
                "`terms` maps tuples of qubits to angles; a basis state gets the phase exp(i angle)"
                " for every tuple whose bits have odd parity"
            )
        else:
            letters = rng.sample(["t", "tdg", "s", "sdg", "z"], 3)
            found = rng.sample(["110", "101", "011", "111"], 3)
            table = f"phases = {dict(zip(found, letters, strict=True))}".replace("'", '"')
            rows = "rows = [[int(word[2 - qubit]) for word in phases] for qubit in range(3)]"
            body = f"{table}\n{rows}\n" + call(
                "made = synth_cnot_phase_aam", "rows", "list(phases.values())", *option
            )
            given = ""
            listed = ", ".join(
                f"{g} on the parity {w}" for g, w in zip(letters, found, strict=True)
            )
            told = (
                f"three qubits get the phases {listed} (a string marks qubits, qubit 0 rightmost)"
            )
        names, info = ["synth_cnot_phase_aam"], []
        body = f"{body.strip()}\n{tail}"
        if choose:
            given += ", section_size: int" if given else "section_size: int"
        extra = (
            "GraySynth with the given `section_size`"
            if choose
            else "GraySynth with its default section size"
        )
        asks = (
            (
                f"Build a diagonal CX + phase circuit with {extra}: {told}. No other change to the"
                f" state. {wants}."
            ),
            (
                f"Phase polynomial synthesis: {told}. Use {extra}; apart from the phases the"
                f" circuit is the identity. {wants}."
            ),
            (
                f"I need the phases of a parity network: {told}. Use Qiskit's {extra}; bits must"
                f" come out as they went in. {wants}."
            ),
        )
        letters_of = dict(zip(found, letters, strict=True)) if kind == "strings" else {}
        test = fill(
            """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Operator
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
kind, known, more = "$kind", $known, $more
turn = {"t": np.pi / 4, "tdg": -np.pi / 4, "s": np.pi / 2, "sdg": -np.pi / 2, "z": np.pi}
for n in (3, 4) if kind != "strings" else (3,):
    masks = [3, 2**n - 2, 2**n - 1, 1 + 2 ** (n - 1)]
    angles = [float(a) for a in rng.uniform(0.3, 2.5, len(masks))]
    if kind == "strings":
        masks, angles = [int(w, 2) for w in known], [turn[g] for g in known.values()]
        got = candidate(*more)
    elif kind == "matrix":
        got = candidate([[mask >> i & 1 for mask in masks] for i in range(n)], list(angles), *more)
    else:
        terms = {tuple(i for i in range(n) if mask >> i & 1): a for mask, a in zip(masks, angles)}
        got = candidate(n, terms, *more)
    got = unwrap(got, "$end", n, "$name")
    phases = [sum(a for m, a in zip(masks, angles) if bin(x & m).count("1") % 2) for x in range(2**n)]
    assert Operator(got).equiv(Operator(np.diag(np.exp(1j * np.array(phases)))), atol=1e-8, rtol=0)
""",
            kind=kind, known=letters_of, more=(2,) if choose else (), end=end, name=name, unwrap=UNWRAP,
        )  # fmt: skip
        params = {"kind": kind, "ending": end}
    else:
        n = rng.choice([2, 3])
        method = rng.choice(["synth_cnotdihedral_full", "synth_cnotdihedral_general"])
        if n == 2:
            method = rng.choice(["synth_cnotdihedral_full", "synth_cnotdihedral_two_qubits"])
        source = rng.choice(["circuit", "element", "inverse", "product"])
        expression, given, told = {
            "circuit": (
                "CNOTDihedral(circuit)", "circuit: QuantumCircuit",
                "the CNOT-dihedral circuit `circuit` (x, cx and t gates)",
            ),
            "element": ("element", "element: CNOTDihedral", "the CNOT-dihedral group element `element`"),
            "inverse": (
                "element.adjoint()", "element: CNOTDihedral",
                "the inverse of the group element `element`",
            ),
            "product": (
                "first.compose(second)", "first: CNOTDihedral, second: CNOTDihedral",
                "`first` followed by `second`",
            ),
        }[source]  # fmt: skip
        goal, tail, wants, out, name = an_ending(rng)
        body = f"made = {method}({expression})\n{tail}"
        names, info = [method], ["CNOTDihedral"]
        size = f"on {n} qubits" if "two" not in method else "on two qubits"
        asks = (
            f"Synthesise {told} {size} with `{method}`. {wants}.",
            f"{wants} for {told} {size}; the method is Qiskit's {method}.",
            (
                f"Given is {told}, {size}. Turn it into a circuit by {method}, equal up to a global"
                f" phase. {wants}."
            ),
        )
        test = fill(
            """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
$unwrap
from qiskit.quantum_info import CNOTDihedral, Operator, random_cnotdihedral
rng = np.random.default_rng(np.random.randint(2**31))
source = "$source"
for _ in range(3):
    one, two = (random_cnotdihedral($n, seed=int(rng.integers(2**31))) for _ in range(2))
    want = {"inverse": one.adjoint(), "product": one.compose(two)}.get(source, one)
    given = {"circuit": (one.to_circuit(),), "product": (one, two)}.get(source, (one,))
    got = candidate(*given)
    got = unwrap(got, "$goal", $n, "$name")
    assert Operator(got).equiv(Operator(want.to_circuit()), atol=1e-8, rtol=0)
""",
            source=source, goal=goal, n=n, name=name, unwrap=UNWRAP,
        )  # fmt: skip
        params = {"kind": kind, "method": method, "source": source, "goal": goal}
    imports = (
        ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in given + out + body else []
    )
    imports += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    imports += [f"from qiskit.quantum_info import {', '.join(info)}"] if info else []
    imports += [f"from qiskit.synthesis import {', '.join(names)}"]
    return Instance(
        "phase_network", asks, "\n".join(imports), f"({given}) -> {out}", body, test, params
    )
