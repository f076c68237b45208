"""Backends: queries of calibration data, generic backends, providers and options."""

from random import Random

from qspark.data.families.base import Instance, family

_DEVICES = """
from statistics import median
from qiskit.providers.fake_provider import GenericBackendV2
from qiskit_ibm_runtime.fake_provider import FakeLimaV2, FakeManilaV2
generic = GenericBackendV2(5, coupling_map=[[0, 1], [2, 1], [2, 3], [4, 3]], seed=3)
devices = [FakeLimaV2(), FakeManilaV2(), generic]
"""


@family(
    "backends",
    "intermediate",
    oracle="value",
    skills=("target", "calibration"),
    why="Errors and durations are in target[name][qubits]; T1, T2 and frequencies in "
    "qubit_properties.",
    tolerance=1e-12,
)
def calibration_query(rng: Random) -> Instance:
    """Which qubits or pairs of a device are best by some figure, or what the figure is."""
    gate = rng.choice(["sx", "x"])
    count = rng.randint(2, 4)
    attribute = rng.choice(["t1", "t2", "frequency"])
    shown = {"t1": "T1", "t2": "T2", "frequency": "frequency"}[attribute]
    values = {
        "property": (
            f"backend.qubit_properties(q).{attribute}",
            f"its {shown}",
            f"d.target.qubit_properties[q].{attribute}",
        ),
        "readout": (
            'backend.target["measure"][(q,)].error',
            "its readout error",
            'd.target["measure"][(q,)].error',
        ),
        "gate": (
            f'backend.target["{gate}"][(q,)].error',
            f"the error of its {gate} gate",
            f'd.target["{gate}"][(q,)].error',
        ),
        "ratio": (
            "backend.qubit_properties(q).t2 / backend.qubit_properties(q).t1",
            "T2 divided by T1",
            "d.target.qubit_properties[q].t2 / d.target.qubit_properties[q].t1",
        ),
        "sum": (
            f'backend.target["{gate}"][(q,)].error + backend.target["measure"][(q,)].error',
            f"the sum of its {gate} error and its readout error",
            f'd.target["{gate}"][(q,)].error + d.target["measure"][(q,)].error',
        ),
    }
    pairs = {
        "cx": ('backend.target["cx"][pair].error', "the error of cx", 'd.target["cx"][p].error'),
        "duration": (
            'backend.target["cx"][pair].duration',
            "the duration of cx",
            'd.target["cx"][p].duration',
        ),
        "total": (
            'backend.target["cx"][pair].error + '
            'sum(backend.target["measure"][(q,)].error for q in pair)',
            "the sum of the cx error and both readout errors",
            'd.target["cx"][p].error + sum(d.target["measure"][(q,)].error for q in p)',
        ),
        "t1": (
            "min(backend.qubit_properties(q).t1 for q in pair)",
            "the smaller T1 of its two qubits",
            "min(d.target.qubit_properties[q].t1 for q in p)",
        ),
    }
    pick, word = rng.choice([("min", "smallest"), ("max", "largest")])
    if rng.random() < 0.6:
        kind = rng.choice(list(values))
        figure, said, oracle = values[kind]
        table = f"{{q: {figure} for q in range(backend.num_qubits)}}"
        whole = f"want = {{q: {oracle} for q in range(d.num_qubits)}}"
        thing, things = "qubit", "qubits"
    else:
        kind = rng.choice(list(pairs))
        figure, said, oracle = pairs[kind]
        table = f'{{pair: {figure} for pair in backend.target["cx"]}}'
        whole = f'want = {{p: {oracle} for p in d.target["cx"]}}'
        thing, things = "directed pair with a cx", "directed pairs with a cx"
    said = said if thing == "qubit" else f"{said} on it"
    item = "int" if thing == "qubit" else "tuple[int, int]"
    reverse = ", reverse=True" if pick == "max" else ""
    ends = [
        (
            item,
            f"return {pick}(figures, key=figures.get)",
            f"the {thing} with the {word} value",
            f"assert got in want and abs(want[got] - {pick}(want.values())) < 1e-15",
        ),
        (
            f"list[{item}]",
            f"return sorted(figures, key=figures.get{reverse})[:{count}]",
            f"the list of the {count} {things} with the {word} values, the {word} first",
            f"assert [want[k] for k in got] == sorted(want.values(){reverse})[:{count}] "
            f"and len(set(got)) == {count}",
        ),
        (
            "float",
            "return float(np.median(list(figures.values())))",
            f"the median of the values over all {things}",
            "assert abs(got / median(want.values()) - 1) < 1e-9",
        ),
        (
            "float",
            f"return {pick}(figures.values()) / (sum(figures.values()) / len(figures))",
            f"the {word} value divided by the mean over all {things}",
            f"assert abs(got - {pick}(want.values()) * len(want) / sum(want.values())) < 1e-9",
        ),
        (
            f"dict[{item}, float]",
            "return figures",
            f"a dictionary from all {things} to the values",
            "assert dict(got) == want",
        ),
        (
            f"list[{item}]",
            "mean = sum(figures.values()) / len(figures)\nreturn sorted(key for key, "
            "value in figures.items() if value CMP mean)".replace(
                "CMP", "<" if pick == "min" else ">"
            ),
            f"the sorted list of the {things} whose value is "
            f"{'below' if pick == 'min' else 'above'} the mean over all of them",
            "mean = sum(want.values()) / len(want)\n    assert list(got) == sorted(k "
            "for k, v in want.items() if v CMP mean)".replace("CMP", "<" if pick == "min" else ">"),
        ),
    ]
    returns, last, end, check = rng.choice(ends)
    meant = f"For each {thing} of the device, consider {said}"
    cx = " The device has cx as its two-qubit gate." if "pair" in thing else ""
    tie = (
        " (any of them in case of a tie)" if last.startswith(f"return {pick}(figures, key") else ""
    )
    return Instance(
        entry_point="query_backend",
        signature=f"(backend: BackendV2) -> {returns}",
        asks=(
            f"{meant}. Return {end}{tie}. All numbers come from `backend` (a `BackendV2`).{cx}",
            f"Query of calibration data: {said}, for every {thing} of `backend`; "
            f"the answer is {end}{tie}.{cx}",
            f"`backend` is a `BackendV2`. I look for {end}{tie}; the value of a "
            f"{thing} is {said}.{cx}",
        ),
        imports="import numpy as np\n" * ("np." in last) + "from qiskit.providers import BackendV2",
        body=f"figures = {table}\n{last}",
        test=f"""{_DEVICES}
for d in devices:
    {whole}
    got = candidate(d)
    {check}
""",
        params={"figure": said, "returns": returns, "pick": pick},
    )


@family(
    "backends",
    "basic",
    oracle="structure",
    skills=("target", "device-model"),
    why="A BackendV2 describes itself by its target: connectivity, operations, "
    "durations and errors.",
)
def device_facts(rng: Random) -> Instance:
    """Properties of a generic or a basic backend, made or given."""
    n = rng.randint(4, 7)
    shape, made, edges = rng.choice(
        [
            (
                "a line",
                f"CouplingMap.from_line({n})",
                f"[(k, k + 1) for k in range({n - 1})] + [(k + 1, k) for k in range({n - 1})]",
            ),
            (
                "a ring",
                f"CouplingMap.from_ring({n})",
                f"[(k, (k + 1) % {n}) for k in range({n})] + [((k + 1) % {n}, k) for k "
                f"in range({n})]",
            ),
            (
                "a star with qubit 0 in the centre, the edges directed outwards",
                f"[[0, k] for k in range(1, {n})]",
                f"[(0, k) for k in range(1, {n})]",
            ),
            (
                "directed edges from k to k + 1",
                f"[[k, k + 1] for k in range({n - 1})]",
                f"[(k, k + 1) for k in range({n - 1})]",
            ),
        ]
    )
    basis = rng.choice(
        [["cz", "rz", "sx"], ["ecr", "rz", "x"], ["cx", "u"], ["rzz", "rx", "rz"], ["cz", "r"]]
    )
    two = basis[0]
    seed, dt = rng.randint(1, 99), rng.choice([1e-9, 2e-9, 4e-9, 5e-10])
    extras = []
    words = [
        f"{n} qubits",
        f"the gates {', '.join(basis)}",
        f"the connectivity of {shape}" if shape.startswith("a ") else shape,
    ]
    checks = [
        f"assert b.num_qubits == {n}",
        f"assert set({basis}) <= set(b.operation_names)",
        f"assert set(b.coupling_map.get_edges()) == set({edges})",
        f'assert set(b.target["{two}"]) == set({edges})',
    ]
    if rng.random() < 0.5:
        extras.append(f"dt={dt}")
        words.append(f"a time step dt of {dt} s")
        checks.append(f"assert abs(b.dt - {dt}) < 1e-15")
    if rng.random() < 0.4:
        extras.append("noise_info=False")
        words.append("no errors and durations")
        checks.append(
            f'assert all(p is None or p.error is None for p in b.target["{two}"].values())'
        )
    else:
        words.append(f"errors and durations drawn with the seed {seed}")
        checks.append(f'assert all(p.error is not None for p in b.target["{two}"].values())')
    if rng.random() < 0.4:
        extras.append("control_flow=True")
        words.append("control flow allowed")
        checks.append('assert "if_else" in b.operation_names')
    ends = [
        ("GenericBackendV2", "return backend", "the backend", "b = got"),
        ("GenericBackendV2", "return backend", "the backend", "b = got"),
        (
            "tuple[GenericBackendV2, list[str]]",
            "return backend, sorted(backend.operation_names)",
            "a tuple of the backend and the sorted list of its operation names",
            "b, names = got\nassert names == sorted(b.target.operation_names)",
        ),
        (
            "tuple[GenericBackendV2, list[tuple[int, ...]]]",
            f'return backend, sorted(backend.target["{two}"])',
            f"a tuple of the backend and the sorted list of pairs on which it has {two}",
            f"b, found = got\nassert list(found) == sorted({edges})",
        ),
        (
            "tuple[GenericBackendV2, int]",
            "return backend, len(backend.instructions)",
            "a tuple of the backend and its number of instructions (pairs of operation and qubits)",
            "b, number = got\nassert number == len(b.target.instructions)",
        ),
        (
            "tuple[GenericBackendV2, dict[int, list[int]]]",
            "neighbours = {q: sorted(backend.coupling_map.neighbors(q)) for q in "
            "range(backend.num_qubits)}\nreturn backend, neighbours",
            "a tuple of the backend and a dictionary from each qubit to the sorted "
            "list of qubits that its outgoing edges lead to",
            f"b, found = got\nassert found == "
            f"{{q: sorted(k for p, k in {edges} if p == q) for q in range({n})}}",
        ),
    ]
    returns, last, end, fetch = rng.choice(ends)
    call = (
        f"GenericBackendV2({n}, basis_gates={basis}, coupling_map={made}, "
        f"seed={seed}{''.join(', ' + e for e in extras)})"
    )
    text = ", ".join(words[:-1]) + f" and {words[-1]}"
    lines = "\n".join(checks)
    return Instance(
        entry_point="generic_device",
        signature=f"() -> {returns}",
        asks=(
            f"Make a `GenericBackendV2` with {text} (seed {seed}). Return {end}.",
            f"For tests of a transpiler I need a fake device: {text}. Use "
            f"`GenericBackendV2`, seed {seed}; the result is {end}.",
            f"Describe a device by qiskit's `GenericBackendV2`: {text}; seed "
            f"{seed}. Give back {end}.",
        ),
        imports="from qiskit.providers.fake_provider import GenericBackendV2"
        + "\nfrom qiskit.transpiler import CouplingMap" * ("CouplingMap" in call),
        body=f"backend = {call}\n{last}",
        test=f"""
from qiskit.providers.fake_provider import GenericBackendV2
got = candidate()
{fetch}
assert isinstance(b, GenericBackendV2)
{lines}
""",
        params={"n": n, "shape": shape, "basis": basis, "extras": extras},
    )


@family(
    "backends",
    "basic",
    oracle="value",
    skills=("options", "validation"),
    why="Options behave like a namespace; validators are checked on update_options only.",
)
def run_options(rng: Random) -> Instance:
    """Options objects with defaults, validators and updates."""
    low, high = rng.randint(1, 20), rng.randint(500, 9000)
    default = rng.randint(low + 1, 400)
    name, other = rng.choice(
        [("shots", "seed"), ("shots", "method"), ("repetitions", "label"), ("depth", "mode")]
    )
    modes = rng.sample(["fast", "exact", "sparse", "dense", "auto"], 3)
    text = other in ("method", "label", "mode")
    second = f'"{modes[0]}"' if text else str(rng.randint(1, 99))
    checks, words, tests = [], [], []
    if rng.random() < 0.7:
        checks.append(f'options.set_validator("{name}", ({low}, {high}))')
        words.append(f"`{name}` only accepts values from {low} to {high}")
        tests += [
            f"refused({name}={high + 1})",
            f"refused({name}={low - 1})",
            f"accepted({name}={high})",
            f"accepted({name}={low})",
        ]
    else:
        checks.append(f'options.set_validator("{name}", int)')
        words.append(f"`{name}` only accepts integers (`int`)")
        tests += [f'refused({name}="many")', f"accepted({name}={high})"]
    if text:
        checks.append(f'options.set_validator("{other}", {modes})')
        words.append(f"`{other}` only accepts one of {', '.join(modes)}")
        tests += [f'refused({other}="other")', *(f'accepted({other}="{m}")' for m in modes)]
    given = rng.choice(["none", "constant", "argument"])
    update, args, fed, want = "", "", "", f"{{'{name}': {default}, '{other}': {second}}}"
    more = ""
    if given == "constant":
        new = rng.randint(low + 1, 480)
        update, more = (
            f"options.update_options(limit={new})\n",
            f"; afterwards a field `limit` is added as {new}",
        )
        want = f"{{'{name}': {default}, '{other}': {second}, 'limit': {new}}}"
    elif given == "argument":
        update, more = (
            "options.update_options(**changes)\n",
            ("; afterwards the entries of the dictionary `changes` are applied as one update"),
        )
        args, fed = "changes: dict", "{'extra': 7, 'more': 'x'}"
        want = f"{{'{name}': {default}, '{other}': {second}, 'extra': 7, 'more': 'x'}}"
    return Instance(
        entry_point="make_options",
        signature=f"({args}) -> Options",
        asks=(
            f"Return an `Options` object of `qiskit.providers` with `{name}` = "
            f"{default} and `{other}` = {second}; {' and '.join(words)}"
            f"{more}.",
            f"Run options of a backend: defaults {name}={default}, "
            f"{other}={second}. Validators: {'; '.join(words)}{more}. The result "
            "is a `qiskit.providers.Options`.",
            f"How do I set up `qiskit.providers.Options` with the fields `{name}` "
            f"({default}) and `{other}` ({second}) such that "
            f"{' and '.join(words)}{more}?",
        ),
        imports="from qiskit.providers import Options",
        body=f"options = Options({name}={default}, {other}={second})\n"
        + "\n".join(checks)
        + f"\n{update}return options",
        test=f"""
from qiskit.providers import Options
def fresh():
    return candidate({fed})
def refused(**values):
    try:
        fresh().update_options(**values)
    except (TypeError, ValueError):
        return
    raise AssertionError(f"{{values}} was accepted")
def accepted(**values):
    options = fresh()
    options.update_options(**values)
    assert all(options.get(k) == v for k, v in values.items())
got = fresh()
assert isinstance(got, Options) and dict(got) == {want}
{chr(10).join(tests)}
""",
        params={"name": name, "given": given},
    )
