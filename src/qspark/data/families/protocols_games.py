"""Protocols: tests of overlap and games."""

from random import Random

from qspark.data.families._exact import EXACT
from qspark.data.families.base import Instance, Wrong, angle, family


@family(
    "protocols",
    "intermediate",
    oracle="expectation",
    skills=("swap-test", "hadamard-test", "phase"),
    why="The ancilla of a Hadamard test shows (1 + Re<U>)/2 for outcome 0; an S-dagger before the last H "
    "gives the imaginary part.",
    tolerance=1e-7,
    false_alarm=1e-6,
)
def overlap_test(rng: Random) -> Instance:
    """Swap tests and Hadamard tests, as circuits or as estimates from their probabilities."""
    kind = rng.choice(["swap", "real", "imag", "power", "bell"])
    place = rng.choice(["first", "last"])
    out = rng.choice(["circuit", "value", "probability", "sampled"])
    power = rng.randint(2, 4)
    name = rng.choice(["anc", "test", "out", "probe"])
    if kind == "bell":
        place, out = "last", rng.choice(["value", "sampled", "probability"])
    a = ""
    if kind == "bell":
        arguments = "one: QuantumCircuit, two: QuantumCircuit"
        body = "n = one.num_qubits\nqc = QuantumCircuit(2 * n)\nqc.compose(one, range(n), inplace=True)\n"
        body += "qc.compose(two, range(n, 2 * n), inplace=True)\n"
        body += "for i in range(n):\n    qc.cx(i, n + i)\n    qc.h(i)\n"
        what = (
            "a destructive swap test (no ancilla: CX from qubit i to n + i and H on i for all i < n) of "
            "the states "
            "that the circuits `one` (qubits 0..n-1) and `two` (qubits n..2n-1), both of width n, prepare"
        )
        value = ""
        words = (
            "the squared overlap: the mean of (-1) to the number of i for which qubits i and n + i "
        )
        words += "both read 1"
        want = "abs(np.vdot(Statevector(one).data, Statevector(two).data)) ** 2"
    elif kind == "swap":
        arguments, n = "one: QuantumCircuit, two: QuantumCircuit", "n = one.num_qubits\n"
        size = "2 * n + 1"
        a = "0" if place == "first" else "2 * n"
        lo = "range(1, n + 1)" if place == "first" else "range(n)"
        hi = "range(n + 1, 2 * n + 1)" if place == "first" else "range(n, 2 * n)"
        offset = "1 + " if place == "first" else ""
        body = (
            n
            + f"qc = QuantumCircuit({size})\nqc.compose(one, {lo}, inplace=True)\nqc.compose(two, {hi}, "
            f"inplace=True)\nqc.h({a})\n"
        )
        body += f"for i in range(n):\n    qc.cswap({a}, {offset}i, {offset}n + i)\nqc.h({a})\n"
        what = (
            "a swap test of the states that the circuits `one` and `two` (equal width n) prepare; "
        )
        what += f"ancilla: the {place} qubit of 2n + 1; `one` on the next lower free qubits"
        value, words = "2 * p - 1", "the squared overlap of the states, 2 P(0) - 1"
        want = "abs(np.vdot(Statevector(one).data, Statevector(two).data)) ** 2"
    else:
        arguments = "prepare: QuantumCircuit, u: QuantumCircuit"
        a = "0" if place == "first" else "n"
        system = "range(1, n + 1)" if place == "first" else "range(n)"
        controlled = (
            "u.to_gate().control(1)"
            if kind != "power"
            else f"u.repeat({power}).to_gate().control(1)"
        )
        body = f"n = u.num_qubits\nqc = QuantumCircuit(n + 1)\nqc.compose(prepare, {system}, "
        body += f"inplace=True)\nqc.h({a})\n"
        body += f"qc.append({controlled}, [{a}, *{system}])\n"
        body += f"qc.sdg({a})\n" if kind == "imag" else ""
        body += f"qc.h({a})\n"
        part = "imaginary" if kind == "imag" else "real"
        unitary = "U" if kind != "power" else f"U^{power}"
        what = (
            f"a Hadamard test of the {part} part of <psi|{unitary}|psi>, where `prepare` makes psi "
        )
        what += f"and `u` is the circuit of U (both n qubits); the ancilla is the {place} of n + 1 qubits"
        value, words = "2 * p - 1", f"that {part} part, 2 P(0) - 1"
        op = (
            "Operator(u).data"
            if kind != "power"
            else f"np.linalg.matrix_power(Operator(u).data, {power})"
        )
        want = f"np.vdot(Statevector(prepare).data, {op} @ "
        want += f"Statevector(prepare).data).{'imag' if kind == 'imag' else 'real'}"
    imports = "from qiskit import QuantumCircuit"
    result, final, more = "float", "abs(got - want) < 1e-7", ""
    if kind == "bell":
        rule = "(-1) ** ((key >> n) & key & (2**n - 1)).bit_count()"
        if out == "sampled":
            body += "qc.measure_all()\n"
            body += "counts = StatevectorSampler(seed=seed).run([qc], "
            body += "shots=shots).result()[0].data.meas.get_int_counts()\n"
            body += f"return sum({rule} * k for key, k in counts.items()) / shots"
            imports += "\nfrom qiskit.primitives import StatevectorSampler"
            arguments += ", shots: int, seed: int"
            ask = "Sample it with the StatevectorSampler (`shots`, seed `seed`) and return the estimate "
            ask += f"of {words}"
            final = "abs(got - want) < 2 * np.sqrt(np.log(2e6 * 2) / (2 * 6000))"
        else:
            imports += "\nfrom qiskit.quantum_info import Statevector"
            body += "weights = Statevector(qc).probabilities()\n"
            number = f"sum({rule} * p for key, p in enumerate(weights))"
            body += (
                f"return float({number})" if out == "value" else f"return float((1 + {number}) / 2)"
            )
            ask = f"Compute exactly (state vector) and return {words}"
            if out == "probability":
                ask = f"Let v be {words}. Compute it exactly (state vector) and return (1 + v) / 2"
                final = "abs(2 * got - 1 - want) < 1e-7"
    elif out == "circuit":
        body += f'bit = ClassicalRegister(1, "{name}")\nqc.add_register(bit)\nqc.measure({a}, bit)\nreturn qc'
        imports = "from qiskit import ClassicalRegister, QuantumCircuit"
        ask, result = (
            f"Return the circuit; the ancilla is measured into a one-bit register `{name}`",
            "QuantumCircuit",
        )
        final = f'[(r.name, r.size) for r in got.cregs] == [("{name}", 1)]'
        final += ' and abs(2 * spread(got).get("0", 0) - 1 - want) < 1e-7'
        more = f"and got.num_qubits == {'2 * n + 1' if 'swap' in kind else 'n + 1'}"
    elif out == "sampled":
        body += (
            f'bit = ClassicalRegister(1, "{name}")\nqc.add_register(bit)\nqc.measure({a}, bit)\n'
        )
        body += "data = StatevectorSampler(seed=seed).run([qc], shots=shots).result()[0].data\np = "
        body += f"data.{name}.get_bitstrings().count('0') / shots\nreturn {value}"
        imports = (
            "from qiskit import ClassicalRegister, QuantumCircuit\nfrom qiskit.primitives import "
        )
        imports += "StatevectorSampler"
        arguments += ", shots: int, seed: int"
        ask = (
            "Run it with the StatevectorSampler (`shots`, seed `seed`), the ancilla being measured "
        )
        ask += f"into a register `{name}`, and return the estimate of {words}"
        final = "abs(got - want) < 2 * np.sqrt(np.log(2e6 * 2) / (2 * 6000))"
    elif out == "value":
        body += f"p = Statevector(qc).probabilities([{a}])[0]\nreturn float({value})"
        imports += "\nfrom qiskit.quantum_info import Statevector"
        ask = f"Compute P(0) of the ancilla exactly (state vector) and return {words}"
    else:
        body += f"return float(Statevector(qc).probabilities([{a}])[1])"
        imports += "\nfrom qiskit.quantum_info import Statevector"
        ask = "Return the exact probability that the ancilla reads 1"
        final = "abs(1 - 2 * got - want) < 1e-7"
    return Instance(
        entry_point=rng.choice(["overlap", "ancilla_test", "interference_test"]),
        signature=f"({arguments}) -> {result}",
        asks=(
            f"Build {what}. {ask}.",
            f"I need {what}. {ask}.",
            f"Write {what}. {ask}. All qubits start in |0>.",
        ),
        imports=imports,
        body=body,
        test=EXACT
        + f"""
from qiskit import QuantumCircuit
def layer(turns, n):
    qc = QuantumCircuit(n)
    for i in range(n):
        qc.ry(turns[i], i)
        qc.rz(turns[i] * 1.7 + 0.2, i)
    for i in range(n - 1):
        qc.cx(i, i + 1)
        qc.rx(turns[i], i + 1)
    return qc
for n, turns in ((1, (1.3, 2.4)), (2, (0.9, 2.0)), (1, (2.7, 0.6))):
    one, two = layer(turns, n), layer(turns[::-1], n)
    prepare, u = one, two
    want = {want}
    got = candidate(one, two{", 6000, 17" if out == "sampled" else ""})
    assert {final} {more}
""",
        params={"kind": kind, "place": place, "output": out},
        wrong=(Wrong("S29", body.replace("qc.sdg", "qc.s")),) if kind == "imag" else (),
    )


@family(
    "protocols",
    "advanced",
    oracle="expectation",
    skills=("nonlocal-games", "bases", "correlations"),
    why="A measurement along an angle theta in the X-Z plane is an RY(-theta) before a Z measurement, in "
    "the X-Y plane an RZ(-theta) and an H.",
    tolerance=1e-8,
)
def two_party_game(rng: Random) -> Instance:
    """Winning probabilities and Bell values of two-party games at any measurement angles."""
    pair = rng.choice(["Phi+", "Psi-", "Psi+", "partial"])
    rule = rng.choice(["and", "or", "left", "equal"])
    out = rng.choice(["win", "correlations", "combination", "circuit"])
    tilt = angle(rng)
    make = {
        "Phi+": "qc.h(0)\nqc.cx(0, 1)\n", "Psi-": "qc.x([0, 1])\nqc.h(0)\nqc.cx(0, 1)\n",
         "Psi+": "qc.h(0)\nqc.cx(0, 1)\nqc.x(1)\n",
        "partial": f"qc.ry({tilt}, 0)\nqc.cx(0, 1)\n",
    }[pair]  # fmt: skip
    state = {
        "Phi+": "(|00> + |11>)/sqrt(2)", "Psi-": "(|01> - |10>)/sqrt(2)", "Psi+": "(|01> + |10>)/sqrt(2)",
        "partial": f"cos({tilt}/2)|00> + sin({tilt}/2)|11>",
    }[pair]  # fmt: skip
    test = {"and": "x & y", "or": "x | y", "left": "x & (1 - y)", "equal": "1 - (x ^ y)"}[rule]
    words = {
        "and": "a XOR b equals x AND y", "or": "a XOR b equals x OR y", "left": "a XOR b equals x AND "
                                                                                "(NOT y)",
        "equal": "a XOR b is 1 exactly when x equals y",
    }[rule]  # fmt: skip
    inner = "qc = QuantumCircuit(2)\n" + make + "qc.ry(-alice[x], 0)\nqc.ry(-bob[y], 1)\n"
    flat = rng.choice([True, False])
    if flat:
        inner = inner.replace("qc.ry(-alice[x], 0)", "qc.rz(-alice[x], 0)\nqc.h(0)")
        inner = inner.replace("qc.ry(-bob[y], 1)", "qc.rz(-bob[y], 1)\nqc.h(1)")
    block = inner.replace("\n", "\n        ").rstrip()
    signs = [rng.choice([1, 1, -1]) for _ in range(4)]
    if len(set(signs)) == 1:
        signs[rng.randrange(4)] *= -1
    settings = ((0, 0), (0, 1), (1, 0), (1, 1))
    terms = " ".join(
        f"{'+' if s > 0 else '-'} E({x},{y})" for s, (x, y) in zip(signs, settings, strict=True)
    )
    imports = "from qiskit import QuantumCircuit\nfrom qiskit.quantum_info import "
    if out == "circuit":
        body = inner + "qc.measure_all()\nreturn qc"
        imports = "from qiskit import QuantumCircuit"
        ask = "Return the circuit for the questions `x` and `y`, measured by measure_all"
        signature = "(x: int, y: int, alice: list[float], bob: list[float]) -> QuantumCircuit"
        check = """
    for x in (0, 1):
        for y in (0, 1):
            qc = candidate(x, y, alice, bob)
            got = spread(qc)
            for a in (0, 1):
                for b in (0, 1):
                    assert abs(got.get(f"{b}{a}", 0) - chance(a, b, alice[x], bob[y])) < 1e-8
"""
    elif out == "win":
        body = f"won = 0.0\nfor x in (0, 1):\n    for y in (0, 1):\n        {block}\n"
        body += "        for key, p in Statevector(qc).probabilities_dict().items():\n"
        body += f"            a, b = int(key[1]), int(key[0])\n            if a ^ b == {test}:\n         "
        body += "       won += p / 4\nreturn won"
        imports += "Statevector"
        ask = f"The players win when {words}, for uniformly random questions. Return the exact winning "
        ask += "probability"
        signature = "(alice: list[float], bob: list[float]) -> float"
        check = f"""
    want = sum(
        chance(a, b, alice[x], bob[y]) / 4
        for x in (0, 1) for y in (0, 1) for a in (0, 1) for b in (0, 1) if a ^ b == {test}
    )
    assert abs(candidate(alice, bob) - want) < 1e-8
"""
    else:
        body = (
            "values = np.zeros((len(alice), len(bob)))\nfor x in range(len(alice)):\n    for y in "
        )
        body += f"range(len(bob)):\n        {block}\n"
        body += '        values[x, y] = Statevector(qc).expectation_value(Pauli("ZZ")).real\n'
        imports = "import numpy as np\n" + imports + "Pauli, Statevector"
        signature = "(alice: list[float], bob: list[float]) -> np.ndarray"
        ask = "Return the matrix of correlations E(x, y) = P(a = b) - P(a != b), rows for Alice's "
        ask += "settings, columns for Bob's (any numbers of settings)"
        body += "return values"
        check = """
    more = [*bob, 0.35]
    want = [[E(s, t) for t in more] for s in alice]
    assert np.allclose(candidate(alice, more), want, atol=1e-8)
"""
        if out == "combination":
            body = (
                body.removesuffix("return values")
                + f"return float(np.sum(np.array([[{signs[0]}, {signs[1]}], [{signs[2]}, {signs[3]}]]) * "
                "values))"
            )
            signature = signature.replace("np.ndarray", "float")
            ask = f"Return the combination {terms} of the correlations E(x,y) = P(a = b) - P(a != b) as "
            ask += "a float (two settings each)"
            check = f"""
    signs = {signs}
    want = sum(s * E(alice[x], bob[y]) for s, (x, y) in zip(signs, ((0, 0), (0, 1), (1, 0), (1, 1))))
    assert abs(candidate(alice, bob) - want) < 1e-8
"""
    seen = "cos(t) X + sin(t) Y" if flat else "cos(t) Z + sin(t) X"
    origin = "X axis towards Y" if flat else "Z axis towards X"
    return Instance(
        entry_point=rng.choice(["game", "bell_experiment", "two_players"]),
        signature=signature,
        asks=(
            f"Alice (qubit 0) and Bob (qubit 1) share {state} (left: qubit 0, symmetric up to sign). On "
            f"question x Alice measures {seen} with t = alice[x], Bob likewise with t = bob[y]; "
            f"outcome +1 is the answer bit 0, -1 is 1 (a for Alice, b for Bob). {ask}.",
            f"A two-party experiment on the state {state}: both measure in the "
            f"{'X-Y' if flat else 'X-Z'} plane of the Bloch "
            f"sphere, Alice on qubit 0 along the angle alice[x] from the {origin}, Bob on qubit 1 along "
            "bob[y]. "
            f"Answers a, b are 0 for +1. {ask}.",
            f"Given the angles `alice` and `bob` (observable {seen} on qubit 0 for Alice, "
            f"on qubit 1 for Bob) and the shared state {state}: {ask[0].lower()}{ask[1:]}. Bits: 0 means "
            "eigenvalue +1; "
            "a is Alice's bit, b is Bob's.",
        ),
        imports=imports,
        body=body,
        test=EXACT
        + f"""
from qiskit import QuantumCircuit
qc = QuantumCircuit(2)
{make}psi = Statevector(qc).data
def axis(t):
    if {flat}:
        return np.array([[0, np.exp(-1j * t)], [np.exp(1j * t), 0]])
    return np.array([[np.cos(t), np.sin(t)], [np.sin(t), -np.cos(t)]])
def E(s, t):
    return float(np.real(psi.conj() @ np.kron(axis(t), axis(s)) @ psi))
def chance(a, b, s, t):
    A = (np.eye(2) + (-1) ** a * axis(s)) / 2
    B = (np.eye(2) + (-1) ** b * axis(t)) / 2
    return float(np.real(psi.conj() @ np.kron(B, A) @ psi))
for alice, bob in (([0.1, 1.4], [0.8, -0.6]), ([0.5, 2.2], [1.9, 0.3])):{check}""",
        params={"state": pair, "flat": flat, "rule": rule, "output": out},
        wrong=(Wrong("S17", body.replace("-alice[x]", "-2 * alice[x]")),),
    )
