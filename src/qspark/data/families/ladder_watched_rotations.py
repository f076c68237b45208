"""Rotations that are measured step by step: circuits, exact survival and samples."""

from random import Random

from qspark.data.families._exact import EXACT
from qspark.data.families._ladder_protocol import asks
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import indented, sorted_imports


@family(
    "ladder_protocol",
    "advanced",
    oracle="distribution",
    skills=("mid-circuit-measurement", "zeno"),
    why="A rotation by t/n that is watched n times survives with the probability cos^{2n}(t/(2n)).",
    tolerance=1e-7,
    false_alarm=1e-6,
)
def watched_rotation(rng: Random) -> Instance:
    """A slow rotation that is measured after each step: circuits, probabilities, samples."""
    turn, total = rng.choice(["rx", "ry"]), rng.randint(16, 32) / 10
    watch = rng.choice(["own bits", "own bits", "ancilla", "loop"])
    ask = rng.choice(["circuit", "circuit", "chance", "fewest", "sampled", "table"])
    strength = rng.randint(6, 28) / 10 if rng.random() < 0.5 and watch == "ancilla" else 0.0
    seed = rng.randint(1, 99)
    frame = rng.choice(["z", "z", "plus"]) if turn == "ry" else "z"
    pre = "qc.h(0)\n" if frame == "plus" else ""
    post = pre
    size = "1" if watch != "ancilla" else "2"
    check = {
        "own bits": f"{post}qc.measure(0, k)\n{pre}",
        "ancilla": (
            (f"qc.cry({strength}, 0, 1)\n" if strength else "qc.cx(0, 1)\n") + "qc.measure(1, "
                "k)\nqc.reset(1)\n"
        ),
        "loop": "",
    }[watch]  # fmt: skip
    if frame == "plus" and watch == "ancilla":
        frame, pre, post = "z", "", ""
    start = "the |+> state" if frame == "plus" else "|0>"
    where = "qubit 0 is measured in the X basis (H, measure, H) into bit k" if frame == "plus" else (
        "qubit 0 is measured into bit k")  # fmt: skip
    if watch == "ancilla":
        gate = f"CRY({strength})" if strength else "CX"
        where = (
            f"{gate} from qubit 0 to the ancilla qubit 1, which is measured into bit k and reset"
        )
    if watch == "loop":
        body = (
            "qc = QuantumCircuit(1)\nregister = ClassicalRegister(1, 'clicked')\nqc.add_register(register)\n"
            + pre + f"with qc.for_loop(range(n)):\n    qc.{turn}({total} / n, 0)\n"
            + indented(post + "qc.measure(0, 0)\n" + pre)
            + "    with qc.if_test((register, 1)):\n        qc.break_loop()\n"
        )  # fmt: skip
        where = where.replace("into bit k", "into the only bit (register `clicked`), and the loop is "
                                            "left by a "
                              "break where the outcome is 1")  # fmt: skip
    else:
        body = (
            f"qc = QuantumCircuit({size}, n)\n"
            + pre
            + f"for k in range(n):\n    qc.{turn}({total} / n, 0)\n"
        )
        body += indented(check)
    axis = turn.upper()
    facts = [
        (
            f"Qubit 0 starts in {start} and is turned by a total of {total} in n steps: step k = 0,"
            f" 1, ..., n-1 applies {axis}({total} / n), then {where}."
        ),
    ]
    if watch == "loop":
        facts.append("The steps are one `for_loop` of the circuit.")
    survive = "the bit is 0 at the end" if watch == "loop" else "all n bits are 0"
    own = f"survival(n, {total}, {strength if watch == 'ancilla' else 0.0}, {watch == 'ancilla'})"
    imports = ["from qiskit import QuantumCircuit"]
    if watch == "loop":
        imports.append("from qiskit import ClassicalRegister")
    arguments, kind = "n: int", "float"
    if ask == "circuit":
        body += "return qc\n"
        kind = "QuantumCircuit"
        facts.append("Return this circuit.")
        key = "'0'" if watch == "loop" else "'0' * n"
        test = f"""
for n in (1, 2, 3, 4):
    qc = candidate(n)
    assert (qc.num_qubits, qc.num_clbits) == ({size}, {1 if watch == "loop" else "n"})
    chances = spread(qc)
    assert abs(sum(chances.values()) - 1) < 1e-7
    assert abs(chances.get({key}, 0) - {own}) < 1e-7
    for bits, p in full(n).items():
        assert abs(chances.get(bits, 0) - p) < 1e-7
"""
    else:
        # Without the outcomes that end the run only the surviving branch has to be followed.
        step = f"state = state.evolve({axis}Gate({total} / n), [0])\n"
        info = ["Statevector"]
        if watch == "ancilla":
            gate = f"CRYGate({strength})" if strength else "CXGate()"
            follow = (
                "state = Statevector.from_label('00')\n" + "for _ in range(n):\n"
                + indented(step + f"state = state.evolve({gate}, [0, 1])\n"
                          "projector = Operator.from_label('0').expand(Operator.from_label('I'))\n"
                          "state = Statevector(projector.data @ state.data)\n".replace("expand", "tensor"))
            )  # fmt: skip
            info.append("Operator")
            imports.append(f"from qiskit.circuit.library import {axis}Gate")
            imports.append(f"from qiskit.circuit.library import {gate.partition('(')[0]}")
        else:
            label = "+" if frame == "plus" else "0"
            follow = (
                f"start = Statevector.from_label('{label}')\nstate = start\nfor _ in range(n):\n"
                + indented(step + "state = start * start.inner(state)\n")
            )  # fmt: skip
            imports.append(f"from qiskit.circuit.library import {axis}Gate")
        follow += "chance = float(np.linalg.norm(state.data) ** 2)\n"
        closed = watch != "ancilla" and frame == "z" and rng.random() < 0.4
        if closed:
            follow = f"chance = cos({total} / (2 * n)) ** (2 * n)\n"
        if ask == "chance":
            body = follow + "return chance\n"
            facts.append(f"Return the exact probability that {survive}, as a float.")
            test = f"""
for n in (1, 2, 3, 5, 9):
    assert abs(candidate(n) - {own}) < 1e-7
"""
        elif ask == "table":
            arguments, kind = "sizes: list[int]", "dict[int, float]"
            body = (
                "found = {}\nfor n in sizes:\n"
                + indented(follow + "found[n] = chance\n")
                + "return found\n"
            )
            facts.append(
                f"Return a dict from every n in `sizes` to the exact probability that {survive}."
            )
            test = f"""
got = candidate([1, 2, 3, 5, 9])
assert set(got) == {{1, 2, 3, 5, 9}}
for n in got:
    assert abs(got[n] - {own}) < 1e-7
"""
        elif ask == "fewest":
            arguments, kind = "goal: float", "int"
            body = "for n in count(1):\n" + indented(follow + "if chance >= goal:\n    return n\n")
            imports.append("from itertools import count")
            facts.append(
                f"Return the smallest n of 1 or more for which the probability that {survive} is"
                " `goal` or more."
            )
            test = f"""
top = max(survival(n, {total}, {strength if watch == "ancilla" else 0.0}, {watch == "ancilla"}) \
for n in range(1, 30))
for goal in (0.5 * top, 0.7 * top, 0.9 * top, 0.01):
    want = next(n for n in range(1, 99) if {own} >= goal)
    assert candidate(goal) == want
"""
        else:
            arguments = "n: int, shots: int"
            body += (
                f"backend = AerSimulator(seed_simulator={seed})\n"
                "counts = backend.run(qc, shots=shots).result().get_counts()\n"
                + (
                    "return counts.get('0', 0) / shots\n"
                    if watch == "loop"
                    else "return counts.get('0' * n, 0) / shots\n"
                )
            )
            imports.append("from qiskit_aer import AerSimulator")
            follow, info = "", []
            facts.append(
                f"Run the circuit on an AerSimulator with the seed {seed} and `shots` shots, and"
                f" return the fraction of the shots in which {survive}."
            )
            test = f"""
for n in (1, 2, 4):
    assert abs(candidate(n, 4000) - {own}) < np.sqrt(np.log(2 / 3e-7) / 8000)
"""
        if ask != "sampled":
            if closed:
                imports = [x for x in imports if "count" in x] + ["from math import cos"]
            else:
                imports = [
                    x for x in imports if "QuantumCircuit" not in x and "ClassicalRegister" not in x
                ]
                imports += [
                    "import numpy as np",
                    f"from qiskit.quantum_info import {', '.join(info)}",
                ]
    return Instance(
        entry_point=rng.choice(["watched", "zeno", "slow_turn"]),
        signature=f"({arguments}) -> {kind}",
        asks=asks(
            (
                "A rotation that is watched.",
                "Write this in Qiskit.",
                "Frequent measurements:",
                "How does watching slow a rotation down?",
            ),
            facts,
        ),
        imports=sorted_imports(imports),
        body=body,
        test=(EXACT if ask == "circuit" else "import numpy as np\n")
        + f"""
def weights(theta, g, ancilla):
    # amplitudes of outcomes 0 and 1 of one look, for the two levels of the qubit
    if not ancilla:
        return np.diag([1, 0]), np.diag([0, 1])
    c, s = (np.cos(g / 2), np.sin(g / 2)) if g else (0, 1)
    return np.diag([1, c]), np.diag([0, s])
def turned(theta):
    c, s = np.cos(theta / 2), np.sin(theta / 2)
    return np.array([[c, -s], [s, c]]) if "{turn}" == "ry" else np.array([[c, -1j * s], [-1j * s, c]])
def survival(n, total, g, ancilla):
    v = np.array([1, 0])
    for _ in range(n):
        v = weights(total, g, ancilla)[0] @ turned(total / n) @ v
    return np.linalg.norm(v) ** 2
def full(n):
    if {watch == "loop"}:
        return {{}}
    live = {{"": np.array([1, 0])}}
    for _ in range(n):
        new = {{}}
        for bits, v in live.items():
            v = turned({total} / n) @ v
            for b, w in enumerate(weights(0, {strength}, {watch == "ancilla"})):
                new[str(b) + bits] = w @ v
        live = new
    return {{bits: np.linalg.norm(v) ** 2 for bits, v in live.items()}}
"""
        + test,
        params={"turn": turn, "total": total, "watch": watch, "ask": ask, "frame": frame},
        wrong=(
            (Wrong("S17", body.replace(f"{total} / n", f"2 * {total} / n")),)
            if ask in ("circuit", "sampled")
            else ()
        ),
    )  # fmt: skip
