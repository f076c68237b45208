"""Passes: approximation over discrete gate sets, and what the synthesis plugins can do."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family

_ROUTES = {
    "gridsynth": (
        "UnitarySynthesis(basis_gates={basis}, method='gridsynth', min_qubits=1,"
        " plugin_config={{'epsilon': {eps}}})",
        "UnitarySynthesis",
        "the Ross-Selinger (gridsynth) method of unitary synthesis",
        ["h", "t", "s", "x", "z"],
    ),
    "rz": (
        "SynthesizeRZRotations(synthesis_error={half}, cache_error={tenth})",
        "SynthesizeRZRotations",
        "the pass that synthesizes RZ rotations over Clifford+T",
        ["h", "t", "s", "x", "z"],
    ),
    "plugin": (
        "",
        "RossSelingerSynthesis",
        "the Ross-Selinger synthesis plugin",
        ["h", "t", "s", "x"],
    ),
}


@family(
    "passes",
    "advanced",
    oracle="unitary",
    skills=("clifford-t", "synthesis-plugins", "error-bound"),
    why="Approximation errors of discrete synthesis are distances of operators up to a global phase.",
    tolerance=1e-7,
)
def discrete_synthesis(rng: Random) -> Instance:
    """A rotation approximated over Clifford+T within an error, with its T count or its true error."""
    route = rng.choice(list(_ROUTES))
    call, name, words, basis = _ROUTES[route]
    eps = rng.choice([0.04, 0.02, 0.01, 0.004, 0.002, 0.001])
    call = call.format(basis=basis, eps=eps, half=eps / 2, tenth=eps / 10)
    shift = rng.choice(["", " + 0.1", " / 2", " * 3"])
    axis = "rz" if route == "rz" else rng.choice(["rx", "ry", "rz"])
    angle = f"theta{shift}"
    style = rng.choice(["manager", "called"])
    report = rng.choice(["tcount", "share", "error", "pair"])
    lines = [f"circuit = QuantumCircuit(1)\ncircuit.{axis}({angle}, 0)"]
    if route == "gridsynth":
        lines = [
            f"rotation = QuantumCircuit(1)\nrotation.{axis}({angle}, 0)\ncircuit = QuantumCircuit(1)\n"
            "circuit.unitary(Operator(rotation), 0)"
        ]
    if route == "plugin":
        lines.append(
            f"dag = {name}().run(Operator(circuit).data, config={{'epsilon': {eps}}})\n"
            "result = dag_to_circuit(dag)"
        )
    elif style == "manager":
        lines.append(f"result = PassManager([{call}]).run(circuit)")
    else:
        lines.append(f"result = {call}(circuit)")
    tcount = "sum(item.operation.name in ('t', 'tdg') for item in result.data)"
    overlap = "abs(np.trace(Operator(result).adjoint().data @ Operator(circuit).data)) / 2"
    lines += {
        "tcount": [f"return result, {tcount}"],
        "share": [f"return result, {tcount} / result.size()"],
        "error": [f"return result, float(1 - {overlap})"],
        "pair": [f"return result, ({tcount}, result.depth())"],
    }[report]
    said, oracle, kind = {
        "tcount": ("how many T and Tdg gates it has", "tees", "int"),
        "share": ("the share of T and Tdg gates among all its gates", "tees / len(got.data)", "float"),
        "error": ("one minus the absolute value of tr(V^dagger U) / 2, where U is the exact rotation and V "
                  "the circuit's operator", "1 - abs(np.trace(V.conj().T @ U)) / 2", "float"),
        "pair": ("the pair (number of T and Tdg gates, depth)", "(tees, got.depth())", "tuple[int, int]"),
    }[report]  # fmt: skip
    body = "\n".join(lines)
    words_angle = f"theta{shift}".replace(" ", "")
    imports = ["import numpy as np"] * ("np." in body) + ["from qiskit import QuantumCircuit"]
    imports += ["from qiskit.converters import dag_to_circuit"] * (route == "plugin")
    imports += ["from qiskit.quantum_info import Operator"] * ("Operator(" in body)
    imports += ["from qiskit.transpiler import PassManager"] * ("PassManager" in body)
    imports += [f"from qiskit.transpiler.passes import {name}"]
    bound = (
        f"min over phases of the spectral norm of the difference to the exact rotation is to be at "
        f"most {eps}"
    )
    return Instance(
        entry_point="approximate_rotation",
        signature=f"(theta: float) -> tuple[QuantumCircuit, {kind}]",
        asks=(
            f"Approximate the one-qubit rotation `{axis}({words_angle})` by Clifford+T gates with "
            f"{words}, to an "
            f"error of at most {eps} (spectral norm of the difference, up to a global phase). Return the "
            f"circuit and {said}.",
            f"For a fault-tolerant compilation study I need {axis.upper()} by the angle "
            f"{words_angle} as a circuit "
            f"on one qubit over h, s, sdg, t, tdg and Paulis only. The {bound}. Use {words}. Give "
            f"back a tuple of "
            f"that circuit and {said}.",
            f"`{name}` can do discrete synthesis. Use it for {axis}({words_angle}) with the error "
            f"bound {eps} "
            "(operator distance up to phase) and return two things: the Clifford+T circuit, without any "
            f"rotation gate, and {said}.",
            f"Write a function of theta. Output: (circuit, number). The circuit is a Clifford+T word for "
            f"{axis}({words_angle}), off by at most {eps} in spectral norm after the best global "
            f"phase; the "
            f"second entry is {said}. Use {words}.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
allowed = {{"h", "s", "sdg", "t", "tdg", "x", "y", "z", "id", "sx", "sxdg"}}
for theta in (0.37, 1.93, -2.41):
    got, extra = candidate(theta)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == 1
    assert set(got.count_ops()) <= allowed
    phi = {angle}
    c, s = np.cos(phi / 2), np.sin(phi / 2)
    U = {{"rx": np.array([[c, -1j * s], [-1j * s, c]]), "ry": np.array([[c, -s], [s, c]]),
         "rz": np.diag([c - 1j * s, c + 1j * s])}}[{axis!r}]
    V = Operator(got).data
    overlap = abs(np.trace(V.conj().T @ U)) / 2
    assert np.sqrt(max(0, 2 - 2 * overlap)) <= {eps} + 1e-7
    tees = sum(item.operation.name in ("t", "tdg") for item in got.data)
    assert tees > 0
    assert np.allclose(extra, {oracle}, atol=1e-9, rtol=0)
    assert isinstance(extra, {kind.split("[")[0]})
""",
        params={"route": route, "epsilon": eps, "axis": axis, "report": report},
        wrong=(Wrong("S17", body.replace(f"{axis}({angle}, 0)", f"{axis}(2 * ({angle}), 0)")),),
    )


_ABILITIES = {
    "min_qubits": "the least number of qubits (None when there is no limit)",
    "max_qubits": "the greatest number of qubits (None when there is no limit)",
    "supported_bases": "the bases it supports (None when it does not matter)",
    "supports_basis_gates": "whether it takes basis gates",
    "supports_coupling_map": "whether it takes a coupling map",
    "supports_gate_errors": "whether it takes gate errors",
    "supports_gate_lengths": "whether it takes gate lengths",
    "supports_natural_direction": "whether it takes the natural direction of gates",
    "supports_pulse_optimize": "whether it takes the pulse-optimization flag",
}
_PLUGINS = {
    "SolovayKitaevSynthesis": "sk", "AQCSynthesisPlugin": "aqc", "CliffordUnitarySynthesis": "clifford",
    "RossSelingerSynthesis": "gridsynth",
}  # fmt: skip


@family(
    "passes",
    "basic",
    oracle="value",
    skills=("synthesis-plugins",),
    why="A unitary-synthesis plugin says in properties what options it understands and what sizes it takes.",
)
def plugin_abilities(rng: Random) -> Instance:
    """A table of what synthesis plugins support, with the names of the installed methods."""
    plugins = rng.sample(list(_PLUGINS), 2)
    asked = rng.sample(list(_ABILITIES), 3)
    thing = rng.choice(
        ["clifford", "linear_function", "permutation", "qft", "mcx", "PauliEvolution"]
    )
    level = rng.choice(
        [f"high_level_synthesis_plugin_names({thing!r})", "unitary_synthesis_plugin_names()"]
    )
    listed = rng.choice([f"sorted({level})", f"len({level})", f"sorted({level}, reverse=True)"])
    high = "high" in level
    what = (
        f"plugin names for high-level objects called `{thing}`"
        if high
        else "unitary-synthesis methods"
    )
    shape = {"s": "the alphabetically sorted list of", "l": "the number of"}[listed[0]]
    shape = "the list, in reverse alphabetical order, of" if "reverse" in listed else shape
    body = "table = {}\nfor name, plugin in ((\n"
    body += "".join(f"    ({_PLUGINS[p]!r}, {p}()),\n" for p in plugins)
    body += ")):\n    table[name] = (" + ", ".join(f"plugin.{a}" for a in asked) + ")\n"
    body += f"return table, {listed}"
    facts = "; ".join(_ABILITIES[a] for a in asked)
    both = " and ".join(f"`{p}` (key `{_PLUGINS[p]}`)" for p in plugins)
    helper = level.split("(")[0]
    return Instance(
        entry_point="synthesis_options",
        signature="() -> tuple[dict[str, tuple], object]",
        asks=(
            f"Return a tuple: first a dict that holds for the synthesis plugins {both} the tuple "
            f"({facts}), then {shape} the installed {what}.",
            f"Before I choose a synthesis plugin I want to compare {both}. For each, give as a "
            f"tuple, in this "
            f"order: {facts}. Besides that dictionary return {shape} the {what} that are installed.",
            f"Ask the plugin objects {both} from qiskit.transpiler.passes about their properties "
            f"{', '.join(f'`{a}`' for a in asked)} (a tuple in that order, in a dict under the "
            f"given key), and "
            f"use `{helper}` for {shape} the installed {what}. Return both as a tuple.",
        ),
        imports="from qiskit.transpiler.passes import "
        + ", ".join(sorted([*plugins, helper], key=lambda n: (n[0].islower(), n))),
        body=body,
        test=f"""
from importlib.metadata import entry_points
from qiskit.transpiler.passes.synthesis.plugin import UnitarySynthesisPluginManager
table, names = candidate()
manager = UnitarySynthesisPluginManager()
assert set(table) == {{{", ".join(repr(_PLUGINS[p]) for p in plugins)}}}
for name, found in table.items():
    assert tuple(found) == tuple(getattr(manager.ext_plugins[name].obj, a) for a in {asked})
known = sorted(p.name.partition(".")[2] for p in entry_points(group="qiskit.synthesis")
               if p.name.partition(".")[0] == {thing!r})
if not {high}:
    known = sorted(p.name for p in entry_points(group="qiskit.unitary_synthesis"))
assert names == {"len(known)" if listed[0] == "l" else "known[::-1]" if "reverse" in listed else "known"}
""",
        params={"plugins": plugins, "asked": asked, "names": level},
    )
