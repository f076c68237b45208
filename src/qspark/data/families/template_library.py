"""The rewriting templates of the circuit library: identities, counts, rules and optimisation."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import fill

CLIFFORDS = [
    *("2_1", "2_2", "2_3", "2_4", "3_1", "4_1", "4_2", "4_3", "4_4", "5_1"),
    *("6_1", "6_2", "6_3", "6_4", "6_5", "8_1", "8_2", "8_3"),
]
TOFFOLIS = [
    *("2a_1", "2a_2", "2a_3", "4a_1", "4a_2", "4a_3", "4b_1", "4b_2", "5a_1", "5a_2", "5a_3", "5a_4"),
    *("6a_1", "6a_2", "6a_3", "6a_4", "6b_1", "6b_2", "6c_1"),
    *("7a_1", "7b_1", "7c_1", "7d_1", "7e_1", "9a_1"),
    *(f"9c_{k}" for k in range(1, 13)), *(f"9d_{k}" for k in range(1, 11)),
]  # fmt: skip
RZX = ["cy", "xz", "yz", "zz1", "zz2", "zz3"]


@family(
    "library_misc",
    "intermediate",
    oracle="structure",
    skills=("templates", "rewriting"),
    why=(
        "A template is a circuit that equals the identity: a part of it is the inverse of the rest."
    ),
    tolerance=1e-8,
)
def rewriting_templates(rng: Random) -> Instance:
    """The template library: identities, counts, rewriting rules."""
    kind = rng.choice(["clifford", "toffoli", "toffoli", "rzx"])
    goal = rng.choice(
        ["counts", "rule", "identity", "widths", "shorter", "optimise", "names", "largest"]
    )
    if goal == "optimise":
        names = rng.sample(
            [f"clifford_{k}" for k in CLIFFORDS[:6]] + [f"template_nct_{k}" for k in TOFFOLIS[:3]],
            2,
        )
        kind = "toffoli"
    elif kind == "clifford":
        names = [f"clifford_{k}" for k in rng.sample(CLIFFORDS, 4)]
    elif kind == "toffoli":
        names = [f"template_nct_{k}" for k in rng.sample(TOFFOLIS, 5)]
    else:
        names = [f"rzx_{k}" for k in rng.sample(RZX, 3)]
        goal = rng.choice(["rule", "shorter", "identity"])
    argument = "theta" if kind == "rzx" else ""
    calls = [f"{name}({argument})" for name in names]
    lines = ["templates = [", *(f"    {made}," for made in calls), "]"]
    keep = rng.choice([1, 2, 3])
    gates = {
        "clifford": "s",
        "toffoli": rng.choice(["cx", "ccx", "x"]),
        "rzx": rng.choice(["rzx", "cx", "rz"]),
    }[kind]
    given, out = "", "list[int]"
    if goal == "counts":
        lines.append(f'return [template.count_ops().get("{gates}", 0) for template in templates]')
        told = f"the list of how many `{gates}` gates each of them has"
    elif goal == "widths":
        lines.append(
            "return [(template.num_qubits, template.size(), template.depth()) for template in"
            " templates]"
        )
        told, out = (
            "a list with (number of qubits, size(), depth()) of each",
            "list[tuple[int, int, int]]",
        )
    elif goal == "names":
        lines.append("return [sorted(template.count_ops()) for template in templates]")
        told, out = (
            "for each of them the sorted list of the names of its operations",
            "list[list[str]]",
        )
    elif goal == "largest":
        lines.append("best = max(templates, key=lambda template: template.depth())")
        lines.append("return templates.index(best), best.depth()")
        told, out = (
            "(index of the deepest one, the first if several; its depth())",
            "tuple[int, int]",
        )
    elif goal == "identity":
        given = "other: QuantumCircuit"
        lines += [
            "templates.append(other)",
            "return [",
            '    Operator(template).equiv(Operator.from_label("I" * template.num_qubits))',
            "    for template in templates",
            "]",
        ]
        told, out = (
            ("a list of bools: whether each of them, and last the circuit `other`, is the identity up "
            "to a global phase"), "list[bool]",
        )  # fmt: skip
    elif goal in ("rule", "shorter"):
        lines += ["rules = []", "for template in templates:"]
        if goal == "rule":
            lines += [
                "    rest = template.copy_empty_like()", f"    for item in template.data[{keep}:]:",
                "        rest.append(item)",
                "    rules.append(rest.inverse())", "return rules",
            ]  # fmt: skip
            told = (
                "a list of circuits: for each template a circuit on the same qubits that equals"
                f" its first {keep} gate(s) up to a global phase but is made of the other gates"
                " only (inverted, in reversed order)"
            )
        else:
            lines += [
                "    half = len(template.data) // 2", "    rest = template.copy_empty_like()",
                "    for item in template.data[half:]:", "        rest.append(item)",
                "    rules.append(rest.inverse())",
                "return rules",
            ]  # fmt: skip
            told = (
                "a list of circuits: for each template of m gates the circuit that replaces its"
                " first m // 2 gates, i.e. the inverse of the rest, on the same qubits"
            )
        out = "list[QuantumCircuit]"
    else:
        given, out = "circuit: QuantumCircuit", "QuantumCircuit"
        lines.append(
            "return PassManager([TemplateOptimization(template_list=templates)]).run(circuit)"
        )
        told = (
            "the result of Qiskit's TemplateOptimization pass with exactly these templates on "
            "`circuit`: equivalent to it up to a global phase, and with no more gates"
        )
    body = "\n".join(lines)
    listed = ", ".join(names)
    extra = ", called with the angle `theta`" if kind == "rzx" else ""
    if kind == "rzx":
        given = "theta: float" + (f", {given}" if given else "")
    asks = (
        (
            f"Take the template circuits {listed} of the circuit library{extra}, in this order, and"
            f" return {told}."
        ),
        f"Templates of qiskit.circuit.library: {listed}{extra}. Return {told}.",
        f"Given Qiskit's rewriting identities {listed}{extra}, I need {told}.",
        f"For the template list [{listed}]{extra}: {told}, please.",
    )
    test = fill(
        """
import numpy as np
import qiskit.circuit.library as library
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
goal = "$goal"
theta = float(np.random.default_rng(np.random.randint(2**31)).uniform(0.3, 2.8))
angles = (theta,) if "$argument" else ()
templates = [getattr(library, name)(*angles) for name in $names]
if goal == "counts":
    assert list(candidate()) == [t.count_ops().get("$gates", 0) for t in templates]
elif goal == "widths":
    assert [tuple(row) for row in candidate()] == [(t.num_qubits, t.size(), t.depth()) for t in templates]
elif goal == "names":
    assert [list(row) for row in candidate()] == [sorted(t.count_ops()) for t in templates]
elif goal == "largest":
    depths = [t.depth() for t in templates]
    assert tuple(candidate()) == (depths.index(max(depths)), max(depths))
elif goal == "identity":
    other = QuantumCircuit(2, global_phase=0.4)
    other.cx(0, 1)
    other.cx(0, 1)
    false = other.copy()
    false.rz(0.3, 1)
    assert candidate(*angles, other) == [True] * (len(templates) + 1)
    assert candidate(*angles, false) == [True] * len(templates) + [False]
elif goal == "optimise":
    for seed in range(2):
        rng = np.random.default_rng(seed)
        circuit = QuantumCircuit(3)
        for t in templates:
            part = t.copy_empty_like()
            for item in t.data[: len(t.data) // 2 + 1]:
                part.append(item)
            circuit.compose(part, [int(q) for q in rng.permutation(3)[: t.num_qubits]], inplace=True)
            circuit.h(int(rng.integers(3)))
        got = candidate(circuit)
        assert isinstance(got, QuantumCircuit) and got.num_qubits == 3 and got.size() <= circuit.size()
        assert Operator(got).equiv(Operator(circuit), atol=1e-8, rtol=0)
        assert got.size() == PassManager([TemplateOptimization(template_list=templates)]).run(circuit).size()
else:
    got = candidate(*angles)
    assert len(got) == len(templates)
    for circuit, t in zip(got, templates):
        assert isinstance(circuit, QuantumCircuit)
        cut = min($keep, len(t.data)) if goal == "rule" else len(t.data) // 2
        want = t.copy_empty_like()
        for item in t.data[:cut]:
            want.append(item)
        assert circuit.num_qubits == t.num_qubits and circuit.size() == len(t.data) - cut
        assert Operator(circuit).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        goal=goal, names=names, argument=argument, gates=gates, keep=keep,
    )  # fmt: skip
    if goal == "optimise":
        test = test.replace(
            "goal = ",
            "from qiskit.transpiler import PassManager\nfrom qiskit.transpiler.passes import "
            "TemplateOptimization\ngoal = ",
            1,
        )
    imports = ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in given + out else []
    imports += [f"from qiskit.circuit.library import (\n    {', '.join(sorted(names))},\n)"]
    imports += ["from qiskit.quantum_info import Operator"] if goal == "identity" else []
    if goal == "optimise":
        imports += [
            "from qiskit.transpiler import PassManager",
            "from qiskit.transpiler.passes import TemplateOptimization",
        ]
    return Instance(
        "use_templates", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"names": names, "goal": goal, "keep": keep},
    )  # fmt: skip
