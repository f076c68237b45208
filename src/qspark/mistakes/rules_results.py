"""What primitives are given and what is read from their results."""

import ast
import re
from collections.abc import Iterator

from qspark.mistakes.program import Finding, Program
from qspark.mistakes.report import before, method, plain, receiver, replace, report
from qspark.mistakes.values import Circuit, Value

_SAMPLER_OPTIONS = {
    "optimization_level": "C22",
    "resilience_level": "C23",
    "resilience": "C23",
    "shots": "C23",
}
_PAULI = re.compile(r"^[IXYZ+\-rl01]*$")


def _register(value: Value) -> str:
    """The only classical register of the circuit that a result is of; join_data where unknown."""
    circuit = value.items[0].circuit if value.items else None
    names = circuit.registers if circuit is not None else None
    if names and len(names) == 1 and names[0]:
        return f"data.{names[0]}"
    if circuit is not None and circuit.measured and names == ():
        return "data.meas"
    return "join_data()"


def quasi_dists(program: Program) -> Iterator[Finding]:
    """C02: result.quasi_dists and its items."""
    for node in program.nodes:
        if not (isinstance(node, ast.Attribute) and node.attr == "quasi_dists"):
            continue
        if not program.accepts(node.value, "PrimitiveResult", loose=True):
            continue
        outer = program.parents.get(node)
        result = program.source.segment(node.value)
        value = program.inference.of(node.value)
        if isinstance(outer, ast.Subscript) and outer.value is node:
            place = program.source.segment(outer.slice)
            data = f"{result}[{place}].{_register(value)}"
            above = program.parents.get(outer)
            if isinstance(above, ast.Attribute) and above.attr == "binary_probabilities":
                call = program.parents[above]
                edits = replace(program, call, _shares(data, "get_counts()"))
            elif _as_counts(program, outer):
                edits = replace(program, outer, f"{data}.get_counts()")
            else:
                edits = replace(program, outer, _shares(data, "get_int_counts()"))
            yield from report(program, "C02", node, edits)
        else:
            data = _register(value)
            text = f"[item.{data}.get_int_counts() for item in {result}]"
            yield from report(program, "C02", node, replace(program, node, text))


def _shares(data: str, counts: str) -> str:
    """A distribution from the counts of a bit array."""
    return f"{{k: n / {data}.num_shots for k, n in {data}.{counts}.items()}}"


def _as_counts(program: Program, node: ast.AST) -> bool:
    """Whether what is read is handed out as it is, by a function that speaks of counts."""
    name, parent = "", program.parents.get(node)
    if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        name = parent.targets[0].id
    returned = isinstance(parent, ast.Return)
    above = parent
    while above is not None and not isinstance(above, ast.FunctionDef):
        above = program.parents.get(above)
    if above is None:
        return "count" in name.lower()
    spoken = (ast.get_docstring(above) or "") + ast.dump(above.returns or ast.Constant(None))
    if name:
        for inner in ast.walk(above):
            if isinstance(inner, ast.Return) and isinstance(inner.value, ast.Name):
                returned = returned or inner.value.id == name
    return ("count" in name.lower()) or (
        returned
        and bool(re.search(r"\bcounts?\b", f"{spoken} {above.name}".replace("_", " "), re.I))
    )


def result_counts(program: Program) -> Iterator[Finding]:
    """C03: get_counts of a primitive's result."""
    for node in program.calls:
        if method(node) not in ("get_counts", "counts") or not program.accepts(
            receiver(node), "PrimitiveResult"
        ):
            continue
        value = program.inference.of(receiver(node))
        text = f"{program.source.segment(receiver(node))}[0].{_register(value)}.get_counts()"
        assert isinstance(node, ast.Call)
        yield from report(program, "C03", node, None if node.args else replace(program, node, text))


def register_name(program: Program) -> Iterator[Finding]:
    """C04, C05: data under a name that no register of the circuit has."""
    for node in program.nodes:
        if not isinstance(node, ast.Attribute):
            continue
        data = program.inference.of(node.value)
        if data.kind != "SamplerData" or not data.items or data.items[0].circuit is None:
            continue
        names = data.items[0].circuit.registers
        if not names or node.attr in names or "" in names or node.attr in (
            "keys", "values", "items", "size", "shape", "ndim",
        ):  # fmt: skip
            continue
        id = "C05" if "meas" in names else "C04"
        if node.attr in ("get_counts", "get_bitstrings", "get_int_counts"):
            continue  # C06
        near = names[0] if len(names) == 1 else program.index.nearest(node.attr, names)
        text = f"{program.source.segment(node.value)}.{near}"
        edits = replace(program, node, text) if near else None
        yield from report(program, id, node, edits, say=f"Here: {', '.join(names)}.")


def runs_of(program: Program) -> Iterator[tuple[ast.Call, ast.expr, Circuit, str]]:
    """The circuits that primitives are given: call, node of the circuit, its facts, the kind."""
    for node in program.calls:
        if method(node) != "run":
            continue
        assert isinstance(node, ast.Call)
        kind = program.inference.of(node).kind
        if kind not in ("SamplerJob", "EstimatorJob", "BackendJob") or not node.args:
            continue
        if kind == "BackendJob":
            pubs: list[ast.expr] = [node.args[0]]
        else:
            pubs = list(node.args[0].elts) if isinstance(node.args[0], ast.List) else []
        for pub in pubs:
            circuit = pub.elts[0] if isinstance(pub, ast.Tuple) and pub.elts else pub
            facts = program.inference.facts.get(circuit)
            if facts is not None:
                yield node, circuit, facts, kind


def sampler_unmeasured(program: Program) -> Iterator[Finding]:
    """C07, D22: what is sampled has no measurement."""
    for call, circuit, facts, kind in runs_of(program):
        if facts.measured is not False or kind == "EstimatorJob":
            continue
        if kind == "SamplerJob":
            text = program.source.segment(circuit)
            new = (
                f"{text}.measure_all()"
                if facts.clbits == 0
                else f"{text}.measure_all(add_bits=False)"
            )
            fits = isinstance(circuit, ast.Name) and (
                facts.clbits == 0 or facts.clbits == facts.qubits
            )
            edits = before(program, call, new) if fits and not facts.isa else None
            yield from report(program, "C07", circuit, edits)


def estimator_values(program: Program) -> Iterator[Finding]:
    """C09: result.values, which may be indexed."""
    for node in program.nodes:
        if not (isinstance(node, ast.Attribute) and node.attr == "values"):
            continue
        if not program.accepts(node.value, "EstimatorResult"):
            continue
        outer = program.parents.get(node)
        result = program.source.segment(node.value)
        if isinstance(outer, ast.Subscript) and outer.value is node:
            place = program.source.segment(outer.slice)
            edits = replace(program, outer, f"{result}[{place}].data.evs")
        else:
            edits = replace(program, node, f"{result}[0].data.evs")
        yield from report(program, "C09", node, edits)


def estimator_measured(program: Program) -> Iterator[Finding]:
    """C11: an estimator is given a measured circuit."""
    for _, circuit, facts, kind in runs_of(program):
        if kind == "EstimatorJob" and facts.measured and facts.dynamic is False and plain(circuit):
            text = f"{program.source.segment(circuit)}.remove_final_measurements(inplace=False)"
            yield from report(program, "C11", circuit, replace(program, circuit, text))


def _label(program: Program, node: ast.expr) -> str | None:
    """The Pauli label that an observable is written with."""
    value = program.inference.of(node)
    if isinstance(value.constant, str):
        return value.constant
    made = value.node if value.node is not None else node
    if isinstance(made, ast.Call) and program.inference.is_a(
        program.inference.of(made), "SparsePauliOp"
    ):
        first = made.args[0] if made.args else None
        return (
            first.value
            if isinstance(first, ast.Constant) and isinstance(first.value, str)
            else None
        )
    return None


def _observables(program: Program) -> Iterator[tuple[ast.expr, str, Circuit]]:
    for node in program.nodes:
        if not (isinstance(node, ast.Tuple) and len(node.elts) in (2, 3)):
            continue
        above = program.parents.get(node)
        call = program.parents.get(above) if isinstance(above, ast.List) else above
        if method(call) != "run" or program.inference.of(call).kind != "EstimatorJob":  # type: ignore[arg-type]
            continue
        facts = program.inference.facts.get(node.elts[0])
        label = _label(program, node.elts[1])
        if facts is not None and label is not None:
            yield node.elts[1], label, facts


def observable_width(program: Program) -> Iterator[Finding]:
    """C12: an observable with another number of letters than the circuit has qubits."""
    for node, label, facts in _observables(program):
        if facts.qubits and _PAULI.match(label) and len(label) != facts.qubits:
            say = f"Here: {len(label)} letters, {facts.qubits} qubits."
            yield from report(program, "C12", node, say=say)


def pauli_label(program: Program) -> Iterator[Finding]:
    """C16: an observable with other characters."""
    for node, label, _ in _observables(program):
        if not _PAULI.match(label):
            yield from report(program, "C16", node)


def unbound_sampler(program: Program) -> Iterator[Finding]:
    """C13: a circuit with free parameters, alone in its PUB."""
    for _, circuit, facts, kind in runs_of(program):
        if kind == "SamplerJob" and facts.bound is False:
            if isinstance(program.parents.get(circuit), ast.List):
                yield from report(program, "C13", circuit)


def not_isa(program: Program) -> Iterator[Finding]:
    """C17: a runtime primitive is given a circuit as it was built."""
    for call, circuit, facts, kind in runs_of(program):
        owner = program.inference.of(receiver(call))
        if kind == "BackendJob" or not owner.kind.startswith("qiskit_ibm_runtime"):
            continue
        if facts.isa is not False or not facts.gates:
            continue
        mode = _mode(program, receiver(call))
        if mode is None or not program.inference.is_a(program.inference.of(mode), "BackendV2"):
            yield from report(program, "C17", circuit)
            continue
        if program.inference.is_a(program.inference.of(mode), "AerSimulator"):
            continue  # it runs anything
        name, needed = program.name_of("qiskit.transpile")
        text = f"{name}({program.source.segment(circuit)}, {program.source.segment(mode)})"
        edits = replace(program, circuit, text) if plain(mode) and kind == "SamplerJob" else None
        yield from report(program, "C17", circuit, edits, (needed,) if needed else ())


def _mode(program: Program, primitive: ast.expr) -> ast.expr | None:
    """The backend that a primitive was made with."""
    made = program.inference.of(primitive).node
    if not isinstance(made, ast.Call):
        return None
    for word in made.keywords:
        if word.arg in ("mode", "backend"):
            return word.value
    return made.args[0] if made.args else None


def no_layout(program: Program) -> Iterator[Finding]:
    """C18: a transpiled circuit with an observable that was not laid out."""
    for node, _, facts in _observables(program):
        if facts.isa and isinstance(node, ast.Name | ast.Call):
            parent = program.parents[node]
            assert isinstance(parent, ast.Tuple)
            circuit = parent.elts[0]
            call = program.parents[program.parents[parent]]
            owner = program.inference.of(receiver(call)) if isinstance(call, ast.Call) else None
            if owner is None or not owner.kind.startswith("qiskit_ibm_runtime"):
                continue
            text = program.source.segment
            edits = None
            if plain(circuit):
                edits = replace(program, node, f"{text(node)}.apply_layout({text(circuit)}.layout)")
            yield from report(program, "C18", node, edits)


def bad_option(program: Program) -> Iterator[Finding]:
    """C22, C23: options that V2 primitives do not have."""
    for node in program.nodes:
        if not (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)):
            continue
        base = node.value
        if not (isinstance(base, ast.Attribute) and base.attr == "options"):
            continue
        sampler = program.accepts(base.value, "BaseSamplerV2")
        if not (sampler or program.accepts(base.value, "BaseEstimatorV2")):
            continue
        if not program.inference.of(base.value).kind.startswith("qiskit_ibm_runtime"):
            continue
        id = _SAMPLER_OPTIONS.get(node.attr, "")
        if not id or (id == "C23" and not sampler):
            continue
        statement = program.parents[node]
        edits = replace(program, statement, "pass") if isinstance(statement, ast.Assign) else None
        if node.attr == "shots":
            edits = replace(program, node, f"{program.source.segment(base)}.default_shots")
        yield from report(program, id, node, edits)


def dynamic_sampler(program: Program) -> Iterator[Finding]:
    """C37, C38, C39: what a simple simulator cannot do."""
    for call, circuit, facts, _ in runs_of(program):
        if not facts.dynamic:
            continue
        owner = program.inference.of(receiver(call)).kind.rpartition(".")[2]
        source = program.inference.of(receiver(call)).node
        made = source if isinstance(source, ast.Call) else None
        if owner == "StatevectorSampler":
            flow = _has_flow(program, circuit)
            name, needed = program.name_of("qiskit_aer.primitives.SamplerV2")
        elif owner == "BasicSimulator":
            flow = "C39"
            name, needed = program.name_of("qiskit_aer.AerSimulator")
        else:
            continue
        edits = replace(program, made.func, name) if made is not None else None
        yield from report(program, flow, circuit, edits, (needed,) if needed else ())


def _has_flow(program: Program, circuit: ast.expr) -> str:
    for node in program.calls:
        if method(node) in ("if_test", "while_loop", "for_loop", "switch", "if_else"):
            if ast.dump(receiver(node)) == ast.dump(circuit):
                return "C37"
    return "C38"


RULES = {
    "quasi_dists": quasi_dists, "result_counts": result_counts, "register_name": register_name,
    "sampler_unmeasured": sampler_unmeasured, "estimator_values": estimator_values,
    "estimator_measured": estimator_measured, "observable_width": observable_width,
    "pauli_label": pauli_label, "unbound_sampler": unbound_sampler, "not_isa": not_isa,
    "no_layout": no_layout, "bad_option": bad_option, "dynamic_sampler": dynamic_sampler,
}  # fmt: skip
