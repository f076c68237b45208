"""Observables: classical shadows."""

from random import Random

from qspark.data.families._observables import asks, needs
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import indented, sorted_imports


@family(
    "observables",
    "advanced",
    oracle="value",
    skills=("classical-shadows", "endianness"),
    why="A snapshot contributes 3^w times its signs where its bases match the w letters of the string, "
    "else 0.",
    tolerance=1e-9,
)
def shadow_estimate(rng: Random) -> Instance:
    """Estimates from given random Pauli measurements."""
    data = rng.choice(["records", "columns", "dicts"])
    order = rng.choice(["right", "left"])
    ask = rng.choice(
        ["pauli", "pauli", "sum", "median", "median", "state", "matches", "fidelity", "several"]
    )
    loop = {
        "records": "for bases, bits in shadow:\n", "columns": "for bases, bits in zip(bases_list, "
            "bits_list):\n",
        "dicts": "for shot in shadow:\n    bases, bits = shot['bases'], shot['bits']\n",
    }[data]  # fmt: skip
    arguments = {
        "records": "shadow: list[tuple[str, str]]", "columns": "bases_list: list[str], bits_list: list[str]",
        "dicts": "shadow: list[dict[str, str]]",
    }[data]  # fmt: skip
    size = "len(shadow)" if data != "columns" else "len(bits_list)"
    about = {
        "records": "`shadow` lists snapshots (bases, bits)",
        "columns": "Snapshot k consists of bases = `bases_list[k]` and bits = `bits_list[k]`",
        "dicts": "`shadow` lists snapshots, dicts with the strings `bases` and `bits`",
    }[data]  # fmt: skip
    side = "right" if order == "right" else "left"
    facts = [
        f"{about}: a random letter X, Y or Z per qubit, in which it was measured, and the outcome 0 or 1 per "
        f"qubit. In both strings qubit 0 is on the {side}.",
    ]
    label = "label" if order == "right" else "label[::-1]"
    snap = rng.choice([
        f"value = 1.0\nfor letter, base, bit in zip({label}, bases, bits, strict=True):\n"
        "    if letter != 'I':\n        value *= 3 * (-1) ** int(bit) if letter == base else 0\n",
        f"value = prod(\n    3 * (-1) ** int(bit) if letter == base else 0\n"
        f"    for letter, base, bit in zip({label}, bases, bits, strict=True)\n    if letter != 'I'\n)\n",
    ])  # fmt: skip
    rule = (
        "The single-snapshot estimate of a Pauli string is the product over its letters other than I of 3 "
        "times the sign (1 for outcome 0, -1 for 1) where the snapshot's basis is that letter, and 0 if any "
        "basis differs. Pauli labels have qubit 0 on the right."
    )
    parts = rng.choice([2, 3, 4, 5, 6, 7])
    inverse = (
        "for base, bit in zip(bases, bits, strict=True):\n"
        "    plus, minus = {'X': '+-', 'Y': 'rl', 'Z': '01'}[base]\n"
        "    ket = Statevector.from_label(minus if bit == '1' else plus)\n"
        "    local = 3 * DensityMatrix(ket).data - np.eye(2)\n"
        + ("    snapshot = np.kron(snapshot, local)\n" if order == "right"
           else "    snapshot = np.kron(local, snapshot)\n")
    )  # fmt: skip
    passed = {
        "records": "list(zip(b, s))", "columns": "b, s",
        "dicts": "[{'bases': x, 'bits': y} for x, y in zip(b, s)]",
    }[data]  # fmt: skip
    if ask == "pauli":
        body = (
            "total = 0.0\n"
            + loop
            + indented(snap + "total += value\n")
            + f"return total / {size}\n"
        )
        arguments += ", label: str"
        kind, said, call, check = (
            "float", "Return the mean estimate of the Pauli string `label` as a float.", ", name",
            "abs(got - estimates(name).mean()) < 1e-9")  # fmt: skip
    elif ask == "matches":
        body = (
            "hits = 0\n"
            + loop
            + indented(
                f"hits += all(letter in ('I', base) for letter, base in zip({label}, bases, strict=True))\n"
            )
            + "return hits\n"
        )
        arguments += ", label: str"
        rule = (
            "A snapshot is useful for a Pauli string if its basis is the string's letter on every qubit "
            "where "
            "the string has not I. Pauli labels have qubit 0 on the right."
        )
        kind, said, call, check = (
            "int", "Return how many snapshots are useful for the Pauli string `label`.", ", name",
            "got == np.count_nonzero(estimates(name))")  # fmt: skip
    elif ask == "sum":
        body = (
            "total = 0.0\n"
            + loop
            + "    for label, weight in observable.to_list():\n"
            + indented(indented(snap + "total += weight.real * value\n"))
            + f"return total / {size}\n"
        )
        arguments += ", observable: SparsePauliOp"
        kind, said, call, check = (
            "float", "Return the mean estimate of `observable` (real coefficients) as a float.",
            ", SparsePauliOp([name, 'IXY', 'III'], [0.7, -1.1, 0.4])",
            "abs(got - (0.7 * estimates(name) - 1.1 * estimates('IXY') + 0.4).mean()) < 1e-9")  # fmt: skip
    elif ask == "several":
        body = (
            "found = dict.fromkeys(labels, 0.0)\n" + loop + "    for label in labels:\n"
            + indented(indented(snap + f"found[label] += value / {size}\n")) + "return found\n"
        )  # fmt: skip
        arguments += ", labels: list[str]"
        kind, said, call, check = (
            "dict[str, float]", "Return a dict from each Pauli label in `labels` to its mean estimate.",
            ", [name, 'IXY', 'ZII']",
            "all(abs(got[k] - estimates(k).mean()) < 1e-9 for k in (name, 'IXY', 'ZII')) and len(got) == 3"
        )  # fmt: skip
    elif ask == "median":
        body = (
            "values = []\n"
            + loop
            + indented(snap + "values.append(value)\n")
            + (
                f"batches = np.array_split(values, {parts})\n"
                "return float(np.median([batch.mean() for batch in batches]))\n"
            )
        )
        arguments += ", label: str"
        kind, said, call, check = (
            "float", f"Split the snapshots in order into {parts} batches as numpy.array_split does, and "
                     f"return "
            "the median of the batches' mean estimates of the Pauli string `label` (a float).", ", name",
            f"abs(got - np.median([x.mean() for x in np.array_split(estimates(name), {parts})])) < 1e-9"
        )  # fmt: skip
    elif ask == "state":
        body = (
            "total = 0\n"
            + loop
            + indented("snapshot = np.eye(1)\n" + inverse + "total = total + snapshot\n")
            + f"return DensityMatrix(total / {size})\n"
        )
        rule = (
            "A snapshot's state is the tensor product over the qubits of 3|s><s| - 1, with |s> the "
            "eigenstate of "
            "the measured letter (+1 for outcome 0, -1 for 1)."
        )
        kind, said, call, check = (
            "DensityMatrix", "Return the mean of the snapshots' states as a `DensityMatrix` (Qiskit's "
                             "order).", "",
            "all(abs(got.expectation_value(Pauli(k)) - estimates(k).mean()) < 1e-9 for k in (name, 'IXY', "
            "'ZII', 'III'))")  # fmt: skip
    else:
        body = "total = 0.0\n" + loop + indented(
            "snapshot = np.eye(1)\n" + inverse
            + "total += np.vdot(target.data, snapshot @ target.data).real\n"
        ) + f"return float(total / {size})\n"  # fmt: skip
        arguments += ", target: Statevector"
        rule = (
            "A snapshot's state is the tensor product over the qubits of 3|s><s| - 1, with |s> the "
            "eigenstate "
            "of the measured letter (+1 for outcome 0, -1 for 1), in Qiskit's order."
        )
        kind, said, call, check = (
            "float", "Return the mean over the snapshots of <t|A|t> for the snapshots' states A and the pure "
            "state |t> = `target`, as a float.", ", target",
            "abs(got - overlap()) < 1e-9")  # fmt: skip
    imports = needs(
        body
        + arguments
        + (" Statevector(" if ask == "fidelity" else "")
        + (" DensityMatrix(" if kind == "DensityMatrix" else "")
    )
    return Instance(
        entry_point=rng.choice(["shadow_estimate", "from_shadow", "evaluate_shadow"]),
        signature=f"({arguments}) -> {kind}",
        asks=asks(
            (
                "Evaluate a classical shadow.",
                "I took randomised Pauli measurements and want to use them.",
                "Write the evaluation.",
                "Classical shadows, evaluation:",
            ),
            [*facts, rule, said],
        ),
        imports=sorted_imports(imports),
        body=body,
        test=f"""
import numpy as np
from itertools import product
from qiskit.quantum_info import Pauli, SparsePauliOp, Statevector
rng = np.random.default_rng(np.random.randint(2**31))
for count, name in ((231, "XIY"), (147, "IIZ"), (340, "ZXI")):
    b = ["".join(rng.choice(list("XYZ"), 3)) for _ in range(count)]
    s = ["".join(rng.choice(list("01"), 3, p=[0.7, 0.3])) for _ in range(count)]
    right = [(xFLIP, yFLIP) for x, y in zip(b, s)]
    def estimates(label):
        out = []
        for x, y in right:
            spots = [i for i in range(3) if label[i] != "I"]
            fits = all(x[i] == label[i] for i in spots)
            out.append(3.0 ** len(spots) * (-1) ** sum(y[i] == "1" for i in spots) if fits else 0.0)
        return np.array(out)
    target = Statevector(rng.normal(size=8) + 1j * rng.normal(size=8))
    target = target / np.linalg.norm(target.data)
    def overlap():
        names = ["".join(x) for x in product("IXYZ", repeat=3)]
        means = [np.vdot(target.data, Pauli(k).to_matrix() @ target.data).real for k in names]
        return sum(e * estimates(k).mean() for k, e in zip(names, means)) / 8
    got = candidate({passed}{call})
    assert {check}
""".replace("FLIP", "" if order == "right" else "[::-1]"),
        params={"data": data, "order": order, "ask": ask},
        wrong=(
            (Wrong("S03", body.replace("label[::-1]", "label") if order == "left"
                   else body.replace("zip(label,", "zip(label[::-1],")),)
            if ask == "pauli"
            else ()
        ),
    )  # fmt: skip
