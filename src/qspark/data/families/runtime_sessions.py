"""IBM runtime estimators in sessions: sparse observables on routed circuits, and refined scans."""

from random import Random

from qspark.data.families._runtime import ESTIMATED_DEVICE
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import indented


@family(
    "runtime",
    "advanced",
    oracle="expectation",
    skills=("session", "layout", "pub-shapes", "sparse-observables"),
    why="Observables follow the layout of the compiled circuit and broadcast against "
    "the parameter sets of the PUB.",
    false_alarm=1e-6,
)
def routed_scan(rng: Random) -> Instance:
    """Several sparse observables over parameter sets, on a compiled circuit in a session or batch."""
    n = rng.choice([3, 4])
    first, second = rng.choice([("XZ", "Y"), ("ZY", "X"), ("YX", "Z"), ("ZX", "Y")])
    i = rng.randrange(n - 1)
    weights = [rng.randint(3, 9) / 10, -rng.randint(3, 9) / 10, rng.randint(3, 9) / 10]
    level, tseed = rng.choice([1, 2, 3]), rng.randint(1, 99)
    precision = rng.choice([0.008, 0.01, 0.012])
    mode = rng.choice(["Session", "Session", "Batch", "backend"])
    place = rng.choice(["option", "run", "pub"])
    shape = rng.choice(["outer", "outer", "pairs", "transposed"])
    table = [
        [(first, [i, -1], weights[0])],
        [(second, [-1], weights[1]), ("Z", [0], 0.25)],
        [("ZZ", [1 - n, i if i != 1 else 0], weights[2])],
    ]
    as_text = "; ".join(
        " + ".join(
            f"{c} {' '.join(f'{p}[{q}]' for p, q in zip(ps, qs, strict=True))}"
            for ps, qs, c in terms
        )
        for terms in table
    )
    body = (
        f"pm = generate_preset_pass_manager(backend=backend, "
        f"optimization_level={level}, seed_transpiler={tseed})\nisa = pm.run(circuit)\n"
        f"n = circuit.num_qubits\nobservables = []\nfor terms in {table}:\n"
        "    positive = [(paulis, [q % n for q in qubits], c) for paulis, qubits, c in terms]\n"
        "    observable = SparsePauliOp.from_sparse_list(positive, num_qubits=n)\n"
        "    observables.append(observable.apply_layout(isa.layout))\n"
    )
    obs = {
        "outer": "[[op] for op in observables]",
        "pairs": "observables",
        "transposed": "observables",
    }[shape]
    values = "np.asarray(values)[:, np.newaxis, :]" if shape == "transposed" else "values"
    target = mode.lower()
    tail = f", {precision}" if place == "pub" else ""
    inner = f"estimator = EstimatorV2(mode={target})\n"
    inner += "estimator.options.simulator.seed_simulator = seed\n"
    inner += f"estimator.options.default_precision = {precision}\n" if place == "option" else ""
    inner += (
        f"job = estimator.run([(isa, {obs}, "
        f"{values}{tail})]{f', precision={precision}' if place == 'run' else ''})\n"
    )
    inner += "data = job.result()[0].data\n"
    if mode == "backend":
        body += inner
    else:
        body += f"with {mode}(backend=backend) as {target}:\n{indented(inner)}"
    layout = {
        "outer": "with a row per observable and a column per parameter set",
        "pairs": "whose entry k is observable k at parameter set k (there are three sets)",
        "transposed": "with a row per parameter set and a column per observable",
    }[shape]
    ends = [
        (
            "np.ndarray",
            "return data.evs",
            f"the array of expectation values, {layout}",
            "evs = got",
        ),
        (
            "tuple[QuantumCircuit, np.ndarray]",
            "return isa, data.evs",
            f"a tuple of the compiled circuit and the array of expectation values, {layout}",
            "isa, evs = got\n    on_device(isa)",
        ),
        (
            "tuple[np.ndarray, np.ndarray]",
            "return data.evs, data.stds",
            f"a tuple of the array of expectation values, {layout}, and that of the "
            f"standard errors in the same shape",
            "evs, stds = got\n    assert np.shape(stds) == want.shape and "
            "np.all(np.asarray(stds) >= 0) and np.max(stds) < 0.06",
        ),
        (
            "dict[str, np.ndarray]",
            'return {name: value for name, value in data.items() if name in ("evs", "stds")}',
            f'a dictionary with the arrays "evs" and "stds" of the result\'s data, {layout}',
            'evs = got["evs"]\n    assert set(got) == {"evs", "stds"}',
        ),
    ]
    returns, last, end, check = rng.choice(ends)
    names = sorted([mode] * (mode != "backend") + ["EstimatorV2"])
    said = "local mode (mode=backend)" if mode == "backend" else f"a `{mode}`"
    where = {
        "option": "as default_precision of the options",
        "run": "given to `run`",
        "pub": "given in the PUB",
    }[place]
    point = {
        "outer": "want = np.array([[value(k, v) for v in values] for k in range(3)])",
        "pairs": "want = np.array([value(k, values[k]) for k in range(3)])",
        "transposed": "want = np.array([[value(k, v) for k in range(3)] for v in values])",
    }[shape]
    wrong = (
        Wrong("C18", (body + last).replace("observable.apply_layout(isa.layout)", "observable")),
        Wrong("C20", (body + last).replace(f"mode={target}", "session=session"))
        if mode == "Session"
        else Wrong("C19", (body + last).replace(f"mode={target}", f"backend={target}")),
    )
    return Instance(
        entry_point="scan_observables",
        signature=f"(circuit: QuantumCircuit, values: np.ndarray, backend: BackendV2, seed: "
        f"int) -> {returns}",
        asks=(
            f"Evaluate three observables of a parameterised {n}-qubit circuit with "
            f"the runtime's `EstimatorV2` in {said}: {as_text} (P[q] is the "
            f"Pauli P on qubit q; negative indices count from the last qubit). The "
            f"rows of `values` are parameter sets. Compile for `backend` "
            f"(preset pass manager, level {level}, seed {tseed}); precision "
            f"{precision}, {where}; simulator seed `seed`; one PUB. Return {end}.",
            f"Routing moves qubits, so observables have to follow. Circuit: {n} "
            f"qubits, measurement-free, parameters in the order of "
            f"`circuit.parameters` as columns of `values`. Observables, with "
            f"Python-style negative indices: {as_text}. Runtime `EstimatorV2`, {said}, one "
            f"PUB, precision {precision} {where}, seed_simulator `seed`; "
            f"compilation at level {level} with seed {tseed}. Output: {end}.",
            f"With one PUB of qiskit-ibm-runtime's `EstimatorV2` ({said}), I want "
            f"{end}. Observables: {as_text}; index -1 is the last of {n} qubits. "
            f"`values` has a row per parameter set. Use the preset pass manager for "
            f"`backend` (level {level}, seed {tseed}), a precision of "
            f"{precision} ({where}) and `seed` as the simulator seed.",
        ),
        imports="import numpy as np\nfrom qiskit import QuantumCircuit, "
        "generate_preset_pass_manager\nfrom qiskit.providers import BackendV2\n"
        f"from qiskit.quantum_info import SparsePauliOp\nfrom qiskit_ibm_runtime "
        f"import {', '.join(names)}",
        body=body + last,
        test=f"""{ESTIMATED_DEVICE}
table = {[[(p, [q % n for q in qs], c) for p, qs, c in terms] for terms in table]}
ops = [SparsePauliOp.from_sparse_list(terms, num_qubits={n}) for terms in table]
def build():
    qc = QuantumCircuit({n})
    b, a = Parameter("b"), Parameter("a")
    for q in range({n}):
        qc.u(*rng.uniform(0.5, 1.3, 3), q)
    qc.ry(b, 0)
    qc.rx(a, {n - 1})
    for q in range({n}):
        qc.cx(q, (q + 2) % {n}) if {n} > 3 or q < 2 else None
        qc.u(*rng.uniform(0.3, 1.1, 3), q)
    return qc
def size(qc):
    states = [Statevector(qc.assign_parameters(point)) for point in points]
    return min(abs(state.expectation_value(op)) for op in ops for state in states)
points = [(0.5, 1.9), (1.4, 0.4), (2.3, 1.1)]
for _ in range(1):
    qc = max((build() for _ in range(12)), key=size)
    values = np.array(points)
    def value(k, v):
        return Statevector(qc.assign_parameters(v)).expectation_value(ops[k]).real
    {point}
    got = candidate(qc, values, device, 7)
    {check}
    assert np.shape(evs) == want.shape
    assert np.max(np.abs(evs - want)) < 5.6 * {precision} * 1.25
""",
        params={"n": n, "mode": mode, "shape": shape, "place": place},
        wrong=wrong,
    )


@family(
    "runtime",
    "advanced",
    oracle="expectation",
    skills=("session", "iterative-jobs", "layout"),
    why="A session keeps one primitive for jobs that depend on each other's results.",
    false_alarm=1e-6,
)
def refined_scan(rng: Random) -> Instance:
    """A coarse scan and a finer one around its best point, as two jobs of one session."""
    points, fine = rng.choice([7, 9, 13]), rng.choice([5, 7, 9])
    low, high = rng.choice([(-3.0, 3.0), (-2.8, 2.8), (-3.1, 2.9)])
    level, tseed = rng.choice([1, 2, 3]), rng.randint(1, 99)
    precision = rng.choice([0.01, 0.012, 0.015])
    want = rng.choice(["min", "max"])
    pick = {"min": "argmin", "max": "argmax"}[want]
    word = {"min": "smallest", "max": "largest"}[want]
    mode = rng.choice(["Session", "Session", "Batch"])
    var = mode.lower()
    reach = rng.choice(["one step", "half a step"])
    width = "step" if reach == "one step" else "step / 2"
    body = f"""
pm = generate_preset_pass_manager(backend=backend, optimization_level={level}, seed_transpiler={tseed})
isa = pm.run(circuit)
mapped = observable.apply_layout(isa.layout)
coarse = np.linspace({low}, {high}, {points})
step = coarse[1] - coarse[0]
with {mode}(backend=backend) as {var}:
    estimator = EstimatorV2(mode={var})
    estimator.options.default_precision = {precision}
    estimator.options.simulator.seed_simulator = seed
    first = estimator.run([(isa, mapped, coarse[:, np.newaxis])]).result()[0].data.evs
    centre = coarse[np.{pick}(first)]
    finer = np.linspace(centre - {width}, centre + {width}, {fine})
    second = estimator.run([(isa, mapped, finer[:, np.newaxis])]).result()[0].data.evs
"""
    spaced = (
        f"assert np.allclose(np.diff(angles), 2 * {width} / {fine - 1}) and "
        f"len(angles) == {fine} == len(evs)\n    "
        "assert min(abs(coarse - np.mean(angles))) < 1e-9\n    "
        "for x, y in zip(angles, evs):\n        assert abs(exact(x) - y) < slack\n    "
        f"k = int(np.{pick}(evs))\n    check(angles[k], evs[k])"
    )
    best = f"best = float(finer[np.{pick}(second)])\n"
    ends = [
        (
            "tuple[np.ndarray, np.ndarray]",
            "return finer, second",
            "a tuple of the angles of the second scan and the estimated values there, both arrays",
            f"angles, evs = got\n    {spaced}",
        ),
        (
            "dict[str, np.ndarray]",
            'return {"angles": np.concatenate([coarse, finer]), "values": '
            "np.concatenate([first, second])}",
            'a dictionary with two arrays: "angles", those of the first scan and '
            "behind them those of the second, and "
            '"values", the estimates in the same order',
            f'every, values = got["angles"], got["values"]\n    assert set(got) == '
            f'{{"angles", "values"}}\n    '
            f"assert np.allclose(every[:{points}], coarse) and len(values) == {points + fine}\n    "
            "for x, y in zip(every, values):\n        assert abs(exact(x) - y) < slack\n    "
            f"angles, evs = every[{points}:], values[{points}:]\n    {spaced}",
        ),
        (
            "tuple[float, np.ndarray, np.ndarray]",
            f"{best}return best, finer, second",
            f"a tuple of the angle with the {word} estimate in the second scan, the "
            f"array of all angles of the second scan, "
            "and the array of estimates there",
            f"found, angles, evs = got\n    {spaced}\n    assert found == angles[k]",
        ),
        (
            "tuple[QuantumCircuit, np.ndarray, np.ndarray]",
            f"{best}return isa.assign_parameters([best]), finer, second",
            f"a tuple of the compiled circuit, bound to the angle with the {word} "
            f"estimate in the second scan, the array of "
            "all angles of the second scan, and the array of estimates there",
            f"bound, angles, evs = got\n    {spaced}\n    on_device(bound)\n    "
            "assert Operator.from_circuit(bound).equiv(full(qc.assign_parameters([angles[k]])))",
        ),
    ]
    returns, last, end, check = rng.choice(ends)
    wrong = (
        Wrong(
            "C21",
            (body + last).replace(
                f"{mode}(backend=backend)", f"{mode}(service=None, backend=backend)"
            ),
        ),
    )
    around = f"{reach} of the first grid to both sides of its best point"
    return Instance(
        entry_point="scan_twice",
        signature=f"(circuit: QuantumCircuit, observable: SparsePauliOp, backend: BackendV2, "
        f"seed: int) -> {returns}",
        asks=(
            f"Find the angle of a one-parameter circuit with the {word} expectation "
            f"value of `observable` by two scans in one `{mode}` of the "
            f"runtime client (local mode, `EstimatorV2`). First scan: {points} "
            f"equidistant angles from {low} to {high}, both included. Second: "
            f"{fine} equidistant angles over {around}, ends included. One PUB per "
            f"scan. Compile once for `backend` (preset pass manager, level "
            f"{level}, seed {tseed}); default precision {precision}; simulator seed "
            f"`seed`. Return {end}.",
            f"Two dependent jobs in a {var}: scan the only parameter of `circuit` "
            f"over np.linspace({low}, {high}, {points}), then, around the point "
            f"with the {word} value, over {fine} points that cover {around}. "
            f"Runtime `EstimatorV2` on `backend`, one PUB per job, precision "
            f"{precision}, seed_simulator `seed`; compilation at level {level}, "
            f"seed {tseed}; the observable is given for the uncompiled circuit. "
            f"Output: {end}.",
            f"I would like a coarse-to-fine search of the {word} <observable> with "
            f"qiskit-ibm-runtime in local mode. Grid one: {points} angles, "
            f"{low} to {high}; grid two: {fine} angles, {around}; both grids "
            f"include their ends. Each is one PUB of the same `EstimatorV2` in one "
            f"`{mode}`. Level {level}, transpiler seed {tseed}, precision "
            f"{precision}, simulator seed `seed`. Give me {end}.",
        ),
        imports="import numpy as np\nfrom qiskit import QuantumCircuit, "
        "generate_preset_pass_manager\nfrom qiskit.providers import BackendV2\n"
        f"from qiskit.quantum_info import SparsePauliOp\nfrom qiskit_ibm_runtime "
        f"import {mode}, EstimatorV2".replace(
            "import Session, EstimatorV2", "import EstimatorV2, Session"
        ),
        body=body + last,
        test=f"""{ESTIMATED_DEVICE}
coarse = np.linspace({low}, {high}, {points})
step = coarse[1] - coarse[0]
slack = 5.5 * {precision} * 1.2
def full(circuit):
    wide = QuantumCircuit(5)
    wide.compose(circuit, range(3), inplace=True)
    return Operator(wide)
for offset in (float(rng.uniform(0.3, 0.9)),):
    theta = Parameter("theta")
    qc = QuantumCircuit(3)
    qc.h(0)
    qc.ry(0.4, 1)
    qc.cx(1, 2)
    qc.rz(theta, 0)
    qc.rz(offset, 0)
    qc.rx(0.3, 1)
    qc.cx(2, 0)
    op = SparsePauliOp(["IIX", "ZII", "IZI"], [1.0, 0.12, 0.05])
    def exact(x):
        return Statevector(qc.assign_parameters([x])).expectation_value(op).real
    sign = {"1" if want == "min" else "-1"}
    grid = [exact(x) for x in coarse]
    near = coarse[np.argmin(np.multiply(sign, grid))]
    finest = min(sign * exact(x) for x in np.linspace(near - {width}, near + {width}, {fine}))
    def check(angle, value):
        assert abs(value - exact(angle)) < slack
        assert sign * exact(angle) < finest + 2 * slack
    got = candidate(qc, op, device, 3)
    {check}
""",
        params={"points": points, "fine": fine, "want": want, "mode": mode},
        wrong=wrong,
    )
