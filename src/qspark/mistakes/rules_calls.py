"""Calls whose arguments are wrong: removed functions and parameters, the wrong order."""

import ast
from collections.abc import Iterator

from qspark.mistakes.circuits import GATES
from qspark.mistakes.program import Finding, Program
from qspark.mistakes.report import method, plain, receiver, replace, report, without_argument
from qspark.mistakes.source import Edit

# Parameters of execute that belong to transpile; the others go to backend.run.
_TRANSPILE = frozenset({
    "basis_gates", "coupling_map", "initial_layout", "seed_transpiler", "optimization_level",
    "layout_method", "routing_method", "translation_method",
})  # fmt: skip
_DROPPED = {
    "qiskit.compiler.transpiler.transpile": {
        "backend_properties": "B29", "instruction_durations": "B30", "timing_constraints": "B30",
        "faulty_qubits_map": "B29", "inst_map": "B30",
    },
}  # fmt: skip
_ROTATIONS = {name: qubits for name, (angles, qubits) in GATES.items() if angles == 1}


def execute(program: Program) -> Iterator[Finding]:
    """A01: qiskit.execute becomes transpile and run."""
    for node in program.calls:
        if not isinstance(node, ast.Call):
            continue
        if program.inference.of(node.func).origin not in (
            "qiskit.execute", "qiskit.execute_function.execute",
        ):  # fmt: skip
            continue
        words = {word.arg: word.value for word in node.keywords}
        given = list(node.args)
        circuit = given.pop(0) if given else words.pop("experiments", words.pop("circuits", None))
        backend = given.pop(0) if given else words.pop("backend", None)
        if circuit is None or backend is None or given or None in words:
            yield from report(program, "A01", node)
            continue
        text = program.source.segment
        name, needed = program.name_of("qiskit.transpile")
        first = [text(circuit), text(backend)]
        first += [f"{k}={text(v)}" for k, v in words.items() if k in _TRANSPILE]
        second = [f"{name}({', '.join(first)})"]
        second += [f"{k}={text(v)}" for k, v in words.items() if k not in _TRANSPILE]
        on = (
            text(backend)
            if isinstance(backend, ast.Call) or plain(backend)
            else f"({text(backend)})"
        )
        edits = replace(program, node, f"{on}.run({', '.join(second)})")
        yield from report(program, "A01", node, edits, (needed,) if needed else ())


def fake_backend(program: Program) -> Iterator[Finding]:
    """A14, C28: fake backends that are elsewhere, or whose V1 class is gone."""
    index = program.index
    for node in program.nodes:
        if not isinstance(node, ast.ImportFrom) or node.module not in (
            "qiskit.providers.fake_provider", "qiskit_ibm_runtime.fake_provider",
        ):  # fmt: skip
            continue
        id = "A14" if node.module.startswith("qiskit.") else "C28"
        home = "qiskit_ibm_runtime.fake_provider"
        for alias in node.names:
            name = alias.name
            if not name.startswith("Fake") or index.resolve(f"{node.module}.{name}"):
                continue
            new = next((n for n in (name, f"{name}V2") if index.resolve(f"{home}.{n}")), "")
            if not new:
                continue
            from qspark.mistakes.catalogue import CATALOGUE
            from qspark.mistakes.moves import fix_import

            fix = fix_import(program, node, alias, f"{node.module}.{name}", f"{home}.{new}", True)
            level = CATALOGUE[id].level(index.version)
            if level:
                say = f"{CATALOGUE[id].explanation}"
                yield program.finding(id, level, say, alias, fix, f"use {home}.{new}")


def dropped_argument(program: Program) -> Iterator[Finding]:
    """B29, B30, B32: parameters that were removed."""
    for node in program.calls:
        if not isinstance(node, ast.Call):
            continue
        origin = program.inference.of(node.func).origin
        at = program.index.resolve(origin) if origin else ""
        gone = _DROPPED.get(at, {})
        if method(node) == "append" and program.accepts(receiver(node), "PassManager"):
            gone = {"max_iteration": "B32"}
        for word in node.keywords:
            if word.arg in gone:
                edits = without_argument(program, node, word)
                yield from report(program, gone[word.arg], word, edits)


def angle_last(program: Program) -> Iterator[Finding]:
    """B44, B45: a literal angle behind the qubits."""
    for node in program.calls:
        name = method(node)
        if name not in _ROTATIONS or not program.accepts(receiver(node), "QuantumCircuit", True):
            continue
        assert isinstance(node, ast.Call)
        qubits = _ROTATIONS[name]
        if node.keywords or len(node.args) != qubits + 1:
            continue
        *first, last = node.args
        if not _is_angle(program, last) or not all(program.accepts(q, "int") for q in first):
            continue
        text = program.source.segment
        order = ", ".join([text(last), *map(text, first)])
        start = program.source.span(first[0])[0]
        edits = [Edit(start, program.source.span(last)[1], order)]
        yield from report(program, "B44" if qubits == 1 else "B45", node, edits)


def _is_angle(program: Program, node: ast.expr) -> bool:
    """Whether an expression can be nothing but an angle."""
    if program.accepts(node, "float"):
        return True
    if program.inference.of(node).origin in ("math.pi", "numpy.pi"):
        return True
    value = program.inference.of(node)
    if program.inference.is_a(value, "Parameter"):
        return True
    return isinstance(node, ast.BinOp) and (
        _is_angle(program, node.left) or _is_angle(program, node.right)
    )


def c_if(program: Program) -> Iterator[Finding]:
    """B14: what is left of c_if where no rewrite fits."""
    for node in program.calls:
        if method(node) == "c_if" and program.uses_qiskit:
            inner = receiver(node)
            statement = node in program.statements and isinstance(inner, ast.Call)
            if not statement and method(program.parents[node]) != "append":
                yield from report(program, "B14", node)


def bit_index(program: Program) -> Iterator[Finding]:
    """B18: an index asked of a bit."""
    for node in program.nodes:
        if not (isinstance(node, ast.Attribute) and node.attr == "index"):
            continue
        if isinstance(program.parents.get(node), ast.Call) and program.parents[node].func is node:  # type: ignore[attr-defined]
            continue
        if program.accepts(node.value, "Bit"):
            circuit = _circuit_around(program)
            text = program.source.segment(node.value)
            edits = replace(program, node, f"{circuit}.find_bit({text}).index") if circuit else None
            yield from report(program, "B18", node, edits)


def _circuit_around(program: Program) -> str:
    """The name of the only circuit of a program, or ""."""
    names = {
        node.id
        for node in program.nodes
        if isinstance(node, ast.Name)
        and program.inference.is_a(program.inference.of(node), "QuantumCircuit")
    }
    return names.pop() if len(names) == 1 else ""


def data_tuple(program: Program) -> Iterator[Finding]:
    """B38: circuit.data unpacked as tuples."""
    for node in program.nodes:
        if not isinstance(node, ast.For | ast.comprehension) or not isinstance(
            node.target, ast.Tuple
        ):
            continue
        if program.inference.of(node.iter).kind != "CircuitData" or len(node.target.elts) != 3:
            continue
        names = [
            element.id if isinstance(element, ast.Name) else "" for element in node.target.elts
        ]
        if not all(names) or len(set(names)) != 3:
            continue
        edits = _unpacked(program, node, names)
        yield from report(program, "B38", node.target, edits)


def _unpacked(
    program: Program, loop: ast.For | ast.comprehension, names: list[str]
) -> list[Edit] | None:
    """Use .operation, .qubits and .clbits of one loop variable."""
    new = next(
        n
        for n in ("instruction", "circuit_instruction", "item")
        if n not in program.inference.bound
    )
    around = loop if isinstance(loop, ast.For) else program.parents[loop]
    edits = replace(program, loop.target, new)
    for node in ast.walk(around):
        if isinstance(node, ast.Name) and node.id in names and node not in loop.target.elts:  # type: ignore[attr-defined]
            if isinstance(node.ctx, ast.Store):
                return None
            part = ("operation", "qubits", "clbits")[names.index(node.id)]
            edits += replace(program, node, f"{new}.{part}")
    return edits


def added_circuit(program: Program) -> Iterator[Finding]:
    """B24: `a += b` of circuits; `a + b` is a pattern."""
    for node in program.nodes:
        if not isinstance(node, ast.AugAssign) or not isinstance(node.op, ast.Add):
            continue
        if all(program.accepts(side, "QuantumCircuit") for side in (node.target, node.value)):
            text = program.source.segment
            new = f"{text(node.target)}.compose({text(node.value)}, inplace=True)"
            yield from report(program, "B24", node, replace(program, node, new))


RULES = {
    "added_circuit": added_circuit,
    "execute": execute, "fake_backend": fake_backend, "dropped_argument": dropped_argument,
    "angle_last": angle_last, "c_if": c_if, "bit_index": bit_index, "data_tuple": data_tuple,
}  # fmt: skip
