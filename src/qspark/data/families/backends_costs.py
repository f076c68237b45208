"""Backends: the best part of a device, and what a circuit costs there."""

from random import Random

from qspark.data.families.base import Instance, family

_DEVICES = """
import math
from itertools import permutations
import numpy as np
from qiskit import QuantumCircuit
from qiskit.providers.fake_provider import GenericBackendV2
from qiskit_ibm_runtime.fake_provider import FakeLimaV2, FakeManilaV2
edges = [[0, 1], [2, 1], [2, 3], [4, 3], [1, 4]]
devices = [FakeLimaV2(), FakeManilaV2(), GenericBackendV2(5, coupling_map=edges, seed=3)]
"""


@family(
    "backends",
    "advanced",
    oracle="value",
    skills=("layout-selection", "calibration", "graph-search"),
    why="cx errors belong to directed pairs; a pair may exist in one direction only.",
    tolerance=1e-12,
)
def best_subgraph(rng: Random) -> Instance:
    """The best chain, star, pair or triangle-free set of qubits by the product of success probabilities."""
    size = rng.choice([3, 4])
    readout, single = rng.random() < 0.6, rng.random() < 0.4
    gate = rng.choice(["sx", "x"])
    end_kind = rng.randrange(4)
    power = rng.choice([1, 1, 2, 3])
    direction = rng.choice(["best", "forward"])
    shape = rng.choice(["chain", "chain", "star"])
    if shape == "star":
        size = 3
    pair = (
        "min(errors[p] for p in ((a, b), (b, a)) if p in errors)"
        if direction == "best"
        else "errors[a, b]"
    )
    allowed = "(a, b) in errors or (b, a) in errors" if direction == "best" else "(a, b) in errors"
    links = (
        "zip(qubits, qubits[1:])" if shape == "chain" else "[(qubits[0], q) for q in qubits[1:]]"
    )
    terms = []
    if readout:
        terms.append('score *= math.prod(1 - target["measure"][(q,)].error for q in qubits)')
    if single:
        terms.append(f'score *= math.prod(1 - target["{gate}"][(q,)].error for q in qubits)')
    exponent = f" ** {power}" if power > 1 else ""
    code = "\n    ".join(
        [
            f"links = list({links})",
            f"if not all({allowed} for a, b in links):\n        continue",
            f"score = math.prod((1 - {pair}){exponent} for a, b in links)",
            *terms,
            "if score > best_score:\n        best, best_score = list(qubits), score",
        ]
    )
    body = (
        "target = backend.target\n"
        'errors = {pair: properties.error for pair, properties in target["cx"].items()}\n'
        f"best, best_score = [], 0.0\nfor qubits in "
        f"permutations(range(backend.num_qubits), {size}):\n    {code}\n"
    )
    top_check = "found, figure = got\n    assert abs(figure - top) < 1e-12"
    ends = [
        (
            "tuple[list[int], float]",
            "return best, best_score",
            "a tuple of the list of qubits and its score",
            top_check,
        ),
        (
            "tuple[float, list[int]]",
            "return 1 - best_score, sorted(best)",
            "a tuple of one minus its score and the sorted list of its qubits",
            "figure, members = got\n    assert abs(1 - figure - top) < 1e-12\n    "
            "found = max(permutations(members), key=value)\n    assert "
            "list(members) == sorted(members)",
        ),
        (
            "tuple[QuantumCircuit, float]",
            "pm = generate_preset_pass_manager(optimization_level=0, "
            "backend=backend, initial_layout=best)\n"
            "return pm.run(circuit), best_score",
            f"a tuple of `circuit` (of {size} qubits), transpiled at level 0 to the "
            f"backend such that its qubit i starts on "
            "the i-th qubit of the list, and of the score",
            "isa, figure = got\n    assert abs(figure - top) < 1e-12 and "
            "isa.num_qubits == d.num_qubits\n    "
            "found = isa.layout.initial_index_layout(filter_ancillas=True)",
        ),
        (
            "tuple[list[int], float, float]",
            "inside = [error for pair, error in errors.items() if set(pair) <= set(best)]\n"
            "return best, best_score, sum(inside) / len(inside)",
            "a tuple of the list of qubits, its score, and the mean cx error over "
            "all directed pairs of the device that lie "
            "within it",
            "found, figure, mean = got\n    assert abs(figure - top) < 1e-12\n    "
            "inside = [e for p, e in errors.items() if set(p) <= set(found)]\n    "
            "assert abs(mean - sum(inside) / len(inside)) < 1e-12",
        ),
    ]
    returns, last, end, check = ends[end_kind]
    circuit = "QuantumCircuit" in returns
    words = {
        "chain": f"an ordered chain of {size} different qubits in which neighbours are "
        f"connected by cx",
        "star": f"a list of {size} different qubits whose first one is connected by cx to "
        f"each of the others",
    }[shape]
    turn = (
        "in whichever existing direction has the smaller error"
        if direction == "best"
        else (
            "in the direction from the earlier to the later qubit"
            if shape == "chain"
            else "in the direction from the first qubit to the other one"
        )
        + ", which has to exist"
    )
    score = (
        f"the product of (1 - cx error){f'^{power}' if power > 1 else ''} over its "
        f"connections, {turn}"
    )
    if readout:
        score += ", times (1 - readout error) of each qubit"
    if single:
        score += f", times (1 - {gate} error) of each qubit"
    lines = ["import math", "from itertools import permutations"] + [
        "from qiskit import QuantumCircuit, generate_preset_pass_manager"
    ] * circuit
    lines += ["from qiskit.providers import BackendV2"]
    return Instance(
        entry_point="best_qubits",
        signature=f"(backend: BackendV2{', circuit: QuantumCircuit' if circuit else ''}) -> "
        f"{returns}",
        asks=(
            f"On a small device with cx gates (`backend`, a `BackendV2`), find "
            f"{words}, such that this score is largest: {score}. "
            f"Return {end}. Equal scores may be resolved in any way.",
            f"Layout by calibration data. Candidates: {words}. Score: {score}. "
            f"Search all of them (five qubits or so), and return {end} "
            "for the highest score; ties are free.",
            f"Which part of `backend` should I use? I want {words}; its quality is "
            f"{score}. Please give me {end} for the best one (any of "
            "several equally good ones).",
        ),
        imports="\n".join(lines),
        body=body + last,
        test=f"""{_DEVICES}
for d in devices:
    target = d.target
    errors = {{p: x.error for p, x in target["cx"].items()}}
    def value(qubits):
        total = 1.0
        pairs = zip(qubits, qubits[1:]) if "{shape}" == "chain" else [(qubits[0], q) for q in qubits[1:]]
        for a, b in pairs:
            turns = [(a, b), (b, a)][: {2 if direction == "best" else 1}]
            options = [errors[p] for p in turns if p in errors]
            if not options:
                return -1.0
            total *= (1 - min(options)) ** {power}
        for q in qubits:
            total *= (1 - target["measure"][(q,)].error) ** {int(readout)}
            total *= (1 - target["{gate}"][(q,)].error) ** {int(single)}
        return total
    top = max(value(qubits) for qubits in permutations(range(5), {size}))
    circuit = QuantumCircuit({size})
    circuit.x(range({size}))
    got = candidate(d{", circuit" if circuit else ""})
    {check}
    assert len(found) == {size} and abs(value(tuple(found)) - top) < 1e-12
""",
        params={"shape": shape, "size": size, "readout": readout, "direction": direction},
    )


@family(
    "backends",
    "advanced",
    oracle="value",
    skills=("isa", "calibration", "scheduling"),
    why="The errors and durations of a compiled circuit are looked up in the target by "
    "name and qubit indices.",
    tolerance=1e-9,
)
def cost_on_device(rng: Random) -> Instance:
    """The estimated success probability or duration of a compiled circuit on a device."""
    kind = rng.choice(["success", "duration", "busy", "worst", "table", "relaxation"])
    skip = rng.choice(["rz", None])
    measure = rng.random() < 0.5
    guard = ""
    conditions = [f'name == "{skip}"'] if skip else []
    conditions += ['name == "measure"'] if not measure else []
    conditions.insert(0, 'name == "barrier"')
    said = [c.split('"')[1] for c in conditions]
    ignored = f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else said[0]
    guard = (
        f"if name in {tuple(said)}:\n        continue"
        if len(said) > 1
        else f'if name == "{said[0]}":\n        continue'
    )
    head = (
        "name = item.operation.name\n    "
        + guard
        + (
            "\n    qubits = tuple(isa.find_bit(qubit).index for qubit in item.qubits)\n    "
            "entry = backend.target[name][qubits]\n    "
        )
    )
    level = rng.choice([0, 1])
    forms = {
        "success": (
            "result = 1.0\n",
            "result *= 1 - entry.error",
            "return result",
            "float",
            "the product of (1 - error) over all of its instructions",
            "float(np.prod([1 - e for _, _, e, _ in rows]))",
        ),
        "duration": (
            "ready = [0.0] * backend.num_qubits\n",
            "end = max(ready[q] for q in qubits) + entry.duration\n    for q in "
            "qubits:\n        ready[q] = end",
            "return max(ready)",
            "float",
            "its duration in seconds when each instruction starts as soon as all "
            "of its qubits are free",
            "asap(rows)[0]",
        ),
        "busy": (
            "busy = {}\n",
            "for q in qubits:\n        busy[q] = busy.get(q, 0.0) + entry.duration",
            "return busy",
            "dict[int, float]",
            "a dictionary from each qubit that is used to the total duration in "
            "seconds of the instructions on it",
            "total(rows)",
        ),
        "worst": (
            "errors = {}\n",
            "errors[name, qubits] = entry.error",
            "return max(errors, key=errors.get)",
            "tuple[str, tuple[int, ...]]",
            "the pair (name, tuple of qubit indices) of the instruction with the "
            "largest error among those it uses",
            "worst(rows)",
        ),
        "table": (
            "losses = {}\n",
            "losses[name] = losses.get(name, 0.0) - math.log(1 - entry.error)",
            "return losses",
            "dict[str, float]",
            "a dictionary from the name of each kind of instruction to the sum of "
            "-log(1 - error) over its uses",
            "losses(rows)",
        ),
        "relaxation": (
            "result = 1.0\n",
            "for q in qubits:\n        result *= math.exp(-entry.duration / "
            "backend.qubit_properties(q).t1)",
            "return result",
            "float",
            "the product of exp(-duration / T1 of the qubit) over all of its "
            "instructions and each of their qubits",
            "float(np.prod([np.exp(-t / d.target.qubit_properties[q].t1) for _, "
            "qs, _, t in rows for q in qs]))",
        ),
    }
    start, step, last, returns, words, want = forms[kind]
    both = rng.random() < 0.4
    compile_ = (
        f"pm = generate_preset_pass_manager(optimization_level={level}, "
        f"backend=backend, seed_transpiler=SEED, initial_layout=layout)\n"
        "isa = pm.run(circuit)\n"
    )
    seed = rng.randint(1, 99)
    body = f"{start}for item in isa.data:\n    {head}{step}\n{last}"
    body = compile_.replace("SEED", str(seed)) + body if both else body.replace("isa", "circuit")
    needs = ["import math"] * ("math." in body) + [
        f"from qiskit import QuantumCircuit{', generate_preset_pass_manager' * both}",
        "from qiskit.providers import BackendV2",
    ]
    doing = (
        f"Compile `circuit` for `backend` with the preset pass manager (level "
        f"{level}, transpiler seed {seed}, the initial layout `layout`), then look "
        f"at the compiled circuit"
        if both
        else "`circuit` is already compiled for `backend`"
    )
    return Instance(
        entry_point="circuit_cost",
        signature=f"(circuit: QuantumCircuit, backend: "
        f"BackendV2{', layout: list[int]' * both}) -> {returns}",
        asks=(
            f"{doing}. Using the errors and durations of the target (leaving out "
            f"every {ignored}), return {words}.",
            f"Estimate from calibration data: {words}. {doing}; instructions called "
            f"{ignored} do not count. No control flow occurs.",
            f"{doing}. What I want to know is {words}; {ignored} instructions are "
            f"ignored, all numbers are those of the backend's target.",
        ),
        imports="\n".join(needs),
        body=body,
        test=f"""{_DEVICES}
from qiskit import generate_preset_pass_manager
rng = np.random.default_rng(np.random.randint(2**31))
def asap(rows):
    ready = np.zeros(5)
    for _, qs, _, t in rows:
        ready[list(qs)] = ready[list(qs)].max() + t
    return [float(ready.max())]
def total(rows):
    return {{q: sum(t for _, qs, _, t in rows if q in qs) for q in {{q for _, qs, _, _ in rows for q in qs}}}}
def worst(rows):
    return max((e, n, qs) for n, qs, e, _ in rows)[1:]
def losses(rows):
    return {{k: -sum(np.log(1 - e) for n, _, e, _ in rows if n == k) for k in {{n for n, *_ in rows}}}}
for d in devices:
    circuit = QuantumCircuit(3)
    for q in range(3):
        circuit.u(*rng.uniform(0.4, 1.4, 3), q)
    circuit.cx(0, 1)
    circuit.barrier()
    circuit.cx(2, 1)
    circuit.u(*rng.uniform(0.4, 1.4, 3), 2)
    circuit.measure_all()
    layout = [3, 1, 4]
    pm = generate_preset_pass_manager({level}, backend=d, seed_transpiler={seed}, initial_layout=layout)
    isa = pm.run(circuit)
    rows = []
    for item in isa.data:
        name, qs = item.operation.name, tuple(isa.find_bit(q).index for q in item.qubits)
        if name not in {tuple(said)!r}:
            entry = d.target[name][qs]
            rows.append((name, qs, entry.error, entry.duration))
    got = candidate({"circuit, d, layout" if both else "isa, d"})
    want = {want}
    if isinstance(want, dict):
        assert set(got) == set(want) and all(abs(got[k] - want[k]) <= 1e-9 * abs(want[k]) for k in want)
    elif isinstance(want, tuple):
        assert (got[0], tuple(got[1])) == want
    else:
        assert abs(got - want) <= 1e-9 * abs(want)
""",
        params={"kind": kind, "ignored": ignored, "both": both},
    )
