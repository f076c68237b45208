"""What is known of a circuit as a program builds it."""

from typing import TYPE_CHECKING, Any

from qspark.mistakes.values import UNKNOWN, Circuit, Value

if TYPE_CHECKING:
    from qspark.mistakes.infer import Inference

# Methods that put a gate on qubits: (parameters before the qubits, qubits); 0 qubits: any number.
GATES: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("h", "x", "y", "z", "s", "sdg", "t", "tdg", "sx", "sxdg", "id"), (0, 1)),
    **dict.fromkeys(("rx", "ry", "rz", "p"), (1, 1)),
    **dict.fromkeys(("cx", "cy", "cz", "ch", "cs", "csdg", "csx", "swap", "iswap", "dcx", "ecr"), (0, 2)),
    **dict.fromkeys(("crx", "cry", "crz", "cp", "rxx", "ryy", "rzz", "rzx"), (1, 2)),
    **dict.fromkeys(("ccx", "ccz", "cswap", "rccx"), (0, 3)),
    "r": (2, 1), "u": (3, 1), "cu": (4, 2), "rv": (3, 1), "rcccx": (0, 4),
}  # fmt: skip
OTHER = frozenset({
    "mcx", "mcp", "mcrx", "mcry", "mcrz", "unitary", "initialize", "prepare_state", "append",
    "pauli", "global_phase",
})  # fmt: skip
# Methods after which the same is known as before.
_HARMLESS = frozenset({
    "draw", "depth", "size", "width", "count_ops", "num_nonlocal_gates", "num_tensor_factors",
    "has_register", "find_bit", "get_instructions", "to_gate", "to_instruction", "barrier", "delay",
    "qasm", "num_connected_components", "estimate_duration", "global_phase", "save_statevector",
    "save_unitary", "save_density_matrix", "save_state", "store",
})  # fmt: skip


def number(value: Value) -> int | None:
    """The value of an integer literal."""
    constant = value.constant
    return constant if isinstance(constant, int) and not isinstance(constant, bool) else None


def register(arguments: list[Value], keywords: dict[str, Value]) -> tuple[int | None, str | None]:
    """Size and name of a register from its constructor's arguments."""
    size = arguments[0] if arguments else keywords.get("size", UNKNOWN)
    name = arguments[1] if len(arguments) > 1 else keywords.get("name", UNKNOWN)
    return number(size), name.constant if isinstance(name.constant, str) else None


def constructed(
    inference: "Inference", arguments: list[Value], keywords: dict[str, Value]
) -> Circuit:
    """What is known of `QuantumCircuit(...)`."""
    made = Circuit(0, 0, (), False, True, False, False, frozenset())
    if "**" in keywords:
        return Circuit()
    if arguments and all(inference.is_a(a, "Register") for a in arguments):
        for argument in arguments:
            _add_register(inference, made, argument)
        return made
    if not arguments:
        return made
    if arguments[0].constant is not None or not arguments[0].kind:
        made.qubits = number(arguments[0])
    if arguments[0].items is not None or arguments[0].kind or len(arguments) > 2:
        return Circuit()
    if len(arguments) == 2:
        size = number(arguments[1])
        if size is None:
            made.clbits = None
            made.registers = None if arguments[1].kind or arguments[1].items else ("c",)
        elif size:
            made.clbits, made.registers = size, ("c",)
    if arguments[0].constant is None and len(arguments) == 1:
        # The one argument may be a number or a register; neither brings classical bits unless it
        # is a list of bits or a classical register.
        made.clbits, made.registers = None, None
    return made


def _add_register(inference: "Inference", circuit: Circuit, value: Value) -> None:
    size, name = value.constant if isinstance(value.constant, tuple) else (None, None)
    if inference.is_a(value, "QuantumRegister"):
        circuit.qubits = _sum(circuit.qubits, size)
    elif inference.is_a(value, "ClassicalRegister"):
        circuit.clbits = _sum(circuit.clbits, size)
        known = circuit.registers is not None and name is not None
        circuit.registers = (*(circuit.registers or ()), name or "") if known else None
    else:
        circuit.forget()


def _sum(one: int | None, two: int | None) -> int | None:
    return None if one is None or two is None else one + two


def derived(arguments: list[Value], isa: bool) -> Circuit:
    """What is known of the transpiled form of the first argument."""
    source = arguments[0].circuit if arguments else None
    if source is None:
        return Circuit()
    made = source.copy()
    made.qubits, made.isa, made.gates = None, isa, None
    return made


def called(
    inference: "Inference", circuit: Circuit, name: str, arguments: list[Value],
    keywords: dict[str, Value],
) -> Circuit | None:  # fmt: skip
    """Follow a method call: change what is known of the circuit; the circuit that it returns."""
    inplace = keywords.get("inplace", UNKNOWN).constant
    if name in GATES or name in OTHER:
        if circuit.measured and name not in ("append", "global_phase"):
            circuit.dynamic = circuit.dynamic or None
        _parameters(inference, circuit, name, arguments)
        if name in ("append",):
            circuit.measured = circuit.measured or None
            circuit.dynamic = circuit.dynamic or None
        if circuit.gates is not None:
            circuit.gates |= {name}
        circuit.isa = False
        return None
    if name in _HARMLESS:
        return None
    if name == "measure":
        circuit.measured = True
        return None
    if name == "measure_all":
        made = circuit if inplace is not False else circuit.copy()
        _measure_all(made, keywords.get("add_bits", UNKNOWN).constant)
        return None if made is circuit else made
    if name == "measure_active":
        circuit.measured, circuit.clbits, circuit.registers = True, None, None
        return None
    if name == "remove_final_measurements":
        made = circuit if inplace is not False else circuit.copy()
        made.measured = False if circuit.dynamic is False else None
        made.clbits = made.registers = None
        return None if made is circuit else made
    if name == "add_register":
        for argument in arguments:
            _add_register(inference, circuit, argument)
        return None
    if name == "reset":
        circuit.dynamic = True
        return None
    if name in ("if_test", "while_loop", "for_loop", "switch", "if_else", "box"):
        circuit.dynamic = True
        return None
    if name in ("copy", "reverse_bits", "reverse_ops", "inverse", "decompose"):
        return circuit.copy()
    if name == "assign_parameters":
        made = circuit if inplace is True else circuit.copy()
        made.bound = None
        return None if made is circuit else made
    if name == "compose":
        return _composed(circuit, arguments, inplace)
    if name in ("copy_empty_like",):
        made = circuit.copy()
        made.measured, made.dynamic, made.gates, made.bound = False, False, frozenset(), True
        return made
    if name in ("tensor", "power", "repeat", "control", "from_qasm_str", "from_qasm_file"):
        return Circuit()
    circuit.forget()
    return None


def _measure_all(circuit: Circuit, add_bits: Any) -> None:
    circuit.measured = True
    if add_bits is not False:
        circuit.clbits = _sum(circuit.clbits, circuit.qubits)
        if circuit.registers is not None:
            names, place = circuit.registers, 0
            new = "meas"
            while new in names:
                new, place = f"meas{place}", place + 1
            circuit.registers = (*names, new)


def _composed(circuit: Circuit, arguments: list[Value], inplace: Any) -> Circuit | None:
    other = arguments[0].circuit if arguments else None
    made = circuit if inplace is True else circuit.copy()
    if other is None:
        # A gate or an unknown circuit: it may measure, but adds no registers.
        made.measured = made.measured or None
        made.dynamic = made.bound = made.gates = None
    else:
        made.measured = made.measured or other.measured
        made.dynamic = made.dynamic or other.dynamic
        made.bound = None if other.bound is None else bool(made.bound and other.bound)
        made.gates = None
    made.isa = False
    return None if made is circuit else made


def _parameters(
    inference: "Inference", circuit: Circuit, name: str, arguments: list[Value]
) -> None:
    """Whether what a gate is given leaves the circuit with a free parameter."""
    count = GATES.get(name, (1, 0))[0]
    for argument in arguments[:count]:
        if inference.is_a(argument, "Parameter") or inference.is_a(argument, "ParameterVector"):
            circuit.bound = False
        elif argument.constant is None and circuit.bound:
            circuit.bound = None


def frozen(pub: Value) -> Value:
    """The circuit of a PUB, with what is known of it now."""
    value = pub
    while value.items and not value.kind and value.circuit is None:
        value = value.items[0]
    known = value.circuit.copy() if value.circuit is not None else None
    return Value(kind=value.kind, circuit=known)
