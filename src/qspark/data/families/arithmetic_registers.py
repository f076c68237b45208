"""Sums and products of registers: adders and multipliers, alone and in composition."""

from random import Random

from qspark.data.families._arithmetic import MAP
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import fill


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
    row = [dict(zip(("a", "b", "out"), names, strict=True))[k] for k in order]
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
