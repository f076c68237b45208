"""Sampler V2: bindings and PUB objects, several PUBs with their own shots."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family

_RNG = """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.primitives import BindingsArray, SamplerPub
rng = np.random.default_rng(np.random.randint(2**31))
"""


@family(
    "sampler",
    "intermediate",
    oracle="value",
    skills=("bindings-array", "pub-shapes"),
    why="The last axis of a BindingsArray entry runs over its parameters; as_array "
    "follows the keys' order.",
    tolerance=1e-9,
)
def bindings_arrays(rng: Random) -> Instance:
    """A BindingsArray from named columns, its shape, its order and the circuits that it binds."""
    names = rng.choice(
        [("b", "c", "a"), ("theta", "phi", "lam"), ("t1", "t2", "t0"), ("y", "z", "x")]
    )
    rows, columns = rng.choice([(2, 3), (3, 2), (2, 4), (4, 3)])
    one, two, three = names
    order = list(names)
    while order in (list(names), sorted(names)):
        rng.shuffle(order)
    row, column = rng.randrange(rows), rng.randrange(columns)
    form = rng.choice(["split", "columns", "stack", "shape"])
    if form == "split":
        build = f'BindingsArray({{("{one}", "{two}"): pairs, "{three}": singles}})'
        what = (
            f"`pairs` holds values of `{one}` and `{two}` along its last axis, "
            f"`singles` those of `{three}`"
        )
        args, fed = "pairs: np.ndarray, singles: np.ndarray", "table[..., :2], table[..., 2]"
    elif form == "columns":
        build = "BindingsArray(columns)"
        what = "`columns` maps each parameter's name to an array of its values"
        args = "columns: dict[str, np.ndarray]"
        fed = "{n: table[..., i] for i, n in enumerate(names)}"
    elif form == "stack":
        build = f"BindingsArray({{{names}: np.stack([first, second, third], axis=-1)}})"
        what = f"`first`, `second` and `third` hold the values of `{one}`, `{two}` and `{three}`"
        args = "first: np.ndarray, second: np.ndarray, third: np.ndarray"
        fed = "table[..., 0], table[..., 1], table[..., 2]"
    else:
        build = f"BindingsArray({{{names}: table}}, shape=({rows}, {columns}))"
        what = f"the last axis of `table` runs over `{one}`, `{two}` and `{three}` in this order"
        args, fed = "table: np.ndarray", "table"
    wanted = f"table[..., [names.index(n) for n in {order}]]"
    ends = [
        (
            "np.ndarray",
            f"return bindings.as_array({order})",
            f"one array whose last axis is ordered {', '.join(order)}",
            f"assert np.allclose(got, {wanted})",
        ),
        (
            "np.ndarray",
            f"return bindings.ravel().as_array({order})",
            f"one two-dimensional array with a row per point (row-major order) and "
            f"columns {', '.join(order)}",
            f"assert np.shape(got) == ({rows * columns}, 3) and np.allclose(got, "
            f"{wanted}.reshape(-1, 3))",
        ),
        (
            "BindingsArray",
            f"return bindings.reshape({columns}, {rows})",
            f"the bindings reshaped (row-major) to {columns} x {rows}",
            f"assert isinstance(got, BindingsArray) and got.shape == ({columns}, {rows})\n    "
            f"assert np.allclose(got.as_array({order}), {wanted}.reshape({columns}, {rows}, 3))",
        ),
        (
            "BindingsArray",
            f"return bindings[{row}]",
            f"the bindings of row {row} alone (shape ({columns},))",
            f"assert isinstance(got, BindingsArray) and got.shape == ({columns},)\n    "
            f"assert np.allclose(got.as_array({order}), {wanted}[{row}])",
        ),
        (
            "BindingsArray",
            f"return bindings[:, {column}]",
            f"the bindings of column {column} alone (shape ({rows},))",
            f"assert isinstance(got, BindingsArray) and got.shape == ({rows},)\n    "
            f"assert np.allclose(got.as_array({order}), {wanted}[:, {column}])",
        ),
        (
            "QuantumCircuit",
            f"return bindings.bind(circuit, ({row}, {column}))",
            f"`circuit` bound to the values at index ({row}, {column})",
            f"assert got.num_parameters == 0 and np.allclose(angles(got), table[{row}, {column}])",
        ),
        (
            "list[QuantumCircuit]",
            "return bindings.bind_all(circuit).ravel().tolist()",
            "the list of bound circuits, point after point in row-major order",
            f"assert len(got) == {rows * columns}\n    for k, made in enumerate(got):\n        "
            "assert np.allclose(angles(made), table.reshape(-1, 3)[k])",
        ),
        (
            "SamplerPub",
            "return SamplerPub(circuit, bindings, shots=SHOTS)",
            "a `SamplerPub` of `circuit` with these bindings and SHOTS shots",
            f"assert isinstance(got, SamplerPub) and got.shots == SHOTS and "
            f"got.shape == ({rows}, {columns})\n    "
            f"assert np.allclose(got.parameter_values.as_array({order}), {wanted})",
        ),
        (
            "tuple[tuple[int, ...], int, int]",
            "return bindings.shape, bindings.size, bindings.num_parameters",
            "a tuple of their shape, their number of points and their number of parameters",
            f"assert tuple(got) == (({rows}, {columns}), {rows * columns}, 3)",
        ),
    ]
    shots = str(rng.randint(100, 900))
    returns, last, end, check = rng.choice(ends)
    last, end, check = (text.replace("SHOTS", shots) for text in (last, end, check))
    needs = "circuit" in last
    args = f"circuit: QuantumCircuit, {args}" if needs else args
    mine = ["BindingsArray"] + ["SamplerPub"] * ("SamplerPub" in last)
    imports = "import numpy as np\n" + "from qiskit import QuantumCircuit\n" * needs
    shape = f"The points form a {rows} x {columns} sweep"
    return Instance(
        entry_point="sweep_bindings",
        signature=f"({args}) -> {returns}",
        asks=(
            f"Make a `BindingsArray` for the parameters `{one}`, `{two}` and "
            f"`{three}`: {what}. {shape}. "
            f"Return {end}.",
            f"{shape} of three circuit parameters; {what}. Using qiskit's "
            f"`BindingsArray`, give back {end}.",
            f"I keep parameter sweeps in a `BindingsArray`. Here {what}, for {rows} "
            f"by {columns} points. What I "
            f"need from it is {end}.",
            f"{what[0].upper() if what[0] != '`' else what[0]}{what[1:]}; the sweep has shape "
            f"({rows}, {columns}). Put that into a `BindingsArray` and return {end}.",
        ),
        imports=f"{imports}from qiskit.primitives import {', '.join(mine)}",
        body=f"bindings = {build}\n{last}",
        test=f"""{_RNG}
names = {list(names)}
qc = QuantumCircuit(3)
for qubit, name in enumerate(names):
    qc.rx(Parameter(name), qubit)
def angles(circuit):
    return [float(item.operation.params[0]) for item in circuit.data]
for _ in range(2):
    table = rng.uniform(-3, 3, ({rows}, {columns}, 3))
    got = candidate({"qc, " if needs else ""}{fed})
    {check}
""",
        params={"form": form, "names": names, "returns": returns},
    )


@family(
    "sampler",
    "intermediate",
    oracle="value",
    skills=("several-pubs", "shots", "job"),
    why="Shots in a PUB take precedence over those of run, which take precedence over "
    "default_shots.",
)
def shots_of_each_pub(rng: Random) -> Instance:
    """Several PUBs with their own shots in one job, and what the job and its result tell."""
    default, middle = rng.randint(20, 60), rng.randint(70, 110)
    special = rng.randint(120, 200)
    seed, k = rng.randint(1, 99), rng.randint(2, 4)
    imports, build = rng.choice(
        [
            (
                "from qiskit.primitives import StatevectorSampler",
                f"StatevectorSampler(default_shots={default}, seed={seed})",
            ),
            (
                "from qiskit_aer.primitives import SamplerV2",
                f"SamplerV2(default_shots={default}, seed={seed})",
            ),
        ]
    )
    who = "`StatevectorSampler`" if "Statevector" in build else "Aer's `SamplerV2`"
    rule, pubs, run, wanted, more = rng.choice(
        [
            (
                f"even positions get {special} shots, odd positions the {middle} "
                f"shots given to `run`",
                f"[(qc, None, {special}) if i % 2 == 0 else (qc,) for i, qc in "
                f"enumerate(circuits)]",
                f", shots={middle}",
                f"{special} if i % 2 == 0 else {middle}",
                "",
            ),
            (
                f"the circuit at position i gets {special} + {k} * i shots",
                f"[(qc, None, {special} + {k} * i) for i, qc in enumerate(circuits)]",
                "",
                f"{special} + {k} * i",
                "",
            ),
            (
                "the circuit at position i gets `shots[i]` shots, or the sampler's default of "
                f"{default} where that is None",
                "[(qc, None, n) for qc, n in zip(circuits, shots)]",
                "",
                f"{default} if shots[i] is None else shots[i]",
                ", shots: list[int | None]",
            ),
            (
                f"circuits of more than {k} qubits get {special} shots, the others "
                f"the sampler's default of {default}",
                f"[SamplerPub.coerce(qc, shots={special} if qc.num_qubits > {k} "
                f"else None) for qc in circuits]",
                "",
                f"{special} if widths[i] > {k} else {default}",
                "",
            ),
            (
                f"the first circuit gets {special} shots and all others the "
                f"{middle} shots given to `run`",
                f"[SamplerPub(circuits[0], shots={special})] + [SamplerPub(qc) for "
                f"qc in circuits[1:]]",
                f", shots={middle}",
                f"{special} if i == 0 else {middle}",
                "",
            ),
        ]
    )
    if str(default) not in rule:
        build = build.replace(f"default_shots={default}, ", "")
    returns, last, end, check = rng.choice(
        [
            (
                "list[dict[str, int]]",
                "return [pub.data.meas.get_counts() for pub in job.result()]",
                "the list of counts of register `meas`",
                "assert got == [{words[i]: wanted[i]} for i in range(5)]",
            ),
            (
                "list[int]",
                "return [pub.data.meas.num_shots for pub in job.result()]",
                "the list of the numbers of shots that were taken",
                "assert got == wanted",
            ),
            (
                "dict[str, int]",
                "merged = {{}}\nfor qc, pub in zip(circuits, job.result()):\n    "
                'merged[qc.name] = pub.metadata["shots"]\n'
                "return merged",
                "a dictionary from the name of each circuit to the number of shots "
                "that its result's metadata tell",
                'assert got == {f"qc{i}": wanted[i] for i in range(5)}',
            ),
            (
                "tuple[JobStatus, int]",
                "result = job.result()\nreturn job.status(), "
                "sum(pub.data.meas.num_shots for pub in result)",
                "a tuple of the job's status after its result is there and of the "
                "total number of shots",
                "assert got == (JobStatus.DONE, sum(wanted))",
            ),
            (
                "tuple[bool, list[dict[int, int]]]",
                "result = job.result()\nreturn job.done(), "
                "[pub.data.meas.get_int_counts() for pub in result]",
                "a tuple of whether the job is done after its result was fetched "
                "and the list of counts of `meas` "
                "with integer keys",
                "assert got == (True, [{int(words[i], 2): wanted[i]} for i in range(5)])",
            ),
        ]
    )
    if "circuits[0]" in pubs and returns in ("list[int]", "tuple[JobStatus, int]"):
        pubs = pubs.replace("circuits[0]", "first").replace("circuits[1:]", "others")
        last = f"first, *others = circuits\n{last}"
    last = last.replace("{{", "{").replace("}}", "}")
    body = f"sampler = {build}\njob = sampler.run({pubs}{run})\n{last}"
    if last.startswith("first"):
        unpack, _, last = last.partition("\n")
        body = f"{unpack}\nsampler = {build}\njob = sampler.run({pubs}{run})\n{last}"
    lines = {*imports.split("\n"), "from qiskit import QuantumCircuit"}
    if "SamplerPub" in pubs:
        lines.discard("from qiskit.primitives import StatevectorSampler")
        names = ["SamplerPub"] + ["StatevectorSampler"] * ("Statevector" in build)
        lines.add(f"from qiskit.primitives import {', '.join(names)}")
    if "JobStatus" in returns:
        lines.add("from qiskit.providers import JobStatus")
    wrong = ()
    if "(qc, None, n)" in pubs:
        wrong = (Wrong("C29", body.replace("(qc, None, n)", "(qc, n)")),)
    return Instance(
        entry_point="run_together",
        signature=f"(circuits: list[QuantumCircuit]{more}) -> {returns}",
        asks=(
            f"Submit all circuits (each measured with `measure_all`, no parameters) "
            f"as one job of {who}: {rule}. "
            f"Return {end}.",
            f"One job, many PUBs: run `circuits` on {who} (seed {seed}) such that "
            f"{rule}. All were measured by "
            f"`measure_all`. The function returns {end}, in the order of `circuits`.",
            f"With a single call of `run` of {who}, how do I give circuits "
            f"different numbers of shots? Rule: {rule}. "
            f"I want {end}. The circuits end with `measure_all`.",
        ),
        imports="\n".join(sorted(lines)),
        body=body,
        test=f"""{_RNG}
from qiskit.providers import JobStatus
for widths in ([{k + 1}, {k}, {k + 2}, 1, {k + 1}], [1, {k + 1}, {k}, {k + 3}, {k}]):
    circuits, words = [], []
    shots = [33, None, 41, None, None] if widths[0] == 1 else [None, 11, None, 12, 13]
    for i, width in enumerate(widths):
        word = format(rng.integers(2**width), f"0{{width}}b")
        qc = QuantumCircuit(width, name=f"qc{{i}}")
        for qubit, char in enumerate(reversed(word)):
            if char == "1":
                qc.x(qubit)
        qc.measure_all()
        circuits.append(qc)
        words.append(word)
    wanted = [{wanted} for i in range(5)]
    got = candidate(circuits{", shots" if more else ""})
    {check}
""",
        params={"rule": rule, "shots": special, "returns": returns},
        wrong=wrong,
    )
