"""Error mitigation by hand: folding, extrapolation, readout inversion."""

from random import Random

from qspark.data.families.base import Instance, family

_FOLDS = {
    "global": (
        "fold the whole circuit: C becomes C (C^-1 C)^k for the odd integer `scale` = 2k + 1",
        "for _ in range((scale - 1) // 2):\n{b1}    out = out.compose(core.inverse()){b2}.compose(core)\n",
        "ops + sum(([inv(g) for g in ops[::-1]] + ops for _ in range(k)), [])",
    ),
    "local": (
        "fold every gate on its own: each gate G becomes G (G^-1 G)^k for the odd integer `scale` = 2k + 1",
        None,
        "sum(([g] + [inv(g), g] * k for g in ops), [])",
    ),
    "pairs": (
        "fold only the gates on two qubits: each such G becomes G (G^-1 G)^k for the odd integer `scale` "
        "= 2k + 1, gates on "
        "one qubit stay single",
        "if len(inst.qubits) == 2",
        "sum(([g] + [inv(g), g] * (k if len(g[1]) == 2 else 0) for g in ops), [])",
    ),
    "named": (
        "fold only the gates called `name` (second argument): each such G becomes G (G^-1 G)^k for the "
        "odd integer `scale` = "
        "2k + 1",
        "if inst.name == name",
        "sum(([g] + [inv(g), g] * (k if g[0] == 'cx' else 0) for g in ops), [])",
    ),
    "left": (
        "fold gates from the left: only the first `scale` gates of the circuit are replaced, each G by G "
        "G^-1 G; later ones "
        "stay single",
        "if number < scale",
        "sum(([g] + [inv(g), g] * (i < scale) for i, g in enumerate(ops)), [])",
    ),
    "right": (
        "fold gates from the right: only the last `scale` gates of the circuit are replaced, each G by G "
        "G^-1 G; earlier ones "
        "stay single",
        "if number >= total - scale",
        "sum(([g] + [inv(g), g] * (i >= len(ops) - scale) for i, g in enumerate(ops)), [])",
    ),
}  # fmt: skip


@family(
    "mitigation",
    "intermediate",
    oracle="unitary",
    skills=("zne", "folding"),
    why="Folding inserts a gate's inverse and the gate again, which changes the noise and not the unitary.",
    tolerance=1e-8,
)
def fold_gates(rng: Random) -> Instance:
    """Noise amplification by unitary folding, of all or of some gates."""
    kind = rng.choice(sorted(_FOLDS))
    words, rule, want = _FOLDS[kind]
    measured = rng.choice(["none", "final", "all"]) if kind not in ("left", "right") else "none"
    fence = rng.choice([True, False])
    named = ", name: str" if kind == "named" else ""
    if kind == "global":
        body = (
            "core = qc.remove_final_measurements(inplace=False)\n"
            if measured != "none"
            else "core = qc.copy()\n"
        )
        wall = "    out.barrier()\n" if fence else ""
        body += "out = core.copy()\n" + rule.format(b1=wall, b2="")
        if measured == "all":
            body += "out.measure_all()\n"
        elif measured == "final":
            body += 'bits = ClassicalRegister(core.num_qubits, "out")\nout.add_register(bits)\n'
            body += "out.measure(out.qubits, bits)\n"
    else:
        source = "qc.data" if measured == "none" else "core.data"
        body = "" if measured == "none" else "core = qc.remove_final_measurements(inplace=False)\n"
        base = "qc" if measured == "none" else "core"
        body += f"out = {base}.copy_empty_like()\n"
        body += f"total = len({source})\n" if kind == "right" else ""
        loop = (
            f"for number, inst in enumerate({source}):"
            if kind in ("left", "right")
            else f"for inst in {source}:"
        )
        body += f"{loop}\n    out.append(inst)\n"
        times = "1" if kind in ("left", "right") else "(scale - 1) // 2"
        pair = "out.append(inst.operation.inverse(), inst.qubits)\n{i}out.append(inst)\n"
        wall = "out.barrier(inst.qubits)\n{i}" if fence else ""
        if kind in ("left", "right"):
            body += f"    {rule}:\n        " + (wall + pair).replace("{i}", "        ")
        elif rule:
            body += f"    {rule}:\n        for _ in range({times}):\n            " + (
                wall + pair
            ).replace("{i}", " " * 12)
        else:
            body += f"    for _ in range({times}):\n        " + (wall + pair).replace(
                "{i}", " " * 8
            )
        if measured == "all":
            body += "out.measure_all()\n"
        elif measured == "final":
            body += 'bits = ClassicalRegister(core.num_qubits, "out")\nout.add_register(bits)\n'
            body += "out.measure(out.qubits, bits)\n"
    body += "return out"
    register = rng.choice(["out", "c", "result", "bits_out"])
    body = body.replace('"out")', f'"{register}")')
    ends = {
        "none": "The circuit has no measurements.",
        "all": "Final measurements and barriers before them are taken off first, and measure_all is "
        "applied to the result.",
        "final": "Final measurements are taken off first; at the end qubit i is measured into bit i of a "
        f"new register `{register}`.",
    }[measured]
    barrier = " A barrier on the gate's qubits stands before each inserted inverse."
    if kind == "global":
        barrier = " A barrier over all qubits stands before each inserted inverse circuit."
    barrier = barrier if fence else ""
    imports = (
        "from qiskit import "
        + ("ClassicalRegister, " if measured == "final" else "")
        + "QuantumCircuit"
    )
    scales = "(2, 4)" if kind in ("left", "right") else "(1, 3, 5)"
    pairs = {"global": "k", "local": "k * len(ops)", "pairs": "k * 3", "named": "k * 2", "left": "scale",
             "right": "scale"}[kind]  # fmt: skip
    entry = rng.choice(["amplify_noise", "fold", "folded"])
    many = rng.choice(["", "", "list", "dict"])
    signature, several = f"(qc: QuantumCircuit, scale: int{named}) -> QuantumCircuit", ""
    call = "candidate(given, scale{})"
    if many:
        passed = ", name" if named else ""
        lines = body.replace("\n", "\n    ")
        made = f"[fold_once(qc, scale{passed}) for scale in scales]"
        if many == "dict":
            made = f"{{scale: fold_once(qc, scale{passed}) for scale in scales}}"
        body = f"def fold_once{signature}:\n    {lines}\n\n\n"
        body += f"def {entry}(qc: QuantumCircuit, scales: list[int]{named}) -> {many}:\n    return {made}"
        signature = ""
        several = " Do so for each entry of the list `scales` (second "
        several += f"argument{', before `name`' if named else ''}); "
        several += "the result is " + (
            "a list in that order." if many == "list" else "a dict from scale to circuit."
        )
        call = "candidate(given, [scale, 1]{})" + ("[0]" if many == "list" else "[scale]")
    words = words.replace("second argument", "the last argument")
    names = {"all": ["meas"], "final": [register]}.get(measured, [])
    call = call.format(', "cx"' if named else "")
    return Instance(
        entry_point=entry,
        signature=signature,
        asks=(
            f"For zero-noise extrapolation, {words}. {ends}{barrier}{several} Input circuits stay as "
            "they are.",
            f"Write unitary folding: {words}.{barrier} {ends}{several} `qc` itself is not to be changed.",
            f"I amplify noise digitally. Please {words}. {ends}{barrier}{several}",
            f"Noise scaling helper (`scale` is an int): {words}. {ends}{barrier}{several} The input "
            "circuit stays "
            "as it is.",
        ),
        imports=imports,
        body=body,
        test=f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
qc = QuantumCircuit(3)
qc.h(0)
qc.cx(0, 2)
qc.t(1)
qc.rx(0.7, 2)
qc.cx(2, 1)
qc.cp(0.4, 1, 0)
qc.sdg(0)
ops = [(i.name, tuple(qc.find_bit(q).index for q in i.qubits), tuple(i.params)) for i in qc.data]
names = {{"t": "tdg", "sdg": "s"}}
def inv(g):
    return names.get(g[0], g[0]), g[1], tuple(-p for p in g[2])
for scale in {scales}:
    k = (scale - 1) // 2
    given = qc.copy()
    if {measured != "none"}:
        given.measure_all()
    kept = given.copy()
    got = {call}
    assert given == kept
    shown, wanted = QuantumCircuit(3), QuantumCircuit(3)
    for i in got.data:
        if i.name not in ("barrier", "measure"):
            shown.append(i.operation, [got.find_bit(q).index for q in i.qubits])
    for name, places, params in {want}:
        getattr(wanted, name)(*params, *places)
    assert shown == wanted
    plain = got.remove_final_measurements(inplace=False) if {measured != "none"} else got
    assert Operator(plain).equiv(qc, atol=1e-8)
    if {fence}:
        assert got.count_ops().get("barrier", 0) == ({pairs}) + {int(measured == "all")}
        data, place = got.data, None
        for spot, i in enumerate(data[:-1]):
            last = all(x.name in ("barrier", "measure") for x in data[spot:])
            assert i.name != "barrier" or last or data[spot + 1].name not in ("barrier", "measure")
    pairs = [(got.find_bit(i.qubits[0]).index, got.find_bit(i.clbits[0]).index)
        for i in got.data if i.name == "measure"]
    assert sorted(pairs) == ([(0, 0), (1, 1), (2, 2)] if {measured != "none"} else [])
    assert [r.name for r in got.cregs] == {names}
""",
        params={"kind": kind, "measured": measured, "barrier": fence},
    )


_FITS = {
    "richardson": (
        "the Richardson extrapolation (the value at 0 of the polynomial through all points)",
        "weights = [np.prod([s / (s - x) for s in scales if s != x]) for x in scales]\nzero = sum(w * v "
        "for w, v in zip(weights, values))\n",
        "sum(y * np.prod([t / (t - x) for t in xs if t != x]) for x, y in zip(xs, ys))",
    ),
    "linear": (
        "the value at 0 of the least-squares straight line",
        "slope, zero = np.polyfit(scales, values, 1)\n",
        "lstsq(xs, ys, 1)",
    ),
    "quadratic": (
        "the value at 0 of the least-squares parabola",
        "zero = np.polyfit(scales, values, 2)[-1]\n",
        "lstsq(xs, ys, 2)",
    ),
    "exponential": (
        "the amplitude a of the model a * exp(-b * scale), fitted as a least-squares line to the "
        "logarithms of the values "
        "(which are positive)",
        "slope, start = np.polyfit(scales, np.log(values), 1)\nzero = float(np.exp(start))\n",
        "np.exp(lstsq(xs, np.log(ys), 1))",
    ),
    "asymptote": (
        "the value at 0 of limit + a * exp(-b * scale), where `limit` is given and a, b come from a "
        "least-squares line through "
        "the logarithms of value - limit",
        "slope, start = np.polyfit(scales, np.log(np.array(values) - limit), 1)\nzero = limit + "
        "float(np.exp(start))\n",
        "0.1 + np.exp(lstsq(xs, np.log(np.array(ys) - 0.1), 1))",
    ),
    "two": (
        "the linear extrapolation through the points with the smallest and the largest scale only",
        "low, high = int(np.argmin(scales)), int(np.argmax(scales))\n"
        "slope = (values[high] - values[low]) / (scales[high] - scales[low])\nzero = values[low] - slope "
        "* scales[low]\n",
        "(lambda p, q: p[1] - p[0] * (q[1] - p[1]) / (q[0] - p[0]))(min(zip(xs, ys)), max(zip(xs, ys)))",
    ),
}  # fmt: skip


@family(
    "mitigation",
    "basic",
    oracle="value",
    skills=("zne", "extrapolation"),
    why="The mitigated value is the fitted curve at scale 0, not at scale 1.",
    tolerance=1e-7,
)
def extrapolate_to_zero(rng: Random) -> Instance:
    """Zero-noise values from scale factors and expectation values."""
    kind = rng.choice(sorted(_FITS))
    words, code, want = _FITS[kind]
    source = rng.choice(["lists", "dict", "rows", "counts"])
    ending = rng.choice(["value", "clip", "both", "gain"])
    limit = ", limit: float" if kind == "asymptote" else ""
    heads = {
        "lists": ("", "scales: list[float], values: list[float]", "lists `scales` and `values`", "(xs, ys"),
        "dict": ("scales = list(data)\nvalues = list(data.values())\n", "data: dict[float, float]",
                 "a dict `data` from scale to value", "(dict(zip(xs, ys))"),
        "rows": ("scales, values = np.array(points).T\n", "points: list[tuple[float, float]]",
                 "a list `points` of (scale, value) pairs", "(list(zip(xs, ys))"),
        "counts": (
            "scales = list(results)\nvalues = [sum((-1) ** key.count(\"1\") * n for key, n in "
            "counts.items()) / sum(counts.values()) "
            "for counts in results.values()]\n", "results: dict[float, dict[str, int]]",
            "a dict `results` from scale to a dict of counts; the value of counts is the parity "
            "expectation Z...Z",
            "({x: {'010': round(5e5 * (1 - y)), '110': round(5e5 * (1 + y))} for x, y in zip(xs, ys)}"),
    }  # fmt: skip
    head, arguments, given, call = heads[source]
    tail = {
        "value": "return float(zero)",
        "clip": "return float(np.clip(zero, -1, 1))",
        "both": "return float(zero), float(zero - values[0])",
        "gain": 'return {"mitigated": float(zero), "raw": float(values[int(np.argmin(scales))])}',
    }[ending]
    gives = {
        "value": "Return it as a float.",
        "clip": "Clip it to the interval [-1, 1] and return a float.",
        "both": "Return it and its difference from the first value given (mitigated minus first), as two "
        "floats.",
        "gain": "Return a dict with 'mitigated' (this number) and 'raw' (the value at the smallest scale).",
    }[ending]
    final = {
        "value": "abs(got - want) < tol",
        "clip": "abs(got - max(-1, min(1, want))) < tol",
        "both": "abs(got[0] - want) < tol and abs(got[1] - (want - ys[0])) < tol",
        "gain": "abs(got['mitigated'] - want) < tol and abs(got['raw'] - min(zip(xs, ys))[1]) < tol and "
        "len(got) == 2",
    }[ending]
    more = "" if kind in ("exponential", "asymptote") else ", ([1, 2, 3], [-0.97, -0.7, -0.5])"
    result = {"both": "tuple[float, float]", "gain": "dict[str, float]"}.get(ending, "float")
    return Instance(
        entry_point=rng.choice(["zero_noise_value", "extrapolate", "mitigate"]),
        signature=f"({arguments}{limit}) -> {result}",
        asks=(
            f"From noise-scaled expectation values, given as {given}, compute {words}. {gives}",
            f"Zero-noise extrapolation without any library: input is {given}. I want {words}. {gives}",
            f"Input: {given}. Output: {words}. {gives} Use numpy.",
        ),
        imports="import numpy as np",
        body=head + code + tail,
        test=f"""
import numpy as np
def lstsq(xs, ys, degree):
    A = np.vander(np.array(xs, float), degree + 1)
    return np.linalg.lstsq(A, np.array(ys, float), rcond=None)[0][-1]
for xs, ys in (([1, 3, 5, 7], [0.8, 0.55, 0.42, 0.3]), ([2.0, 1.0, 3.5], [0.62, 0.9, 0.35]),
    ([1, 2, 4], [0.98, 0.72, 0.31]){more}):
    want = float({want})
    got = candidate{call}{", 0.1" if limit else ""})
    tol = {5e-4 if source == "counts" else 1e-7}
    assert {final}
""",
        params={"fit": kind, "input": source, "ending": ending},
    )
