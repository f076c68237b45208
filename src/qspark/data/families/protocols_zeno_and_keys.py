"""Protocols: repeated measurement, and the sifting of keys."""

from random import Random

from qspark.data.families._exact import EXACT
from qspark.data.families.base import Instance, Wrong, family


@family(
    "protocols",
    "advanced",
    oracle="distribution",
    skills=("repeated-measurement", "quantum-zeno", "register-order"),
    why="Each measurement projects: n steps of angle theta/n survive with cos(theta/2n)^(2n), not "
    "cos(theta/2)^2.",
    tolerance=1e-8,
    false_alarm=1e-6,
)
def zeno_survival(rng: Random) -> Instance:
    """Survival curves of a qubit that is turned in small steps and watched after each."""
    axis = rng.choice(["rx", "ry"])
    watch = rng.choice(["each", "ancilla", "weak"])
    out = rng.choice(["circuit", "survival", "curve", "last"])
    name = rng.choice(["watch", "log", "trace_bits", "m"])
    total = rng.choice(["pi", f"{rng.randint(120, 280) / 100}", "theta"])
    strength = rng.randint(120, 260) / 100
    arg = "theta: float, " if total == "theta" else ""
    lines = {
        "each": "    qc.measure(0, reg[step])\n",
        "ancilla": "    qc.cx(0, 1)\n    qc.measure(1, reg[step])\n    qc.reset(1)\n",
        "weak": f"    qc.cry({strength}, 0, 1)\n    qc.measure(1, reg[step])\n    qc.reset(1)\n",
    }[watch]
    width = 1 if watch == "each" else 2
    circuit = f"""reg = ClassicalRegister(steps, "{name}")
qc = QuantumCircuit({width})
qc.add_register(reg)
qc.compose(prepare, [0], inplace=True)
for step in range(steps):
    qc.{axis}({total} / steps, 0)
{lines}"""
    words = {
        "each": "the qubit itself is measured",
        "ancilla": "qubit 1, copied from qubit 0 by a CX, is measured and reset",
        "weak": f"qubit 1 is rotated by a CRY({strength}) that qubit 0 controls, measured and reset (a "
        "weak measurement)",
    }[watch]
    imports = (
        "from math import pi\n\n" if total == "pi" else ""
    ) + "from qiskit import ClassicalRegister, QuantumCircuit"
    sampled = (
        "counts = AerSimulator(seed_simulator=seed).run(qc, shots=shots).result().get_counts()\n"
    )
    if out == "circuit":
        body, signature, ask = (
            circuit + "return qc",
            f"(prepare: QuantumCircuit, {arg}steps: int) -> QuantumCircuit",
            "Return the circuit",
        )
    elif out == "survival":
        body = circuit + sampled + 'return counts.get("0" * steps, 0) / shots'
        signature = f"(prepare: QuantumCircuit, {arg}steps: int, shots: int, seed: int) -> float"
        ask = "Simulate it with AerSimulator (`shots`, seed `seed`) and return the fraction of shots in "
        ask += "which all readings are 0"
    elif out == "last":
        body = (
            circuit
            + sampled
            + 'return sum(n for key, n in counts.items() if key[0] == "0") / shots'
        )
        signature = f"(prepare: QuantumCircuit, {arg}steps: int, shots: int, seed: int) -> float"
        ask = (
            "Simulate it with AerSimulator (`shots`, seed `seed`) and return the fraction of shots "
        )
        ask += "whose last reading is 0, whatever the earlier ones are"
    else:
        body = circuit + sampled
        body += "alive = [0] * steps\nfor key, n in counts.items():\n"
        body += '    first = (key[::-1] + "1").index("1")\n'
        body += "    for step in range(first):\n        alive[step] += n\nreturn [n / shots for n in alive]"
        signature = (
            f"(prepare: QuantumCircuit, {arg}steps: int, shots: int, seed: int) -> list[float]"
        )
        ask = "Simulate it with AerSimulator (`shots`, seed `seed`) and return the survival curve: entry "
        ask += "k is the fraction of shots whose readings 0..k are all 0"
    if out != "circuit":
        imports += "\nfrom qiskit_aer import AerSimulator"
    value = {"pi": "a total angle of pi", "theta": "a total angle `theta`"}.get(
        total, f"a total angle of {total}"
    )
    known = {"pi": "np.pi"}.get(total, total)
    call = "1.1, " if total == "theta" else ""
    theta = "1.1" if total == "theta" else known
    return Instance(
        entry_point=rng.choice(["zeno", "watched_qubit", "survival"]),
        signature=signature,
        asks=(
            "Watched evolution: qubit 0 starts in the state that the one-qubit circuit `prepare` makes, "
            f"and is turned by {axis.upper()} in `steps` equal "
            f"steps that add up to {value}; after each step {words}, step k into bit k of the "
            f"register `{name}`. {ask}.",
            "Quantum Zeno experiment: after the one-qubit circuit `prepare` on qubit 0 comes a rotation "
            f"with {value} about the {axis[1].upper()} axis, split into `steps` "
            f"parts; after every part {words} (reading k goes to bit k of `{name}`). {ask}.",
            "I want to see how watching freezes a qubit. Circuit: the one-qubit circuit `prepare` on "
            f"qubit 0, then `steps` times {axis.upper()} on qubit "
            f"0 by 1/steps of {value}, each time {words}; bit k of the classical register `{name}` "
            f"belongs to step k. {ask}.",
        ),
        imports=imports,
        body=body,
        test=EXACT
        + f"""
from qiskit import QuantumCircuit
from qiskit.circuit.library import CRYGate, {axis.upper()}Gate
def branches(steps, prepare):
    found = {{"": Statevector(prepare).data}}
    turn = {axis.upper()}Gate({theta} / steps).to_matrix()
    for _ in range(steps):
        after = {{}}
        for key, psi in found.items():
            psi = turn @ psi
            if "{watch}" == "weak":
                c, s = np.cos({strength} / 2), np.sin({strength} / 2)
                maps = (np.diag([1, c]), np.diag([0, s]))
            else:
                maps = (np.diag([1, 0]), np.diag([0, 1]))
            for bit, K in enumerate(maps):
                after[str(bit) + key] = K @ psi
        found = after
    return {{k: float(np.linalg.norm(v) ** 2) for k, v in found.items()}}
generic, gone = QuantumCircuit(1), QuantumCircuit(1)
generic.ry(0.9, 0)
generic.rz(0.8, 0)
gone.x(0)
gone.{axis}(-({theta}), 0)
if "{out}" == "circuit":
    for steps in (1, 3, 5):
        qc = candidate(generic, {call}steps)
        assert [(r.name, r.size) for r in qc.cregs] == [("{name}", steps)] and qc.num_qubits == {width}
        got, want = spread(qc), branches(steps, generic)
        assert all(abs(got.get(k, 0) - want[k]) < 1e-8 for k in want)
        assert qc.count_ops()["{axis}"] in (steps, steps + generic.count_ops().get("{axis}", 0))
else:
    rng = np.random.default_rng(np.random.randint(2**31))
    for steps, prepare in ((1, generic), (3, generic), (1, gone)):
        shots, want = 3000, branches(steps, prepare)
        limit = np.sqrt(np.log(2e6 * 2 * 7) / (2 * shots))
        got = candidate(prepare, {call}steps, shots, int(rng.integers(2**31)))
        if prepare is gone and "{watch}" != "weak":
            assert got in (0, [0])
        if "{out}" == "survival":
            assert abs(got - want["0" * steps]) < limit
        elif "{out}" == "last":
            assert abs(got - sum(p for k, p in want.items() if k[0] == "0")) < limit
        else:
            assert len(got) == steps
            for k in range(steps):
                p = sum(p for key, p in want.items() if "1" not in key[::-1][: k + 1])
                assert abs(got[k] - p) < limit
""",
        params={"axis": axis, "watch": watch, "output": out, "total": total},
    )


@family(
    "protocols",
    "advanced",
    oracle="value",
    skills=("sifting", "given-rng", "endianness"),
    why="Only rounds in which both sides used the same basis count; the order in which a generator is "
    "used is part of the protocol.",
)
def key_sifting(rng: Random) -> Instance:
    """Sifting, error estimation and post-processing of a six-state or entanglement-based key."""
    scheme = rng.choice(["six", "pairs"])
    bases = "XYZ" if scheme == "six" else rng.choice(["XZ", "XYZ"])
    source = rng.choice(["lists", "strings", "key"])
    flip = scheme == "pairs"
    minus = sorted(rng.sample(bases, rng.randint(1, len(bases)))) if flip else []
    sample = rng.choice(["none", "rng", "every"])
    step = rng.randint(2, 4)
    result = rng.choice(["key", "both", "rate"])
    body = ""
    if source == "key":
        body += "a_bits = [int(c) for c in reversed(outcome_a)]\nb_bits = [int(c) for c in "
        body += "reversed(outcome_b)]\n"
        arguments, given = "a_bases: str, outcome_a: str, b_bases: str, outcome_b: str", (
            "`a_bases` and `b_bases` name the bases of round 0, 1, ... from left to right; `outcome_a` "
            "and `outcome_b` are Qiskit bit strings in which round 0 is the rightmost character"
        )  # fmt: skip
    elif source == "strings":
        body += "a_bits = list(map(int, outcome_a))\nb_bits = list(map(int, outcome_b))\n"
        arguments, given = "a_bases: str, outcome_a: str, b_bases: str, outcome_b: str", (
            "all four arguments are strings whose first character belongs to round 0: bases and outcome "
            "bits of A and of B"
        )  # fmt: skip
    else:
        arguments, given = "a_bases: list[str], a_bits: list[int], b_bases: list[str], b_bits: list[int]", (
            "the lists hold for round 0, 1, ... the basis and the bit of A and of B"
        )  # fmt: skip
    wrong = f" ^ (a_bases[i] in {tuple(minus)!r})".replace("'", '"') if minus else ""
    if len(minus) == 1:
        wrong = f' ^ (a_bases[i] == "{minus[0]}")'
    body += "kept = [i for i, (a, b) in enumerate(zip(a_bases, b_bases)) if a == b]\n"
    if sample == "rng":
        arguments += ", rng: np.random.Generator"
        body += "count = len(kept) // 4\ntested = set(rng.choice(kept, size=count, replace=False).tolist())\n"
    elif sample == "every":
        body += f"tested = set(kept[::{step}])\n"
    pair = f"(a_bits[i], b_bits[i]{wrong})"
    if sample == "none" and result == "key":
        body += "key = [a_bits[i] for i in kept]\n"
        chosen = "The key consists of all bits of A in the sifted rounds"
        wrong = ""
    elif sample == "none":
        body += f"pairs = [{pair} for i in kept]\n".replace(
            "(a_bits[i], b_bits[i] ^", "(a_bits[i], b_bits[i] ^"
        )
        body += (
            "errors = sum(a != b for a, b in pairs)\nrate = errors / len(pairs) if pairs else 0.0\n"
        )
        body += "key = [a for a, _ in pairs]\n"
        chosen = (
            "The error rate is taken over all sifted rounds and the key consists of all bits of A "
        )
        chosen += "in them"
    else:
        body += f"errors = sum(a_bits[i] != (b_bits[i]{wrong}) for i in kept if i in tested)\n"
        body += "rate = errors / len(tested) if tested else 0.0\n"
        body += f"key = [b_bits[i]{wrong} for i in kept if i not in tested]\n"
        drawn = (
            "a quarter of the sifted rounds (rounded down), drawn by one call rng.choice(kept, "
            "size=count, replace=False) on the list `kept` of sifted round numbers in ascending order"
            if sample == "rng"
            else f"every {step}th sifted round, beginning with the first"
        )
        chosen = f"The error rate is estimated on {drawn}; these are left out of the key, which consists "
        chosen += "of B's bits (after their correction, if any) in the other sifted rounds"
    if result == "rate" and sample != "none":
        body = "\n".join(line for line in body.splitlines() if not line.startswith("key"))
        body += "\nreturn rate, len(kept) - len(tested)"
        result = "length"
    body += {
        "length": "",
        "key": "return key",
        "both": "return key, rate",
        "rate": "return rate, len(key)",
    }[result]
    result = "rate" if result == "length" else result
    gives = {
        "key": "Return the key as a list of 0 and 1 in round order.",
        "both": "Return the key (a list of 0 and 1 in round order) and the error rate (0.0 if there is "
        "nothing to compare).",
        "rate": "Return the error rate (0.0 if there is nothing to compare) and the length of the key.",
    }[result]
    if sample != "none" and result == "key":
        body = "\n".join(
            line for line in body.splitlines() if not line.startswith(("errors", "rate"))
        )
    if sample == "none" and result == "key":
        body = "\n".join(
            line for line in body.splitlines() if not line.startswith(("errors", "rate"))
        )
    corr = (
        f" In the basis {' and in '.join(minus)} ideal outcomes are opposite, so B's bit is inverted "
        "there first."
        if minus and wrong
        else ""
    )
    title = (
        "six-state key distribution" if scheme == "six" else "entanglement-based key distribution"
    )
    kind = {"key": "list[int]", "both": "tuple[list[int], float]", "rate": "tuple[float, int]"}[
        result
    ]
    final = {"key": "list(got) == key", "both": "list(got[0]) == key and abs(got[1] - rate) < 1e-12",
             "rate": "abs(got[0] - rate) < 1e-12 and got[1] == len(key)"}[result]  # fmt: skip
    feed = {
        "lists": "list(ab), list(xs), list(bb), list(ys)",
        "strings": "ab, text(xs), bb, text(ys)",
        "key": "ab, text(xs)[::-1], bb, text(ys)[::-1]",
    }[source]
    return Instance(
        entry_point=rng.choice(["sift", "sifted_key", "reconcile"]),
        signature=f"({arguments}) -> {kind}",
        asks=(
            f"Sifting for {title} with the bases {', '.join(bases)}: keep the rounds in which A and B "
            f"used the same basis. Input: {given}.{corr} {chosen}. {gives}",
            f"Post-processing of a {title} (bases {'/'.join(bases)}). {given.capitalize()}.{corr} Only "
            f"rounds with equal bases count. {chosen}. {gives}",
            f"Two parties measured in bases out of {', '.join(bases)}; {given}. Compare the bases and "
            f"keep equal ones.{corr} {chosen}. {gives}",
        ),
        imports="import numpy as np" if sample == "rng" else "",
        body=body,
        test=f"""
import random
import numpy as np
def text(bits):
    return "".join(map(str, bits))
for seed, n in ((5, 40), (8, 61), (3, 1), (12, 90)):
    pick = random.Random(seed)
    ab, bb = ("".join(pick.choice("{bases}") for _ in range(n)) for _ in range(2))
    xs = [pick.randint(0, 1) for _ in range(n)]
    ys = [x if pick.random() < 0.7 else 1 - x for x in xs]
    got = candidate({feed}{", np.random.default_rng(seed)" if sample == "rng" else ""})
    kept = [i for i in range(n) if ab[i] == bb[i]]
    fixed = [y ^ (b in {minus}) for y, b in zip(ys, bb, strict=True)]
    if "{sample}" == "none":
        tested, key = kept, [xs[i] for i in kept]
    else:
        tested = kept[::{step}]
        if "{sample}" == "rng":
            tested = np.random.default_rng(seed).choice(kept, size=len(kept) // 4, replace=False).tolist()
        key = [fixed[i] for i in kept if i not in tested]
    bad = [i for i in tested if xs[i] != fixed[i]]
    rate = len(bad) / len(tested) if tested else 0.0
    assert {final}
""",
        params={
            "bases": bases,
            "source": source,
            "inverted": minus,
            "sample": sample,
            "result": result,
        },
        wrong=(
            Wrong(
                "S02",
                body.replace("reversed(outcome_a)", "outcome_a").replace(
                    "reversed(outcome_b)", "outcome_b"
                ),
            ),
        )
        if source == "key"
        else (),
    )
