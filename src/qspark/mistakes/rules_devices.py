"""Simulators, noise, OpenQASM and the transpiler: what raises when it is run."""

import ast
from collections.abc import Iterator

from qspark.mistakes.program import Finding, Program
from qspark.mistakes.report import before, method, receiver, replace, report
from qspark.mistakes.rules_circuits import integer, literals
from qspark.mistakes.rules_results import runs_of

_TWO_QUBITS = {"cx", "cz", "ecr", "swap", "cy", "ch", "cp", "rzz", "iswap", "dcx"}
_COMPOSITE = {
    "QFTGate", "PauliEvolutionGate", "MCMTGate", "PhaseOracleGate", "HalfAdderGate", "QFT",
    "FullAdderGate", "ModularAdderGate", "MultiplierGate", "GroverOperator",
}  # fmt: skip


def not_transpiled(program: Program) -> Iterator[Finding]:
    """D20: a circuit with a composite gate given to Aer as it is."""
    composite: dict[str, ast.AST] = {}
    for node in program.calls:
        if method(node) != "append" or not isinstance(receiver(node), ast.Name):
            continue
        assert isinstance(node, ast.Call)
        kinds = program.inference.of(node.args[0]).kind if node.args else ""
        made = kinds.rpartition(".")[2]
        if made in _COMPOSITE or made in ("Gate", "Instruction"):
            composite[receiver(node).id] = node  # type: ignore[attr-defined]
    for call, circuit, facts, kind in runs_of(program):
        if kind != "BackendJob" or not isinstance(circuit, ast.Name) or circuit.id not in composite:
            continue
        backend = receiver(call)
        if (
            not program.inference.is_a(program.inference.of(backend), "AerBackend")
            or facts.isa is not False
        ):
            continue
        name, needed = program.name_of("qiskit.transpile")
        text = program.source.segment
        edits = replace(program, circuit, f"{name}({text(circuit)}, {text(backend)})")
        yield from report(program, "D20", circuit, edits, (needed,) if needed else ())


def no_save(program: Program) -> Iterator[Finding]:
    """B40, D21: a state or unitary that Aer was not told to keep."""
    asked = {"get_statevector": ("D21", "save_statevector"), "get_unitary": ("B40", "save_unitary")}
    saves = [
        n
        for n in program.nodes
        if isinstance(n, ast.Attribute) and n.attr.startswith(("save_", "snapshot"))
    ]
    for node in program.calls:
        if method(node) not in asked or saves:
            continue
        if not program.accepts(receiver(node), "Result"):
            continue
        id, save = asked[method(node)]
        run = next((r for r in runs_of(program) if r[3] == "BackendJob"), None)
        if run is None or not program.inference.of(receiver(run[0])).kind.endswith("AerSimulator"):
            continue
        call, circuit, _, _ = run
        edits = None
        if isinstance(circuit, ast.Name):
            edits = before(program, call, f"{circuit.id}.{save}()")
        yield from report(program, id, node, edits)


def unmeasured_counts(program: Program) -> Iterator[Finding]:
    """D22: counts of a circuit without measurement."""
    asks = [n for n in program.calls if method(n) == "get_counts"]
    if not asks:
        return
    for call, circuit, facts, kind in runs_of(program):
        if kind == "BackendJob" and facts.measured is False and not facts.isa:
            counted = any(
                program.inference.of(receiver(n)).items
                and program.inference.of(receiver(n)).kind == "Result"
                for n in asks
            )
            if not counted:
                continue
            edits = None
            if isinstance(circuit, ast.Name) and facts.clbits in (0, facts.qubits):
                add = "" if facts.clbits == 0 else "add_bits=False"
                edits = before(program, call, f"{circuit.id}.measure_all({add})")
            yield from report(program, "D22", circuit, edits)


def error_width(program: Program) -> Iterator[Finding]:
    """D23: a one-qubit error for two-qubit gates."""
    for node in program.calls:
        if method(node) != "add_all_qubit_quantum_error":
            continue
        assert isinstance(node, ast.Call)
        if len(node.args) != 2 or not isinstance(node.args[1], ast.List):
            continue
        gates = [e.value for e in node.args[1].elts if isinstance(e, ast.Constant)]
        made = node.args[0]
        value = program.inference.of(made)
        made = value.node if isinstance(value.node, ast.Call) else made
        if not isinstance(made, ast.Call) or len(made.args) != 2:
            continue
        if program.inference.of(made.func).origin.endswith(".depolarizing_error"):
            if (
                gates
                and all(g in _TWO_QUBITS for g in gates)
                and integer(program, made.args[1]) == 1
            ):
                yield from report(program, "D23", made, replace(program, made.args[1], "2"))


def readout_rows(program: Program) -> Iterator[Finding]:
    """D24: rows that do not sum to 1 while the columns do."""
    for node in program.calls:
        if not isinstance(node, ast.Call) or not program.inference.of(node).kind.endswith(
            ".ReadoutError"
        ):
            continue
        matrix = node.args[0] if node.args else None
        if not (isinstance(matrix, ast.List) and len(matrix.elts) == 2):
            continue
        rows = [literals(row) for row in matrix.elts]
        if None in rows or any(len(row or ()) != 2 for row in rows):
            continue
        (a, b), (c, d) = rows  # type: ignore[misc]
        if abs(a + b - 1) > 1e-6 or abs(c + d - 1) > 1e-6:
            edits = None
            if abs(a + c - 1) < 1e-6 and abs(b + d - 1) < 1e-6:
                text = [[program.source.segment(e) for e in row.elts] for row in matrix.elts]  # type: ignore[attr-defined]
                new = f"[[{text[0][0]}, {text[1][0]}], [{text[0][1]}, {text[1][1]}]]"
                edits = replace(program, matrix, new)
            yield from report(program, "D24", matrix, edits)


def qasm3_text(program: Program) -> Iterator[Finding]:
    """D26: OpenQASM 3 given to a reader of OpenQASM 2."""
    for node in program.calls:
        if not isinstance(node, ast.Call) or len(node.args) != 1:
            continue
        origin = program.inference.of(node.func).origin
        if not origin.endswith(("QuantumCircuit.from_qasm_str", "qasm2.loads")):
            continue
        text = program.inference.of(node.args[0]).constant
        if isinstance(text, str) and text.lstrip().startswith("OPENQASM 3"):
            name, needed = program.name_of("qiskit.qasm3.loads")
            edits = replace(program, node.func, name)
            yield from report(program, "D26", node.func, edits, (needed,) if needed else ())


def small_coupling(program: Program) -> Iterator[Finding]:
    """D28: CouplingMap.from_line(n) with fewer qubits than the circuit."""
    for node in program.calls:
        if not isinstance(node, ast.Call) or not program.inference.of(node.func).origin.endswith(
            ".transpile"
        ):
            continue
        facts = program.inference.facts.get(node.args[0]) if node.args else None
        for word in node.keywords:
            made = word.value
            if word.arg == "coupling_map" and isinstance(made, ast.Call) and made.args and facts:
                size = integer(program, made.args[0])
                line = program.inference.of(made.func).origin.endswith(
                    (".from_line", ".from_ring", ".from_full")
                )
                if line and size and facts.qubits and size < facts.qubits:
                    yield from report(program, "D28", made)


def _pass_names(program: Program, node: ast.Call) -> list[str] | None:
    """The classes of the passes that a PassManager is made of."""
    if not program.inference.of(node).kind.endswith(".PassManager") or not node.args:
        return None
    passes = node.args[0].elts if isinstance(node.args[0], ast.List) else [node.args[0]]
    return [program.inference.of(p).kind.rpartition(".")[2] for p in passes]


def lone_passes(program: Program) -> Iterator[Finding]:
    """D29, D44: passes without those that must come before them."""
    for node in program.calls:
        names = _pass_names(program, node) if isinstance(node, ast.Call) else None
        if not names or not all(names):
            continue
        lone = len(names) == 1 and names[0] in ("SabreSwap", "BasicSwap", "LookaheadSwap")
        if lone and not _is_given_circuit(program, node):
            yield from report(program, "D29", node)
        if "PadDynamicalDecoupling" in names and not any("Schedul" in n for n in names):
            yield from report(program, "D44", node)


def _is_given_circuit(program: Program, node: ast.AST) -> bool:
    """Whether the function around a node gets a circuit, which may be laid out already."""
    while (parent := program.parents.get(node)) is not None:
        node = parent
        if isinstance(node, ast.FunctionDef):
            names = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            notes = [ast.unparse(name.annotation) for name in names if name.annotation]
            return any("QuantumCircuit" in note for note in notes)
    return False


def no_durations(program: Program) -> Iterator[Finding]:
    """D31: scheduling without a backend or target."""
    for node in program.calls:
        if not isinstance(node, ast.Call) or not program.inference.of(node.func).origin.endswith(
            ".transpile"
        ):
            continue
        words = {word.arg for word in node.keywords}
        if (
            "scheduling_method" in words
            and len(node.args) == 1
            and not words & {"backend", "target", None}
        ):
            yield from report(program, "D31", node)


RULES = {
    "not_transpiled": not_transpiled,
    "no_save": no_save,
    "unmeasured_counts": unmeasured_counts,
    "error_width": error_width,
    "readout_rows": readout_rows,
    "qasm3_text": qasm3_text,
    "small_coupling": small_coupling,
    "lone_routing": lone_passes,
    "no_durations": no_durations,
}
