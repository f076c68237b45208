"""Error correction: encoded states, memories and their decoding, and failure rates."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.qec import CODES


@family(
    "qec",
    "advanced",
    oracle="state",
    skills=("stabilizer", "clifford", "logical-states"),
    why="An encoded basis state is the common +1 eigenstate of the generators and a signed logical operator.",
    tolerance=1e-8,
)
def logical_state(rng: Random) -> Instance:
    """A circuit that prepares an encoded state from generators and logical operators."""
    state = rng.choice(["0", "1", "+", "-", "sign"])
    engine = rng.choice(["synth", "clifford", "state"])
    code = rng.choice(["five-qubit", "Steane", "bit-flip", "phase-flip"])
    tail = rng.choice(["", "measure", "inverse", "register"])
    logical = {
        "0": "z",
        "1": '"-" + z',
        "+": "x",
        "-": '"-" + x',
        "sign": 'z if sign > 0 else "-" + z',
    }[state]
    body = f"labels = [*generators, {logical}]\n"
    if engine == "synth":
        body += "qc = synth_circuit_from_stabilizers(labels)\n"
        imports = "from qiskit.synthesis import synth_circuit_from_stabilizers"
    elif engine == "clifford":
        body += "state = StabilizerState.from_stabilizer_list(labels)\nqc = state.clifford.to_circuit()\n"
        imports = "from qiskit.quantum_info import StabilizerState"
    else:
        body += "state = StabilizerState.from_stabilizer_list(labels)\nqc = "
        body += "synth_clifford_full(state.clifford)\n"
        imports = "from qiskit.quantum_info import StabilizerState\nfrom qiskit.synthesis import "
        imports += "synth_clifford_full"
    name = rng.choice(["block", "code", "logical", "patch"])
    if tail == "measure":
        body += "qc.measure_all()\n"
    elif tail == "inverse":
        body += "qc = qc.inverse()\n"
    elif tail == "register":
        body += f'block = QuantumRegister(qc.num_qubits, "{name}")\nout = QuantumCircuit(block)\n'
        body += "out.compose(qc, block, inplace=True)\nqc = out\n"
    body += "return qc"
    signed = ", sign: int" if state == "sign" else ""
    words = {
        "0": "logical |0>, the +1 eigenstate of `z`", "1": "logical |1>, the -1 eigenstate of `z`",
        "+": "logical |+>, the +1 eigenstate of `x`", "-": "logical |->, the -1 eigenstate of `x`",
        "sign": "the eigenstate of `z` with the eigenvalue `sign` (+1 or -1)",
    }[state]  # fmt: skip
    ends = {
        "": "Return the circuit.",
        "measure": "Append measure_all and return the circuit.",
        "inverse": "Return the inverse of the circuit, which maps that state to all zeros.",
        "register": f"Its qubits form one quantum register named `{name}`.",
    }[tail]
    kind = "QuantumRegister, " if tail == "register" else ""
    imports = (
        "from qiskit import QuantumCircuit, QuantumRegister\n"
        if kind
        else "from qiskit import QuantumCircuit\n"
    ) + imports
    eigen = {"0": ("z", 1), "1": ("z", -1), "+": ("x", 1), "-": ("x", -1), "sign": ("z", None)}[
        state
    ]
    example = CODES[code]
    return Instance(
        entry_point=rng.choice(["encode", "prepare_logical", "logical_circuit"]),
        signature=f"(generators: list[str], x: str, z: str{signed}) -> QuantumCircuit",
        asks=(
            "A stabilizer code with one logical qubit is given by its `generators` and logical "
            "operators `x` and `z`, all Pauli labels without sign "
            f"(rightmost letter: qubit 0). Build a Clifford circuit that prepares {words} from all "
            f"zeros. {ends} Example: {code}, {example[0]}, "
            f"x = {example[1]}, z = {example[2]}.",
            f"Prepare an encoded state: {words}, stabilised by all `generators` (labels such as "
            f"{example[0][:2]} of the {code} code). {ends} No measurement "
            "may be needed for the preparation itself.",
            f"From `generators`, `x`, `z` (Pauli strings, qubit 0 last; e.g. the {code} code) synthesise "
            f"the preparation of {words} with Clifford gates. {ends}",
        ),
        imports=imports,
        body=body,
        test=f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import Clifford, Pauli, StabilizerState
for generators, x, z in ({example},
    (["XZZXI", "IXZZX", "XIXZZ", "ZXIXZ"], "XXXXX", "ZZZZZ"), (["IZZ", "ZZI"], "XXX", "IIZ")):
    for sign in (1, -1):
        qc = candidate(list(generators), x, z{", sign" if signed else ""})
        assert isinstance(qc, QuantumCircuit) and qc.num_qubits == len(z)
        if {tail == "measure"}:
            assert qc.count_ops()["measure"] == len(z)
            qc = qc.remove_final_measurements(inplace=False)
        if {tail == "inverse"}:
            qc = qc.inverse()
        if {tail == "register"}:
            assert [(r.name, r.size) for r in qc.qregs] == [("{name}", len(z))]
        state = StabilizerState(Clifford(qc))
        assert all(state.expectation_value(Pauli(g)) == 1 for g in generators)
        assert state.expectation_value(Pauli({eigen[0]})) == {eigen[1] if eigen[1] else "sign"}
""",
        params={"state": state, "engine": engine, "code": code, "tail": tail},
    )


@family(
    "qec",
    "advanced",
    oracle="value",
    skills=("decoding", "register-order", "post-processing"),
    why="The key of several registers lists the register that was added last first, separated by spaces, "
    "each with its bit 0 on the right.",
)
def decode_memory(rng: Random) -> Instance:
    """Decode the counts of a repetition-code memory with syndrome rounds and a final readout."""
    rounds = rng.randint(2, 3)
    first = rng.choice(["data", "rounds"])
    vote = rng.choice(["majority", "corrected"])
    filtered = rng.choice(["none", "quiet", "agree"])
    result = rng.choice(
        ["counts", "rate"] if filtered == "none" else ["counts", "rate", "both", "lists"]
    )
    expected = rng.choice([0, 1])
    names = ", ".join(f"`s{r}`" for r in range(rounds))
    layout = f"{names}, `data`" if first == "rounds" else f"`data`, {names}"
    needed = vote == "corrected" or filtered != "none"
    unpack = (
        "data, *syndromes = key.split()" if first == "rounds" else "*syndromes, data = key.split()"
    )
    if not needed:
        unpack = f"data = key.split()[{0 if first == 'rounds' else -1}]"
    dropped = result in ("both", "lists")
    body = "zeros = ones = dropped = 0\n" if dropped else "zeros = ones = 0\n"
    body += f"for key, n in counts.items():\n    {unpack}\n"
    lose = "        dropped += n\n        continue\n" if dropped else "        continue\n"
    if filtered == "quiet":
        body += '    if any("1" in s for s in syndromes):\n' + lose
    elif filtered == "agree":
        body += "    if len(set(syndromes)) > 1:\n" + lose
    if vote == "majority":
        body += '    value = data.count("1") > 1\n'
    else:
        body += """    bits = [int(b) for b in reversed(data)]
    flip = {"00": None, "01": 0, "11": 1, "10": 2}[syndromes[0]]
    if flip is not None:
        bits[flip] ^= 1
    value = sum(bits) > 1
"""
    body += "    if value:\n        ones += n\n    else:\n        zeros += n\n"
    wrong_count = "ones" if expected == 0 else "zeros"
    body += {
        "counts": 'return {"0": zeros, "1": ones}',
        "rate": f"return {wrong_count} / (zeros + ones)",
        "both": f"return {wrong_count} / (zeros + ones), dropped",
        "lists": "return [zeros, ones, dropped]",
    }[result]
    decoded = {
        "majority": "the logical value of a shot is the majority of the data bits",
        "corrected": "the last round's syndrome (bit 0: parity of qubits 0 and 1, bit 1: parity of 1 and "
        "2) tells "
        "which data bit is flipped back (only bit 0 set: qubit 0; both: qubit 1; only bit 1: qubit 2); "
        "the logical "
        "value is the majority of the data bits after that",
    }[vote]
    keep = {
        "none": "All shots count.",
        "quiet": "Shots in which any syndrome bit of any round is 1 are dropped.",
        "agree": "Shots whose rounds do not all show the same syndrome are dropped.",
    }[filtered]
    gives = {
        "counts": "Return a dict with the numbers of shots of the logical values '0' and '1'.",
        "rate": f"Return the fraction of the shots that count whose logical value is not {expected}.",
        "both": f"Return that fraction of the shots that count whose logical value is not {expected}, "
        "and the number of dropped shots.",
        "lists": "Return the list [shots with value 0, shots with value 1, dropped shots].",
    }[result]
    kind = {
        "counts": "dict[str, int]",
        "rate": "float",
        "both": "tuple[float, int]",
        "lists": "list[int]",
    }[result]
    final = {
        "counts": 'got == {"0": zeros, "1": ones}',
        "rate": f"abs(got - {wrong_count} / (zeros + ones)) < 1e-12",
        "both": f"abs(got[0] - {wrong_count} / (zeros + ones)) < 1e-12 and got[1] == dropped",
        "lists": "list(got) == [zeros, ones, dropped]",
    }[result]
    return Instance(
        entry_point=rng.choice(["decode_counts", "memory_result", "logical_outcomes"]),
        signature=f"(counts: dict[str, int]) -> {kind}",
        asks=(
            f"Counts of a 3-qubit repetition-code memory with {rounds} syndrome rounds. The circuit's "
            f"classical registers were added in the order {layout} "
            "(data: 3 bits, syndromes: 2 bits each, round 0 first), and the keys are Qiskit's. Decode: "
            f"{decoded}. {keep} {gives}",
            f"Post-process Qiskit counts. Registers in the order of the circuit: {layout}; `data` has 3 "
            f"bits, each `s` register 2. {keep} Then {decoded}. {gives}",
            f"I have counts like those of a circuit with the classical registers {layout} (3 data bits; "
            f"2 syndrome bits per round, {rounds} rounds). Rule: "
            f"{decoded}. {keep} {gives}",
        ),
        imports="",
        body=body,
        test=f"""
import itertools
import random
from qiskit import ClassicalRegister, QuantumCircuit
from qiskit.result import Counts
pick = random.Random(11)
zeros = ones = dropped = 0
counts = {{}}
for number in range(60):
    data = [pick.randint(0, 1) for _ in range(3)]
    syndromes = [[pick.randint(0, 1) for _ in range(2)] for _ in range({rounds})]
    if number % 3 == 0:
        syndromes = [syndromes[-1]] * {rounds}
    if number % 7 == 1:
        syndromes = [[0, 0]] * {rounds}
    words = ["".join(map(str, s[::-1])) for s in syndromes]
    text = "".join(map(str, data[::-1]))
    parts = {"words + [text]" if first == "rounds" else "[text] + words"}
    key = " ".join(parts[::-1])
    if key in counts:
        continue
    n = pick.randint(1, 50)
    counts[key] = n
    noisy, unlike = any(map(any, syndromes)), any(s != syndromes[0] for s in syndromes)
    if "{filtered}" == "quiet" and noisy or "{filtered}" == "agree" and unlike:
        dropped += n
        continue
    if "{vote}" == "majority":
        value = sorted(data)[1]
    else:
        a, b = syndromes[-1]
        flip = None if not (a or b) else (0 if not b else 1 if a else 2)
        value = sorted(x ^ (q == flip) for q, x in enumerate(data))[1]
    zeros, ones = zeros + n * (not value), ones + n * bool(value)
got = candidate(dict(counts))
assert {final}
""",
        params={
            "rounds": rounds,
            "first": first,
            "vote": vote,
            "filter": filtered,
            "result": result,
        },
        wrong=(Wrong("S22", body.replace("syndromes[0]", "syndromes[-1]")),)
        if vote == "corrected" and filtered == "none"
        else (),
    )


@family(
    "qec",
    "intermediate",
    oracle="value",
    skills=("decoding", "probability"),
    why="A distance-d repetition code fails when more than half of its bits are flipped.",
    tolerance=1e-9,
)
def failure_rate(rng: Random) -> Instance:
    """Closed-form failure rates of small codes."""
    kind = rng.choice(["repetition", "blocks", "perfect", "detect", "threshold", "rounds"])
    k = rng.randint(2, 5)
    vote = "binom.sf(d // 2, d, p)"
    phrase = {
        "repetition": ("the probability that majority voting over `d` bits (d odd) fails when each bit "
                       "is flipped "
                       "independently with probability `p`", f"return float({vote})", "maj(d, p)"),
        "blocks": (f"the probability that at least one of {k} independent blocks of a `d`-bit "
                   "majority-voted repetition "
                   "code (d odd) fails when each bit is flipped with probability `p`",
                   f"return float(1 - (1 - {vote}) ** {k})", f"1 - (1 - maj(d, p)) ** {k}"),
        "perfect": (f"the probability that more than {k - 1} of `d` qubits have an error when each has "
                    "one with "
                    "probability `p`", f"return float(binom.sf({k - 1}, d, p))", f"tail(d, p, {k})"),
        "detect": ("the probability that a `d`-qubit code word has an even but non-zero number of flips "
                   "(undetected by a "
                   "parity check) when each qubit is flipped with probability `p`",
                   "return (1 + (1 - 2 * p) ** d) / 2 - (1 - p) ** d", "even(d, p)"),
        "threshold": (f"the logical error rate after `d` levels of concatenation of the {2 * k - 1}-bit "
                      "majority code, "
                      f"each level turning an error rate q into the probability that at least {k} of "
                      f"{2 * k - 1} units "
                      "fail, from the physical rate `p`",
                      f"for _ in range(d):\n    p = float(binom.sf({k - 1}, {2 * k - 1}, p))\nreturn p",
                      f"levels(d, p, {2 * k - 1})"),
        "rounds": (f"the probability of a net logical flip (odd number of failures) after {k} rounds of "
                   "the `d`-bit "
                   "majority-voted code (d odd), where every round fails independently as its vote does "
                   "for bit-flip "
                   "probability `p`", f"fail = {vote}\nreturn float((1 - (1 - 2 * fail) ** {k}) / 2)",
                   f"odd({k}, maj(d, p))"),
    }  # fmt: skip
    words, body, want = phrase[kind]
    shape = rng.choice(["value", "list", "step", "table", "gain"])
    signature, tests = "(d: int, p: float) -> float", "abs(candidate(d, p) - want(d, p)) < 1e-9"
    said = f"Return {words}."
    if shape != "value":
        inner = body.replace("\n", "\n    ")
        head = f"def rate(d: int, p: float) -> float:\n    {inner}\n\n\n"
        name = rng.choice(["failure", "logical_rates", "code_failure"])
        sigs = {
            "list": (f"def {name}(d: int, ps: list[float]) -> list[float]:\n    return [rate(d, p) for p "
                     "in ps]",
                     "The error rates come as a list `ps`; return the list of the results",
                      "candidate(d, [p, 0.2])", "[want(d, p), want(d, 0.2)]"),
            "step": (f"def {name}(d: int, p: float) -> float:\n    return rate(d + 2, p) / rate(d, p)",
                     "Return its value for d + 2 divided by the one for d", "candidate(d, p)",
                     "want(d + 2, p) / want(d, p)"),
            "table": (f"def {name}(sizes: list[int], p: float) -> dict[int, float]:\n    return {{d: "
                      f"rate(d, p) for d in sizes}}",
                      "Return a dict from every d in `sizes` to it", "candidate([d, 5], p)",
                       "{d: want(d, p), 5: want(5, p)}"),
            "gain": (f"def {name}(d: int, p: float) -> float:\n    return p / rate(d, p)",
                     "Return the ratio of `p` to it (how much is gained)", "candidate(d, p)",
                      "p / want(d, p)"),
        }[shape]  # fmt: skip
        code, ask, call, value = sigs
        said = f"Consider {words}. {ask}."
        body, signature = head + code, ""
        tests = f"near({call}, {value})"
    entry = "failure" if not signature else rng.choice(["failure", "logical_rates", "code_failure"])
    if not signature:
        entry = name
    return Instance(
        entry_point=entry,
        signature=signature,
        asks=(
            f"{said} Exact, no sampling (`scipy.stats.binom` may be used).",
            f"For estimating code sizes I need a closed form. {said}",
            f"Error-correction arithmetic: {said} Use exact binomial sums.",
        ),
        imports="from scipy.stats import binom",
        body=body,
        test=f"""
from itertools import product
def chances(d, p):
    found = [0.0] * (d + 1)
    found[0] = 1.0
    for _ in range(d):
        found = [found[j] * (1 - p) + (found[j - 1] * p if j else 0.0) for j in range(d + 1)]
    return found
def maj(d, p):
    return sum(chances(d, p)[(d + 1) // 2 :])
def tail(d, p, k):
    return sum(chances(d, p)[k:])
def even(d, p):
    return sum(chances(d, p)[2::2])
def odd(k, q):
    return sum(chances(k, q)[1::2])
def levels(d, p, size):
    for _ in range(d):
        p = maj(size, p)
    return p
def want(d, p):
    return {want}
def near(a, b):
    if isinstance(b, dict):
        return set(a) == set(b) and all(abs(a[k] - b[k]) < 1e-9 for k in b)
    if isinstance(b, list):
        return len(a) == len(b) and all(abs(x - y) < 1e-9 for x, y in zip(a, b))
    return abs(a - b) < 1e-9 * max(1, abs(b))
for d, p in ((5, 0.11), (5, 0.23), (7, 0.14), (9, 0.3)):
    assert {tests}
""",
        params={"kind": kind, "shape": shape, "k": k},
    )
