"""Transpilation: ISA circuits by transpile, preset and level pass managers, targets and backends."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family

BASES = (
    ["rz", "sx", "cz"], ["rz", "sx", "x", "cx"], ["u", "ecr"], ["rx", "ry", "cx"], ["u3", "cx"],
    ["rx", "rz", "rzz"], ["r", "rxx"], ["p", "sx", "cx"], ["rx", "ry", "rz", "cz"], ["u", "iswap"],
)  # fmt: skip
_DEVICES = {
    "CouplingMap.from_line(5)": "a line of five qubits",
    "CouplingMap.from_ring(5)": "a ring of five qubits",
    "CouplingMap.from_line(4)": "a line of four qubits",
    "CouplingMap.from_ring(4)": "a ring of four qubits",
    "CouplingMap.from_grid(2, 2)": "a grid of 2 times 2 qubits",
    "CouplingMap.from_grid(2, 3)": "a grid of 2 rows and 3 columns of qubits",
    "CouplingMap([[0, 1], [1, 0], [0, 2], [2, 0], [0, 3], [3, 0]])": "a star of four qubits around qubit 0",
    "CouplingMap([[2, 0], [0, 2], [2, 1], [1, 2], [2, 3], [3, 2]])": "a star of four qubits around qubit 2",
}
_SIZES = {"from_line(5": 5, "from_ring(5": 5, "2, 3": 6}
CIRCUIT = """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
from qiskit.transpiler import CouplingMap
rng = np.random.default_rng(np.random.randint(2**31))

def drawn(order):
    circuit = QuantumCircuit(3)
    a, b, c = order
    circuit.h(a)
    circuit.cp(rng.uniform(0.3, 1.2), a, b)
    circuit.ry(rng.uniform(0.3, 1.2), b)
    circuit.cx(b, c)
    circuit.rz(rng.uniform(0.3, 1.2), c)
    circuit.cx(c, a)
    circuit.t(a)
    circuit.swap(a, b)
    circuit.rx(rng.uniform(0.3, 1.2), a)
    return circuit

def pairs_of(circuit):
    return [tuple(circuit.find_bit(q).index for q in i.qubits) for i in circuit.data if len(i.qubits) == 2]

def check_isa(got, start, basis, device):
    assert isinstance(got, QuantumCircuit)
    assert set(got.count_ops()) <= set(basis)
    assert got.num_qubits == device.size()
    edges = {tuple(edge) for edge in device.get_edges()}
    assert all(pair in edges for pair in pairs_of(got))
    wide = QuantumCircuit(device.size()).compose(start, range(3))
    assert Operator.from_circuit(got).equiv(Operator(wide), atol=1e-7, rtol=0)
"""
_FACTS = {
    "": ("", "Return the compiled circuit.", ""),
    "initial": ("compiled.layout.initial_index_layout(filter_ancillas=True)",
                "Return a tuple of the compiled circuit and the list of the physical qubits on "
                "which its three "
                "qubits start.", "extra == first"),
    "final": ("compiled.layout.final_index_layout()",
              "Return a tuple of the compiled circuit and the list of the physical qubits on which "
              "its three "
              "qubits end.", "extra == got.layout.final_index_layout(filter_ancillas=True)"),
    "depth": ("compiled.depth(lambda item: item.operation.num_qubits == 2)",
              "Return a tuple of the compiled circuit and its depth counting two-qubit gates only.",
              "extra == got.depth(lambda i: len(i.qubits) == 2)"),
    "count": ("compiled.num_nonlocal_gates()", "Return a tuple of the compiled circuit and the "
    "number of its "
              "two-qubit gates.", "extra == len(pairs_of(got))"),
    "ops": ("dict(compiled.count_ops())",
            "Return a tuple of the compiled circuit and a plain dict of its gate counts.",
            "extra == dict(got.count_ops())"),
}  # fmt: skip
_WHERE = {
    "transpile": "with `transpile`",
    "preset": "with a preset pass manager",
    "target": "for a `Target`",
    "backend": "for a `GenericBackendV2` with that basis and map",
    "level": "with the pass manager function of that level and a `PassManagerConfig`",
}


def _size(device: str) -> int:
    return next((size for key, size in _SIZES.items() if key in device), 4)


@family(
    "transpilation",
    "intermediate",
    oracle="isa",
    skills=("isa", "layout", "preset-pass-manager"),
    why="An ISA circuit uses the basis on coupled qubits only, and its layout tells where its qubits are.",
    tolerance=1e-7,
)
def isa_circuit(rng: Random) -> Instance:
    """A circuit compiled to a basis and a coupling map, by one of five routes, with a fact about it."""
    basis = rng.choice(BASES)
    device = rng.choice(list(_DEVICES))
    size = _size(device)
    level, seed = rng.randint(0, 3), rng.randint(1, 999)
    route = rng.choice(["transpile", "transpile", "preset", "preset", "target", "backend", "level"])
    placing = rng.choice(["free", "layout", "layout", "method"])
    routing = rng.choice(["", "", "sabre", "basic", "lookahead"])
    wires = rng.sample(range(size), 3)
    method = rng.choice(["trivial", "dense", "sabre"])
    fact = rng.choice(list(_FACTS))
    value, said, oracle = _FACTS[fact]
    options = [f"seed_transpiler={seed}"]
    told = []
    if placing == "layout":
        options.append(f"initial_layout={wires}")
        told.append(f"circuit qubits 0, 1, 2 start on physical qubits {', '.join(map(str, wires))}")
    elif placing == "method":
        options.append(f'layout_method="{method}"')
        told.append(f"use the `{method}` layout method")
        if method == "trivial":
            told[-1] += " (qubit i starts on physical qubit i)"
    if routing:
        options.append(f'routing_method="{routing}"')
        told.append(f"route with `{routing}`")
    joined = ", ".join(options)
    names = ["QuantumCircuit"]
    imports = []
    if route == "transpile":
        names.append("transpile")
        body = (
            f"compiled = transpile(\n    circuit,\n    basis_gates={basis},\n    coupling_map={device},\n"
            f"    optimization_level={level},\n    {joined},\n)\n"
        )
        core = ["CouplingMap"]
    elif route == "level":
        config = joined.replace(
            f"initial_layout={wires}",
            f"initial_layout=Layout.from_intlist({wires}, *circuit.qregs)",
        )
        body = (
            f"coupling = {device}\ntarget = Target.from_configuration({basis}, coupling_map=coupling)\n"
            f"config = PassManagerConfig(\n    target=target,\n    basis_gates=target.operation_names,\n"
            f"    coupling_map=coupling,\n    {config},\n)\ncompiled = "
            f"level_{level}_pass_manager(config).run(circuit)\n"
        )
        core = ["CouplingMap", *["Layout"] * ("Layout." in config), "PassManagerConfig", "Target"]
        imports = [f"from qiskit.transpiler.preset_passmanagers import level_{level}_pass_manager"]
    else:
        core = ["CouplingMap", "generate_preset_pass_manager"]
        given = f"basis_gates={basis}, coupling_map={device}"
        before = ""
        if route == "target":
            before = f"target = Target.from_configuration({basis}, coupling_map={device})\n"
            given = "target=target"
            core.insert(1, "Target")
        elif route == "backend":
            before = (
                f"backend = GenericBackendV2(\n    {size}, basis_gates={[*basis]}, coupling_map={device}, "
                f"seed={seed}\n)\n"
            )
            given = "backend=backend"
            imports = ["from qiskit.providers.fake_provider import GenericBackendV2"]
        body = (
            f"{before}manager = generate_preset_pass_manager(\n    optimization_level={level},\n    "
            f"{given},\n"
            f"    {joined},\n)\ncompiled = manager.run(circuit)\n"
        )
        if route == "target" and rng.random() < 0.5:
            names.append("transpile")
            core.remove("generate_preset_pass_manager")
            body = f"{before}compiled = transpile(\n    circuit,\n    target=target,\n"
            body += f"    optimization_level={level},\n    {joined},\n)\n"
    if route == "target":
        core = sorted(core, key=lambda n: (n[0].islower(), n))
    body += f"return compiled{f', {value}' if value else ''}"
    imports = [f"from qiskit import {', '.join(names)}", *imports]
    imports.insert(1 + (route == "backend"), f"from qiskit.transpiler import {', '.join(core)}")
    also = f" Besides: {'; '.join(told)}." if told else ""
    listed = ", ".join(basis)
    exact = (
        wires
        if placing == "layout"
        else [0, 1, 2]
        if placing == "method" and method == "trivial"
        else None
    )
    fixed = f"    assert first == {exact}\n" if exact else ""
    check = f"    assert {oracle}\n" if oracle else ""
    way = _WHERE[route]
    return Instance(
        entry_point="compile_circuit",
        signature="(circuit: QuantumCircuit)" + (" -> tuple" if value else " -> QuantumCircuit"),
        asks=(
            f"Compile a three-qubit circuit {way} to the basis {listed} on {_DEVICES[device]} "
            f"(couplings in both "
            f"directions), optimization level {level}, transpiler seed {seed}.{also} {said}",
            f"The device is {_DEVICES[device]}, bidirectional, and its native gates are {listed}. "
            f"Make an ISA "
            f"version of `circuit` (3 qubits) at optimization level {level}, seeded with {seed}, "
            f"{way}.{also} "
            f"{said}",
            f"Optimization level: {level}. Seed: {seed}. Basis: {listed}. Qubits: "
            f"{_DEVICES[device]}, numbered as "
            f"CouplingMap's constructor does, both directions. {also.strip()} Transpile the given "
            f"circuit {way}; "
            f"it has to stay equivalent up to global phase, with its layout recorded. {said}",
            f"Please transpile `circuit` for me {way}: only {listed} may occur, two-qubit gates "
            f"only between "
            f"neighbours of {_DEVICES[device]} (either direction). Level {level}, seed_transpiler "
            f"{seed}.{also} "
            f"{said}",
        ),
        imports="\n".join(imports),
        body=body,
        test=CIRCUIT
        + f"""
device = {device}
for order in ((0, 1, 2), (2, 0, 1)):
    start = drawn(order)
    {"got, extra" if value else "got"} = candidate(start.copy())
    check_isa(got, start, {basis}, device)
    first = got.layout.initial_index_layout(filter_ancillas=True)
{fixed}{check}""",
        params={
            "route": route,
            "basis": basis,
            "device": device,
            "options": joined,
            "level": level,
            "fact": fact,
        },
        wrong=(Wrong("S11", body.replace("compiled = manager.run(circuit)", "compiled = circuit")),)
        if "manager.run" in body and "layout." not in value
        else (),
    )
