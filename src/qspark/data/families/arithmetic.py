"""Arithmetic on registers: adders, multipliers, comparators, sums, rotations by a function."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill

# A map of basis states is tested on all inputs at once: a superposition with random amplitudes.
MAP = """
def check_map(circuit, pairs, rng):
    amplitudes = rng.normal(size=len(pairs)) + 1j * rng.normal(size=len(pairs))
    amplitudes /= np.linalg.norm(amplitudes)
    start, want = np.zeros((2, 2**circuit.num_qubits), dtype=complex)
    for amplitude, (before, after) in zip(amplitudes, pairs):
        start[before] = want[after] = amplitude
    assert np.count_nonzero(want) == len(pairs)
    got = Statevector(start).evolve(circuit)
    assert got.equiv(Statevector(want), atol=1e-7, rtol=0)
"""


@family(
    "arithmetic",
    "intermediate",
    oracle="unitary",
    skills=("adders", "register-names"),
    why="Adder gates take a, then b; the sum replaces b, and a carry-out comes last.",
    tolerance=1e-7,
)
def register_addition(rng: Random) -> Instance:
    """Adder gates on named registers: half, full, modular, subtraction, controlled."""
    one, two = rng.choice(
        [("a", "b"), ("x", "y"), ("left", "right"), ("addend", "total"), ("p", "q")]
    )
    kind = rng.choice(
        ["half", "full", "modular", "subtract", "twice", "controlled", "borrow", "reverse"]
    )
    spare = {"half": "carry", "full": "cout", "controlled": "ctrl", "borrow": "borrow"}.get(kind)
    names = [one, two] + ([spare] if spare else []) + (["cin"] if kind == "full" else [])
    rng.shuffle(names)
    body_of = {
        "half": f"circuit.append(HalfAdderGate(num_bits), [*{one}, *{two}, *carry])",
        "full": f"circuit.append(FullAdderGate(num_bits), [*cin, *{one}, *{two}, *cout])",
        "modular": f"circuit.append(ModularAdderGate(num_bits), [*{one}, *{two}])",
        "subtract": f"circuit.append(ModularAdderGate(num_bits).inverse(), [*{one}, *{two}])",
        "twice": (
            f"for _ in range(2):\n    circuit.append(ModularAdderGate(num_bits), [*{one}, *{two}])"
        ),
        "controlled": (
            f"circuit.append(ModularAdderGate(num_bits).control(1), [*ctrl, *{one}, *{two}])"
        ),
        "borrow": f"circuit.append(HalfAdderGate(num_bits).inverse(), [*{one}, *{two}, *borrow])",
        "reverse": (
            f"circuit.append(ModularAdderGate(num_bits), [*{one}, *{two}])\ncircuit.x({two})"
        ),
    }[kind]
    registers = "\n".join(
        f'{name} = QuantumRegister({"num_bits" if name in (one, two) else "1"}, "{name}")'
        for name in names
    )
    body = f"{registers}\ncircuit = QuantumCircuit({', '.join(names)})\n{body_of}\nreturn circuit"
    told = {
        "half": (
            f"adds {one} to {two}; the low bits of the sum replace {two} and the carry goes to "
            "`carry` (initially 0)"
        ),
        "full": (
            f"adds {one}, {two} and the carry-in bit `cin`; the low bits replace {two}, the carry "
            "goes to `cout` (initially 0)"
        ),
        "modular": f"replaces {two} by ({one} + {two}) modulo 2^num_bits",
        "subtract": f"replaces {two} by ({two} - {one}) modulo 2^num_bits",
        "twice": f"replaces {two} by ({two} + 2 {one}) modulo 2^num_bits",
        "controlled": (
            f"replaces {two} by ({one} + {two}) modulo 2^num_bits if the qubit `ctrl` is 1 "
            "and does nothing otherwise"
        ),
        "borrow": (
            f"subtracts {one} from {two} modulo 2^num_bits and flips `borrow` (initially 0) where "
            f"{one} is greater than {two}"
        ),
        "reverse": f"replaces {two} by the bitwise complement of ({one} + {two}) modulo 2^num_bits",
    }[kind]
    widths = ", ".join(
        f"`{n}` ({'num_bits qubits' if n in (one, two) else '1 qubit'})" for n in names
    )
    asks = (
        (
            f"Write a circuit with the quantum registers {widths}, in this order, that {told}. All"
            " other registers keep their values; numbers are little-endian (first qubit of a"
            " register = least significant bit)."
        ),
        (
            f"I need reversible arithmetic: registers {widths} (added to the circuit in exactly"
            f" this order). The circuit {told}. Qubit 0 of a register has weight 1."
        ),
        (
            f"Registers, in order: {widths}. Action on basis states: it {told}; everything else is "
            "unchanged. The lowest-index qubit of each register is the least significant bit."
        ),
        (
            f"Using Qiskit's adder gates, give me a `QuantumCircuit` over {widths} (this order)"
            f" which {told}. Little-endian."
        ),
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
$map
rng = np.random.default_rng(np.random.randint(2**31))
for n in (1, 2, 3):
    got = candidate(n)
    assert isinstance(got, QuantumCircuit)
    names = $names
    assert [r.name for r in got.qregs] == names, [r.name for r in got.qregs]
    sizes = [n if name in ("$one", "$two") else 1 for name in names]
    assert [r.size for r in got.qregs] == sizes
    shift = {name: sum(sizes[:k]) for k, name in enumerate(names)}
    pairs = []
    for a in range(2**n):
        for b in range(2**n):
            for bit in (0, 1) if "$kind" in ("full", "controlled") else (0,):
                old = {"$one": a, "$two": b, "cin": bit, "ctrl": bit}
                new, size = dict(old), 2**n
                if "$kind" == "half":
                    new["$two"], new["carry"] = (a + b) % size, (a + b) // size
                elif "$kind" == "full":
                    new["$two"], new["cout"] = (a + b + bit) % size, (a + b + bit) // size
                elif "$kind" == "subtract":
                    new["$two"] = (b - a) % size
                elif "$kind" == "twice":
                    new["$two"] = (b + 2 * a) % size
                elif "$kind" == "controlled":
                    new["$two"] = (b + bit * a) % size
                elif "$kind" == "borrow":
                    new["$two"], new["borrow"] = (b - a) % size, int(a > b)
                elif "$kind" == "reverse":
                    new["$two"] = size - 1 - (a + b) % size
                else:
                    new["$two"] = (a + b) % size
                code = [sum(v << shift[k] for k, v in d.items() if k in shift) for d in (old, new)]
                pairs.append(tuple(code))
    check_map(got, pairs, rng)
""",
        map=MAP, names=names, one=one, two=two, kind=kind,
    )  # fmt: skip
    gate = {"half": "HalfAdderGate", "borrow": "HalfAdderGate", "full": "FullAdderGate"}.get(
        kind, "ModularAdderGate"
    )
    return Instance(
        "add_registers", asks,
        f"from qiskit import QuantumCircuit, QuantumRegister\nfrom qiskit.circuit.library import {gate}",
        "(num_bits: int) -> QuantumCircuit", body, test, {"kind": kind, "names": names},
    )  # fmt: skip


@family(
    "arithmetic",
    "advanced",
    oracle="unitary",
    skills=("multipliers", "uncomputation"),
    why=(
        "A multiplier writes a*b into a clean register; what was computed on the way must be"
        " undone."
    ),
    tolerance=1e-7,
)
def products_and_more(rng: Random) -> Instance:
    """MultiplierGate alone and in composition: truncated, squared, multiply-accumulate, scaled."""
    kind = rng.choice(["product", "truncated", "square", "accumulate", "scaled", "flag"])
    n = 1 if kind == "accumulate" and rng.random() < 0.2 else 2
    order = rng.choice([("a", "b", "out"), ("b", "a", "out"), ("out", "a", "b"), ("a", "out", "b")])
    width = rng.choice([2, 3]) if kind == "truncated" else 2 * n
    const = rng.randint(1, 3)
    names = rng.choice(
        [["x", "y", "z"], ["a", "b", "out"], ["left", "right", "prod"], ["u", "v", "w"]]
    )
    one, two, out = names
    row = [dict(zip(("a", "b", "out"), names))[k] for k in order]
    if kind in ("square", "scaled"):
        row = [name for name in row if name != two] + [two]
    if kind == "flag":
        row.append("flag")
    sizes = {one: n, two: n, out: width, "flag": 1}
    kinds = {
        name: (
            "AncillaRegister" if kind in ("square", "scaled") and name == two else "QuantumRegister"
        )
        for name in row
    }
    if kind == "flag":
        kinds[out] = "AncillaRegister"
    registers = "\n".join(f'{name} = {kinds[name]}({sizes[name]}, "{name}")' for name in row)
    args = f"{n}, num_result_qubits={width}" if kind == "truncated" else f"{n}"
    apply = f"circuit.append(MultiplierGate({args}), [*{one}, *{two}, *{out}])"
    mark = rng.choice([2, 3, 4, 6]) if kind == "flag" else 0
    steps = {
        "product": apply,
        "truncated": apply,
        "square": f"circuit.cx({one}, {two})\n{apply}\ncircuit.cx({one}, {two})",
        "accumulate": f"{apply}\ncircuit.append(ModularAdderGate({n}), [*{one}, *{out}[{n}:]])",
        "scaled": "",
        "flag": (
            f"product = MultiplierGate({n})\ncircuit.append(product, [*{one}, *{two},"
            f" *{out}])\ncompare = IntegerComparatorGate({2 * n}, {mark})\ncircuit.append(compare,"
            f" [*{out}, *flag])\ncircuit.append(product.inverse(), [*{one}, *{two}, *{out}])"
        ),
    }
    if kind == "scaled":
        digits = [k for k in range(n) if const >> k & 1]
        load = f"circuit.x([{', '.join(f'{two}[{k}]' for k in digits)}])"
        steps["scaled"] = f"{load}\n{apply}\n{load}"
    body = f"{registers}\ncircuit = QuantumCircuit({', '.join(row)})\n{steps[kind]}\nreturn circuit"
    formula = {
        "product": f"{one} * {two}",
        "truncated": f"{one} * {two} modulo {2**width}",
        "square": f"{one} squared",
        "accumulate": f"{one} * {two} + {2**n} * {one} modulo {4**n}",
        "scaled": f"{const} * {one}",
        "flag": "",
    }[kind]
    listed = ", ".join(f"`{name}` ({sizes[name]})" for name in row)
    if kind == "flag":
        action = f"flips the qubit `flag` exactly where {one} * {two} is at least {mark}"
        rest = f"`{out}` starts and ends in 0"
    else:
        action = f"writes {formula} into `{out}`, which starts in 0"
        rest = (
            f"`{two}` starts and ends in 0"
            if kind in ("square", "scaled")
            else (f"{one} and {two} are kept")
        )
    asks = (
        (
            f"Build a circuit on the registers {listed} (name and size, in that order) that"
            f" {action}; {rest}. First qubit of a register = least significant bit."
        ),
        (
            f"Quantum arithmetic task: little-endian registers {listed}, in this order. The circuit"
            f" {action}; {rest}."
        ),
        (
            f"Give me a QuantumCircuit that {action}. Registers in order (with their sizes):"
            f" {listed}; {rest}. Bits are little-endian."
        ),
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
$map
rng = np.random.default_rng(np.random.randint(2**31))
got = candidate()
assert isinstance(got, QuantumCircuit)
row, sizes, kind, n = $row, $sizes, "$kind", $n
assert [(r.name, r.size) for r in got.qregs] == [(name, sizes[name]) for name in row]
shift = {name: sum(sizes[k] for k in row[:i]) for i, name in enumerate(row)}
pairs = []
for a in range(2**n):
    for b in range(2**n) if kind not in ("square", "scaled") else (0,):
        for flag in (0, 1) if kind == "flag" else (0,):
            old = {"$one": a, "$two": b, "flag": flag}
            new = dict(old)
            if kind == "flag":
                new["flag"] = flag ^ int(a * b >= $mark)
            else:
                new["$out"] = {
                    "product": a * b, "truncated": a * b % 2 ** sizes["$out"], "square": a * a,
                    "accumulate": (a * b + (a << n)) % 4**n, "scaled": $const * a,
                }[kind]
            pairs.append(tuple(sum(v << shift[k] for k, v in d.items() if k in shift) for d in (old, new)))
check_map(got, pairs, rng)
""",
        map=MAP, row=row, sizes={k: sizes[k] for k in row}, kind=kind, n=n, one=one, two=two, out=out,
        mark=mark, const=const,
    )  # fmt: skip
    used = {
        "accumulate": "ModularAdderGate, MultiplierGate",
        "flag": "IntegerComparatorGate, MultiplierGate",
    }
    top = (
        "AncillaRegister, QuantumCircuit, QuantumRegister"
        if "AncillaRegister" in kinds.values()
        else ""
    )
    source = "from qiskit import " + (top or "QuantumCircuit, QuantumRegister")
    return Instance(
        "multiply", asks, f"{source}\nfrom qiskit.circuit.library import {used.get(kind, 'MultiplierGate')}",
        "() -> QuantumCircuit", body, test, {"kind": kind, "row": row, "const": const, "mark": mark},
    )  # fmt: skip


@family(
    "arithmetic",
    "intermediate",
    oracle="unitary",
    skills=("comparators", "phase"),
    why="Two comparators on one target leave the exclusive or of their results: an interval.",
    tolerance=1e-7,
)
def comparisons_with_constants(rng: Random) -> Instance:
    """IntegerComparatorGate: thresholds, intervals and their phase oracles."""
    kind = rng.choice(["flag", "flag", "interval", "outside", "phase", "phase interval", "exact"])
    n = rng.choice([3, 4])
    low = rng.randint(2, 2**n // 2)
    high = rng.randint(low + 2, 2**n - 2)
    geq = kind == "phase" or rng.random() < 0.5  # the sign of all phases together is not observable
    if kind == "exact":
        high = low + 1
    last = rng.choice(["last", "first"])
    target = n if last == "last" else 0
    state = f"range({n})" if last == "last" else f"range(1, {n + 1})"
    qubits = f"[*{state}, {target}]"
    one = call("IntegerComparatorGate", str(n), str(low), *([] if geq else ["geq=False"]))
    flags = {
        "flag": [f"circuit.append({one}, {qubits})"],
        "interval": [
            f"for bound in ({low}, {high}):",
            f"    circuit.append(IntegerComparatorGate({n}, bound), {qubits})",
        ],
    }
    flags["exact"] = flags["interval"]
    flags["outside"] = [*flags["interval"], f"circuit.x({target})"]
    symbol = ">=" if geq else "<"
    told = {
        "flag": f"x {symbol} {low}",
        "interval": f"{low} <= x < {high}",
        "outside": f"x < {low} or x >= {high}",
        "exact": f"x = {low}",
        "phase": f"x {symbol} {low}",
        "phase interval": f"{low} <= x < {high}",
    }[kind]
    predicate = {"exact": f"x == {low}"}.get(kind, told.replace("phase", ""))
    if kind.startswith("phase"):
        inner = f"IntegerComparatorGate({n}, {low})"
        lines = [
            f"circuit = QuantumCircuit({n + 1})",
            f"circuit.x({target})",
            f"circuit.h({target})",
        ]
        if kind == "phase":
            lines.append(f"circuit.append({inner}, {qubits})")
        else:
            lines += [flags["interval"][0], flags["interval"][1]]
        lines += [f"circuit.h({target})", f"circuit.x({target})", "return circuit"]
        what = f"multiplies a basis state of x by -1 exactly where {told}"
        rest = f"qubit {target} is a work qubit that starts and ends in |0>"
    else:
        lines = [f"circuit = QuantumCircuit({n + 1})", *flags[kind], "return circuit"]
        what = f"flips qubit {target} exactly where {told}"
        rest = "x is unchanged"
    body = "\n".join(lines)
    where = f"qubits 0..{n - 1}" if last == "last" else f"qubits 1..{n}"
    asks = (
        (
            f"Circuit on {n + 1} qubits that {what}; x is the integer on {where} (lowest index ="
            f" least significant bit). {rest[0].upper()}{rest[1:]}."
        ),
        (
            f"Compare a {n}-bit register with constants: x sits on {where}, little-endian, and the"
            f" circuit {what}; {rest}. The circuit has {n + 1} qubits in all."
        ),
        (
            f"I want a reversible test of `{told}` ({n}-bit x on {where}, little-endian): a"
            f" {n + 1}-qubit circuit that {what}; {rest}."
        ),
        (
            f"Write a {n + 1}-qubit circuit with Qiskit's integer comparator that {what}. x is read"
            f" little-endian from {where}; {rest}."
        ),
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
got = candidate()
assert isinstance(got, QuantumCircuit) and got.num_qubits == $n + 1
rng = np.random.default_rng(np.random.randint(2**31))
phase, target = $phase, $target
start, want = np.zeros((2, 2 ** ($n + 1)), dtype=complex)
for x in range(2**$n):
    for bit in (0,) if phase else (0, 1):
        true = $predicate
        spread = x if target else x << 1
        amplitude = rng.normal() + 1j * rng.normal()
        start[spread | bit << target] = amplitude
        want[spread | (bit if phase else bit ^ true) << target] = -amplitude if phase and true else amplitude
norm = np.linalg.norm(start)
assert Statevector(start / norm).evolve(got).equiv(Statevector(want / norm), atol=1e-7, rtol=0)
""",
        n=n, phase=kind.startswith("phase"), target=target, predicate=f"bool({predicate})",
    )  # fmt: skip
    return Instance(
        "compare_register", asks,
        "from qiskit import QuantumCircuit\nfrom qiskit.circuit.library import IntegerComparatorGate",
        "() -> QuantumCircuit", body, test, {"kind": kind, "n": n, "low": low, "high": high, "geq": geq},
    )  # fmt: skip


@family(
    "arithmetic",
    "advanced",
    oracle="unitary",
    skills=("uncomputation", "weighted-sums"),
    why="The carry synthesis of a weighted sum brings its own clean carry and control qubits.",
    tolerance=1e-7,
)
def weighted_votes(rng: Random) -> Instance:
    """A weighted sum of qubits: into a register, or compared with a threshold and undone."""
    kind = rng.choice(["sum", "threshold", "phase", "modes", "qubits"])
    weights = rng.choices([1, 2, 3], k=rng.choice([2, 3, 3]))
    while sum(weights) > 7 or sum(weights) < 3 or weights == weights[::-1]:
        weights = rng.choices([1, 2, 3], k=rng.choice([2, 3, 3]))
    n, total = len(weights), sum(weights)
    bits = total.bit_length()
    value = rng.randint(2, total - 1)
    gate = f"WeightedSumGate({n}, {weights})"
    synth = f"weighted = synth_weighted_sum_carry({gate})"
    more = bits - 1 + (1 if bits > 2 else 0)
    geq = kind == "phase" or rng.random() < 0.5
    compare = call("IntegerComparatorGate", str(bits), str(value), *([] if geq else ["geq=False"]))
    sign = ">=" if geq else "<"
    imports = ["IntegerComparatorGate", "WeightedSumGate"]
    if kind == "sum":
        body = f"""
state = QuantumRegister({n}, "state")
total = QuantumRegister({bits}, "total")
work = AncillaRegister({more}, "work")
circuit = QuantumCircuit(state, total, work)
circuit.compose(synth_weighted_sum_carry({gate}), circuit.qubits, inplace=True)
return circuit
"""
        told = (
            f"adds the weighted sum of the `state` bits (weights {weights}, first qubit first) into"
            " `total`"
        )
        layout = [("state", n), ("total", bits), ("work", more)]
        imports = ["WeightedSumGate"]
    elif kind == "modes":
        body = f"""
state = QuantumRegister({n}, "state")
total = QuantumRegister({bits}, "total")
work = AncillaRegister({more}, "work")
circuit = QuantumCircuit(state, total, work)
circuit.append({gate}, [*state, *total])
return transpile(circuit, basis_gates=["u", "cx"], optimization_level=1)
"""
        told = (
            f"adds the weighted sum of the `state` bits (weights {weights}, first qubit first) into"
            " `total` and is compiled to u and cx gates only"
        )
        layout = [("state", n), ("total", bits), ("work", more)]
        imports = ["WeightedSumGate"]
    elif kind == "qubits":
        body = f"""
weighted = {gate}
circuit = synth_weighted_sum_carry(weighted)
circuit.name = "votes"
return circuit, weighted.num_qubits - {n}
"""
        told, layout, imports = "", [], ["WeightedSumGate"]
    else:
        flag = "flag" if kind == "threshold" else "sign"
        pre = f"circuit.x({flag})\ncircuit.h({flag})\n" if kind == "phase" else ""
        post = f"circuit.h({flag})\ncircuit.x({flag})\n" if kind == "phase" else ""
        body = f"""
state = QuantumRegister({n}, "state")
{flag} = QuantumRegister(1, "{flag}")
total = AncillaRegister({bits}, "total")
work = AncillaRegister({more}, "work")
circuit = QuantumCircuit(state, {flag}, total, work)
{pre}{synth}
circuit.compose(weighted, [*state, *total, *work], inplace=True)
circuit.append({compare}, [*total, *{flag}])
circuit.compose(weighted.inverse(), [*state, *total, *work], inplace=True)
{post}return circuit
"""
        what = (
            f"where the weighted sum of the `state` bits (weights {weights}, first qubit first) is "
            f"{sign} {value}"
        )
        told = (
            f"flips `flag` exactly {what}"
            if kind == "threshold"
            else f"multiplies by -1 exactly {what}"
        )
        layout = [("state", n), (flag, 1), ("total", bits), ("work", more)]
    listed = ", ".join(f"`{name}` ({size})" for name, size in layout)
    clean = {
        "sum": "`total` and `work` start in 0, `work` ends there", "modes": ("`total` and `work` start "
                                                                            "in 0, `work` ends there"),
        "threshold": "`total` and `work` start and end in 0", "phase": ("`sign`, `total` and `work` "
                                                                       "start and end in 0"),
    }.get(kind, "")  # fmt: skip
    if kind == "qubits":
        asks = (
            (
                f"Synthesise the weighted-sum operation for weights {weights} with Qiskit's"
                " carry-register method and return a pair: the circuit (registers state, sum,"
                " carry, and control where it is needed; name 'votes') and the number of sum"
                " qubits."
            ),
            (
                f"Return (circuit, number of qubits that hold the sum) for the weighted sum of {n}"
                f" qubits with weights {weights}. The circuit is the carry-based synthesis as"
                " Qiskit lays it out (state, sum, carry, control), named 'votes'."
            ),
            (
                f"synth_weighted_sum_carry for weights {weights}, please: a tuple of the"
                " synthesised circuit, whose name must be 'votes', and the width of its sum"
                " register."
            ),
        )
    else:
        asks = (
            (
                f"Circuit over the registers {listed} (in order, with sizes) that {told}; {clean}."
                " Use defined gates only, so that it can be simulated as it is."
            ),
            (
                f"{n} qubits vote with weights {weights}. Registers: {listed}, in this order. The"
                f" circuit {told}; {clean}. It has to be simulable without further synthesis."
            ),
            (
                f"Weighted decision circuit: {told}. Layout: {listed}, this order. "
                f"{clean[0].upper() + clean[1:]}. Every gate must have a definition."
            ),
        )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
$map
rng = np.random.default_rng(np.random.randint(2**31))
kind, weights, bits, layout = "$kind", $weights, $bits, $layout
got = candidate()
n = len(weights)
if kind == "qubits":
    got, width = got
    assert width == bits and got.name == "votes"
    assert [r.name for r in got.qregs] == ["state", "sum", "carry"] + ["control"] * (bits > 2)
else:
    assert [(r.name, r.size) for r in got.qregs] == layout
assert isinstance(got, QuantumCircuit)
if kind == "modes":
    assert set(got.count_ops()) <= {"u", "cx"}
pairs, signs = [], []
for x in range(2**n):
    total = sum(w for k, w in enumerate(weights) if x >> k & 1)
    true = bool(total $sign $value)
    if kind in ("sum", "modes", "qubits"):
        pairs.append((x, x | total << n))
    elif kind == "threshold":
        pairs += [(x | b << n, x | (b ^ true) << n) for b in (0, 1)]
    else:
        pairs.append((x, x))
        signs.append(-1 if true else 1)
if kind == "phase":
    start = np.zeros(2**got.num_qubits, dtype=complex)
    start[: 2**n] = rng.normal(size=2**n) + 1j * rng.normal(size=2**n)
    start /= np.linalg.norm(start)
    want = start.copy()
    want[: 2**n] *= signs
    assert Statevector(start).evolve(got).equiv(Statevector(want), atol=1e-7, rtol=0)
else:
    check_map(got, pairs, rng)
""",
        map=MAP, kind=kind, weights=weights, bits=bits, layout=layout, sign=sign, value=value,
    )  # fmt: skip
    top = {
        "modes": "AncillaRegister, QuantumCircuit, QuantumRegister, transpile",
        "qubits": "QuantumCircuit",
    }.get(kind, "AncillaRegister, QuantumCircuit, QuantumRegister")
    more_lines = (
        "" if kind == "modes" else "\nfrom qiskit.synthesis import synth_weighted_sum_carry"
    )
    out = "tuple[QuantumCircuit, int]" if kind == "qubits" else "QuantumCircuit"
    return Instance(
        "weighted_sum_circuit", asks,
        f"from qiskit import {top}\nfrom qiskit.circuit.library import {', '.join(imports)}{more_lines}",
        f"() -> {out}", body, test, {"kind": kind, "weights": weights, "value": value, "geq": geq},
    )  # fmt: skip


# Function values are angles of a rotation exp(-i angle P/2) of the target, which starts in |0>.
ROTATED = """
def rotated(angle, basis):
    c, s = np.cos(angle / 2), np.sin(angle / 2)
    return {"Y": (c, s), "X": (c, -1j * s), "Z": (c - 1j * s, 0)}[basis]

def check_rotation(circuit, n, angle_of, basis, rng):
    weights = rng.normal(size=2**n) + 1j * rng.normal(size=2**n)
    weights /= np.linalg.norm(weights)
    start, want = np.zeros((2, 2**circuit.num_qubits), dtype=complex)
    start[: 2**n] = weights
    for x in range(2**n):
        low, high = rotated(angle_of(x), basis)
        want[x], want[x | 1 << n] = weights[x] * low, weights[x] * high
    got = Statevector(start).evolve(circuit)
    assert got.equiv(Statevector(want), atol=1e-6, rtol=0)
"""


@family(
    "arithmetic",
    "intermediate",
    oracle="unitary",
    skills=("function-rotations", "angles"),
    why=(
        "Pauli rotation gates rotate by the function value itself, so amplitudes hold half the"
        " angle."
    ),
    tolerance=1e-6,
)
def rotation_by_a_function(rng: Random) -> Instance:
    """Rotations of a target qubit by a linear, polynomial or piecewise function of a register."""
    kind = rng.choice(
        ["linear", "polynomial", "piecewise linear", "piecewise polynomial", "chebyshev"]
    )
    n = rng.choice([2, 3, 3])
    basis = "Y" if kind == "chebyshev" else rng.choice(["Y", "Y", "X", "Z"])
    c = [rng.choice([0.05, 0.1, 0.15, 0.2, 0.25, 0.3, -0.12, -0.2]) for _ in range(6)]
    cut = rng.randint(2, 2**n - 2)
    option = [] if basis == "Y" else [f'basis="{basis}"']
    ancilla = 1
    definition = ""
    if kind == "linear":
        gate, ancilla = "LinearPauliRotationsGate", 0
        arguments = [str(n), f"slope={c[0]}", f"offset={c[1]}"]
        formula, told = f"{c[0]} * x + {c[1]}", f"{c[0]} x + {c[1]}"
    elif kind == "polynomial":
        gate, ancilla = "PolynomialPauliRotationsGate", 0
        degree = rng.choice([2, 3])
        arguments = [str(n), f"{c[: degree + 1]}"]
        formula = " + ".join(f"{v} * x**{k}" for k, v in enumerate(c[: degree + 1]))
        told = "the polynomial " + formula.replace(" * ", " ").replace("**", "^").replace(
            " x^0", ""
        )
    elif kind == "piecewise linear":
        gate = "PiecewiseLinearPauliRotationsGate"
        start = rng.choice([0, 0, cut])
        if start:
            points, slopes, offsets = [1, cut], c[:2], c[2:4]
            formula = (
                f"0 if x < 1 else {c[0]} * (x - 1) + {c[2]} if x < {cut} else {c[1]} * (x - "
                f"{cut}) + {c[3]}"
            )
            told = (
                f"0 at x = 0, {c[0]} (x - 1) + {c[2]} for 1 <= x < {cut} and {c[1]} (x - {cut}) + "
                f"{c[3]} from there on"
            )
        else:
            points, slopes, offsets = [0, cut], c[:2], c[2:4]
            formula = f"{c[0]} * x + {c[2]} if x < {cut} else {c[1]} * (x - {cut}) + {c[3]}"
            told = f"{c[0]} x + {c[2]} for x < {cut} and {c[1]} (x - {cut}) + {c[3]} from there on"
        arguments = [str(n), str(points), str(slopes), str(offsets)]
    elif kind == "piecewise polynomial":
        gate = "PiecewisePolynomialPauliRotationsGate"
        arguments = [str(n), f"[0, {cut}]", f"[{c[:2]}, {c[2:5]}]"]
        formula = f"{c[0]} + {c[1]} * x if x < {cut} else {c[2]} + {c[3]} * x + {c[4]} * x**2"
        told = f"{c[0]} + {c[1]} x for x < {cut} and {c[2]} + {c[3]} x + {c[4]} x^2 from there on"
    else:
        gate = "PiecewiseChebyshevGate"
        name, python = rng.choice(
            [("sin(x / 3)", "np.sin(x / 3)"), ("exp(-x / 4)", "np.exp(-x / 4)"), ("1 / (2 + x)", ("1 / "
                                                                                                 "(2 + "
                                                                                                 "x)")),
             ("sqrt(1 + x) / 4", "np.sqrt(1 + x) / 4"), ("arctan(x / 2)", "np.arctan(x / 2)")]
        )  # fmt: skip
        degree = rng.choice([1, 2, 3])
        split = rng.random() < 0.7
        points = [0, cut, 2**n] if split else [0, 2**n]
        ancilla = int(split)
        definition = f"def function(x):\n    return {python}\n\n"
        arguments = ["function", str(n), f"degree={degree}", f"breakpoints={points}"]
        pieces = (
            f"on each of the intervals [0, {cut}] and [{cut}, {2**n}]"
            if split
            else f"on [0, {2**n}]"
        )
        told = (
            f"twice the value at x of the degree-{degree} Chebyshev interpolant (numpy's "
            f"Chebyshev.interpolate) of {name} {pieces}"
        )
        if split:
            told += f" (x = {cut} belongs to the second)"
        lists = [(points[k], points[k + 1]) for k in range(len(points) - 1)]
        formula = f"2 * piece({lists}, {degree}, x)"
        definition_test = f"""
def piece(intervals, degree, x):
    low, high = [pair for pair in intervals if pair[0] <= x][-1]
    series = np.polynomial.Chebyshev.interpolate(lambda x: {python}, degree, domain=[low, high])
    return series(x)
"""
    form = rng.choice(["circuit", "gate", "uniform", "inverse"])
    made = call(gate, *arguments, *option)
    if form == "gate":
        body, out = f"{definition}return {made}", "Gate"
        goal = "Return the gate itself"
    elif form == "circuit":
        body = f"{definition}rotation = {made}\ncircuit = QuantumCircuit(rotation.num_qubits)\n"
        body += "circuit.append(rotation, circuit.qubits)\nreturn circuit"
        goal, out = "Return a circuit with nothing but this operation", "QuantumCircuit"
    elif form == "inverse":
        body = f"{definition}rotation = {made}\ncircuit = QuantumCircuit(rotation.num_qubits)\n"
        body += "circuit.append(rotation.inverse(), circuit.qubits)\nreturn circuit"
        goal, out = "Return a circuit with the inverse of this operation", "QuantumCircuit"
    else:
        body = f"{definition}rotation = {made}\ncircuit = QuantumCircuit(rotation.num_qubits)\n"
        body += (
            f"circuit.h(range({n}))\ncircuit.append(rotation, circuit.qubits)\nreturn "
            "Statevector(circuit)"
        )
        goal, out = (
            (
                "Apply it to the uniform superposition of all x and return the Statevector of all "
                "qubits"
            ),
            "Statevector",
        )
    spare = f", and qubit {n + 1} is a work qubit in |0>" if ancilla else ""
    asks = (
        (
            f"Rotate qubit {n}, which starts in |0>, about {basis} by an angle that depends on the"
            f" integer x of the qubits 0..{n - 1} (little-endian): R{basis.lower()}(f(x)) with f(x)"
            f" = {told}. The operation has {n + 1 + ancilla} qubits{spare}. {goal}."
        ),
        (
            f"Controlled function loading: |x>|0> -> |x> R{basis}(f(x))|0>, f(x) = {told}. x:"
            f" qubits 0..{n - 1}, qubit 0 least significant; target: qubit {n}{spare};"
            f" {n + 1 + ancilla} qubits together. {goal}."
        ),
        (
            f"With Qiskit's functional Pauli rotations I want f(x) = {told} as rotation angle (full"
            f" angle of R{basis.lower()}). State register: qubits 0..{n - 1}; target: qubit"
            f" {n}{spare}. {goal}; it spans {n + 1 + ancilla} qubits."
        ),
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Operator, Statevector
$rotated
$piece
rng = np.random.default_rng(np.random.randint(2**31))
form, n, basis = "$form", $n, "$basis"
got = candidate()
def angle_of(x):
    return $formula
if form == "uniform":
    assert isinstance(got, Statevector) and got.num_qubits == n + 1 + $ancilla
    want = np.zeros(2**got.num_qubits, dtype=complex)
    for x in range(2**n):
        want[x], want[x | 1 << n] = np.array(rotated(angle_of(x), basis)) / 2 ** (n / 2)
    assert got.equiv(Statevector(want), atol=1e-6, rtol=0)
else:
    assert isinstance(got, Gate if form == "gate" else QuantumCircuit)
    assert got.num_qubits == n + 1 + $ancilla
    if form == "inverse":
        check_rotation(got, n, lambda x: -angle_of(x), basis, rng)
    else:
        check_rotation(got, n, angle_of, basis, rng)
""",
        rotated=ROTATED, piece=definition_test if kind == "chebyshev" else "", form=form, n=n, basis=basis,
        formula=formula, ancilla=ancilla,
    )  # fmt: skip
    imports = ["import numpy as np"] if "np." in body else []
    imports += ["from qiskit import QuantumCircuit"] if form != "gate" else []
    imports += ["from qiskit.circuit import Gate"] if form == "gate" else []
    imports += [f"from qiskit.circuit.library import {gate}"]
    imports += ["from qiskit.quantum_info import Statevector"] if form == "uniform" else []
    return Instance(
        "function_rotation", asks, "\n".join(imports), f"() -> {out}", body, test,
        {"kind": kind, "n": n, "basis": basis, "form": form, "coefficients": c, "cut": cut},
    )  # fmt: skip


@family(
    "arithmetic",
    "advanced",
    oracle="unitary",
    skills=("twos-complement", "uncomputation"),
    why="A quadratic form is added modulo 2^m in two's complement: the top bit is the sign.",
    tolerance=1e-7,
)
def quadratic_form_values(rng: Random) -> Instance:
    """QuadraticFormGate into a register, its sign as phase or flag, or as affine map."""
    kind = rng.choice(["value", "flag", "phase", "affine", "width", "minus"])
    n = rng.choice([2, 3])
    linear = [rng.choice([-3, -2, -1, 1, 2, 3]) for _ in range(n)]
    while linear == linear[::-1]:
        linear = [rng.choice([-3, -2, -1, 1, 2, 3]) for _ in range(n)]
    quadratic = [[0] * n for _ in range(n)]
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    for i, j in rng.sample(pairs, min(len(pairs), rng.choice([1, 2]))):
        quadratic[i][j] = rng.choice([-3, -2, 1, 2, 3])
    offset = rng.randint(-3, 3) or 1
    values = [
        sum(linear[i] * (x >> i & 1) for i in range(n))
        + sum(quadratic[i][j] * (x >> i & 1) * (x >> j & 1) for i, j in pairs)
        + offset
        for x in range(2**n)
    ]
    bound = sorted(values)[len(values) // 2]
    width = 4
    terms = [f"{a} x{i}" for i, a in enumerate(linear)]
    terms += [f"{quadratic[i][j]} x{i} x{j}" for i, j in pairs if quadratic[i][j]]
    if kind == "affine":
        scale = rng.choice([2, 3, 5, -2, -3])
        linear, quadratic = [scale * 2**i for i in range(n)], [[0] * n for _ in range(n)]
        terms = [f"{scale} x"]
    shown = " + ".join([*terms, str(offset)]).replace("+ -", "- ")
    form = (
        f"linear={linear}, offset={offset}" if kind == "affine" else f"quadratic, linear, {offset}"
    )
    coefficients = "" if kind == "affine" else f"quadratic = {quadratic}\nlinear = {linear}\n"
    gate = f"QuadraticFormGate({width}, {form})"
    sub = "" if kind not in ("flag", "phase") else f" - {bound}"
    shifted = f"QuadraticFormGate(5, quadratic, linear, {offset - bound})"
    if kind in ("value", "affine"):
        body = f"""
{coefficients}circuit = QuantumCircuit({n + width})
circuit.append({gate}, circuit.qubits)
return circuit
"""
        told = (
            f"adds Q modulo {2**width} into the {width} qubits after them, which start in 0 (two's "
            "complement)"
        )
        size = n + width
    elif kind == "minus":
        body = f"""
{coefficients}circuit = QuantumCircuit({n + width})
circuit.append({gate}, circuit.qubits)
circuit.x(range({n}, {n + width}))
return circuit
"""
        told = (
            f"writes -Q - 1 modulo {2**width} into the {width} qubits after them, which start in 0 "
            "(two's complement)"
        )
        size = n + width
    elif kind == "width":
        body = f"""
{coefficients}offset = {offset}
width = QuadraticFormGate.required_result_qubits(quadratic, linear, offset)
circuit = QuantumCircuit({n} + width)
circuit.append(QuadraticFormGate(width, quadratic, linear, offset), circuit.qubits)
return circuit, width
"""
        told, size = "", 0
    else:
        sign = n + 4
        act = f"circuit.z({sign})" if kind == "phase" else f"circuit.cx({sign}, {sign + 1})"
        size = n + 5 + (kind == "flag")
        body = f"""
{coefficients}form = {shifted}
circuit = QuantumCircuit({size})
circuit.append(form, range({n + 5}))
{act}
circuit.append(form.inverse(), range({n + 5}))
return circuit
"""
        told = (
            f"multiplies by -1 exactly where Q < {bound}"
            if kind == "phase"
            else f"flips the last qubit exactly where Q < {bound}"
        )
        told += f"; qubits {n}..{n + 4} are work qubits that start and end in 0"
    head = f"Q(x) = {shown}"
    bits = (
        f"x = x0 + 2 x1 + ... on qubits 0..{n - 1}"
        if kind == "affine"
        else (f"bits x0..x{n - 1} on qubits 0..{n - 1}")
    )
    if kind == "width":
        asks = (
            (
                f"{head} over {n} bits. Return a pair: a circuit that adds Q (two's complement,"
                f" little-endian) into a clean result register behind the {n} input qubits, and the"
                " width of that register, which is the number of result qubits that Qiskit's"
                " quadratic form says it requires."
            ),
            (
                f"How many qubits does Qiskit require to hold {head}, and what is the circuit with"
                f" that many result qubits (after the {n} input qubits, little-endian, two's"
                " complement)? Return (circuit, width)."
            ),
            (
                f"Return (circuit, width) for {head}: the circuit maps |x>|0> to |x>|Q(x) mod"
                " 2^width> with x{i} on qubit i and the result above, little-endian; width ="
                " Qiskit's required number of result qubits."
            ),
        )
    else:
        asks = (
            (
                f"Circuit on {size} qubits for {head} ({bits}) that {told}. Registers are"
                " little-endian."
            ),
            (
                f"Pseudo-Boolean arithmetic: {head}, {bits}. I need the {size}-qubit circuit which"
                f" {told}; little-endian."
            ),
            (
                f"Build a {size}-qubit circuit that {told}, where {head}, with {bits}, least"
                " significant qubit first."
            ),
        )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit.library import QuadraticFormGate
from qiskit.quantum_info import Statevector
$map
rng = np.random.default_rng(np.random.randint(2**31))
kind, n, width, linear, quadratic = "$kind", $n, $width, $linear, $quadratic
got = candidate()
if kind == "width":
    got, said = got
    width = QuadraticFormGate.required_result_qubits(quadratic, linear, $offset)
    assert said == width and got.num_qubits == n + width
else:
    assert got.num_qubits == $size
assert isinstance(got, QuantumCircuit)
pairs, start, want = [], *np.zeros((2, 2**got.num_qubits), dtype=complex)
for x in range(2**n):
    bits = np.array([x >> i & 1 for i in range(n)])
    value = int(bits @ np.array(quadratic) @ bits + np.array(linear) @ bits) + $offset
    if kind in ("value", "affine", "width", "minus"):
        value = -value - 1 if kind == "minus" else value
        pairs.append((x, x | (value % 2**width) << n))
    elif kind == "flag":
        pairs += [(x | b << n + 5, x | (b ^ (value < $bound)) << n + 5) for b in (0, 1)]
    else:
        start[x] = rng.normal() + 1j * rng.normal()
        want[x] = -start[x] if value < $bound else start[x]
if pairs:
    check_map(got, pairs, rng)
else:
    norm = np.linalg.norm(start)
    assert Statevector(start / norm).evolve(got).equiv(Statevector(want / norm), atol=1e-7, rtol=0)
""",
        map=MAP, kind=kind, n=n, width=width, linear=linear, quadratic=quadratic, offset=offset, bound=bound,
        size=size,
    )  # fmt: skip
    out = "tuple[QuantumCircuit, int]" if kind == "width" else "QuantumCircuit"
    return Instance(
        "quadratic_form", asks, ("from qiskit import QuantumCircuit\nfrom qiskit.circuit.library import "
                                "QuadraticFormGate"),
        f"() -> {out}", body, test,
        {"kind": kind, "linear": linear, "quadratic": quadratic, "offset": offset, "bound": bound},
    )  # fmt: skip


@family(
    "arithmetic",
    "advanced",
    oracle="value",
    skills=("amplitude-encoding", "expectation"),
    why="LinearAmplitudeFunctionGate contracts the function around 1/2; post_processing undoes it.",
    tolerance=1e-7,
)
def amplitude_of_a_function(rng: Random) -> Instance:
    """Loading a (piecewise) linear function or a reciprocal into an amplitude, and reading it."""
    kind = rng.choice(["linear", "linear", "piecewise", "reciprocal", "reciprocal"])
    n = rng.choice([2, 3])
    form = rng.choice(["amplitude", "estimate", "gate"])
    negative = kind == "reciprocal" and rng.random() < 0.4
    scale = rng.choice([0.05, 0.08, 0.1, 0.15, 0.2, 0.25])
    if kind == "reciprocal":
        width = n + int(negative)
        arguments = [str(width), f"scaling={scale}"] + ["neg_vals=True"] * negative
        gate = "ExactReciprocalGate"
        size, target = width + 1, width
        if form == "estimate":
            form = "amplitude"
        told = (
            f"the amplitude of |1> on qubit {target} becomes {scale} * {2**n} / x for every basis"
            f" state x of qubits 0..{n - 1} with 0 < {scale} * {2**n} / x <= 1 and 0 for the"
            " other x"
        )
        if negative:
            told += (
                f"; qubit {n} is a sign qubit: if it is 1, the amplitude is -{scale} / (1 - x /"
                f" {2**n}) where that is defined and at most 1 in size, with 0 for x = 0"
            )
    else:
        low, high = rng.choice([(0, 1), (0, 2), (1, 3), (-1, 1)])
        factor = rng.choice([0.1, 0.2, 0.3, 0.5])
        s, o = rng.choice([0.5, 1.5, 2.0]), rng.choice([0.25, 0.5, 1.0])
        s2, o2 = rng.choice([0.75, 1.25, 3.0]), rng.choice([0.3, 0.6])
        gate, width = "LinearAmplitudeFunctionGate", n
        middle = (low + high) / 2
        if kind == "piecewise":
            image = (min(o, o2) - 1, max(o + s * 2, o2 + s2 * 2) + 1)
            arguments = [
                str(n), f"[{s}, {s2}]", f"[{o}, {o2}]", f"domain=({low}, {high})", f"image={image}",
                f"rescaling_factor={factor}", f"breakpoints=[{low}, {middle}]",
            ]  # fmt: skip
            words = (
                f"g(t) = {s} (t - {low}) + {o} for {low} <= t < {middle} and {s2} (t - {middle}) +"
                f" {o2} for t >= {middle}"
            )
        else:
            image = (o - 0.5, o + s * (high - low) + 0.5)
            arguments = [
                str(n), f"slope={s}", f"offset={o}", f"domain=({low}, {high})", f"image={image}",
                f"rescaling_factor={factor}",
            ]  # fmt: skip
            words = f"g(t) = {s} (t - {low}) + {o}"
        size, target = n + 1 + (kind == "piecewise"), n
        told = (
            f"{words}; t = {low} + {high - low} x / {2**n - 1}; h = (g(t) - {image[0]}) /"
            f" ({image[1]} - {image[0]}); the amplitude of |1> on qubit {n} becomes sin(pi/4 +"
            f" {factor} pi/2 (h - 1/2)) for every basis state x of qubits 0..{n - 1}"
        )
    made = call(f"loader = {gate}", *arguments)
    if form == "gate":
        body = f"{made}\nreturn loader"
        given, out, goal = "", "Gate", f"Return it as one {size}-qubit gate"
    elif form == "amplitude":
        body = f"""
{made}
circuit = QuantumCircuit(loader.num_qubits)
circuit.prepare_state(amplitudes, range({width}))
circuit.append(loader, circuit.qubits)
return float(Statevector(circuit).probabilities([{target}])[1])
"""
        given, out = "amplitudes: list[complex]", "float"
        goal = (
            f"For the normalised state with the given {2**width} `amplitudes` on qubits"
            f" 0..{width - 1}, return the exact probability of measuring 1 on qubit {target} as a"
            " float"
        )
    else:
        body = f"""
{made}
circuit = QuantumCircuit(loader.num_qubits)
circuit.prepare_state(np.sqrt(probabilities), range({n}))
circuit.append(loader, circuit.qubits)
hit = Statevector(circuit).probabilities([{n}])[1]
return float(loader.post_processing(hit))
"""
        given, out = "probabilities: list[float]", "float"
        goal = (
            f"Take the {2**n} `probabilities` of x, load them (amplitude = square root), get the"
            f" exact probability p of 1 on qubit {n} and return Qiskit's post-processed estimate of"
            f" E[g], i.e. ((p - 1/2 + {factor} pi/4) * 2 / ({factor} pi)) mapped linearly from [0,"
            f" 1] to [{image[0]}, {image[1]}], as a float"
        )
    asks = (
        (
            f"Load a function into an amplitude: {told}. {goal}. Little-endian; further qubits are"
            " work qubits in |0>."
        ),
        (
            f"{goal}. The loading operation: {told}. Bits are little-endian, and any qubit beyond"
            " these is a clean work qubit."
        ),
        f"Use Qiskit's {gate}, so that {told} (little-endian, extra qubits start in |0>). {goal}.",
    )
    formula = f"reciprocal(x, {n}, {scale}, {negative})"
    if kind != "reciprocal":
        g = f"{s} * (t - {low}) + {o}"
        if kind == "piecewise":
            g = f"({g} if t < {middle} else {s2} * (t - {middle}) + {o2})"
        formula = (
            f"np.sin(np.pi / 4 + {factor} * np.pi / 2 * ((({g}) - {image[0]}) / "
            f"{image[1] - image[0]} - 0.5))"
        )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Statevector
def reciprocal(x, n, scale, negative):
    low = x % 2**n
    if negative and x >> n:
        value = -scale / (1 - low / 2**n) if low else 0
    else:
        value = scale * 2**n / low if low else 0
    return value if abs(value) <= 1 + 1e-9 else 0
def amplitude(x):
    t = $low + $span * x / (2**$n - 1)
    return $formula
rng = np.random.default_rng(np.random.randint(2**31))
size, width, form = $size, $width, "$form"
weights = rng.normal(size=2**width) + 1j * rng.normal(size=2**width)
weights /= np.linalg.norm(weights)
loaded = np.array([amplitude(x) for x in range(2**width)])
if form == "gate":
    got = candidate()
    assert isinstance(got, Gate) and got.num_qubits == size
    start, want = np.zeros((2, 2**size), dtype=complex)
    start[: 2**width] = weights
    want[: 2**width] = weights * np.sqrt(1 - loaded**2)
    want[2**width : 2 ** (width + 1)] = weights * loaded
    circuit = QuantumCircuit(size)
    circuit.append(got, range(size))
    assert Statevector(start).evolve(circuit).equiv(Statevector(want), atol=2e-5, rtol=0)
else:
    chances = np.abs(weights) ** 2
    got = candidate([float(p) for p in chances] if form == "estimate" else [complex(a) for a in weights])
    want = float(chances @ loaded**2)
    if form == "estimate":
        want = (want - 0.5 + $factor * np.pi / 4) * 2 / ($factor * np.pi) * $stretch + $bottom
    assert isinstance(got, float) and abs(got - want) < 2e-5, (got, want)
""",
        low=0 if kind == "reciprocal" else low, span=1 if kind == "reciprocal" else high - low, n=n,
        formula=formula, size=size, width=width, form=form, factor=1 if kind == "reciprocal" else factor,
        stretch=1 if kind == "reciprocal" else image[1] - image[0], bottom=0 if kind == "reciprocal" else image[0],
    )  # fmt: skip
    imports = {
        "gate": f"from qiskit.circuit import Gate\nfrom qiskit.circuit.library import {gate}",
        "amplitude": (
            f"from qiskit import QuantumCircuit\nfrom qiskit.circuit.library import {gate}\n"
            "from qiskit.quantum_info import Statevector"
        ),
    }
    imports["estimate"] = "import numpy as np\n" + imports["amplitude"]
    return Instance(
        "function_amplitude", asks, imports[form], f"({given}) -> {out}", body, test,
        {"kind": kind, "n": n, "form": form, "arguments": arguments},
    )  # fmt: skip


@family(
    "arithmetic",
    "advanced",
    oracle="distribution",
    skills=("hidden-shift", "phase"),
    why=(
        "The inner product of two halves is a bent function that is its own dual: H shift H"
        " reveals s."
    ),
    tolerance=1e-8,
)
def hidden_shift_of_a_bent_function(rng: Random) -> Instance:
    """The hidden shift of the inner product function, with InnerProductGate as oracle."""
    form = rng.choice(["circuit", "measured", "sampler", "phases", "parity"])
    low, high = rng.choice([("x", "y"), ("left", "right"), ("u", "v"), ("low", "high")])
    n = rng.choice([2, 3] if form in ("phases", "parity") else [2, 3, 4])
    shots = rng.choice([1, 5, 20, 64])
    seed = rng.randint(2, 90)
    registers = f'{low} = QuantumRegister({n}, "{low}")\n{high} = QuantumRegister({n}, "{high}")'
    oracle = f"oracle = InnerProductGate({n})"
    core = f"""
{registers}
circuit = QuantumCircuit({low}, {high})
flips = [qubit for qubit, bit in zip(circuit.qubits, reversed(shift)) if bit == "1"]
{oracle}
circuit.h(circuit.qubits)
# X leaves |+> alone, so the shifted query needs its flips only behind the oracle
circuit.append(oracle, circuit.qubits)
circuit.x(flips)
circuit.h(circuit.qubits)
circuit.append(oracle, circuit.qubits)
circuit.h(circuit.qubits)
"""
    tails = {
        "circuit": "return circuit",
        "measured": "circuit.measure_all()\nreturn circuit",
        "sampler": (
            f"circuit.measure_all()\njob = StatevectorSampler(seed={seed}).run([circuit], "
            f"shots={shots})\nreturn job.result()[0].data.meas.get_counts()"
        ),
    }
    regs = f"the registers `{low}` and `{high}` of {n} qubits each (in this order)"
    function = f"f(z) = {low} . {high} modulo 2 for z = ({low}, {high})"
    if form == "phases":
        offset = rng.randint(1, 2**n - 1)
        core = f"""
{registers}
circuit = QuantumCircuit({low}, {high})
circuit.append(InnerProductGate({n}), circuit.qubits)
circuit.z([{", ".join(f"{high}[{k}]" for k in range(n) if offset >> k & 1)}])
return circuit
"""
        body, given, out = core, "", "QuantumCircuit"
        goal = (
            f"multiplies |{low}>|{high}> by (-1)^(({low} xor {offset}) . {high}), the bitwise inner"
            " product modulo 2, with little-endian registers"
        )
        asks = (
            f"On {regs}, build the phase oracle that {goal}.",
            f"I need a diagonal circuit over {regs}: it {goal}.",
            f"Maiorana-McFarland style oracle with shift {offset}: {regs}; the circuit {goal}.",
        )
    elif form == "parity":
        offset = rng.randint(1, 2**n - 1)
        core = f"""
{registers}
flag = QuantumRegister(1, "flag")
circuit = QuantumCircuit({low}, {high}, flag)
circuit.h(flag)
circuit.append(InnerProductGate({n}).control(1), [*flag, *{low}, *{high}])
circuit.cz({low}[{offset % n}], flag)
circuit.h(flag)
return circuit
"""
        body, given, out = core, "", "QuantumCircuit"
        goal = (
            f"flips `flag` exactly where the inner product {low} . {high} modulo 2 differs from bit"
            f" {offset % n} of {low}"
        )
        asks = (
            (
                f"Registers: `{low}` ({n}), `{high}` ({n}), `flag` (1), in this order,"
                f" little-endian. Build the circuit that {goal}."
            ),
            (
                f"I need a bit oracle on `{low}`, `{high}` ({n} qubits each) and `flag` (1 qubit),"
                f" in this order: it {goal} (bit 0 is the first qubit of a register)."
            ),
            (
                f"Compute the inner product of two {n}-bit registers coherently: a circuit over"
                f" `{low}`, `{high}`, `flag` (this order) that {goal}. Inputs are left unchanged;"
                " bit k of a register is its qubit k."
            ),
        )
    else:
        body, given = core + tails[form], "shift: str"
        out = "dict[str, int]" if form == "sampler" else "QuantumCircuit"
        goal = {
            "circuit": (
                "Return the circuit without measurements: it must take all zeros to the basis "
                "state of the shift"
            ),
            "measured": (
                "Return the circuit with a final measure_all, so that its only outcome is the shift"
            ),
            "sampler": (
                f"Run it with StatevectorSampler (seed {seed}, {shots} shots) after measure_all "
                "and return the counts"
            ),
        }[form]
        asks = (
            (
                f"Hidden shift problem: {function} and g(z) = f(z xor s), where s is the bit string"
                " `shift` (rightmost bit = first qubit). Use one phase query to g and one to f"
                f" (the bent function is its own dual) on {regs}. {goal}."
            ),
            (
                f"Find the hidden shift `shift` of the bent function {function} with Hadamards, the"
                " phase oracle of g(z) = f(z xor s), Hadamards, the phase oracle of f, Hadamards."
                f" Layout: {regs}; rightmost character = first qubit. {goal}."
            ),
            (
                f"Implement the bent-function hidden-shift algorithm for {function}; s = `shift`,"
                f" {2 * n} bits, last character on the first qubit. Qubits: {regs}. {goal}."
            ),
        )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Statevector
form, n = "$form", $n
names = ["$low", "$high"] + (["flag"] if form == "parity" else [])
def layout(circuit):
    assert isinstance(circuit, QuantumCircuit)
    assert [(r.name, r.size) for r in circuit.qregs] == [(m, 1 if m == "flag" else n) for m in names]
def dot(a, b):
    return bin(a & b).count("1") % 2
if form in ("phases", "parity"):
    got = candidate()
    layout(got)
    want = np.zeros((2**got.num_qubits,) * 2)
    for z in range(2 ** (2 * n)):
        a, b = z % 2**n, z >> n
        if form == "phases":
            want[z, z] = (-1) ** dot(a ^ $offset, b)
        else:
            bit = dot(a, b) ^ (a >> ($offset % n) & 1)
            for flag in (0, 1):
                want[z | (flag ^ bit) << 2 * n, z | flag << 2 * n] = 1
    assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
else:
    rng = np.random.default_rng(np.random.randint(2**31))
    for number in (1, 4**n - 2, int(rng.integers(2, 4**n)), int(rng.integers(2, 4**n))):
        shift = format(number, f"0{2 * n}b")
        got = candidate(shift)
        if form == "sampler":
            assert dict(got) == {shift: $shots}, got
            continue
        layout(got)
        if form == "measured":
            assert got.cregs[0].name == "meas" and got.num_clbits == 2 * n
            got = got.remove_final_measurements(inplace=False)
        assert abs(Statevector(got).probabilities_dict(decimals=9).get(shift, 0) - 1) < 1e-8
""",
        form=form, n=n, low=low, high=high, shots=shots, offset=offset if form in ("phases", "parity") else 0,
    )  # fmt: skip
    primitive = "\nfrom qiskit.primitives import StatevectorSampler" if form == "sampler" else ""
    return Instance(
        "hidden_shift", asks,
        "from qiskit import QuantumCircuit, QuantumRegister\n"
        f"from qiskit.circuit.library import InnerProductGate{primitive}",
        f"({given}) -> {out}", body, test, {"form": form, "n": n},
    )  # fmt: skip
