"""Observables: measurement settings."""

from random import Random

from qspark.data.families._observables import asks, needs
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import indented, sorted_imports


@family(
    "observables",
    "advanced",
    oracle="distribution",
    skills=("basis-change", "grouping", "endianness"),
    why="X is measured after H, Y after S-dagger and then H; one setting serves all qubit-wise partners.",
    tolerance=1e-8,
)
def measurement_settings(rng: Random) -> Instance:
    """Circuits that measure the terms of an observable, a circuit per group of compatible terms."""
    ask = rng.choice(["circuits", "circuits", "bases", "means", "energy", "table", "sampled"])
    turn = rng.choice(["gates", "sx", "dict", "compose"])
    group = rng.choice(["library", "library", "each"])
    split = {
        "library": "groups = observable.paulis.group_qubit_wise_commuting()\n",
        "each": "groups = [observable.paulis[k : k + 1] for k in range(observable.size)]\n",
    }[group]  # fmt: skip
    if ask in ("energy", "table", "sampled"):
        split = {
            "library": "groups = observable.group_commuting(qubit_wise=True)\n",
            "each": "groups = [observable[k] for k in range(observable.size)]\n",
        }[group]  # fmt: skip
    paulis = "group.paulis" if ask in ("energy", "table", "sampled") else "group"
    basis = rng.choice([
        f"basis = Pauli((np.any({paulis}.z, axis=0), np.any({paulis}.x, axis=0)))\n",
        f"basis = Pauli(({paulis}.z.sum(axis=0) > 0, {paulis}.x.sum(axis=0) > 0))\n",
    ])  # fmt: skip
    if group == "each":
        basis = f"basis = {paulis}[0]\n"
    rotate = {
        "gates": "for q in range(n):\n    if basis.x[q] and basis.z[q]:\n        QC.sdg(q)\n"
        "    if basis.x[q]:\n        QC.h(q)\n",
        "sx": "for q in range(n):\n    if basis.x[q] and basis.z[q]:\n        QC.sx(q)\n"
        "    elif basis.x[q]:\n        QC.h(q)\n",
        "dict": "for q, letter in enumerate(reversed(basis.to_label())):\n    if letter == 'Y':\n"
        "        QC.sdg(q)\n    if letter in ('X', 'Y'):\n        QC.h(q)\n",
        "compose": "for q in np.flatnonzero(basis.x):\n    if basis.z[q]:\n        QC.sdg(int(q))\n"
        "    QC.h(int(q))\n",
    }[turn].replace("QC", "measured")  # fmt: skip
    how = (
        "Group the terms with Qiskit's own qubit-wise grouping of the observable (keep its order)"
        if group == "library" else "Take every term as a group of its own, in the given order"
    )  # fmt: skip
    facts = [
        "`circuit` is a unitary circuit on the n qubits of `observable` (real coefficients).",
        how + ".",
    ]
    n = "n = observable.num_qubits\n"
    loop = basis + "measured = circuit.copy()\n" + rotate
    if ask in ("circuits", "means"):
        facts.append(
            "A group is measured with one copy of the circuit followed by a rotation of each qubit into the "
            "basis of its letter (X, Y; nothing for Z or I), after which the value of the letter is 1 for "
            "bit 0 and -1 for bit 1."
        )
    if ask == "circuits":
        style = rng.choice(["measure_all", "none", "register"])
        tail = {
            "measure_all": "measured.measure_all()\n", "none": "",
            "register": "measured.add_register(ClassicalRegister(n, 'out'))\n"
            "measured.measure(range(n), range(n))\n",
        }[style]  # fmt: skip
        loop += tail + "circuits.append(measured)\n"
        body = (
            n
            + split
            + "circuits = []\nfor group in groups:\n"
            + indented(loop)
            + "return circuits\n"
        )
        kind = "list[QuantumCircuit]"
        facts.append({
            "measure_all": "Return the list of these circuits, all n qubits measured (qubit q into bit q).",
            "none": "Return the list of these circuits without any measurement.",
            "register": "Return the list of these circuits, qubit q measured into bit q of their only "
            "classical register, whose name is `out`.",
        }[style])  # fmt: skip
        check = """assert len(got) == len(groups)
    for one, basis in zip(got, bases):
        BITS
        bare = one.remove_final_measurements(inplace=False)
        assert np.allclose(Statevector(bare).probabilities(), chances(basis), atol=1e-8)""".replace(
            "BITS",
            "assert one.num_clbits == 0"
            if style == "none"
            else "assert [(one.find_bit(i.qubits[0]).index, one.find_bit(i.clbits[0]).index) for i in "
            "one.data"
            " if i.operation.name == 'measure'] == [(q, q) for q in range(n)]"
            + (
                "\n        assert [r.name for r in one.cregs] == ['out']"
                if style == "register"
                else ""
            ),
        )
    elif ask == "bases":
        form = rng.choice(["basis.to_label()", "basis.to_label().replace('I', 'Z')"])
        body = (
            split
            + "bases = []\nfor group in groups:\n"
            + indented(basis + f"bases.append({form})\n")
            + "return bases\n"
        )
        if rng.random() < 0.5:
            body = (
                split
                + "bases = {}\nfor group in groups:\n"
                + indented(basis + f"bases[{form}] = group.to_labels()\n")
                + "return bases\n"
            )
            kind = "dict[str, list[str]]"
            said = "Return a dict from the label of each group's basis to the labels of its terms in order."
            check = "assert got == {b: g.to_labels() for b, g in zip(bases, groups)}"
        else:
            kind, said = "list[str]", "Return the list of the labels of the groups' bases."
            check = "assert got == bases"
        fill = "Z" if "replace" in form else "I"
        check = (
            check.replace("bases)", f"[b.replace('I', '{fill}') for b in bases])")
            if ("zip" in check)
            else f"assert got == [b.replace('I', '{fill}') for b in bases]"
        )
        if kind.startswith("dict"):
            check = check.replace(
                "zip(bases, groups)", f"zip([b.replace('I', '{fill}') for b in bases], groups)"
            )
        facts = [
            facts[1].replace("terms", "terms of `observable`"),
            "The basis of a group has on each qubit the letter X, Y or Z that its terms have there; where "
            f"all of them have I it has {fill}. Labels have qubit 0 on the right.",
            said,
        ]
    else:
        weights = "group.coeffs.real"
        value = (
            "signs = np.array([[(-1) ** (k & int((p.x | p.z) @ (1 << np.arange(n)))).bit_count()"
            " for k in range(2**n)] for p in PAULIS])\n"
        ).replace("PAULIS", paulis)
        exact = "chances = Statevector(measured).probabilities()\n"
        facts.append(
            "Rotate each qubit into the basis of its letter in the group and use the probabilities of the "
            "rotated circuit."
        )
        if ask == "means":
            loop += (
                exact
                + value
                + "means |= zip(group.to_labels(), (signs @ chances).tolist(), strict=True)\n"
            )
            body = (
                n + split + "means = {}\nfor group in groups:\n" + indented(loop) + "return means\n"
            )
            kind = "dict[str, float]"
            facts.append("Return a dict from the Pauli label of every term to its exact mean.")
            check = "assert set(got) == set(h.paulis.to_labels())\n"
            check += "    assert all(abs(got[k] - want) < 1e-8 for k, want in zip(h.paulis.to_labels(), e))"
        elif ask == "energy":
            loop += exact + value + f"total += float({weights} @ signs @ chances)\n"
            body = (
                n
                + split
                + "total = 0.0\nfor group in groups:\n"
                + indented(loop)
                + "return total\n"
            )
            kind = "float"
            facts.append(
                "Return the exact mean of `observable` as a float, summed over the groups."
            )
            check = "assert abs(got - h.coeffs.real @ e) < 1e-8"
        elif ask == "table":
            loop += (
                exact
                + value
                + (
                    f"spectrum = {weights} @ signs\n"
                    "spread.append(float(chances @ spectrum**2 - (chances @ spectrum) ** 2))\n"
                )
            )
            body = (
                n
                + split
                + "spread = []\nfor group in groups:\n"
                + indented(loop)
                + "return spread\n"
            )
            kind = "list[float]"
            facts.append(
                "Return for each group the exact variance of a single shot of the group's weighted sum of "
                "terms (all terms of a group are read off the same shot)."
            )
            check = """m = [g.to_matrix() for g in groups]
    v = Statevector(qc).data
    want = [(np.vdot(x @ v, x @ v) - np.vdot(v, x @ v) ** 2).real for x in m]
    assert np.allclose(got, want, atol=1e-8)"""
        else:
            seed = rng.randint(2, 99)
            shots = "shots"
            loop += (
                "measured.measure_all()\n"
                f"job = StatevectorSampler(seed={seed}).run([measured], shots={shots})\n"
                "data = job.result()[0].data.meas\n"
                f"for pauli, weight in zip({paulis}, {weights}):\n"
                "    diagonal = ''.join('IZ'[bit] for bit in reversed((pauli.x | pauli.z).astype(int)))\n"
                "    total += weight * data.expectation_values(diagonal)\n"
            )
            body = (
                n
                + split
                + "total = 0.0\nfor group in groups:\n"
                + indented(loop)
                + "return float(total)\n"
            )
            kind = "float"
            facts[-1] = (
                "Rotate each qubit into the basis of its letter in the group and measure it."
            )
            facts.append(
                f"Take `shots` shots per group with a StatevectorSampler of the seed {seed} and return the "
                "estimate of the mean of `observable` as a float."
            )
            check = "bound = abs(h.coeffs).sum() * np.sqrt(2 * np.log(2e7) / 30000)\n"
            check += "    assert abs(got - h.coeffs.real @ e) < bound"
    imports = needs(body + kind)
    imports = [x for x in imports if "SparsePauliOp" not in x]
    imports.append("from qiskit.quantum_info import SparsePauliOp")
    imports.append("from qiskit.quantum_info import Pauli")
    if "ClassicalRegister" in body:
        imports.append("from qiskit import ClassicalRegister")
    arguments = "circuit: QuantumCircuit, observable: SparsePauliOp"
    passed = "qc.copy(), h"
    if ask == "bases":
        arguments, passed = "observable: SparsePauliOp", "h"
        body = body.replace("group.to_labels()", "group.to_labels()")
    else:
        imports.append("from qiskit import QuantumCircuit")
    if ask == "sampled":
        arguments, passed = arguments + ", shots: int", passed + ", 30000"
    group_test = (
        "h.group_commuting(qubit_wise=True)"
        if group == "library"
        else "[h[k] for k in range(len(h))]"
    )
    if ask in ("circuits", "bases", "means"):
        group_test = group_test.replace(
            "h.group_commuting(qubit_wise=True)", "h.paulis.group_qubit_wise_commuting()"
        )
        group_test = group_test.replace("[h[k]", "[h.paulis[k:k + 1]")
    labels = "g.to_labels()" if ask in ("circuits", "bases", "means") else "g.paulis.to_labels()"
    return Instance(
        entry_point=rng.choice(["settings", "grouped_measurement", "measure_groups"]),
        signature=f"({arguments}) -> {kind}",
        asks=asks(
            (
                rng.choice([
                    "Measure a sum of Pauli strings in few settings.",
                    "Read the terms of an observable off as few circuits as the groups allow.",
                    "From an observable to circuits that can be measured.",
                ]),
                "Measurement settings for an observable.",
                "Please write it with Qiskit 2.",
                "Grouped Pauli measurements:",
            ),
            facts,
        ),
        imports=sorted_imports(imports),
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Pauli, SparsePauliOp, Statevector
rng = np.random.default_rng(np.random.randint(2**31))
for n, names in ((2, ["XI", "ZZ", "IY", "XZ", "YY"]), (3, ["ZIX", "IYX", "ZYI", "XXI", "IIZ", "YIY"])):
    qc = QuantumCircuit(n)
    for q in range(n):
        qc.u(*rng.uniform(0.4, 2.5, 3), q)
    for q in range(n - 1):
        qc.crx(rng.uniform(0.5, 2.5), q, q + 1)
    h = SparsePauliOp(names, rng.uniform(0.3, 1.2, len(names)) * rng.choice([-1, 1], len(names)))
    v = Statevector(qc).data
    e = [np.vdot(v, Pauli(name).to_matrix() @ v).real for name in names]
    groups = {group_test}
    bases = ["".join(max(c) if max(c) != "I" else "I" for c in zip(*{labels})) for g in groups]
    def chances(basis):
        u = np.eye(1)
        for letter in basis:
            rows = {{"X": [[1, 1], [1, -1]], "Y": [[1, -1j], [1, 1j]]}}
            one = np.array(rows[letter]) / 2**0.5 if letter in rows else np.eye(2)
            u = np.kron(u, one)
        return abs(u @ v) ** 2
    got = candidate({passed})
    {check}
""",
        params={"ask": ask, "turn": turn, "group": group},
    )  # fmt: skip
