"""Search by amplitude amplification: oracles, rounds, and what they do to a state."""

from random import Random

from qspark.data.families._search import asks
from qspark.data.families.base import Instance, Wrong, angle, family

# name: arguments, predicate on x, words, calls of the test
_RULES = {
    "list": (
        "marked: list[int]", "x in marked", "is in the list `marked`",
        "(3, [7, 1]), (4, [4, 11, 13]), (2, [2])",
    ),
    "below": ("bound: int", "x < bound", "is less than `bound`", "(3, 3), (4, 5), (2, 4)"),
    "above": ("bound: int", "x > bound", "is larger than `bound`", "(3, 5), (4, 10), (2, 2)"),
    "residue": (
        "modulus: int, residue: int", "x % modulus == residue",
        "leaves the remainder `residue` when it is divided by `modulus`",
        "(3, 4, 3), (4, 5, 1), (2, 4, 1)",
    ),
    "weight": (
        "weight: int", "x.bit_count() == weight", "has exactly `weight` ones in binary",
        "(3, 1), (4, 3), (2, 2), (3, 3)",
    ),
    "parity": (
        "mask: int", "(x & mask).bit_count() % 2 == 1",
        "has an odd number of ones among the bits that `mask` selects (bitwise and)",
        "(3, 5), (4, 6), (2, 1)",
    ),
    "range": (
        "low: int, high: int", "low <= x <= high", "lies between `low` and `high`, both included",
        "(3, 1, 2), (4, 6, 10), (2, 2, 3)",
    ),
    "neighbours": (
        "", "x & x >> 1", "has two ones next to each other in binary", "(3,), (4,), (2,)",
    ),
}  # fmt: skip

# name: imports, lines that put the phase PHI on every x with PRED
_PHASES = {
    "diagonal": (
        "import numpy as np\nfrom qiskit import QuantumCircuit\n"
        "from qiskit.circuit.library import DiagonalGate",
        "qc = QuantumCircuit(n)\n"
        "factors = [np.exp(1j * PHI) if PRED else 1 for x in range(2**n)]\n"
        "qc.append(DiagonalGate(factors), range(n))\n",
    ),
    "global phase": (
        "import numpy as np\nfrom qiskit import QuantumCircuit\n"
        "from qiskit.circuit.library import GlobalPhaseGate",
        "qc = QuantumCircuit(n)\nfor x in range(2**n):\n    if PRED:\n"
        "        qc.append(GlobalPhaseGate(PHI).control(n, ctrl_state=x), range(n))\n",
    ),
    "sandwich": (
        "import numpy as np\nfrom qiskit import QuantumCircuit",
        "qc = QuantumCircuit(n)\nfor x in range(2**n):\n    if PRED:\n"
        "        zeros = [qubit for qubit in range(n) if not x >> qubit & 1]\n"
        "        for qubit in zeros:\n            qc.x(qubit)\n"
        "        qc.mcp(PHI, list(range(n - 1)), n - 1)\n"
        "        for qubit in zeros:\n            qc.x(qubit)\n",
    ),
    "hamiltonian": (
        "import numpy as np\nfrom qiskit import QuantumCircuit\n"
        "from qiskit.circuit.library import HamiltonianGate",
        "qc = QuantumCircuit(n)\n"
        "projector = np.diag([1.0 if PRED else 0.0 for x in range(2**n)])\n"
        "qc.append(HamiltonianGate(projector, -PHI), range(n))\n",
    ),
    "pauli": (
        "import numpy as np\nfrom qiskit import QuantumCircuit\n"
        "from qiskit.circuit.library import PauliEvolutionGate\n"
        "from qiskit.quantum_info import Operator, SparsePauliOp",
        "qc = QuantumCircuit(n)\n"
        "projector = np.diag([1.0 if PRED else 0.0 for x in range(2**n)])\n"
        "terms = SparsePauliOp.from_operator(Operator(projector))\n"
        "qc.append(PauliEvolutionGate(terms, time=-PHI), range(n))\n",
    ),
    "controlled phase": (
        "import numpy as np\nfrom qiskit import QuantumCircuit\n"
        "from qiskit.circuit.library import MCPhaseGate",
        "qc = QuantumCircuit(n)\nfor x in range(2**n):\n    if PRED:\n"
        "        flips = QuantumCircuit(n)\n        for qubit in range(n):\n"
        "            if not x >> qubit & 1:\n                flips.x(qubit)\n"
        "        qc.compose(flips, inplace=True)\n"
        "        qc.append(MCPhaseGate(PHI, n - 1), range(n))\n"
        "        qc.compose(flips, inplace=True)\n",
    ),
}


@family(
    "search",
    "intermediate",
    oracle="unitary",
    skills=("phase", "endianness"),
    why="A controlled global phase marks one basis state; bit q of the integer is qubit q.",
    tolerance=1e-8,
)
def rule_phase_oracle(rng: Random) -> Instance:
    """A diagonal oracle that gives a phase to the basis states which a rule selects."""
    rule, way = rng.choice(list(_RULES)), rng.choice(list(_PHASES))
    arguments, predicate, words, calls = _RULES[rule]
    imports, lines = _PHASES[way]
    half = rng.random() < 0.4
    value = angle(rng)
    phi = "np.pi" if half else str(value)
    effect = "-1" if half else f"exp({value}i)"
    name = rng.choice(["mark", "oracle", "S_f", "tag"])
    shape = rng.choice(["circuit", "gate", "controlled", "open", "register"])
    lines = lines.replace("PRED", predicate).replace("-PHI", "PHI" if half else "-PHI")
    lines = lines.replace("PHI", phi)
    if way == "controlled phase":
        imports = imports if half else imports.replace("import numpy as np\n", "")
    elif way in ("sandwich", "global phase") and not half:
        imports = imports.replace("import numpy as np\n", "")
    ending, returns, kind = {
        "circuit": ("return qc\n", "Return a circuit of `n` qubits.", "QuantumCircuit"),
        "gate": (
            f'return qc.to_gate(label="{name}")\n',
            f"Return a gate on `n` qubits whose label is `{name}`.", "Gate",
        ),
        "controlled": (
            "return qc.control(1)\n",
            "The phase is applied only where an additional control qubit is 1: the returned circuit has "
            "`n` + 1 qubits, qubit 0 is the control and qubits 1 to `n` hold x.", "QuantumCircuit",
        ),
        "open": (
            "return qc.control(1, ctrl_state=0)\n",
            "The phase is applied only where an additional control qubit is 0: the returned circuit has "
            "`n` + 1 qubits, qubit 0 is the control and qubits 1 to `n` hold x.", "QuantumCircuit",
        ),
        "register": (
            f'named = QuantumCircuit(QuantumRegister(n, "{name}"))\nnamed.compose(qc, inplace=True)\n'
            "return named\n",
            f"Return a circuit whose only quantum register is called `{name}` and has `n` qubits.",
            "QuantumCircuit",
        ),
    }[shape]  # fmt: skip
    if shape == "gate":
        imports += "\nfrom qiskit.circuit import Gate"
    if shape == "register":
        imports = imports.replace("import QuantumCircuit", "import QuantumCircuit, QuantumRegister")
    facts = [
        f"Every basis state |x> whose integer x {words} is multiplied by {effect}; all others stay "
        "(the matrix is meant exactly, global phase included).",
        "Bit q of x is the value of qubit q" + (" of the circuit." if shape == "circuit" else "."),
        returns,
    ]
    if shape in ("controlled", "open"):
        facts[1] = "Bit q of x is qubit q + 1 of the circuit."
    extra = {
        "gate": f'assert isinstance(got, Gate) and got.label == "{name}"',
        "register": f'assert [(r.name, r.size) for r in got.qregs] == [("{name}", n)]',
    }.get(shape, "assert isinstance(got, QuantumCircuit)")
    names = ", ".join(["n", *(part.split(":")[0] for part in arguments.split(", ") if part)])
    wanted = {
        "controlled": "want = [v for x in range(2**n) for v in (1, phase[x])]",
        "open": "want = [v for x in range(2**n) for v in (phase[x], 1)]",
    }.get(shape, "want = phase")
    return Instance(
        entry_point=rng.choice(["phase_oracle", "mark_states", "tagging_oracle"]),
        signature=f"(n: int{', ' + arguments if arguments else ''}) -> {kind}",
        asks=asks(
            (
                f"Write a phase oracle for search over `n` qubits (phase factor {effect}).",
                f"I need the diagonal operation that tags solutions with the factor {effect}:",
                f"Build this oracle{' as a gate' if shape == 'gate' else ''}.",
                f"How do I mark solutions with {effect} for amplitude amplification on `n` qubits?",
            ),
            facts,
        ),
        imports=imports,
        body=lines + ending,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Operator
for arguments in ({calls},):
    {names}{"," if names == "n" else ""} = arguments
    got = candidate(*arguments)
    {extra}
    phase = [np.exp(1j * {phi}) if {predicate} else 1 for x in range(2**n)]
    {wanted}
    found = Operator(got).data
    assert found.shape == (len(want), len(want))
    assert np.allclose(found, np.diag(want), atol=1e-8, rtol=0)
""",
        params={"rule": rule, "way": way, "phase": phi, "shape": shape},
    )


_PREPARED = {
    "uniform": (
        "n: int", "qc = QuantumCircuit(n)\nqc.h(range(n))\n", "n",
        "The start is the uniform superposition of all 2**n states of `n` qubits.",
        "start = np.full(2**n, 2.0**-n)",
        "(4, [11, 2]), (5, [3]), (5, [1, 6, 12])",
    ),
    "rotations": (
        "angles: list[float]",
        "n = len(angles)\nqc = QuantumCircuit(n)\nfor qubit, theta in enumerate(angles):\n"
        "    qc.ry(theta, qubit)\n", "angles",
        "The start is the product state with RY(`angles[q]`) applied to qubit q of |0...0>.",
        "start = np.ones(1)\n    for theta in angles:\n"
        "        start = np.kron([np.cos(theta / 2) ** 2, np.sin(theta / 2) ** 2], start)\n"
        "    n = len(angles)",
        "([1.2, 2.0, 1.6, 0.9], [13, 6]), ([1.9, 1.0, 1.3], [4]), ([1.1, 1.7, 1.4, 2.1], [1, 5])",
    ),
    "some": (
        "n: int, size: int",
        "qc = QuantumCircuit(n)\nqc.append(UniformSuperpositionGate(size, n), range(n))\n",
        "n, size",
        "The start is the uniform superposition of the basis states 0 to `size` - 1 of `n` qubits "
        "(`size` is no power of two and larger than 2**(n-1)).",
        "start = np.where(np.arange(2**n) < size, 1 / size, 0)",
        "(4, 13, [11, 2]), (5, 21, [3]), (5, 27, [1, 6, 12])",
    ),
}  # fmt: skip


@family(
    "search",
    "advanced",
    oracle="distribution",
    skills=("amplitude-amplification", "rounds"),
    why="After r rounds the marked weight a = sin^2(t) has become sin^2((2r+1)t).",
    tolerance=1e-7,
)
def amplified_start(rng: Random) -> Instance:
    """Amplification with a chosen start, oracle and rule for the number of rounds."""
    start, oracle = rng.choice(list(_PREPARED)), rng.choice(["diagonal", "vector", "phase"])
    rule = rng.choice(["first", "best", "target", "given"])
    apply = rng.choice(["loop", "repeat", "power"])
    result = rng.choice(["circuit", "state", "marked", "success", "measured"])
    if start == "rotations" and result in ("marked", "success", "measured"):
        oracle = "phase"
    arguments, prepare, names, words, closed, calls = _PREPARED[start]
    most, target = rng.randint(5, 9), rng.choice([0.6, 0.7, 0.75, 0.8, 0.85])
    library = {"grover_operator"} | ({"UniformSuperpositionGate"} if start == "some" else set())
    info = set()
    if oracle == "diagonal":
        library.add("DiagonalGate")
        mark = (
            "oracle = QuantumCircuit(n)\n"
            "signs = np.ones(2**n)\nsigns[marked] = -1\n"
            "oracle.append(DiagonalGate(signs.tolist()), range(n))\n"
        )
    elif oracle == "vector":
        info.add("Statevector")
        mark = "mask = np.zeros(2**n)\nmask[marked] = 1\noracle = Statevector(mask)\n"
    else:
        library.add("GlobalPhaseGate")
        mark = (
            "oracle = QuantumCircuit(n)\nfor x in marked:\n"
            "    oracle.append(GlobalPhaseGate(np.pi).control(n, ctrl_state=x), range(n))\n"
        )
    plus = "" if start == "uniform" else ", state_preparation=qc"
    mark += f"step = grover_operator(oracle{plus})\n"
    if rule != "given":
        if start == "uniform":
            weight = "len(marked) / 2**n"
        elif start == "some":
            weight = "len(marked) / size"
        else:
            info.add("Statevector")
            weight = "Statevector(qc).probabilities()[marked].sum()"
        mark += f"theta = np.arcsin(np.sqrt({weight}))\n"
    number, said, own = {
        "first": (
            "int(np.pi / (4 * theta))",
            "The number of rounds is the integer part of pi / (4 t), where sin(t)**2 is the probability "
            "of the marked states in the start.", "r = int(np.pi / (4 * t))",
        ),
        "best": (
            f"max(range({most + 1}), key=lambda r: np.sin((2 * r + 1) * theta) ** 2)",
            f"Of 0 to {most} rounds take the number that makes a marked outcome most likely.",
            f"r = int(np.argmax([np.sin((2 * k + 1) * t) ** 2 for k in range({most + 1})]))",
        ),
        "target": (
            f"next(r for r in count() if np.sin((2 * r + 1) * theta) ** 2 >= {target})",
            f"Use the fewest rounds that give a marked outcome with a probability of {target} or more.",
            f"r = [k for k in range(20) if np.sin((2 * k + 1) * t) ** 2 >= {target}][0]",
        ),
        "given": ("rounds", "Apply `rounds` rounds (possibly none).", "r = rounds"),
    }[rule]  # fmt: skip
    mark += {
        "loop": f"for _ in range({number}):\n    qc.compose(step, inplace=True)\n",
        "repeat": f"rounds = {number}\nif rounds:\n    qc.compose(step.repeat(rounds), inplace=True)\n",
        "power": f"rounds = {number}\nif rounds:\n    qc.compose(step.power(rounds), inplace=True)\n",
    }[apply].replace("rounds = rounds\n", "")
    if result in ("state", "marked", "success"):
        info.add("Statevector")
    ending, kind, returns = {
        "circuit": ("return qc\n", "QuantumCircuit", "Return the circuit, without measurements."),
        "state": ("return Statevector(qc)\n", "Statevector", "Return the final `Statevector`."),
        "marked": (
            "chances = Statevector(qc).probabilities()\n"
            "return {x: float(chances[x]) for x in marked}\n",
            "dict[int, float]",
            "Return a dict from each marked integer to its probability after the last round.",
        ),
        "success": (
            "return float(Statevector(qc).probabilities()[marked].sum())\n", "float",
            "Return the exact probability (a float) that the final measurement gives a marked state.",
        ),
        "measured": (
            "qc.measure_all()\nreturn qc\n", "QuantumCircuit",
            "Return the circuit with all qubits measured at the end, qubit q into classical bit q.",
        ),
    }[result]  # fmt: skip
    read = {
        "circuit": "assert got.num_clbits == 0\n"
        "    found, want = abs(Statevector(got).inner(state)), 1",
        "state": "assert isinstance(got, Statevector)\n    found, want = abs(got.inner(state)), 1",
        "marked": "assert set(got) == set(marked)\n"
        "    found, want = [got[x] for x in marked], want[marked]",
        "success": "found, want = got, want[marked].sum()",
        "measured": "assert got.count_ops()['measure'] == n\n"
        "    assert [got.find_bit(i.clbits[0]).index - got.find_bit(i.qubits[0]).index\n"
        "            for i in got.data if i.operation.name == 'measure'] == [0] * n\n"
        "    found = Statevector(got.remove_final_measurements(inplace=False)).probabilities()",
    }[result]
    given = rule == "given"
    if given:
        calls = (
            calls.replace("])", "], R)")
            .replace("R", "2", 1)
            .replace("R", "3", 1)
            .replace("R", "1", 1)
        )
    facts = [
        words,
        "`marked` lists the integers to be found; bit q of an integer is qubit q.",
        "One round is the sign flip of the marked states, then the reflection about the start.",
        said,
        returns,
    ]
    imports = ["from itertools import count"] if rule == "target" else []
    imports += (["import numpy as np"] if "np." in prepare + mark + ending else []) + [
        "from qiskit import QuantumCircuit",
        f"from qiskit.circuit.library import {', '.join(sorted(library))}",
    ]
    if info:
        imports.append("from qiskit.quantum_info import Statevector")
    body = prepare + mark + ending
    return Instance(
        entry_point=rng.choice(["amplified", "search", "run_amplification"]),
        signature=f"({arguments}, marked: list[int]{', rounds: int' if given else ''}) -> {kind}",
        asks=asks(
            (
                "Amplitude amplification of the states in `marked`.",
                "I want to run a quantum search from a given start:",
                "Implement this search.",
                "Can you write the search below with Qiskit's Grover operator or your own reflections?",
            ),
            facts,
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""
import numpy as np
from qiskit.quantum_info import Statevector
for arguments in ({calls}):
    {names}, marked{", rounds" if given else ""} = arguments
    {closed}
    a = start[marked].sum()
    t = np.arcsin(np.sqrt(a))
    {own}
    high = np.sin((2 * r + 1) * t) ** 2
    want = start * (1 - high) / (1 - a)
    want[marked] = start[marked] * high / a
    state = np.sqrt(start / (1 - a)) * np.cos((2 * r + 1) * t) + 0j
    state[marked] = np.sqrt(start[marked] / a) * np.sin((2 * r + 1) * t)
    state = Statevector(state)
    got = candidate(*arguments)
    {read}
    assert np.allclose(found, want, rtol=0, atol=1e-7)
""",
        params={"start": start, "oracle": oracle, "rounds": rule, "result": result},
        wrong=(
            (Wrong("S35", body.replace(number, f"{number} + 1")),)
            if rule in ("first", "target", "best")
            else ()
        ),
    )
