"""Targets: building them with heterogeneous gates, querying them, choosing by errors."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family

_PAIRS = {"cx": "CXGate()", "cz": "CZGate()", "ecr": "ECRGate()", "rzz": 'RZZGate(Parameter("theta"))',
          "iswap": "iSwapGate()", "cp": 'CPhaseGate(Parameter("theta"))'}  # fmt: skip
_SINGLES = {"sx": "SXGate()", "x": "XGate()", "rz": 'RZGate(Parameter("phi"))', "h": "HGate()",
            "rx": 'RXGate(Parameter("phi"))', "sxdg": "SXdgGate()", "t": "TGate()"}  # fmt: skip


@family(
    "targets",
    "advanced",
    oracle="structure",
    skills=("target", "instruction-properties"),
    why="A Target maps each instruction to the qubits it exists on, in order, with duration and error.",
)
def target_from_tables(rng: Random) -> Instance:
    """A Target made of tables of one- and two-qubit properties, with measurements and extras."""
    single, other = rng.sample(list(_SINGLES), 2)
    pair, second = rng.sample(list(_PAIRS), 2)
    dt = rng.choice(["1e-9", "0.5e-9", "2.2e-10"])
    unit = rng.choice(["ns", "s"])
    scale = " * 1e-9" if unit == "ns" else ""
    about = rng.choice(["trial chip", "lab device", "mixed chip", "toy processor"])
    extras = rng.sample(
        ["measure", "delay", "flow", "ideal", "second", "bound", "t1", "reset", "align"], 3
    )
    head = ["num_qubits=len(singles)"]
    lines, told, checks = [], [], []
    if rng.random() < 0.6:
        head.append(f'description="{about}"')
        told.append(f"the description is `{about}`")
        checks.append(f'assert target.description == "{about}"')
    if rng.random() < 0.6:
        head.append(f"dt={dt}")
        told.append(f"dt is {dt} s")
        checks.append(f"assert target.dt == {dt}")
    if "t1" in extras:
        head.append("qubit_properties=[QubitProperties(t1=row[2]) for row in singles]")
        told.append(
            "the third number of each row is the qubit's T1 in seconds, stored in the qubit properties"
        )
        checks.append(
            "assert [p.t1 for p in target.qubit_properties] == [row[2] for row in singles]"
        )
    if "align" in extras:
        grain = rng.choice([2, 4, 8])
        head.append(f"granularity={grain}")
        told.append(f"the granularity is {grain}")
        checks.append(f"assert target.granularity == {grain}")
    lines += [
        f"target = Target({', '.join(head)})",
        f"target.add_instruction(\n    {_SINGLES[single]},\n    "
        f"{{(q,): InstructionProperties(duration=row[0]{scale}, "
        "error=row[1]) for q, row in enumerate(singles)},\n)",
        f"target.add_instruction(\n    {_PAIRS[pair]},\n    "
        f"{{edge: InstructionProperties(duration=row[0]{scale}, "
        "error=row[1]) for edge, row in pairs.items()},\n)",
    ]
    for extra in extras:
        if extra == "measure":
            lines.append("target.add_instruction(\n    Measure(),\n    {(q,): InstructionProperties("
                         "error=10 * row[1]) "
                         "for q, row in enumerate(singles)},\n)")  # fmt: skip
            told.append(
                "every qubit can be measured, with ten times the one-qubit error and no known duration"
            )
            checks.append("assert {q: (p.error, p.duration) for q, p in target['measure'].items()} == "
                          "{(k,): (10 * row[1], None) for k, row in enumerate(singles)}")  # fmt: skip
        elif extra == "delay":
            lines.append(
                'target.add_instruction(Delay(Parameter("t")), {(q,): None for q in range(len(singles))})'
            )
            told.append("delays exist on every qubit, without properties")
            checks.append("assert target['delay'] == {(k,): None for k in range(len(singles))}")
        elif extra == "reset":
            lines.append("target.add_instruction(Reset(), {(0,): None})")
            told.append("only qubit 0 can be reset (no properties)")
            checks.append("assert target['reset'] == {(0,): None}")
        elif extra == "flow":
            lines.append('target.add_instruction(IfElseOp, name="if_else")')
            told.append("if-else operations are supported everywhere under the name `if_else`")
            checks.append("assert target.instruction_supported('if_else', (0, 1, 2))")
        elif extra == "ideal":
            lines.append(f"target.add_instruction({_SINGLES[other]})")
            told.append(f"`{other}` is an ideal gate that is supported on all qubits")
            checks.append(f"assert target['{other}'] == {{None: None}}")
        elif extra == "second":
            lines.append(
                f"target.add_instruction(\n    {_PAIRS[second]},\n    "
                f"{{edge[::-1]: InstructionProperties(error="
                "row[1] / 2) for edge, row in pairs.items() if row[1] > 0.01},\n)"
            )
            told.append(f"the pairs with an error above 0.01 also have `{second}`, in the reverse direction, "
                        "with "
                        "half that error and no duration")  # fmt: skip
            checks.append(f"assert {{q: p.error for q, p in target['{second}'].items()}} == "
                          "{e[::-1]: r[1] / 2 for e, r in pairs.items() if r[1] > 0.01}")  # fmt: skip
        elif extra == "bound":
            lines.append('target.add_instruction(\n    RZXGate(Parameter("angle")),\n'
                         "    {edge: None for edge in pairs},"
                         "\n    angle_bounds=[(0, 1.5)],\n)")  # fmt: skip
            told.append(
                "`rzx` exists on the same pairs, without properties, for angles from 0 to 1.5 only"
            )
            checks.append("assert set(target['rzx']) == set(pairs) and target.has_angle_bounds()\n"
                          "    assert all(target.supported_angle_bound('rzx', [a]) for a in (0.1, 1.4))\n"
                          "    assert not target.supported_angle_bound('rzx', [1.6])\n"
                          "    assert not target.supported_angle_bound('rzx', [-0.1])")  # fmt: skip
    lines.append("return target")
    body = "\n".join(lines)
    gates = sorted({w for w in _CLASSES if f"{w}(" in body}, key=str.lower)
    circuit = sorted(
        {w for w in ("Delay", "IfElseOp", "Measure", "Parameter", "Reset") if w in body}
    )
    core = ["InstructionProperties", *["QubitProperties"] * ("QubitProperties" in body), "Target"]
    steps = "; ".join(told)
    third = ", T1 in s" if "t1" in extras else ""
    row = f"(duration in {unit}, error{third})"
    return Instance(
        entry_point="make_target",
        signature="(singles: list[tuple], pairs: dict[tuple[int, int], tuple[float, float]]) -> Target",
        asks=(
            f"Build a Target. `singles[q]` = {row} describes `{single}` on qubit q, and `pairs[(a, "
            f"b)]` = (duration in "
            f"{unit}, error) describes `{pair}` from a to b, in this direction only. Moreover: {steps}.",
            f"My device data comes as `singles`, a list with a row {row} per qubit for the gate "
            f"`{single}`, and "
            f"`pairs`, a dict from directed qubit pair to (duration in {unit}, error) for `{pair}`. "
            f"Make a Target of "
            f"it. Other requirements: {steps}. Durations in a Target are in seconds.",
            f"Return a `Target` with `{single}` on all qubits (row of `singles`: {row}) and "
            f"`{pair}` on the directed "
            f"pairs that are keys of `pairs` (values: duration in {unit}, error). Further: {steps}.",
        ),
        imports=f"from qiskit.circuit import {', '.join(circuit)}\n"
        * bool(circuit)
        + f"from qiskit.circuit.library import {', '.join(gates)}\n"
        f"from qiskit.transpiler import {', '.join(core)}",
        body=body,
        test=f"""
import numpy as np
from qiskit.transpiler import Target
rng = np.random.default_rng(np.random.randint(2**31))
scale = {"1e-9" if unit == "ns" else "1.0"}
for edges in ([(0, 1), (2, 1)], [(1, 0), (1, 3), (2, 3)]):
    size = 1 + max(max(e) for e in edges)
    singles = [(float(rng.integers(20, 60)) * (1e-9 / scale), round(float(rng.uniform(1e-4, 1e-3)), 6),
                1e-4 + 1e-5 * k)[: {3 if "t1" in extras else 2}] for k in range(size)]
    pairs = {{e: (float(rng.integers(200, 500)) * (1e-9 / scale), 0.004 + 0.012 * (k % 2))
             for k, e in enumerate(edges)}}
    target = candidate(singles, pairs)
    assert isinstance(target, Target) and target.num_qubits == size
    assert set(target["{single}"]) == {{(k,) for k in range(size)}} and set(target["{pair}"]) == set(pairs)
    for k, row in enumerate(singles):
        found = target["{single}"][(k,)]
        assert np.isclose(found.duration, row[0] * scale, rtol=1e-9, atol=0) and found.error == row[1]
    for edge, row in pairs.items():
        found = target["{pair}"][edge]
        assert np.isclose(found.duration, row[0] * scale, rtol=1e-9, atol=0) and found.error == row[1]
    {chr(10).join("    " + c for c in checks).strip()}
""",
        params={"single": single, "pair": pair, "told": told, "unit": unit},
        wrong=(Wrong("S15", body.replace("{edge: Inst", "{edge[::-1]: Inst")),),
    )


_CLASSES = (
    "CXGate", "CZGate", "ECRGate", "RZZGate", "iSwapGate", "CPhaseGate", "SXGate", "XGate", "RZGate",
    "HGate",
    "RXGate", "SXdgGate", "TGate", "RZXGate",
)  # fmt: skip

# Words, value on `target` with helper names, and the oracle from the test's own tables.
_QUERIES = {
    "names": ("the sorted names of the operations on the directed pair {e}",
              "sorted(target.operation_names_for_qargs({e})) if {e} in target.qargs else []",
              "sorted(n for n, t in table.items() if {e} in t)"),
    "edges": ("the sorted list of the pairs of `{g}`", "sorted(target.qargs_for_operation_name('{g}'))",
              "sorted(table['{g}'])"),
    "best": ("the pair of `{g}` with the least error",
             "min(target['{g}'], key=lambda pair: target['{g}'][pair].error)",
             "min(table['{g}'], key=lambda p: table['{g}'][p][1])"),
    "slowest": ("the pair of `{g}` with the longest duration",
                "max(target['{g}'], key=lambda pair: target['{g}'][pair].duration)",
                "max(table['{g}'], key=lambda p: table['{g}'][p][0])"),
    "partial": ("the sorted names of the operations that are missing on some qubit, or on some directed pair "
                "which another operation has",
                "sorted(set(target.get_non_global_operation_names(strict_direction=True)))",
                "sorted([n for n in ('cx', 'cz') if set(table[n]) != set(table['cx']) | "
                "set(table['cz'])] + ['rz'])"),
    "map": ("the sorted directed edges of the coupling map of `{g}`",
            "sorted(target.build_coupling_map('{g}').get_edges())", "sorted(table['{g}'])"),
    "all": ("the sorted directed edges of the coupling map of all two-qubit gates",
            "sorted(target.build_coupling_map().get_edges())",
            "sorted(set(table['cx']) | set(table['cz']))"),
    "supported": ("whether `{g}` is supported on {e}", "target.instruction_supported('{g}', {e})",
                  "{e} in table['{g}']"),
    "class": ("whether an RZ gate is supported on qubit {q}, asked by the gate's class",
              "target.instruction_supported(operation_class=RZGate, qargs=({q},))",
              "({q},) in table['rz']"),
    "error": ("the mean error of `sx` over the qubits",
              "sum(p.error for p in target['sx'].values()) / target.num_qubits",
              "sum(v[1] for v in table['sx'].values()) / 4"),
    "dt": ("the duration of `{g}` on each of its pairs as a dict in units of dt",
           "{pair: target.seconds_to_dt(p.duration) for pair, p in target['{g}'].items()}",
           "{p: round(v[0] / 1e-9) for p, v in table['{g}'].items()}"),
    "total": ("the number of (operation, qubits) combinations", "len(target.instructions)",
              "sum(len(t) for t in table.values())"),
    "worst": ("the qubit with the greatest measurement error",
              "max(target.physical_qubits, key=lambda q: target['measure'][(q,)].error)",
              "max(range(4), key=lambda q: table['measure'][(q,)][1])"),
    "ops": ("the sorted names of all operations", "sorted(target.operation_names)", "sorted(table)"),
    "count": ("the number of operations that exist on qubit {q} alone",
              "len(target.operations_for_qargs(({q},)))", "sum(({q},) in t for t in table.values())"),
    "long": ("the duration of `{g}` on its least pair (sorted) from the target's durations, in seconds",
             "target.durations().get('{g}', list(min(target['{g}'])), unit='s')",
             "table['{g}'][min(table['{g}'])][0]"),
    "alike": ("the sorted names of the operations with a free parameter",
              "sorted(n for n in target.operation_names if target.operation_from_name(n).params)",
              "['rz']"),
    "missing": ("how many pairs an unknown operation `zz` has, by a default of an empty dict",
                "len(target.get('zz', {}))", "0"),
    "weight": ("a dict from operation name to the greatest error of its entries",
               "{name: max(p.error for p in rows.values()) for name, rows in target.items()}",
               "{n: max(v[1] for v in t.values()) for n, t in table.items()}"),
    "entries": ("the total number of entries over all operations",
                "sum(len(rows) for rows in target.values())",
                "sum(len(t) for t in table.values())"),
    "align": ("the granularity and the acquire alignment from the timing constraints, as a tuple",
              "(target.timing_constraints().granularity, target.timing_constraints().acquire_alignment)",
              "(4, 8)"),
}  # fmt: skip


@family(
    "targets",
    "intermediate",
    oracle="value",
    skills=("target", "queries"),
    why="target[name] maps qubit tuples to properties, and the tuples are directed.",
    tolerance=1e-12,
)
def target_queries(rng: Random) -> Instance:
    """Three questions about a given Target."""
    keys = rng.sample(list(_QUERIES), 3)
    fill = {"{g}": rng.choice(["cx",
    "cz"]), "{e}": str(rng.choice([(0, 1), (1, 0), (1, 2), (3, 2), (2, 0), (1, 3)])),
            "{q}": str(rng.randint(0, 3))}  # fmt: skip

    def filled(text: str) -> str:
        for key, value in fill.items():
            text = text.replace(key, value)
        return text

    facts = {key: [filled(t) for t in _QUERIES[key]] for key in keys}
    shape = rng.choice(["dict", "tuple"])
    if shape == "dict":
        body = "return {\n" + "".join(f'    "{key}": {facts[key][1]},\n' for key in keys) + "}"
        said = "a dict: " + "; ".join(f"`{key}`: {facts[key][0]}" for key in keys)
    else:
        body = "return (\n" + "".join(f"    {facts[key][1]},\n" for key in keys) + ")"
        said = "a tuple of: " + "; ".join(f"({n}) {facts[key][0]}" for n, key in enumerate(keys, 1))
    return Instance(
        entry_point="query_target",
        signature=f"(target: Target) -> {shape}",
        asks=(
            f"`target` is a device Target on four qubits with the two-qubit gates `cx` and `cz` on "
            f"directed pairs. "
            f"Return {said}.",
            f"I have a transpiler Target (4 qubits; sx, rz and measure on all of them, cx and cz on "
            f"some directed "
            f"pairs, all with duration and error) and want to know: {said}.",
            f"Query a Target and return {said}. Pairs are tuples of qubit numbers, the first one "
            f"being the first "
            "qubit of the gate.",
            f"How do I get this out of a `Target` object? Needed is {said}.",
        ),
        imports="from qiskit.circuit.library import RZGate\n" * ("RZGate" in body)
        + "from qiskit.transpiler import Target",
        body=body,
        test=f"""
import numpy as np
from qiskit.circuit import Measure, Parameter
from qiskit.circuit.library import CXGate, CZGate, RZGate, SXGate
from qiskit.transpiler import InstructionProperties, Target
rng = np.random.default_rng(np.random.randint(2**31))
shapes = [([(0, 1), (1, 0), (3, 2)], [(1, 2), (1, 0)]), ([(1, 2), (2, 0), (1, 3)], [(0, 1), (3, 2), (1, 2)]),
          ([(1, 0), (0, 1)], [(2, 0), (1, 3), (0, 1)]), ([(3, 2), (1, 2), (2, 0)], [(1, 0), (3, 1)])]
for turn, (cx, cz) in enumerate(shapes):
    table = {{}}
    every = [(q,) for q in range(4)]
    some = [q for q in every if q[0] != turn]
    for name, places in (("cx", cx), ("cz", cz), ("sx", every), ("rz", some), ("measure", every)):
        times = rng.permutation(np.arange(30, 900, 7))[: len(places)]
        errors = [round(float(e), 7) for e in rng.uniform(0.001, 0.05, len(places))]
        table[name] = {{p: (int(t) * 1e-9, e) for p, t, e in zip(places, times, errors)}}
    target = Target(num_qubits=4, dt=1e-9, granularity=4, acquire_alignment=8)
    for name, gate in (("cx", CXGate()), ("cz", CZGate()), ("sx", SXGate()), ("rz", RZGate(Parameter("a"))),
                       ("measure", Measure())):
        target.add_instruction(gate, {{p: InstructionProperties(*v) for p, v in table[name].items()}})
    got = candidate(target)
    want = ({", ".join(facts[key][2] for key in keys)})
    got = tuple(got[key] for key in {keys}) if {shape == "dict"} else tuple(got)
    for one, two in zip(got, want, strict=True):
        if isinstance(two, float):
            assert abs(one - two) < 1e-12
        else:
            assert one == two
""",
        params={"facts": keys, "shape": shape, **{k.strip("{}"): v for k, v in fill.items()}},
    )
