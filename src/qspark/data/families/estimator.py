"""Estimator V2: broadcasting and arrays of observables."""

from random import Random

from qspark.data.families._estimator import EXACT
from qspark.data.families.base import Instance, Wrong, family, pauli

_STATES = """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.primitives import ObservablesArray
from qiskit.quantum_info import Operator, Pauli, SparseObservable, SparsePauliOp, Statevector
rng = np.random.default_rng(np.random.randint(2**31))
def ansatz(names, width):
    qc = QuantumCircuit(width)
    for k, name in enumerate(names):
        qc.ry(Parameter(name), k % width)
        qc.rx(0.4 + 0.3 * k, k % width)
    for q in range(width - 1):
        qc.cx(q, q + 1)
    qc.rz(0.7, 0)
    qc.rx(0.9, 0)
    qc.ry(0.5, width - 1)
    for q in range(width):
        qc.u(0.8 + 0.2 * q, 0.5 - 0.3 * q, 1.1 + 0.3 * q, q)
    return qc
def expected(qc, values, label):
    state = Statevector(qc.assign_parameters(values))
    return float(np.real(state.expectation_value(SparsePauliOp(label))))
"""


@family(
    "estimator",
    "intermediate",
    oracle="expectation",
    skills=("pub-shapes", "broadcasting", "parameters"),
    why="Shapes of observables and of parameter values broadcast by numpy's rules inside one PUB.",
    tolerance=1e-7,
)
def broadcast_pub(rng: Random) -> Instance:
    """Parameter values and observables of several shapes in one PUB."""
    imports, build, who = rng.choice(EXACT)
    names = rng.choice([("b", "a"), ("theta", "phi"), ("t1", "t0"), ("y", "x")])
    order = tuple(sorted(names))
    labels = [pauli(rng, 3, 3) for _ in range(3)]
    while "IIX" in labels:  # the other term of every observable
        labels = [pauli(rng, 3, 3) for _ in range(3)]
    coefficients = [rng.randint(-9, 9) / 10 or 0.55 for _ in range(3)]
    table = [
        ("outer", "one axis of observables and then one of parameter sets", "(3, n)"),
        ("outer reversed", "one axis of parameter sets and then one of observables", "(n, 3)"),
        ("pairs", "one axis along which observable k is paired with parameter set k", "(3,)"),
        ("single", "one axis of parameter sets, for one observable", "(n,)"),
        ("grid", "two axes: values of the first parameter, then those of the second", "(n, m)"),
    ]
    kind, words, _ = rng.choice(table)
    form = rng.choice(["labels", "SparsePauliOp", "mapping", "Pauli"])
    entries = {
        "labels": [f'"{x}"' for x in labels],
        "SparsePauliOp": [
            f'SparsePauliOp(["{x}", "ZII"], [{c}, 0.25])'
            for x, c in zip(labels, coefficients, strict=True)
        ],
        "mapping": [
            f'{{"{x}": {c}, "IIX": 0.5}}' for x, c in zip(labels, coefficients, strict=True)
        ],
        "Pauli": [f'Pauli("{x}")' for x in labels],
    }[form]
    said = {
        "labels": ", ".join(f"`{x}`" for x in labels),
        "Pauli": ", ".join(f"`{x}`" for x in labels),
        "SparsePauliOp": ", ".join(
            f"{c} {x} + 0.25 ZII" for x, c in zip(labels, coefficients, strict=True)
        ),
        "mapping": ", ".join(
            f"{c} {x} + 0.5 IIX" for x, c in zip(labels, coefficients, strict=True)
        ),
    }[form]
    signature, fed = "circuit: QuantumCircuit, values: np.ndarray", "qc, values[:, by_name]"
    what = "the rows of `values` are parameter sets in the order of `circuit.parameters`"
    observables, bound, setup = f"[{', '.join(entries)}]", "values", ""
    if kind == "outer":
        observables = "[" + ", ".join(f"[{x}]" for x in entries) + "]"
        want = "[[value(values[j], k) for j in range(n)] for k in range(3)]"
    elif kind == "outer reversed":
        bound = "values[:, np.newaxis, :]"
        want = "[[value(values[j], k) for k in range(3)] for j in range(n)]"
    elif kind == "pairs":
        want = "[value(values[k], k) for k in range(3)]"
    elif kind == "single":
        observables, said = entries[0], said.split(", ")[0]
        want = "[value(values[j], 0) for j in range(n)]"
    else:
        observables, said = entries[1], said.split(", ")[1]
        signature, fed = (
            "circuit: QuantumCircuit, first: list[float], second: list[float]",
            "qc, list(values[:, 0]), list(values[:2, 1])",
        )
        what = f"`first` holds values of `{names[0]}`, `second` those of `{names[1]}`"
        setup = 'rows, columns = np.meshgrid(first, second, indexing="ij")\n'
        bound = f'{{"{names[0]}": rows, "{names[1]}": columns}}'
        want = "[[value((values[i, 0], values[j, 1]), 1) for j in range(2)] for i in range(n)]"
    ends = [
        ("return result.data.evs", "the array of expectation values", "want"),
        (
            "return result.data.evs.max(axis=0)",
            "the largest value along axis 0 of the array",
            "want.max(axis=0)",
        ),
        ("return np.abs(result.data.evs)", "the array of their absolute values", "abs(want)"),
        (
            "return result.data.evs.sum(axis=0)",
            "the sum of the values along axis 0 of the array",
            "want.sum(axis=0)",
        ),
        ("return result.data.evs.T", "the transpose of the array of expectation values", "want.T"),
    ]
    last, end, final = rng.choice(ends[:4] if kind in ("pairs", "single") else ends)
    used = {"SparsePauliOp": "SparsePauliOp", "Pauli": "Pauli"}.get(form, "")
    lines = ["import numpy as np", "from qiskit import QuantumCircuit", imports]
    lines += [f"from qiskit.quantum_info import {used}"] * bool(used)
    returns = "float | np.ndarray" if "axis=0" in last else "np.ndarray"
    each = "observable" + ("" if kind in ("single", "grid") else "s, in this order")
    body = (
        f"{setup}estimator = {build}\nresult = estimator.run([(circuit, {observables}, "
        f"{bound})]).result()[0]\n{last}"
    )
    wrong = ()
    if kind == "outer":
        wrong = (Wrong("C15", body.replace(observables, f"[{', '.join(entries)}]")),)
    terms = {
        "labels": "[[(x, 1)] for x in labels]",
        "Pauli": "[[(x, 1)] for x in labels]",
        "SparsePauliOp": '[[(x, c), ("ZII", 0.25)] for x, c in zip(labels, coefficients)]',
        "mapping": '[[(x, c), ("IIX", 0.5)] for x, c in zip(labels, coefficients)]',
    }[form]
    return Instance(
        entry_point="expectations",
        signature=f"({signature}) -> {returns}",
        asks=(
            f"`circuit` acts on 3 qubits and has the parameters `{order[0]}` and "
            f"`{order[1]}`; {what}. Compute, with one "
            f"PUB of {who}, the expectation values of the {each}: {said}. The array "
            f"has {words}. Return {end}.",
            f"One estimator PUB is to give {words}. "
            f"Observable{'s' * (kind not in ('single', 'grid'))}: {said} (rightmost "
            f"letter on qubit 0). {what[0].upper()}{what[1:]}; the parameters are "
            f"`{order[0]}` and `{order[1]}`. Use {who} "
            f"and return {end}.",
            f"How do I arrange shapes so that a single PUB of {who} yields {words}? "
            f"Here {what}, the 3-qubit circuit "
            f"has the parameters `{order[0]}`, `{order[1]}`, and the {each} "
            f"{'is' if kind in ('single', 'grid') else 'are'} "
            f"{said}. I need {end}.",
        ),
        imports="\n".join(lines),
        body=body,
        test=f"""{_STATES}
names, labels, coefficients = {names}, {labels}, {coefficients}
terms = {terms}
qc = ansatz(names, 3)
by_name = [names.index(x) for x in sorted(names)]
def value(point, k):
    bound = dict(zip(names, point))
    return sum(c * expected(qc, bound, x) for x, c in terms[k])
for n in (3,{" 4" if kind != "pairs" else ""}):
    values = rng.uniform(0.3, 2.8, (n, 2))
    got = candidate({fed})
    want = np.array({want})
    assert np.shape(got) == np.shape({final}) and np.allclose(got, {final}, atol=1e-7)
""",
        params={"kind": kind, "labels": labels, "form": form},
        wrong=wrong,
    )


@family(
    "estimator",
    "intermediate",
    oracle="value",
    skills=("observables-array", "layout"),
    why="An ObservablesArray holds simplified sparse observables and can be reshaped "
    "and mapped to a layout.",
    tolerance=1e-9,
)
def observables_arrays(rng: Random) -> Instance:
    """Building an ObservablesArray and what can be done with it."""
    labels = [pauli(rng, 3, 3) for _ in range(6)]
    while len(set(labels)) < 6:
        labels = [pauli(rng, 3, 3) for _ in range(6)]
    weights = [rng.randint(1, 9) / 4 for _ in range(6)]
    rows = rng.choice([2, 3])
    columns = 6 // rows
    row, column = rng.randrange(rows), rng.randrange(1, columns)
    layout = rng.sample(range(5), 3)
    form = rng.choice(["labels", "ops", "mappings", "sparse"])
    code = {
        "labels": "ObservablesArray(labels)",
        "ops": 'ObservablesArray([SparsePauliOp([x, "III"], [w, 0.5]) for x, w in '
        "zip(labels, weights)])",
        "mappings": "ObservablesArray([{x: w} for x, w in zip(labels, weights)])",
        "sparse": "ObservablesArray([SparseObservable.from_list([(x, w)]) for x, w in "
        "zip(labels, weights)])",
    }[form]
    said = {
        "labels": "the Paulis `labels`",
        "ops": "w * x + 0.5 * III for each pair of x in `labels` and w in `weights`",
        "mappings": "w * x for each pair of x in `labels` and w in `weights`",
        "sparse": "w * x for each pair of x in `labels` and w in `weights`",
    }[form]
    entry = {
        "labels": "SparsePauliOp(labels[k])",
        "ops": 'SparsePauliOp([labels[k], "III"], [weights[k], 0.5])',
    }.get(form, "SparsePauliOp(labels[k], weights[k])")
    shaped = f"observables = {code}.reshape({rows}, {columns})\n"
    index = f"np.arange(6).reshape({rows}, {columns})"
    same = "assert isinstance(got, ObservablesArray)\n    "
    ends = [
        ("ObservablesArray", "return observables", "that array", f"{same}compare(got, {index})"),
        (
            "ObservablesArray",
            f"return observables[{row}]",
            f"its row {row} as an `ObservablesArray`",
            f"{same}compare(got, {index}[{row}])",
        ),
        (
            "ObservablesArray",
            f"return observables[:, {column}]",
            f"its column {column} as an `ObservablesArray`",
            f"{same}compare(got, {index}[:, {column}])",
        ),
        (
            "ObservablesArray",
            f"return observables.reshape({columns}, {rows})",
            f"the same observables reshaped (row-major) to {columns} x {rows}",
            f"{same}compare(got, np.arange(6).reshape({columns}, {rows}))",
        ),
        (
            "ObservablesArray",
            f"return observables.slice((slice(None), slice({column}, None)))",
            f"its columns from {column} on as an `ObservablesArray` of two dimensions",
            f"{same}compare(got, {index}[:, {column}:])",
        ),
        (
            "ObservablesArray",
            f"return observables.apply_layout({layout}, num_qubits=5)",
            f"the array mapped to 5 qubits, where qubit i goes to qubit {layout}[i]",
            f"{same}compare(got, {index}, {layout})",
        ),
        (
            "SparseObservable",
            f"return observables.slice(({row}, {column}))",
            f"the entry in row {row} and column {column} as a `SparseObservable`",
            f"assert isinstance(got, SparseObservable)\n    same(got, {index}[{row}, {column}])",
        ),
        (
            "dict[str, float]",
            f"return observables[{row}, {column}]",
            f"the entry in row {row} and column {column} as a dictionary from labels to "
            f"coefficients",
            f"assert isinstance(got, dict)\n    "
            f"same(SparseObservable.from_list(list(got.items())), {index}[{row}, {column}])",
        ),
        (
            "list",
            "return observables.tolist()",
            "the array as nested lists of dictionaries from labels to coefficients",
            f"assert isinstance(got, list) and isinstance(got[0][0], dict)\n    "
            f"compare(ObservablesArray(got), {index})",
        ),
        (
            "np.ndarray",
            "return observables.sparse_observables_array(copy=True)",
            "a numpy array (dtype object) of `SparseObservable` entries in that shape",
            f"assert isinstance(got, np.ndarray)\n    compare(ObservablesArray(got), {index})",
        ),
        (
            "tuple[tuple[int, ...], int, int]",
            "return observables.shape, observables.size, observables.num_qubits",
            "a tuple of its shape, its size and its number of qubits",
            f"assert tuple(got) == (({rows}, {columns}), 6, 3)",
        ),
        (
            "bool",
            "return observables.equivalent(ObservablesArray(other))",
            f"whether it is equivalent to the array that the {rows} x {columns} "
            f"nested list of labels `other` stands for",
            "assert got is not None and bool(got) == bool(equal)",
        ),
    ]
    returns, last, end, check = rng.choice(ends)
    more = ", other: list[list[str]]" if "(other)" in last else ""
    weighted = "" if form == "labels" else ", weights: list[float]"
    info = [n for n in ("SparseObservable", "SparsePauliOp") if n in code + returns]
    lines = ["import numpy as np"] * ("np." in returns + last) + [
        "from qiskit.primitives import ObservablesArray"
    ]
    lines += [f"from qiskit.quantum_info import {', '.join(info)}"] * bool(info)
    what = f"{said} (six of them, three letters each)"
    call = (
        "labels"
        + (", weights" if weighted else "")
        + (", np.array(compared).reshape(SHAPE).tolist()" if more else "")
    )
    call = call.replace("SHAPE", f"{rows}, {columns}")
    return Instance(
        entry_point="observable_table",
        signature=f"(labels: list[str]{weighted}{more}) -> {returns}",
        asks=(
            f"Put {what} into an `ObservablesArray` of {rows} rows and {columns} "
            f"columns, filled row by row. Return {end}.",
            f"I need {what} as an `ObservablesArray` with shape ({rows}, {columns}) "
            f"(row-major). The function's value is "
            f"{end}.",
            f"Observables: {what}. Arrange them in a {rows} x {columns} "
            f"`ObservablesArray`, rows first, and give back {end}.",
        ),
        imports="\n".join(lines),
        body=f"{shaped}{last}",
        test=f"""{_STATES}
def matrix(k, layout):
    op = {entry}
    return (op if layout is None else op.apply_layout(layout, 5)).to_matrix()
def same(observable, k, layout=None):
    assert np.allclose(SparsePauliOp.from_sparse_observable(observable).to_matrix(), matrix(k, layout))
def compare(array, index, layout=None):
    assert array.shape == index.shape
    for place in np.ndindex(index.shape):
        same(array.slice(place), index[place], layout)
for equal in (1, 0):
    labels = {labels} if equal else {labels[2:] + labels[:2]}
    weights = {weights} if "{form}" != "labels" else [1.0] * 6
    compared = list(labels)
    if "{more}" and "{form}" != "labels":
        weights = [1.0] * 6
    if not equal:
        compared[-1] = "XYZ" if compared[-1] != "XYZ" else "YYZ"
    if "{form}" == "ops":
        equal = 0
    got = candidate({call})
    {check}
""",
        params={"form": form, "labels": labels, "returns": returns},
    )
