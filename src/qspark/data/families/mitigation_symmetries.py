"""Error mitigation: Pauli twirling, and post-selection on a symmetry."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family

_TWIRLED = {
    "cx": ("CXGate()", "CXGate"), "cz": ("CZGate()", "CZGate"), "ecr": ("ECRGate()", "ECRGate"),
    "iswap": ("iSwapGate()", "iSwapGate"), "cy": ("CYGate()", "CYGate"), "swap": ("SwapGate()", "SwapGate"),
    "dcx": ("DCXGate()", "DCXGate"),
}  # fmt: skip


@family(
    "mitigation",
    "advanced",
    oracle="unitary",
    skills=("pauli-twirling", "clifford"),
    why="The Paulis after a Clifford gate G are G P G^-1; Pauli.evolve(G) gives G^-1 P G by default and "
    "frame='s' the other one.",
    tolerance=1e-8,
)
def pauli_twirl(rng: Random) -> Instance:
    """Twirl two-qubit Clifford gates with Paulis before them and what they become after them."""
    names = rng.sample(sorted(_TWIRLED), rng.choice([1, 1, 2]))
    source = rng.choice(["labels", "labels", "rng", "all"])
    one = len(names) == 1
    test = f'inst.name == "{names[0]}"' if one else f"inst.name in {tuple(sorted(names))}"
    fence = rng.choice(["none", "around"])
    wall = "    out.barrier(inst.qubits)\n" if fence == "around" else ""
    pick = {
        "labels": ("label = next(choices)", "labels: list[str]", "choices = iter(labels)\n"),
        "rng": (
            'label = "".join(rng.choice(list("IXYZ"), size=2))',
            "rng: np.random.Generator",
            "",
        ),
        "all": ("label = labels[seen % len(labels)]", "labels: list[str]", "seen = 0\n"),
    }[source]
    form = rng.choice(["append", "pauli"])
    put = {
        "append": ("out.append({p}, inst.qubits)", "before", "after"),
        "pauli": ("out.pauli({p}.to_label().lstrip('-+i'), inst.qubits)", "before", "after"),
    }[form][0].replace("'", '"')
    body = f"""
{pick[2]}out = qc.copy_empty_like()
for inst in qc.data:
    if not ({test}):
        out.append(inst)
        continue
    {pick[0]}
    before = Pauli(label)
    after = before.evolve(Clifford(inst.operation), frame="s")
{wall}    {put.format(p="before")}
    out.append(inst)
    {"" if form == "pauli" else "after.phase = 0" + chr(10) + "    "}{put.format(p="after")}
{wall}{"    seen += 1" if source == "all" else ""}
return out
""".replace("if not (inst.name ==", "if not (inst.name ==")
    if one:
        body = body.replace(f"if not ({test})", f'if inst.name != "{names[0]}"')
    else:
        body = body.replace(
            f"if not ({test})", f"if inst.name not in {tuple(sorted(names))}".replace("'", '"')
        )
    body = body.replace("\n\nreturn", "\nreturn")
    given = {
        "labels": "the i-th of them gets the two-letter Pauli label `labels[i]` in front",
        "rng": 'each gets in front the label `"".join(rng.choice(list("IXYZ"), size=2))`, drawn in circuit '
        "order from the generator",
        "all": "the i-th of them gets the two-letter Pauli label `labels[i % len(labels)]` in front",
    }[source]
    kinds = " and ".join(f"`{n}`" for n in sorted(names))
    fenced = (
        " Put a barrier on the gate's qubits before the first and after the second Pauli."
        if fence == "around"
        else ""
    )
    how = (
        "as `PauliGate`s (`QuantumCircuit.pauli`)"
        if form == "pauli"
        else "as appended `Pauli` operators or Pauli gates"
    )
    imports = (
        "import numpy as np\n" if source == "rng" else ""
    ) + "from qiskit import QuantumCircuit\n"
    imports += "from qiskit.quantum_info import Clifford, Pauli"
    first = names[0]
    extra = names[-1]
    call = {
        "labels": "labels = [a + b for a in 'IXYZ' for b in 'IXYZ'][start:start + 4]\n    got = "
        "candidate(qc, list(labels))",
        "rng": "labels = None\n    got = candidate(qc, np.random.default_rng(start))\n    draw = "
        "np.random.default_rng(start)\n"
        "    labels = [''.join(draw.choice(list('IXYZ'), size=2)) for _ in range(4)]",
        "all": "labels = [a + b for a in 'IXYZ' for b in 'IXYZ'][start:start + 3]\n    got = "
        "candidate(qc, list(labels))\n"
        "    labels = labels + labels[:1]",
    }[source]
    return Instance(
        entry_point=rng.choice(["twirl", "twirled_copy", "pauli_frame"]),
        signature=f"(qc: QuantumCircuit, {pick[1]}) -> QuantumCircuit",
        asks=(
            f"Pauli-twirl all {kinds} gates of `qc`: {given} (second letter: first qubit of the gate), "
            "and behind it the Paulis that "
            f"make the whole equal to the gate up to a global phase. Insert them {how}.{fenced} Other "
            "gates and `qc` stay as they are.",
            f"Write a twirling helper. Every {kinds} G in the circuit becomes P' G P with P' = G P G^-1 "
            f"without its sign; {given}. The "
            f"label's last letter acts on the first qubit of G. Write P and P' {how}.{fenced} Return a "
            "new circuit.",
            f"For {kinds} gates, insert Paulis such that the circuit's unitary is kept up to a global "
            f"phase: {given} (Qiskit's label order: "
            f"rightmost letter for the gate's first qubit), the matching ones behind, {how}.{fenced}",
        ),
        imports=imports,
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Pauli
for start in (1, 6, 11):
    qc = QuantumCircuit(3)
    qc.rx(0.3, 0)
    qc.{first}(0, 1)
    qc.ry(1.1, 1)
    qc.{extra}(2, 1)
    qc.{first}(2, 0)
    qc.rz(0.4, 2)
    qc.{next(name for name in ("cz", "cx", "swap") if name not in names)}(0, 2)
    qc.rx(0.2, 2)
    qc.{extra}(1, 0)
    kept = qc.copy()
    {call}
    assert qc == kept
    assert Operator(got).equiv(qc, atol=1e-8)
    ops = [i for i in got.data if i.name != "barrier"]
    spots = [n for n, i in enumerate(ops) if i.name in {tuple(names)}]
    assert len(spots) == 4
    plain = [i.name for i in qc.data]
    def run_before(n, qubits):
        part = QuantumCircuit(2)
        while n and (ops[n - 1].name in ("pauli", "x", "y", "z", "id")
            and set(ops[n - 1].qubits) <= set(qubits)):
            n -= 1
            part.compose(got_circuit(ops[n]), [qubits.index(q) for q in ops[n].qubits],
                front=True, inplace=True)
        return part
    def got_circuit(inst):
        one = QuantumCircuit(len(inst.qubits))
        one.append(inst.operation, range(len(inst.qubits)))
        return one
    part = run_before(spots[0], list(ops[spots[0]].qubits))
    assert Operator(part).equiv(Operator(Pauli(labels[0])), atol=1e-8)
    part = run_before(spots[1], list(ops[spots[1]].qubits))
    assert Operator(part).equiv(Operator(Pauli(labels[1])), atol=1e-8)
    part = run_before(spots[3], list(ops[spots[3]].qubits))
    assert Operator(part).equiv(Operator(Pauli(labels[3])), atol=1e-8)
    names = {{"pauli", "x", "y", "z", "id"}}
    assert [i.name for i in ops if i.name not in names] == plain
    if {fence == "around"}:
        assert got.count_ops()["barrier"] == 8
""",
        params={"gates": names, "source": source, "form": form},
        wrong=(Wrong("S07", body.replace(', frame="s"', ', frame="h"')),) if "dcx" in names else (),
    )


_SYMMETRIES = [
    ("an even number of ones", 'key.count("1") % 2 == 0', "sum(map(int, k)) % 2 == 0"),
    ("exactly `ones` ones", 'key.count("1") == ones', "sum(map(int, k)) == 2"),
    ("equal bits of qubits {a} and {b}", "key[-{A}] == key[-{B}]", "k[::-1][{a}] == k[::-1][{b}]"),
    ("different bits of qubits {a} and {b}", "key[-{A}] != key[-{B}]", "k[::-1][{a}] != "
                                                                               "k[::-1][{b}]"),
    ("as many ones among the first half of the qubits (the lower indices) as in the second half",
     'key[: len(key) // 2].count("1") == key[len(key) // 2 :].count("1")', "k[: len(k) // 2].count('1') "
     "== k[len(k) // 2 :].count('1')"),
    ("an odd number of ones on the qubits 0 and {b}", 'key[-1] != key[-{B}]', "(k[-1] + k[-1 - "
                                                                              "{b}]).count('1') == 1"),
]  # fmt: skip


@family(
    "mitigation",
    "intermediate",
    oracle="value",
    skills=("post-selection", "endianness"),
    why="Post-selection drops shots that break a known symmetry; what is left is normalised by its own "
    "number.",
    tolerance=1e-9,
)
def verify_symmetry(rng: Random) -> Instance:
    """Post-select counts on a symmetry and evaluate what is left."""
    words, rule, want = rng.choice(_SYMMETRIES)
    a, b = rng.sample([0, 1, 3], 2) if "{a}" in words else (0, rng.randint(1, 3))
    words, rule, want = (
        part.replace("{a}", str(a))
        .replace("{b}", str(b))
        .replace("{A}", str(a + 1))
        .replace("{B}", str(b + 1))
        for part in (words, rule, want)
    )
    source = rng.choice(["counts", "bitarray", "bitarray"])
    target = rng.choice(["counts", "fraction", "z", "parity", "most", "probabilities"])
    q = rng.randint(0, 2)
    ones = ", ones: int" if "`ones`" in words else ""
    body = "counts = data.get_counts()\n" if source == "bitarray" else ""
    body += f"kept = {{key: n for key, n in counts.items() if {rule}}}\n"
    body += (
        "total = sum(kept.values())\n"
        if target in ("fraction", "z", "parity", "probabilities")
        else ""
    )
    empty = rng.choice(["None", "0.0"]) if target in ("z", "parity") else ""
    body += f"if not total:\n    return {empty}\n" if empty else ""
    body += {
        "counts": "return kept",
        "fraction": "return total / sum(counts.values())",
        "z": f'return sum(n if key[-{q + 1}] == "0" else -n for key, n in kept.items()) / total',
        "parity": 'return sum((-1) ** key.count("1") * n for key, n in kept.items()) / total',
        "most": 'return max(kept, key=kept.get, default="")',
        "probabilities": "return {key: n / total for key, n in kept.items()}",
    }[target]
    gives = {
        "counts": "Return the counts that are left, as a dict.",
        "fraction": "Return the fraction of all shots that are left.",
        "z": f"Return the expectation value of Z on qubit {q} in the shots that are left; {empty} if "
        "none is.",
        "parity": f"Return the expectation value of Z on all qubits in the shots that are left; {empty} "
        "if none is.",
        "most": "Return the most frequent string that is left, '' if none is.",
        "probabilities": "Return a dict from string to its frequency among the shots that are left.",
    }[target]
    result = {"counts": "dict[str, int]", "most": "str", "probabilities": "dict[str, float]"}.get(
        target, "float"
    )
    result += " | None" if empty == "None" else ""
    wants = {
        "counts": "left", "fraction": "total / sum(counts.values())",
        "z": f"sum(n * (1 - 2 * int(k[::-1][{q}])) for k, n in left.items()) / max(total, 1)",
        "parity": "sum(n * (-1) ** sum(map(int, k)) for k, n in left.items()) / max(total, 1)",
        "most": "max(left, key=left.get)", "probabilities": "{k: n / total for k, n in left.items()}",
    }[target]  # fmt: skip
    check = "got == want" if target in ("counts", "most") else (
        "set(got) == set(want) and all(abs(got[k] - want[k]) < 1e-9 for k in want)"
        if target == "probabilities" else "abs(got - want) < 1e-9"
    )  # fmt: skip
    given = (
        "the `BitArray` `data` of a sampler result"
        if source == "bitarray"
        else "`counts` (Qiskit's keys, qubit 0 on the right)"
    )
    imports = "from qiskit.primitives import BitArray" if source == "bitarray" else ""
    none = ""
    if empty or target in ("counts", "most"):
        nothing = {"counts": "{}", "most": "''"}.get(target, empty)
        none = f"""
bad = next(format(i, "04b") for i in range(16) if not rule(format(i, "04b")))
assert candidate(make({{bad: 5}}){", 2" if ones else ""}) == {nothing}
"""
    return Instance(
        entry_point=rng.choice(["post_select", "verified", "symmetry_filter"]),
        signature=f"({'data: BitArray' if source == 'bitarray' else 'counts: dict[str, int]'}{ones}) -> "
        f"{result}",
        asks=(
            f"Symmetry verification: from {given} keep only the shots with {words}. {gives}",
            f"An ideal run always gives {words}. Use that to filter {given}. {gives}",
            f"Post-select {given} on {words} (qubit indices as in Qiskit). {gives}",
        ),
        imports=imports,
        body=body,
        test=f"""
from qiskit.primitives import BitArray
cases = [
    {{"0000": 120, "0011": 300, "0101": 41, "0111": 19, "1010": 77, "1001": 190, "1101": 11,
        "1000": 9, "1100": 53, "0110": 36}},
    {{"000101": 15, "001011": 31, "110010": 80, "110011": 45, "100011": 22, "010000": 60,
        "011000": 14, "100110": 93,
     "011101": 7, "101000": 3, "000110": 11, "111011": 12, "010101": 18, "100100": 29, "110100": 71}},
]
def make(counts):
    if not {source == "bitarray"}:
        return dict(counts)
    return BitArray.from_counts(counts, num_bits=len(next(iter(counts))))
def rule(k):
    return {want}
for counts in cases:
    left = {{k: n for k, n in counts.items() if rule(k)}}
    total = sum(left.values())
    want = {wants}
    got = candidate(make(counts){", 2" if ones else ""})
    assert {check}
{none}""",
        params={"symmetry": words, "source": source, "target": target},
    )
