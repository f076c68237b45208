"""Simulation: quantum walks, block encodings and Hadamard tests."""

from random import Random

from qspark.data.families._simulation import asks, needs
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import indented, sorted_imports


@family(
    "simulation",
    "advanced",
    oracle="distribution",
    skills=("quantum-walk", "endianness"),
    why="The coin decides the direction of the shift; a shift on the cycle is an increment modulo 2^n.",
    tolerance=1e-8,
)
def coined_walk(rng: Random) -> Instance:
    """A walk on a cycle with a coin, by increments, permutations or phases."""
    n, place = rng.choice([2, 3]), rng.choice(["last", "first"])
    coin, spots = (n, list(range(n))) if place == "last" else (0, list(range(1, n + 1)))
    toss, said_toss, matrix = rng.choice([
        (f"qc.h({coin})\n", "a Hadamard gate", "np.array([[1, 1], [1, -1]]) / 2**0.5"),
        (f"qc.ry(1.1, {coin})\n", "RY(1.1)", "ry(1.1)"), (f"qc.ry(2.2, {coin})\n", "RY(2.2)", "ry(2.2)"),
        (f"qc.rx(0.9, {coin})\n", "RX(0.9)", "rx(0.9)"), (f"qc.rx(2.0, {coin})\n", "RX(2.0)", "rx(2.0)"),
    ])  # fmt: skip
    way = rng.choice(["increment", "permutation", "fourier", "matrix"])
    start = rng.choice(["0", "1", "2"])
    tilt = rng.choice(["none", "none", "plus", "phase"])
    ask = rng.choice(["circuit", "chances", "chances", "mean", "spread", "counts", "table"])
    lazy = rng.random() < 0.3
    prepare = "".join(f"qc.x({spots[q]})\n" for q in range(n) if int(start) >> q & 1)
    prepare += {"none": "", "plus": f"qc.x({coin})\n", "phase": f"qc.h({coin})\nqc.s({coin})\n"}[
        tilt
    ]
    said_coin = {"none": "0", "plus": "1", "phase": "(|0> + i|1>)/sqrt(2)"}[tilt]
    size = n + 1
    inner = list(spots)
    if way == "increment":
        up_local = "".join(
            f"up.mcx({list(range(q))}, {q})\n" if q > 1 else ("up.cx(0, 1)\n" if q else "up.x(0)\n")
            for q in reversed(range(n))
        )
        make = f"up = QuantumCircuit({n})\n{up_local}"
        shift = f"qc.compose(up.control(1), [{coin}, *{inner}], inplace=True)\n"
        back = (
            f"qc.compose(up.inverse().control(1, ctrl_state=0), [{coin}, *{inner}], inplace=True)\n"
        )
    elif way == "permutation":
        make = (
            f"move = np.zeros(({2**n}, {2**n}))\nfor x in range({2**n}):\n"
            f"    move[(x + 1) % {2**n}, x] = 1\nup = UnitaryGate(move)\n"
        )
        shift = f"qc.append(up.control(1), [{coin}, *{inner}])\n"
        back = f"qc.append(up.inverse().control(1, ctrl_state=0), [{coin}, *{inner}])\n"
    elif way == "fourier":
        make = ""
        turn = (
            f"qc.append(QFTGate({n}), {inner})\nfor k, q in enumerate({inner}):\n"
            f"    qc.cp(2 * np.pi * 2**k / {2**n}, {coin}, q)\n"
            f"qc.append(QFTGate({n}).inverse(), {inner})\n"
        )
        shift = turn
        back = f"qc.x({coin})\n" + turn.replace("qc.cp(2 *", "qc.cp(-2 *") + f"qc.x({coin})\n"
    else:
        order = "2 * x + c" if place == "first" else f"x + {2**n} * c"
        image = "2 * y + c" if place == "first" else f"y + {2**n} * c"
        step = "(x + 1) if c else x" if lazy else "x + 2 * c - 1"
        make = (
            f"walk = np.zeros(({2**size}, {2**size}))\nfor x in range({2**n}):\n    for c in range(2):\n"
            f"        y = ({step}) % {2**n}\n        walk[{image}, {order}] = 1\n"
        )
        shift, back = f"qc.unitary(walk, range({size}))\n", ""
    body = f"qc = QuantumCircuit({size})\n" + prepare + make
    body += "for _ in range(steps):\n" + indented(toss + shift + ("" if lazy else back))
    where = str(inner)
    exact = f"chances = Statevector(qc).probabilities({where})\n"
    last, kind, said, check = {
        "circuit": ("return qc\n", "QuantumCircuit", "Return the circuit without measurements.",
                    f"assert got.num_qubits == {size}\n"
                    "    assert abs(np.vdot(Statevector(got).data, state.ravel())) > 1 - 1e-8"),
        "chances": (exact + "return chances\n", "np.ndarray",
                    f"Return the array of the {2**n} exact probabilities of the positions.",
                    "assert np.allclose(got, p, atol=1e-8)"),
        "mean": (exact + f"return float(chances @ np.arange({2**n}))\n", "float",
                 f"Return the exact mean of the position number (0 to {2**n - 1}) as a float.",
                 f"assert abs(got - p @ np.arange({2**n})) < 1e-8"),
        "spread": (exact + f"x = np.arange({2**n})\nreturn float(chances @ x**2 - (chances @ x) ** "
                           f"2)\n", "float",
                   f"Return the exact variance of the position number (0 to {2**n - 1}) as a float.",
                   f"x = np.arange({2**n})\n    assert abs(got - p @ x**2 + (p @ x) ** 2) < 1e-8"),
        "table": (f"found = Statevector(qc).probabilities_dict({where})\n"
                  "return {int(key, 2): float(p) for key, p in found.items() if p > 1e-9}\n",
                  "dict[int, float]",
                  "Return a dict from the positions with a probability above 1e-9 to their exact "
                  "probabilities.",
                  f"assert set(got) == {{x for x in range({2**n}) if p[x] > 1e-9}}\n"
                  "    assert all(abs(got[x] - p[x]) < 1e-8 for x in got)"),
        "counts": (f"qc.add_register(ClassicalRegister({n}, 'spot'))\nqc.measure({where}, "
                   f"range({n}))\nreturn qc\n",
                   "QuantumCircuit",
                   f"Return the circuit with the position measured at the end into a classical register "
                   f"`spot` "
                   f"of {n} bits, bit q of the position in bit q of the register; the coin is not measured.",
                   "assert [(r.name, r.size) for r in got.cregs] == [('spot', SIZE)]\n"
                   "    pairs = [(got.find_bit(i.qubits[0]).index, got.find_bit(i.clbits[0]).index)\n"
                   "             for i in got.data if i.operation.name == 'measure']\n"
                   f"    assert sorted(pairs) == sorted(zip({inner}, range({n})))\n"
                   "    bare = got.remove_final_measurements(inplace=False)\n"
                   "    assert abs(np.vdot(Statevector(bare).data, state.ravel())) > 1 - 1e-8".replace(
                       "SIZE", str(n))),
    }[ask]  # fmt: skip
    body += last
    imports = needs(body + kind)
    if "ClassicalRegister" in body:
        imports.append("from qiskit import ClassicalRegister")
    rule = "one position up (modulo the length) if the coin is 1"
    rule += ", and no move if it is 0" if lazy else ", and one position down if it is 0"
    # Rows are coins and columns positions, so that ravel() is the state of "last".
    order = "state" if place == "last" else "state.T"
    return Instance(
        entry_point=rng.choice(["walk", "quantum_walk", "walk_on_cycle"]),
        signature=f"(steps: int) -> {kind}",
        asks=asks(
            (
                "A quantum walk.",
                "I want to run this walk.",
                f"Walk on a cycle of {2**n} positions:",
                "Simulate a discrete quantum walk.",
            ),
            [
                f"The walker is on a cycle of {2**n} positions, whose number is stored in the qubits {spots} "
                f"(bit q of the number in the q-th of them); the coin is qubit {coin}.",
                f"It starts at position {start} with the coin in the state {said_coin}.",
                f"Each of the `steps` steps tosses the coin with {said_toss}, then moves the walker: {rule}.",
                said,
            ],
        ),
        imports=sorted_imports(imports),
        body=body,
        test=f"""
import numpy as np
from qiskit.quantum_info import Statevector
def ry(a):
    return np.array([[np.cos(a / 2), -np.sin(a / 2)], [np.sin(a / 2), np.cos(a / 2)]])
def rx(a):
    return np.array([[np.cos(a / 2), -1j * np.sin(a / 2)], [-1j * np.sin(a / 2), np.cos(a / 2)]])
coin = {matrix}
for steps in (1, 2, 4):
    state = np.zeros((2, {2**n}), dtype=complex)
    state[:, {start}] = {{"none": [1, 0], "plus": [0, 1], "phase": [0.5**0.5, 1j * 0.5**0.5]}}["{tilt}"]
    for _ in range(steps):
        state = coin @ state
        state = np.array([{"state[0]" if lazy else "np.roll(state[0], -1)"}, np.roll(state[1], 1)])
    p = (abs(state) ** 2).sum(axis=0)
    state = {order}
    got = candidate(steps)
    {check}
""",
        params={"n": n, "coin": place, "way": way, "ask": ask, "lazy": lazy},
    )  # fmt: skip


_LCU_TEST = """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, SparsePauliOp, Statevector
rng = np.random.default_rng(np.random.randint(2**31))
for labels in (["ZXI", "IYX", "XXZ"], ["XI", "ZZ", "YX", "IX", "ZY"], ["X", "Z"]):
    values = rng.uniform(0.3, 1.2, len(labels)) * rng.choice([-1, 1], len(labels))
    h = SparsePauliOp(labels, values)
    n, a = len(labels[0]), int(np.ceil(np.log2(len(labels))))
    m = sum(v * SparsePauliOp(x).to_matrix() for v, x in zip(values, labels)) / abs(values).sum()
    qc = QuantumCircuit(n)
    for q in range(n):
        qc.u(*rng.uniform(0.4, 2.5, 3), q)
    v = m @ Statevector(qc).data
    got = candidate($call)
    $check
"""


@family(
    "simulation",
    "advanced",
    oracle="unitary",
    skills=("block-encoding", "controlled-gates", "endianness"),
    why="PREPARE, SELECT, PREPARE^-1 puts H / lambda into the block where all ancillas are 0.",
    tolerance=1e-8,
)
def sum_of_unitaries(rng: Random) -> Instance:
    """A block encoding of a Pauli sum, or what it does to a state."""
    place = rng.choice(["low", "high"])
    ask = rng.choice(["circuit", "gate", "chance", "state", "block", "applied", "lambda"])
    prep = rng.choice(["preparation", "method", "isometry"])
    sign = rng.choice(["phase", "operator", "gate"])
    select = rng.choice(["gate", "compose"])
    if ask in ("chance", "state"):
        sign = "operator"
    given, convert, words = rng.choice([
        ("hamiltonian: SparsePauliOp", "", "`hamiltonian` is H = sum_k c_k P_k"),
        ("terms: dict[str, float]", "hamiltonian = SparsePauliOp.from_list(list(terms.items()))\n",
         "`terms` maps Pauli labels P_k to coefficients c_k of H = sum_k c_k P_k"),
        ("labels: list[str], values: list[float]", "hamiltonian = SparsePauliOp(labels, values)\n",
         "The Pauli labels P_k in `labels` and the coefficients c_k in `values` define H = sum_k c_k P_k"),
    ])  # fmt: skip
    setup = convert + (
        "weights = np.abs(hamiltonian.coeffs)\ntotal = weights.sum()\n"
        "extra = ceil(log2(hamiltonian.size))\nn = hamiltonian.num_qubits\n"
        "amplitudes = np.zeros(2**extra)\namplitudes[: hamiltonian.size] = np.sqrt(weights / total)\n"
    )
    anc, sys = ("range(extra)", "range(extra, extra + n)") if place == "low" else (
        "range(n, n + extra)", "range(n)")  # fmt: skip
    setup += f"ancillas, system = list({anc}), list({sys})\n"
    prepare = {
        "preparation": "prepare = StatePreparation(amplitudes)\n",
        "method": "prepare = QuantumCircuit(extra)\nprepare.prepare_state(amplitudes)\n",
        "isometry": "prepare = Isometry(amplitudes, 0, 0)\n",
    }[prep]  # fmt: skip
    act = (
        "qc.compose(prepare, ancillas, inplace=True)\n"
        if prep == "method"
        else "qc.append(prepare, ancillas)\n"
    )
    undo = act.replace("prepare,", "prepare.inverse(),")
    loop = {
        "phase": "part = QuantumCircuit(n, global_phase=np.pi if c.real < 0 else 0.0)\n"
        "part.append(pauli, range(n))\n",
        "operator": "part = QuantumCircuit(n)\npart.unitary(np.sign(c.real) * pauli.to_matrix(), range(n))\n",
        "gate": "part = QuantumCircuit(n)\npart.append(pauli, range(n))\nif c.real < 0:\n"
        "    part.global_phase = np.pi\n",
    }[sign]  # fmt: skip
    loop += {
        "gate": "gate = part.to_gate().control(extra, ctrl_state=k)\nqc.append(gate, ancillas + system)\n",
        "compose": "qc.compose(part.control(extra, ctrl_state=k), ancillas + system, inplace=True)\n",
    }[select]  # fmt: skip
    core = (
        "qc = QuantumCircuit(n + extra)\n" + "START" + act
        + "for k, (pauli, c) in enumerate(zip(hamiltonian.paulis, hamiltonian.coeffs, strict=True)):\n"
        + indented(loop) + undo
    )  # fmt: skip
    arguments = given
    call = {"h": "h", "t": "dict(zip(labels, values.tolist()))", "l": "labels, values.tolist()"}[
        given[0]
    ]
    begin = ""
    if ask in ("chance", "state", "applied"):
        arguments, call = f"{given}, circuit: QuantumCircuit", f"{call}, qc"
        begin = "qc.compose(circuit, system, inplace=True)\n"
    where = (
        "the ancillas are the lowest qubits, the n system qubits follow" if place == "low"
        else "the n system qubits are the lowest, the ancillas follow"
    )  # fmt: skip
    keep = (
        "data.reshape(2**n, 2**extra)[:, 0]"
        if place == "low"
        else "data.reshape(2**extra, 2**n)[0]"
    )
    block = "[:: 2**a, :: 2**a]" if place == "low" else "[: 2**n, : 2**n]"
    label = rng.choice(["LCU", "block", "W"])
    start_state = f"state = Statevector(qc).{keep}\n"
    last, kind, said, check = {
        "circuit": ("return qc\n", "QuantumCircuit", "Return W as a circuit.",
                    f"assert np.allclose(Operator(got).data{block}, m, atol=1e-8)\n"
                    "    assert got.num_qubits == n + a"),
        "gate": (f'return qc.to_gate(label="{label}")\n', "Gate", f"Return W as a gate with the label "
            f"`{label}`.",
                 f"assert got.label == '{label}'\n"
                 f"    assert np.allclose(Operator(got).data{block}, m, atol=1e-8)"),
        "block": (f"return Operator(qc).data{block.replace('**a', '**extra')}\n", "np.ndarray",
                  "Return the block of the matrix of W for which all ancillas are 0 before and after, as an "
                  "array.", "assert np.allclose(got, m, atol=1e-8)"),
        "chance": ("chances = Statevector(qc).probabilities(ancillas)\nreturn float(chances[0])\n", "float",
                   "Apply W to the state of `circuit` (n qubits) and return the exact probability to "
                   "find all "
                   "ancillas in 0, as a float.", "assert abs(got - np.vdot(v, v).real) < 1e-8"),
        "state": (start_state + "return Statevector(state / np.linalg.norm(state))\n", "Statevector",
                  "Apply W to the state of `circuit` (n qubits) and return the normalised `Statevector` "
                  "of the "
                  "system after all ancillas were found in 0.",
                  "assert got.num_qubits == n\n"
                  "    assert abs(np.vdot(got.data, v)) ** 2 > (1 - 1e-8) * np.vdot(v, v).real"),
        "applied": (start_state + "return total * state\n", "np.ndarray",
                    "Apply W to the state of `circuit` (n qubits), keep the amplitudes with all ancillas "
                    "in 0 and "
                    "multiply them by lambda; return this array, which is H applied to the state.",
                    "assert np.allclose(got, v * abs(values).sum(), atol=1e-7)"),
        "lambda": ("return qc, float(total)\n", "tuple[QuantumCircuit, float]",
                   "Return the tuple of W as a circuit and lambda.",
                   f"assert np.allclose(Operator(got[0]).data{block} * got[1], m * abs(values).sum(), "
                   f"atol=1e-7)\n"
                   "    assert abs(got[1] - abs(values).sum()) < 1e-8"),
    }[ask]  # fmt: skip
    body = setup + prepare + core.replace("START", begin) + last
    imports = needs(body + kind + arguments)
    if kind == "Gate":
        imports.append("from qiskit.circuit import Gate")
    return Instance(
        entry_point=rng.choice(["block_encoding", "linear_combination", "encode_sum"]),
        signature=f"({arguments}) -> {kind}",
        asks=asks(
            (
                rng.choice([
                    "Block-encode a sum of Pauli strings.",
                    "Put a Hamiltonian into a block of a unitary.",
                    "PREPARE and SELECT for a Pauli sum.",
                ]),
                "Code it with Qiskit.",
                "Linear combination of unitaries:",
                "A non-unitary operator inside a unitary one.",
            ),
            [
                f"{words} with real c_k of either sign (2 different terms or more, n qubits); lambda is "
                f"the sum of all |c_k|.",
                "W = PREPARE^-1 SELECT PREPARE, where PREPARE makes sum_k sqrt(|c_k| / lambda) |k> on as few "
                "ancillas as possible, and SELECT applies sign(c_k) P_k where the ancillas are |k>; then "
                "the block "
                "of W with all ancillas in 0 is exactly H / lambda, sign included.",
                f"Qubits: {where}.",
                said,
            ],
        ),
        imports=sorted_imports(imports),
        body=body,
        test=_LCU_TEST.replace("$call", call).replace("$check", check),
        params={"place": place, "ask": ask, "prepare": prep, "sign": sign},
        wrong=(
            (Wrong("S40", body.replace("np.pi if c.real < 0 else 0.0", "0.0")),)
            if sign == "phase" and ask in ("circuit", "block", "gate")
            else ()
        ),
    )  # fmt: skip
