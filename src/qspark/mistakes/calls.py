"""What a call gives: an instance of a class, a circuit and what is known of it, a job, a result."""

import ast
from typing import TYPE_CHECKING

from qspark.mistakes import circuits
from qspark.mistakes.scopes import BUILTINS
from qspark.mistakes.values import FUNCTIONS, UNKNOWN, Circuit, Value

if TYPE_CHECKING:
    from qspark.mistakes.infer import Inference


def called(inference: "Inference", node: ast.Call) -> Value:
    """What a call gives, and what it does to the circuits that it is given."""
    function = inference.read(node.func)
    arguments = [inference.read(argument) for argument in node.args]
    keywords = {word.arg or "**": inference.read(word.value) for word in node.keywords}
    receiver = inference.of(node.func.value) if isinstance(node.func, ast.Attribute) else UNKNOWN
    if receiver.circuit is not None and inference.is_a(receiver, "QuantumCircuit"):
        assert isinstance(node.func, ast.Attribute)
        return _method_of_circuit(inference, node, receiver, node.func.attr, arguments, keywords)
    if function.origin and not function.kind:
        return _made(inference, node, function.origin, arguments, keywords)
    if isinstance(node.func, ast.Name) and node.func.id in inference.own and not function.kind:
        _escape([*arguments, *keywords.values()], node)
        return Value(kind=f"own.{node.func.id}")
    kind = ""
    if isinstance(node.func, ast.Attribute):
        kind = inference.member_kind(receiver.kind, node.func.attr)
    if not kind or not receiver.kind:
        _escape([*arguments, *keywords.values()], node)
    value = Value(kind=kind, guess=receiver.guess, items=receiver.items)
    if kind in ("SamplerJob", "EstimatorJob"):
        run = arguments[0] if arguments else keywords.get("pubs", UNKNOWN)
        value.items = [circuits.frozen(pub) for pub in run.items] if run.items else None
    elif kind == "BackendJob":
        value.items = [circuits.frozen(arguments[0])] if arguments else None
    if inference.kind_is(kind, "QuantumCircuit") and kind:
        value.items = None
        value.circuit = circuits.derived(arguments, isa=True)
    return value


def _made(
    inference: "Inference",
    node: ast.Call,
    origin: str,
    arguments: list[Value],
    keywords: dict[str, Value],
) -> Value:
    """What calling an imported thing gives."""
    at = inference.index.resolve(origin)
    simple = (at or origin).rpartition(".")[2]
    if at in inference.index.classes:
        circuit = None
        if inference.kind_is(at, "QuantumCircuit"):
            own = simple == "QuantumCircuit"
            circuit = circuits.constructed(inference, arguments, keywords) if own else Circuit()
        constant = None
        if simple in ("QuantumRegister", "ClassicalRegister"):
            constant = circuits.register(arguments, keywords)
        return Value(kind=at, circuit=circuit, constant=constant, node=node)
    owner, _, method = origin.rpartition(".")
    owner_at = inference.index.resolve(owner)
    if owner_at in inference.index.classes:
        kind = inference.member_kind(owner_at, method)
        circuit = Circuit() if kind and inference.kind_is(kind, "QuantumCircuit") else None
        return Value(kind=kind, circuit=circuit)
    kind = inference.full(FUNCTIONS[simple]) if simple in FUNCTIONS and at else ""
    if not kind:
        if not origin.startswith(("qiskit", "numpy", "math", "matplotlib")):
            _escape([*arguments, *keywords.values()], node)
        elif not at and origin.startswith("qiskit"):
            return Value(kind="")
        return UNKNOWN
    circuit = None
    if inference.kind_is(kind, "QuantumCircuit"):
        circuit = circuits.derived(arguments, isa=True) if simple == "transpile" else Circuit()
    return Value(kind=kind, circuit=circuit)


def _method_of_circuit(
    inference: "Inference", node: ast.Call, receiver: Value, name: str, arguments: list[Value],
    keywords: dict[str, Value],
) -> Value:  # fmt: skip
    kind = inference.member_kind(receiver.kind, name)
    circuit = receiver.circuit
    assert circuit is not None
    made = circuits.called(inference, circuit, name, arguments, keywords)
    if kind and inference.kind_is(kind, "QuantumCircuit"):
        return Value(kind=kind, circuit=made or Circuit(), guess=receiver.guess)
    if not kind and name in circuits.GATES:
        kind = "InstructionSet"
    return Value(kind=kind, guess=receiver.guess)


def _escape(values: list[Value], node: ast.Call) -> None:
    """A call of something unknown may change the circuits that it is given."""
    if isinstance(node.func, ast.Name) and node.func.id in BUILTINS:
        return
    for value in values:
        if value.circuit is not None:
            value.circuit.forget()
        for item in value.items or ():
            if item.circuit is not None:
                item.circuit.forget()
