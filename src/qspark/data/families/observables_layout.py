"""Observables: on mapped circuits, and how shots are spent."""

from random import Random

from qspark.data.families._observables import asks
from qspark.data.families._random_states import MEASURED
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import sorted_imports

_EDGES = {
    "line": ("CouplingMap.from_line(5)", "a line 0-1-2-3-4", "[[0, 1], [1, 2], [2, 3], [3, 4]]"),
    "ring": ("CouplingMap.from_ring(5)", "a ring of 5 qubits", "[[0, 1], [1, 2], [2, 3], [3, 4], [4, 0]]"),
    "tee": ("CouplingMap(edges)", "the edges 0-1, 1-2, 1-3, 3-4",
            "[[0, 1], [1, 2], [1, 3], [3, 4]]"),
    "star": ("CouplingMap(edges)", "a star with qubit 2 in the middle",
             "[[2, 0], [2, 1], [2, 3], [2, 4]]"),
}  # fmt: skip


@family(
    "observables",
    "advanced",
    oracle="expectation",
    skills=("layout", "pub-shapes"),
    why="After layout and routing the virtual qubits sit elsewhere: apply_layout moves the observable along.",
    tolerance=1e-6,
)
def mapped_observables(rng: Random) -> Instance:
    """Expectation values on a transpiled circuit, whose observables are mapped to its layout."""
    shape = rng.choice(list(_EDGES))
    coupling, words, edges = _EDGES[shape]
    layout = rng.sample(range(5), 3)
    basis = rng.choice(
        [["rz", "sx", "x", "cx"], ["rz", "sx", "x", "cz"], ["u", "cx"], ["rz", "sx", "ecr"]]
    )
    level = rng.choice([0, 1, 2])
    run = rng.choice(["estimator", "aer", "state"])
    ask = rng.choice(["pair", "pair", "mapped", "spots", "energy", "labels"])
    seed = rng.randint(1, 99)
    make = rng.choice([
        f"coupling = {coupling}\n"
        f"manager = generate_preset_pass_manager(\n    optimization_level={level},\n    "
        f"coupling_map=coupling,\n"
        f"    basis_gates={basis},\n    initial_layout={layout},\n    seed_transpiler={seed},\n)\n"
        "mapped = manager.run(circuit)\n",
        f"coupling = {coupling}\n"
        f"mapped = transpile(\n    circuit,\n    coupling_map=coupling,\n    basis_gates={basis},\n"
        f"    initial_layout={layout},\n    optimization_level={level},\n    seed_transpiler={seed},\n)\n",
        f"coupling = {coupling}\n"
        f"target = Target.from_configuration({basis}, coupling_map=coupling)\n"
        f"manager = generate_preset_pass_manager(\n    optimization_level={level}, target=target, "
        f"initial_layout={layout}, "
        f"seed_transpiler={seed}\n)\nmapped = manager.run(circuit)\n",
    ])  # fmt: skip
    move = rng.choice([
        "moved = [op.apply_layout(mapped.layout) for op in observables]\n",
        "moved = [\n    op.apply_layout(mapped.layout.final_index_layout(), mapped.num_qubits) "
        "for op in observables\n]\n",
    ])  # fmt: skip
    value = {
        "estimator": "found = StatevectorEstimator().run([(mapped, moved)]).result()[0].data.evs\n",
        "aer": "estimator = EstimatorV2(options={'run_options': {'shots': None}})\n"
        "found = estimator.run([(mapped, moved)], precision=0.0).result()[0].data.evs\n",
        "state": "state = Statevector(mapped)\n"
        "found = np.array([state.expectation_value(op).real for op in moved])\n",
    }[run]  # fmt: skip
    imports = ["from qiskit import QuantumCircuit", "from qiskit.transpiler import CouplingMap"]
    if "transpile(" in make:
        imports.append("from qiskit import transpile")
    else:
        imports.append("from qiskit import generate_preset_pass_manager")
    if "Target." in make:
        imports.append("from qiskit.transpiler import Target")
    kind, last, said, check = {
        "energy": ("tuple[QuantumCircuit, float]", "return mapped, float(found @ weights)\n",
                   "Return the tuple of the mapped circuit and the sum of the exact means, each times "
                   "its entry "
                   "of `weights`.",
                   "isa(got[0])\n    assert abs(got[1] - np.dot(want, [0.5, -1.5, 2.0])) < 1e-6"),
        "pair": ("tuple[QuantumCircuit, list[float]]", "return mapped, [float(value) for value in found]\n",
                 "Return the tuple of the mapped circuit and the list of the exact means.",
                 "isa(got[0])\n    assert np.allclose(got[1], want, atol=1e-6)"),
        "mapped": ("tuple[QuantumCircuit, list[SparsePauliOp]]", "return mapped, moved\n",
                   "Return the tuple of the mapped circuit and the list of the mapped observables (on all 5 "
                   "physical qubits).",
                   "isa(got[0])\n    assert [op.num_qubits for op in got[1]] == [5] * 3\n"
                   "    v = Statevector(got[0])\n"
                   "    assert np.allclose([v.expectation_value(op) for op in got[1]], want, atol=1e-6)"),
        "labels": ("tuple[QuantumCircuit, list[list[str]]]",
                   "return mapped, [op.paulis.to_labels() for op in moved]\n",
                   "Return the tuple of the mapped circuit and, for each observable, the list of the "
                   "Pauli labels "
                   "of its terms after the mapping (in order, 5 letters each).",
                   "isa(got[0])\n    v = Statevector(got[0])\n"
                   "    again = [SparsePauliOp(l, op.coeffs) for l, op in zip(got[1], ops)]\n"
                   "    assert np.allclose([v.expectation_value(op) for op in again], want, atol=1e-6)"),
        "spots": ("tuple[QuantumCircuit, list[int], list[int]]",
                  "return mapped, mapped.layout.initial_index_layout(filter_ancillas=True), "
                  "mapped.layout.final_index_layout()\n",
                  "Return the tuple of the mapped circuit, the list of the physical qubits on which the "
                  "circuit's qubits 0, 1, 2 start, and the list of those on which they end.",
                  "isa(got[0])\n    v = Statevector(got[0])\n"
                  f"    assert list(got[1]) == {layout}\n"
                  "    again = [op.apply_layout(list(got[2]), 5) for op in ops]\n"
                  "    assert np.allclose([v.expectation_value(op) for op in again], want, atol=1e-6)"),
    }[ask]  # fmt: skip
    if ask in ("energy", "pair"):
        body = make + move + value + last
        imports.append({
            "estimator": "from qiskit.primitives import StatevectorEstimator",
            "aer": "from qiskit_aer.primitives import EstimatorV2",
            "state": "from qiskit.quantum_info import Statevector",
        }[run])  # fmt: skip
    else:
        body = make + (move if ask != "spots" else "") + last
    arguments = "circuit: QuantumCircuit"
    passed = "qc"
    if ask != "spots":
        arguments += ", observables: list[SparsePauliOp]"
        passed += ", ops"
        imports.append("from qiskit.quantum_info import SparsePauliOp")
    if "edges" in coupling:
        arguments += ", edges: list[list[int]]"
        passed += ", EDGES"
        words = f"the graph whose edges are listed in `edges`, for example {edges}"
    if ask == "energy":
        arguments += ", weights: list[float]"
        passed += ", [0.5, -1.5, 2.0]"
    if "np." in body + kind:
        imports.append("import numpy as np")
    return Instance(
        entry_point=rng.choice(["mapped_means", "on_device", "map_and_measure"]),
        signature=f"({arguments}) -> {kind}",
        asks=asks(
            (
                "Map a circuit and what is measured on it.",
                f"Target: {words}.",
                "Write the mapping with Qiskit's transpiler.",
                "From a virtual circuit to a device:",
            ),
            [
                "`circuit` is a unitary circuit on 3 qubits"
                + (", `observables` are operators on these 3 qubits." if ask != "spots" else "."),
                f"Transpile it for 5 qubits coupled as {words}, with the basis gates "
                f"{', '.join(basis)}, so that its qubits 0, 1, 2 start on the physical qubits "
                f"{', '.join(map(str, layout))}; optimization level {level}, transpiler seed {seed}.",
                said,
            ],
        ),
        imports=sorted_imports(imports),
        body=body,
        test=MEASURED.strip()
        + f"""
for labels in (["XIZ", "IYI", "ZZX"], ["IIY", "ZXI", "XYZ"]):
    qc = state_circuit(3)
    qc.cz(0, 2)
    qc.ry(rng.uniform(0.4, 2.5), 2)
    ops = [random_sum([label, "IZI"]) for label in labels]
    v = Statevector(qc).data
    want = [np.vdot(v, dense(op) @ v).real for op in ops]
    edges = {{tuple(sorted(e)) for e in {edges}}}
    def isa(mapped):
        assert isinstance(mapped, QuantumCircuit) and mapped.num_qubits == 5
        assert mapped.layout.initial_index_layout(filter_ancillas=True) == {layout}
        for inst in mapped.data:
            assert inst.operation.name in {basis}
            spots = tuple(sorted(mapped.find_bit(q).index for q in inst.qubits))
            assert len(spots) == 1 or spots in edges
    got = candidate({passed.replace("EDGES", edges)})
    {check}
""",
        params={"edges": shape, "layout": layout, "ask": ask, "run": run},
        wrong=(
            (Wrong("S36", body.replace("mapped.layout.final_index_layout(), mapped.num_qubits",
                                       f"{layout}, 5").replace("apply_layout(mapped.layout)",
                                                               f"apply_layout({layout}, 5)")),)
            if shape == "star" and ask != "spots"
            else ()
        ),
    )  # fmt: skip


@family(
    "observables",
    "intermediate",
    oracle="value",
    skills=("shot-budget", "variance"),
    why="The error of a sum is smallest when shots go in proportion to weight times standard deviation.",
    tolerance=1e-7,
)
def shot_budget(rng: Random) -> Instance:
    """How many shots the terms of an observable get, or what they cost."""
    rule = rng.choice(["weights", "deviations", "equal", "squares"])
    ask = rng.choice(["split", "error", "needed", "gain", "rest"])
    group = rng.choice(["terms", "groups"])
    shots, eps = (
        rng.choice([1000, 2000, 4096, 5000, 8000, 10000]),
        rng.choice([0.01, 0.02, 0.05, 0.1]),
    )
    source = rng.choice(["circuit", "state"])
    parts = {
        "terms": "parts = [observable[k] for k in range(observable.size)]\n",
        "groups": "parts = observable.group_commuting(qubit_wise=True)\n",
    }[group]  # fmt: skip
    state = "Statevector(circuit)" if source == "circuit" else "state"
    head = parts + (f"state = {state}\n" if source == "circuit" else "")
    spread = (
        "variances = []\nfor part in parts:\n    mean = state.expectation_value(part).real\n"
        "    square = state.expectation_value((part @ part).simplify()).real\n"
        "    variances.append(max(square - mean**2, 0.0))\n"
    )
    share = {
        "weights": "shares = np.array([np.abs(part.coeffs).sum() for part in parts])\n",
        "deviations": "shares = np.sqrt(variances)\n",
        "equal": "shares = np.ones(len(parts))\n",
        "squares": "shares = np.array([np.sum(np.abs(part.coeffs) ** 2) for part in parts])\n",
    }[rule] + "shares = shares / shares.sum()\n"  # fmt: skip
    about = {
        "weights": "in proportion to the sum of the absolute values of its coefficients",
        "deviations": "in proportion to the standard deviation of a single shot of it in the state",
        "equal": "equally", "squares": "in proportion to the sum of the squares of its coefficients",
    }[rule]  # fmt: skip
    own_share = {
        "weights": "[abs(p.coeffs).sum() for p in parts]", "deviations": "np.sqrt(v)",
        "equal": "[1] * len(parts)", "squares": "[(abs(p.coeffs) ** 2).sum() for p in parts]",
    }[rule]  # fmt: skip
    needs = rule == "deviations" or ask in ("error", "needed", "gain")
    last, kind, said, check = {
        "split": (
            f"return [int(n) for n in np.ceil({shots} * shares)]\n", "list[int]",
            f"Return the numbers of shots of all parts for a budget of {shots}, each rounded up to an "
            f"integer.",
            f"list(got) == np.ceil({shots} * w - 1e-9).astype(int).tolist() or "
            f"list(got) == np.ceil({shots} * w).astype(int).tolist()"),
        "error": (
            f"return float(np.sqrt(np.sum(np.array(variances) / ({shots} * shares))))\n", "float",
            f"With N_k = {shots} times the share (not rounded), return the standard error of the whole "
            f"sum: the "
            "square root of the sum of variance_k / N_k, with the variances of a single shot of each part in "
            "the state.", f"abs(got - np.sqrt((v / ({shots} * w)).sum())) < 1e-7"),
        "needed": (
            f"return int(np.ceil(np.sum(np.array(variances) / shares) / {eps}**2))\n", "int",
            f"Return the smallest integer budget N for which the sum of variance_k / (N share_k) is at most "
            f"{eps}^2, with the variances of a single shot of each part in the state.",
            f"got == int(np.ceil((v / w).sum() / {eps}**2))"),
        "gain": (
            "best = np.sum(np.sqrt(variances)) ** 2\nreturn float(np.sum(np.array(variances) / shares) / "
            "best)\n",
            "float", "Return the ratio of two variances of the whole sum at equal budgets: with these "
                     "shares, "
            "over that with the best possible shares (the sum of variance_k / share_k, divided by the "
            "square of "
            "the sum of the standard deviations).", "abs(got - (v / w).sum() / np.sqrt(v).sum() ** 2) < "
                                                    "1e-7"),
        "rest": (
            f"quota = {shots} * shares\nwhole = np.floor(quota).astype(int)\n"
            "order = np.argsort(whole - quota, kind='stable')\n"
            "whole[order[: round(quota.sum()) - whole.sum()]] += 1\nreturn whole.tolist()\n", "list[int]",
            f"Distribute exactly {shots} shots: every part first gets its exact number rounded down, and the "
            "shots that are left go one each to the parts with the largest remainders (the earlier part "
            "where "
            "equal). Return the list of the numbers.",
            f"sum(got) == {shots} and list(got) == rounded(w)"),
    }[ask]  # fmt: skip
    if ask in ("gain", "needed") and rule == "deviations":
        rule, share, about, own_share = (
            "weights", "shares = np.array([np.abs(part.coeffs).sum() for part in parts])\n"
            "shares = shares / shares.sum()\n",
            "in proportion to the sum of the absolute values of its coefficients",
            "[abs(p.coeffs).sum() for p in parts]",
        )  # fmt: skip
    body = (head if needs else parts) + (spread if needs else "") + share + last
    arguments = "observable: SparsePauliOp"
    passed = "h"
    if needs:
        arguments += ", circuit: QuantumCircuit" if source == "circuit" else ", state: Statevector"
        passed += ", qc" if source == "circuit" else ", Statevector(qc)"
    imports = ["import numpy as np", "from qiskit.quantum_info import SparsePauliOp"]
    if needs:
        imports.append("from qiskit.quantum_info import Statevector")
        if source == "circuit":
            imports.append("from qiskit import QuantumCircuit")
    named = (
        "terms"
        if group == "terms"
        else "qubit-wise commuting groups (Qiskit's own grouping, its order)"
    )
    facts = [
        "`observable` has real coefficients"
        + ("." if not needs else ", and the state is that of `circuit` on |0...0>." if source == "circuit"
           else ", and `state` is the state."),
        f"It is measured in parts: its {named}; the shots are shared: a part gets its share {about}.", said,
    ]  # fmt: skip
    parts_test = (
        "[h[k] for k in range(len(h))]"
        if group == "terms"
        else "h.group_commuting(qubit_wise=True)"
    )
    return Instance(
        entry_point=rng.choice(["shot_budget", "share_shots", "plan_shots"]),
        signature=f"({arguments}) -> {kind}",
        asks=asks(
            (
                "Plan the shots for an observable.",
                "Shot planning:",
                "Write the planning function.",
                "How should shots be spent?",
            ),
            facts,
        ),
        imports=sorted_imports(imports),
        body=body,
        test=MEASURED.strip()
        + f"""
def rounded(w):
    whole = [int({shots} * x) for x in w]
    order = sorted(range(len(w)), key=lambda k: whole[k] - {shots} * w[k])
    for k in order[: {shots} - sum(whole)]:
        whole[k] += 1
    return whole
for n, labels in ((2, ["XX", "ZZ", "IY", "YY", "IZ"]), (3, ["ZZX", "IYX", "XXI", "IIZ", "YYI", "IXI"])):
    qc, h = state_circuit(n), random_sum(labels)
    parts, vector = {parts_test}, Statevector(qc).data
    def var(m):
        return (np.vdot(m @ vector, m @ vector) - np.vdot(vector, m @ vector) ** 2).real
    v = np.array([var(dense(p)) for p in parts])
    w = np.array({own_share}, dtype=float)
    w = w / w.sum()
    got = candidate({passed})
    assert {check}
""",
        params={"rule": rule, "ask": ask, "group": group, "shots": shots, "eps": eps},
    )
