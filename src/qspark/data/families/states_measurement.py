"""Measuring and sampling states, and the ensembles that measurements leave."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.states import HELP, KETS


@family(
    "states",
    "intermediate",
    oracle="state",
    skills=("measurement", "endianness"),
    why="measure returns the outcome string and the collapsed state, and leaves the state as it was.",
    tolerance=1e-8,
)
def collapse_on_measurement(rng: Random) -> Instance:
    """Measure some qubits of a state and go on with what is left."""
    n = 3
    a, b = rng.sample(range(n), 2)
    cls = rng.choice(["Statevector", "DensityMatrix"])
    ket = rng.choice(sorted(KETS))
    after, words, oracle = rng.choice(
        [
            ("", "", ""),
            (
                f"state = state.evolve(Operator(XGate()), [{a}])\n",
                f" after an X gate on qubit {a}",
                f"r = full(word('X'), [{a}], 3) @ r @ full(word('X'), [{a}], 3)",
            ),
            (
                "state = state.reverse_qargs()\n",
                " with the order of its qubits reversed",
                "i = np.arange(8).reshape(2, 2, 2).T.reshape(-1)\n    r = r[np.ix_(i, i)]",
            ),
            (
                f'state = state.tensor({cls}.from_label("{ket}"))\n',
                f" with one more qubit in |{ket}> added as the new qubit 0",
                f"k = np.array({KETS[ket]}) / np.sqrt(2)\n    r = np.kron(r, np.outer(k, k.conj()))",
            ),
            (
                f"state = state.reset([{a}])\n",
                f" after qubit {a} has been reset to |0>",
                f"ks = [full(m, [{a}], 3) for m in (np.diag([1, 0]), np.array([[0, 1], [0, 0]]))]\n"
                "    r = sum(k @ r @ k.T for k in ks)",
            ),
        ]
    )
    single = rng.random() < 0.4
    which = [a] if single else [a, b]
    order = rng.random() < 0.5
    result = "state, outcome" if order else "outcome, state"
    what = f"qubit {a}" if single else f"qubits {a} and {b} (in this order)"
    key = "one character" if single else f"two characters, the right one for qubit {a}"
    pair = "(state, outcome)" if order else "(outcome, state)"
    body = f"outcome, state = state.measure({which})\n{after}return {result}\n"
    extra = "from qiskit.circuit.library import XGate\n" if "XGate" in body else ""
    names = f"{cls}, Operator" if "Operator" in body else cls
    fill = "r" if cls == "DensityMatrix" else "np.outer(v, v.conj())"
    draw = "r = mixed(3)" if cls == "DensityMatrix" else "v = pure(3)"
    given = "DensityMatrix(r)" if cls == "DensityMatrix" else "Statevector(v)"
    return Instance(
        entry_point="measure_and_continue",
        signature=f"(state: {cls}) -> tuple",
        asks=(
            f"Measure {what} of the three-qubit {cls} `state` once. Return `{pair}`: the outcome is "
            f"a string of {key}; the state is the normalised state after the measurement{words}.",
            f"I want one projective measurement of {what} of a three-qubit {cls}. "
            f"The function returns the pair {pair}, where outcome has {key}, and state is the "
            f"{cls} that the measurement leaves{words}.",
            f"Simulate a measurement in the computational basis: input is a {cls} on 3 qubits, measured "
            f"are {what}. Output: the tuple {pair}; outcome string: {key}; state: the "
            f"normalised post-measurement {cls} of all qubits{words}.",
        ),
        imports=f"{extra}from qiskit.quantum_info import {names}",
        body=body,
        test=f"""{HELP}
for _ in range(4):
    {draw}
    r = {fill}
    {result} = candidate({given})
    assert type(state) is {cls} and isinstance(outcome, str) and len(outcome) == {len(which)}
    for q, char in zip({which}, reversed(outcome)):
        k = full(np.diag([1 - int(char), int(char)]), [q], 3)
        r = k @ r @ k
    r = r / np.trace(r)
    {oracle}
    assert np.allclose(DensityMatrix(state).data, r, atol=1e-8)
""",
        params={"qubits": which, "class": cls},
    )


@family(
    "states",
    "intermediate",
    oracle="distribution",
    skills=("sampling", "endianness"),
    why="Sampling methods take the shots first and the measured qubits after them.",
    tolerance=0.06,
    false_alarm=1e-6,
)
def sample_state(rng: Random) -> Instance:
    """Sample counts or single shots of a state and reduce them to what is asked for."""
    shots = rng.choice([4096, 6000, 8192, 10000])
    a, b = rng.sample(range(3), 2)
    cls = rng.choice(["Statevector", "DensityMatrix"])
    key = f"the right character of a key is qubit {a}"
    table = [
        (
            f"return dict(state.sample_counts({shots}, [{a}, {b}]))",
            f"the counts of {shots} shots on qubits {a} and {b} as a plain dict ({key})",
            "got",
            "dict",
        ),
        (
            f"memory = state.sample_memory({shots}, [{a}, {b}])\nreturn list(memory)",
            f"the list of the {shots} two-character outcomes on qubits {a} and {b}, shot by shot "
            f"({key.replace('key', 'string')})",
            "{k: list(got).count(k) for k in set(got)}",
            "list",
        ),
        (
            f"counts = state.sample_counts({shots}, [{a}, {b}])\n"
            "return {key: value / sum(counts.values()) for key, value in counts.items()}",
            f"the relative frequencies of {shots} shots on qubits {a} and {b} as a dict ({key})",
            f"{{k: x * {shots} for k, x in got.items()}}",
            "dict",
        ),
        (
            f"counts = state.sample_counts({shots}, [{a}, {b}])\n"
            "return {int(key, 2): value for key, value in counts.items()}",
            f"a dict from the outcome as an integer (qubit {a} is its least significant bit, qubit "
            f"{b} the other) to its count in {shots} shots",
            '{format(k, "02b"): x for k, x in got.items()}',
            "dict",
        ),
        (
            f"memory = state.sample_memory({shots}, [{a}, {b}])\n"
            "return np.array([[int(char) for char in reversed(shot)] for shot in memory])",
            f"an integer array of shape ({shots}, 2) with a row per shot, whose columns hold the bits "
            f"of qubit {a} and of qubit {b} in this order",
            '{k: int(((np.asarray(got) == [int(k[1]), int(k[0])]).all(1)).sum()) '
            'for k in ("00", "01", "10", "11")}',
            "array",
        ),
    ]  # fmt: skip
    code, out, counts, _ = rng.choice(table)
    given = "pure(3)" if cls == "Statevector" else "mixed(3)"
    imports = f"from qiskit.quantum_info import {cls}"
    limit = round((13.82 / (2 * shots)) ** 0.5 + 5e-4, 4)
    return Instance(
        entry_point="sample_pair",
        signature=f"(state: {cls}, seed: int)",
        asks=(
            f"Sample the three-qubit {cls} `state` with the generator seeded by `seed`, so that "
            f"the same seed always gives the same result, and return {out}.",
            f"Set the seed of the {cls} (three qubits) to `seed`, so that calls can be repeated "
            f"exactly; then simulate measurements and give {out}.",
            f"Input is a {cls} on 3 qubits. Seed its generator with `seed`: equal seeds, "
            f"equal output. Output: {out}.",
            f"I need measurement data from a three-qubit {cls}, exactly reproducible for a given `seed`: "
            f"{out}.",
        ),
        imports=f"import numpy as np\n{imports}" if "np." in code else imports,
        body=f"state.seed(seed)\n{code}\n",
        test=f"""{HELP}
for _ in range(2):
    s = {given}
    seed = int(rng.integers(1000))
    got = candidate({cls}(s), seed)
    again = candidate({cls}(s), seed)
    assert np.array_equal(got, again) if isinstance(got, np.ndarray) else got == again
    r = np.outer(s, s.conj()) if s.ndim == 1 else s
    counts = {counts}
    p = np.diag(reduced(r, [{a}, {b}])).real
    assert abs(sum(counts.values()) - {shots}) < 1e-6 and set(counts) <= {{"00", "01", "10", "11"}}
    assert all(abs(x - round(x)) < 1e-6 for x in counts.values())
    for k in range(4):
        assert abs(counts.get(format(k, "02b"), 0) / {shots} - p[k]) < {limit}
""".replace("s = pure(3)", "s = act(act(act(np.eye(8)[0], library.RYGate(0.8 + 0.2 * rng.random())"
            ".to_matrix(), [0]), library.RYGate(1.3 + 0.2 * rng.random()).to_matrix(), [1]), "
            "library.RYGate(1.9 + 0.2 * rng.random()).to_matrix(), [2])").replace(
            "s = mixed(3)", "s = np.diag(np.kron([0.3, 0.7], np.kron([0.55, 0.45], [0.85, 0.15])))"),
        params={"shots": shots, "qubits": [a, b], "class": cls},
        wrong=(Wrong("S22", f"state.seed(seed)\n{code}\n".replace("int(key, 2)", "int(key)")),)
        if "int(key, 2)" in code
        else (),
    )  # fmt: skip


@family(
    "states",
    "advanced",
    oracle="state",
    skills=("measurement", "endianness", "partial-trace"),
    why="Operator.from_label makes projectors, and an unnormalised evolved state carries the "
    "probability in its trace.",
    tolerance=1e-8,
)
def outcome_ensemble(rng: Random) -> Instance:
    """All outcomes of measuring two qubits with their probabilities and what is left."""
    n = rng.choice([3, 4])
    a, b = rng.sample(range(n), 2)
    bases = [rng.choice(["01", "+-", "rl"]) for _ in range(2)]
    rest = sorted({*range(n)} - {a, b})
    label = "".join(rng.choice("XYZ") for _ in rest)
    axis = {"01": "Z", "+-": "X", "rl": "Y"}
    names = " and ".join(map(str, rest))
    readers = [
        ("left", f"the DensityMatrix of qubit(s) {names}", "s"),
        ("float(np.real(left.purity()))", f"the purity of qubit(s) {names}", "np.trace(s @ s).real"),
        (
            f'float(np.real(left.expectation_value(Pauli("{label}"))))',
            f"the expectation value of the Pauli string {label} on qubit(s) {names} (the last letter "
            f"belongs to qubit {rest[0]})",
            f'np.trace(s @ word("{label}")).real',
        ),
        ("left.probabilities()", f"the array of outcome probabilities of qubit(s) {names}",
         "np.diag(s).real"),
        (
            f"state_fidelity(left, partial_trace(state, [{a}, {b}]))",
            f"the fidelity of the state of qubit(s) {names} in this branch with their state before "
            "the measurement",
            f"np.linalg.norm(root(s) @ root(reduced(r, {rest})), 'nuc') ** 2",
        ),
    ]  # fmt: skip
    code, what, want = rng.choice(readers)
    given = rng.choice(["Statevector", "DensityMatrix"])
    start = "DensityMatrix(state)" if given == "Statevector" else "state"
    pairs = [f"({', '.join(repr(char) for char in basis)})" for basis in reversed(bases)]
    body = f"""
branches = {{}}
for chars in itertools.product({pairs[0]}, {pairs[1]}):
    label = "".join(chars)
    branch = {start}.evolve(Operator.from_label(label), [{a}, {b}])
    probability = float(np.real(branch.trace()))
    left = partial_trace(branch / probability, [{a}, {b}])
    branches[label] = (probability, {code})
return branches
"""
    used = ["DensityMatrix", "Operator", "Pauli", "Statevector", "partial_trace", "state_fidelity"]
    imports = [x for x in used if f"{x}(" in body or f"{x}." in body or x == given]
    fill = (
        "v = pure(N)\n    r = np.outer(v, v.conj())" if given == "Statevector" else "r = mixed(N)"
    )
    bits_of = {f"{y}{x}": (x, y) for x in bases[0] for y in bases[1]}
    return Instance(
        entry_point="measurement_branches",
        signature=f"(state: {given}) -> dict",
        asks=(
            f"Qubit {a} of the {n}-qubit {given} `state` is measured in the {axis[bases[0]]} basis and "
            f"qubit {b} in the {axis[bases[1]]} basis. Return a dict with a key for each of the four "
            f"results - left character from '{bases[1]}' for qubit {b}, right character from "
            f"'{bases[0]}' for qubit {a} - and the value (probability, x), where x is {what} after "
            "that result.",
            f"Give the full ensemble of a measurement on a {n}-qubit {given}: {axis[bases[0]]} on qubit "
            f"{a} (results {bases[0][0]} and {bases[0][1]}), {axis[bases[1]]} on qubit {b} (results "
            f"{bases[1][0]} and {bases[1][1]}). Map each two-character key, qubit {b}'s result "
            f"first, to a tuple of the probability and {what} conditioned on it.",
            f"For conditional states I need a dict: keys are two-character labels with the eigenstate "
            f"found on qubit {b} ({bases[1]}, {axis[bases[1]]} basis) on the left and that on qubit {a} "
            f"({bases[0]}, {axis[bases[0]]} basis) on the right; values are (probability, {what}, "
            f"normalised in that branch). The argument is a {given} of {n} qubits.",
        ),
        imports="import itertools\n\nimport numpy as np\n"
        f"from qiskit.quantum_info import {', '.join(imports)}",
        body=body,
        test=f"""{HELP}
def root(m):
    w, u = np.linalg.eigh(m)
    return (u * np.sqrt(np.maximum(w, 0))) @ u.conj().T
kets = dict(zip('01+-rl', np.array([[1, 0], [0, 1], [1, 1], [1, -1], [1, 1j], [1, -1j]], complex)))
for _ in range(2):
    {fill.replace("N", str(n))}
    got = candidate({given}({"v" if given == "Statevector" else "r"}))
    assert set(got) == set({sorted(bits_of)})
    for key, (x, y) in {bits_of}.items():
        k = np.kron(kets[y] / np.linalg.norm(kets[y]), kets[x] / np.linalg.norm(kets[x]))
        m = full(np.outer(k, k.conj()), [{a}, {b}], {n})
        s = m @ r @ m
        p = np.trace(s).real
        s = reduced(s / p, {rest})
        assert abs(got[key][0] - p) < 1e-8
        assert np.allclose(np.asarray(got[key][1]), {want}, atol=1e-6)
""",
        params={"qubits": [a, b], "bases": bases, "what": what},
    )
