"""Whether circuits that do the same are found the same, and others not. Real Qiskit, real QCEC."""

import math
import sys
from functools import partial
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister, transpile
from qiskit.circuit import Parameter
from qiskit.circuit.classical import expr
from qiskit.circuit.library import CXGate, QFTGate, RXGate, UnitaryGate
from qiskit.circuit.random import random_circuit
from qiskit.providers.fake_provider import GenericBackendV2
from qiskit.quantum_info import Operator, Statevector, process_fidelity, random_clifford
from qiskit.transpiler import CouplingMap, InstructionProperties, Target

from qspark.verify import qcec_child
from qspark.verify.equivalence import Logical, equivalent, logical
from qspark.verify.isa import costs, isa_faults, over_bounds

BASIS = ["rz", "sx", "x", "cx"]
needs_qcec = pytest.mark.skipif(
    find_spec("mqt") is None or find_spec("mqt.qcec") is None, reason="QCEC is not installed"
)
few = settings(max_examples=12, deadline=None, derandomize=True)


def routed(circuit: QuantumCircuit, seed: int, wide: int = 0) -> QuantumCircuit:
    line = CouplingMap.from_line(max(wide, circuit.num_qubits))
    return transpile(
        circuit,
        basis_gates=BASIS,
        coupling_map=line,
        optimization_level=seed % 4,
        seed_transpiler=seed,
        initial_layout=[int(i) for i in np.random.default_rng(seed).permutation(line.size())][
            : circuit.num_qubits
        ],
    )


def ghz(qubits: int) -> QuantumCircuit:
    circuit = QuantumCircuit(qubits)
    circuit.h(0)
    for qubit in range(qubits - 1):
        circuit.cx(qubit, qubit + 1)
    return circuit


@few
@given(st.integers(1, 5), st.integers(0, 10_000))
def test_a_circuit_equals_its_transpiled_form_and_not_a_mutant(qubits: int, seed: int):
    circuit = random_circuit(qubits, 5, max_operands=min(3, qubits), seed=seed)
    compiled = routed(circuit, seed)
    found = equivalent(circuit, compiled)
    assert (found.answer, found.method) == ("equivalent", "exact"), found
    assert found.closeness == pytest.approx(1.0)
    assert equivalent(circuit, compiled, inputs=()).answer == "equivalent"

    mutant = compiled.copy()
    mutant.rx(0.2, seed % qubits)
    worse = equivalent(circuit, mutant)
    assert worse.answer == "different"
    assert worse.closeness == pytest.approx(math.cos(0.1) ** 2)


@few
@given(st.integers(2, 4), st.integers(0, 10_000))
def test_the_exact_check_agrees_with_qiskit(qubits: int, seed: int):
    a = random_circuit(qubits, 3, seed=seed)
    b = random_circuit(qubits, 3, seed=seed + 1)
    found = equivalent(a, b)
    assert found.closeness == pytest.approx(process_fidelity(Operator(a), Operator(b)), abs=1e-9)
    assert (found.answer == "equivalent") == Operator(a).equiv(Operator(b))
    state = equivalent(a, b, inputs=())
    overlap = abs(Statevector(a).inner(Statevector(b))) ** 2
    assert state.closeness == pytest.approx(overlap, abs=1e-9)


def test_the_global_phase_counts_only_when_asked():
    a, b = QuantumCircuit(1), QuantumCircuit(1)
    a.rz(0.7, 0)
    b.p(0.7, 0)
    assert equivalent(a, b).answer == "equivalent"
    found = equivalent(a, b, exact_phase=True)
    assert found.answer == "different"
    assert found.closeness == pytest.approx(1.0)
    b.global_phase = -0.35
    assert equivalent(a, b, exact_phase=True).answer == "equivalent"


def test_the_smallest_difference_that_counts():
    a, near, far = ghz(2), ghz(2), ghz(2)
    near.rz(1e-9, 0)
    far.rz(1e-7, 0)
    assert equivalent(a, near).answer == "equivalent"
    assert equivalent(a, far).answer == "different"


def test_qubit_order_counts():
    a, b = QuantumCircuit(2), QuantumCircuit(2)
    a.cx(0, 1)
    b.cx(1, 0)
    assert equivalent(a, b).answer == "different"
    qft = QuantumCircuit(3)
    qft.append(QFTGate(3), range(3))
    backwards = qft.copy()
    backwards.swap(0, 2)
    assert equivalent(qft, backwards).answer == "different"
    backwards.swap(2, 0)
    assert equivalent(qft, backwards).answer == "equivalent"


def test_the_layout_is_read_and_can_be_ignored():
    circuit = random_circuit(3, 4, max_operands=2, seed=5)
    circuit.cx(0, 2)
    compiled = routed(circuit, 1, wide=5)
    assert compiled.num_qubits == 5
    form = logical(compiled)
    assert isinstance(form, Logical)
    assert (form.width, form.static) == (3, True)
    assert equivalent(circuit, compiled).answer == "equivalent"
    assert equivalent(circuit, compiled, layout=False).answer == "different"
    # The same gates, with the layout lost: the author's qubit order is not the one asked for.
    forgotten = QuantumCircuit(5)
    forgotten.compose(compiled, inplace=True)
    wide = QuantumCircuit(5)
    wide.compose(circuit, range(3), inplace=True)
    assert forgotten.layout is None
    assert equivalent(wide, forgotten).answer == "different"


@pytest.mark.parametrize("seed", range(3))
def test_logical_wires_agree_with_operator_from_circuit(seed: int):
    circuit = random_circuit(4, 4, max_operands=2, seed=seed)
    compiled = routed(circuit, seed)
    assert Operator.from_circuit(compiled).equiv(Operator(logical(compiled).circuit))


def test_ancillas_start_in_zero():
    # Right only because the ancilla, wire 1 of the device, starts in 0: routing may rely on it.
    circuit = QuantumCircuit(1)
    circuit.x(0)
    compiled = transpile(circuit, coupling_map=CouplingMap.from_line(2), initial_layout=[0])
    trick = compiled.copy()
    trick.cx(1, 0)
    assert equivalent(circuit, trick).answer == "equivalent"
    trick.x(1)
    assert equivalent(circuit, trick).answer == "different"


def test_width_type_and_infinite_angles_are_answers():
    assert equivalent(ghz(2), ghz(3)).method == "width"
    assert equivalent(ghz(2), "h q[0];").answer == "different"  # pyright: ignore[reportArgumentType]
    lost = ghz(2)
    lost.append(RXGate(math.nan), [0])
    assert equivalent(ghz(2), lost).answer == "different"
    with pytest.raises(ValueError, match="inputs"):
        equivalent(ghz(2), ghz(2), inputs=(2,))
    with pytest.raises(ValueError, match="binding"):
        equivalent(ghz(2), ghz(2), bindings=0)


def test_some_inputs_only():
    # The CZ does nothing while its qubit 2 is still in 0.
    a, b = QuantumCircuit(3), QuantumCircuit(3)
    b.cz(0, 2)
    for circuit in (a, b):
        circuit.ccx(0, 1, 2)
    assert equivalent(a, b, inputs=(0, 1)).answer == "equivalent"
    assert equivalent(a, b).answer == "different"


def test_final_measurements_and_barriers_are_removed():
    a = ghz(3)
    b = ghz(3)
    b.barrier()
    b.delay(100, 0)
    b.measure_all()
    assert equivalent(a, b).answer == "equivalent"
    assert equivalent(b, a, inputs=()).answer == "equivalent"


def test_classical_outcomes_count_when_asked():
    a, b = QuantumCircuit(2, 2), QuantumCircuit(2, 2)
    for circuit, bits in ((a, [0, 1]), (b, [1, 0])):
        circuit.ry(0.4, 0)
        circuit.measure([0, 1], bits)
    assert equivalent(a, b).answer == "equivalent"
    found = equivalent(a, b, inputs=(), outputs=(), outcomes=True)
    assert (found.answer, found.method) == ("different", "channel")
    assert found.closeness == pytest.approx(math.cos(0.2) ** 4)
    d = QuantumCircuit(2, 2)
    d.ry(1.0, 0)
    d.measure([0, 1], [0, 1])
    close = equivalent(a, d, inputs=(), outputs=(), outcomes=True).closeness
    assert close == pytest.approx(math.cos(0.3) ** 2)
    # Gates that no measurement sees: the same outcomes from another unitary.
    c = QuantumCircuit(2, 2)
    c.ry(0.4, 0)
    c.rz(1.0, 0)
    c.measure([0, 1], [0, 1])
    assert equivalent(a, c).answer == "different"
    assert equivalent(a, c, inputs=(), outputs=(), outcomes=True).answer == "equivalent"
    assert equivalent(a, QuantumCircuit(2), outcomes=True).answer == "different"


def test_a_measured_circuit_and_its_transpiled_form_have_the_same_outcomes():
    circuit = random_circuit(3, 4, max_operands=2, seed=3)
    circuit.measure_all()
    for level in range(4):
        compiled = routed(circuit, level, wide=4)
        found = equivalent(circuit, compiled, inputs=(), outputs=(), outcomes=True)
        assert found.answer == "equivalent", (level, found)


def teleport(correct_z: bool = True) -> QuantumCircuit:
    circuit = QuantumCircuit(3, 2)
    circuit.h(1)
    circuit.cx(1, 2)
    circuit.cx(0, 1)
    circuit.h(0)
    circuit.measure([0, 1], [0, 1])
    with circuit.if_test((circuit.clbits[1], 1)):
        circuit.x(2)
    if correct_z:
        with circuit.if_test((circuit.clbits[0], 1)):
            circuit.z(2)
    return circuit


def moved() -> QuantumCircuit:
    circuit = QuantumCircuit(3, 2)
    circuit.swap(0, 2)
    return circuit


def test_teleportation_moves_the_state():
    found = equivalent(moved(), teleport(), inputs=(0,), outputs=(2,))
    assert (found.answer, found.method) == ("equivalent", "channel")
    assert found.closeness == pytest.approx(1.0)
    wrong = equivalent(moved(), teleport(correct_z=False), inputs=(0,), outputs=(2,))
    assert wrong.answer == "different"
    assert wrong.closeness == pytest.approx(0.5)
    # Without the correction the state arrives dephased: every basis state still looks right.
    assert equivalent(moved(), teleport(False), inputs=(), outputs=(2,)).answer == "equivalent"


def swap_by_feed_forward(right: bool) -> QuantumCircuit:
    """Two teleportations, 0 to 3 and 1 to 2 and back: a swap of qubits 0 and 1."""
    q, c = QuantumRegister(4), ClassicalRegister(4)
    circuit = QuantumCircuit(q, c)
    for source, half, there, bits in ((0, 2, 3, (0, 1)), (1, 2, 0, (2, 3))):
        circuit.reset([half, there])
        circuit.h(half)
        circuit.cx(half, there)
        circuit.cx(source, half)
        circuit.h(source)
        circuit.measure([source, half], bits)
        with circuit.if_test((c[bits[1]], 1)):
            circuit.x(there)
        with circuit.if_test((c[bits[0]], 1)):
            circuit.z(there) if right else circuit.x(there)
    circuit.swap(1, 3)
    circuit.reset([2, 3])
    return circuit


def test_a_swap_by_feed_forward_right_and_wrong():
    plain = QuantumCircuit(4, 4)
    plain.swap(0, 1)
    ask = partial(equivalent, inputs=(0, 1), outputs=(0, 1))
    assert ask(plain, swap_by_feed_forward(True)).answer == "equivalent"
    wrong = ask(plain, swap_by_feed_forward(False))
    assert wrong.answer == "different"
    assert wrong.closeness is not None
    assert wrong.closeness < 0.6
    idle = QuantumCircuit(4, 4)
    assert ask(idle, swap_by_feed_forward(True)).answer == "different"


def test_registers_expressions_switch_loops_and_boxes_are_followed():
    q, c = QuantumRegister(2), ClassicalRegister(2)
    a, b = QuantumCircuit(q, c), QuantumCircuit(q, c)
    for circuit in (a, b):
        circuit.h([0, 1])
        circuit.measure([0, 1], [0, 1])
    with a.if_test((c, 2)):
        a.x(0)
    with a.if_test(expr.logic_and(c[0], expr.logic_not(c[1]))):
        a.rx(0.3, 1)
    with b.switch(c) as case:
        with case(2):
            b.x(0)
        with case(1), b.for_loop(range(3)), b.box():  # pyright: ignore[reportGeneralTypeIssues]
            b.rx(0.1, 1)
        with case(case.DEFAULT):
            b.id(0)
    assert equivalent(a, b).answer == "equivalent"
    with b.if_test(expr.equal(c, 3)):
        b.z(0)
        b.x(1)
    assert equivalent(a, b).answer == "different"


def test_what_is_not_followed_is_unknown():
    circuit = QuantumCircuit(1, 1)
    circuit.measure(0, 0)
    with circuit.while_loop((circuit.clbits[0], 1)):
        circuit.h(0)
        circuit.measure(0, 0)
    found = equivalent(circuit, QuantumCircuit(1, 1))
    assert (found.answer, found.closeness) == ("unknown", None)
    wide = QuantumCircuit(20, 1)
    wide.measure(0, 0)
    wide.x(0)
    assert equivalent(wide, QuantumCircuit(20, 1)).answer == "unknown"
    stored = QuantumCircuit(1)
    stored.add_var("flag", expr.lift(True))
    assert equivalent(stored, QuantumCircuit(1)).answer == "unknown"


def test_initialize_is_a_state_preparation():
    prepared = QuantumCircuit(2)
    prepared.initialize([math.sqrt(0.5), 0, 0, math.sqrt(0.5)], [0, 1])
    assert equivalent(ghz(2), prepared, inputs=()).answer == "equivalent"
    # On other inputs it forgets, and a Bell circuit does not.
    assert equivalent(ghz(2), prepared).answer == "different"


def test_parameters_are_bound_by_name():
    theta, phi = Parameter("theta"), Parameter("phi")
    a, b = QuantumCircuit(2), QuantumCircuit(2)
    a.rz(theta, 0)
    a.rz(phi, 0)
    a.cx(0, 1)
    b.rz(Parameter("phi") + Parameter("theta"), 0)
    b.cx(0, 1)
    found = equivalent(a, b)
    assert found.answer == "equivalent"
    assert "phi, theta" in found.detail
    renamed = QuantumCircuit(2)
    renamed.rz(Parameter("phi") + Parameter("lam"), 0)
    renamed.cx(0, 1)
    assert equivalent(a, renamed).answer == "different"
    half = QuantumCircuit(2)
    half.rz((Parameter("phi") + Parameter("theta")) / 2, 0)
    half.cx(0, 1)
    assert equivalent(a, half).answer == "different"


@pytest.mark.parametrize("qubits", [9, 15])
def test_random_probes_above_eight_qubits(qubits: int):
    a = ghz(qubits)
    a.t(range(qubits))
    compiled = routed(a, 4)
    found = equivalent(a, compiled)
    assert (found.answer, found.method) == ("equivalent", "probes")
    # One common phase: a phase that depends on the input is found although each overlap is 1.
    compiled.rz(1e-6, 3)
    assert equivalent(a, compiled).answer == "different"
    phased = a.copy()
    phased.global_phase = 1
    assert equivalent(a, phased).answer == "equivalent"
    assert equivalent(a, phased, exact_phase=True).answer == "different"


def test_clifford_circuits_of_a_hundred_qubits():
    a = ghz(100)
    compiled = routed(a, 4)
    found = equivalent(a, compiled)
    assert (found.answer, found.method) == ("equivalent", "clifford")
    assert equivalent(a, compiled, inputs=()).method == "stabilizer"
    assert equivalent(a, compiled, inputs=range(0, 100, 7)).answer == "equivalent"
    compiled.z(50)
    assert equivalent(a, compiled).answer == "different"
    assert equivalent(a, compiled, inputs=()).answer == "different"


def test_clifford_circuits_on_a_wider_device():
    a = random_clifford(12, seed=2).to_circuit()
    compiled = routed(a, 4, wide=20)
    form = logical(compiled)
    assert form.width < form.circuit.num_qubits
    found = equivalent(a, compiled)
    assert (found.answer, found.method) == ("equivalent", "stabilizer")
    assert compiled.layout is not None
    compiled.s(compiled.layout.final_index_layout()[3])
    assert equivalent(a, compiled).answer == "different"


def test_a_prepared_state_and_a_unitary_are_different_questions():
    a, b = ghz(30), ghz(30)
    a.s(4)
    front = QuantumCircuit(30)
    front.s(5)
    b.s(4)
    b = front.compose(b)
    assert b is not None
    assert equivalent(a, b).answer == "different"
    assert equivalent(a, b, inputs=()).answer == "equivalent"
    assert equivalent(a, b, inputs=(4, 5)).answer == "different"
    assert equivalent(a, b, inputs=(4, 6)).answer == "equivalent"


@needs_qcec
def test_qcec_decides_wide_circuits():
    a = ghz(20)
    a.t(range(20))
    compiled = routed(a, 4)
    found = equivalent(a, compiled)
    assert (found.answer, found.method) == ("equivalent", "qcec")
    assert equivalent(a, compiled, exact_phase=True).answer == "unknown"
    compiled.rz(0.3, 2)
    assert equivalent(a, compiled).answer == "different"


@needs_qcec
def test_qcec_is_stopped_and_says_so():
    a = random_circuit(24, 24, max_operands=2, seed=1)
    found = equivalent(a, routed(a, 4), timeout=1.5)
    assert (found.answer, found.method) == ("unknown", "qcec")
    assert "1.5 s" in found.detail


def test_without_qcec_the_extra_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(qcec_child, "find_spec", lambda name: None)
    a = ghz(20)
    a.t(range(20))
    found = equivalent(a, a)
    assert found.answer == "unknown"
    assert "qspark[equivalence]" in found.detail


def test_a_child_that_cannot_answer_is_no_verdict(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(qcec_child, "find_spec", lambda name: True)
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    assert qcec_child.ask(ghz(2), ghz(2), 5)[0] == "no_answer"
    monkeypatch.setattr(sys, "executable", "/bin/false")
    criterion, detail = qcec_child.ask(ghz(2), ghz(2), 5)
    assert (criterion, detail) == ("no_answer", "QCEC ended with 1: ")
    with pytest.raises(ValueError, match="timeout"):
        qcec_child.ask(ghz(2), ghz(2), 0)


def test_only_proofs_count(monkeypatch: pytest.MonkeyPatch):
    a = ghz(20)
    a.t(range(20))
    for criterion, answer in (
        ("equivalent", "equivalent"),
        ("equivalent_up_to_phase", "equivalent"),
        ("equivalent_up_to_global_phase", "equivalent"),
        ("not_equivalent", "different"),
        ("no_information", "unknown"),
        ("probably_equivalent", "unknown"),
        ("probably_not_equivalent", "unknown"),
        ("no_answer", "unknown"),
    ):
        monkeypatch.setattr(qcec_child, "ask", lambda *_, said=criterion: (said, ""))
        assert equivalent(a, a).answer == answer, criterion
    # A difference on inputs that were not asked for proves nothing.
    monkeypatch.setattr(qcec_child, "ask", lambda *_: ("not_equivalent", ""))
    assert equivalent(a, a, inputs=range(10)).answer == "unknown"


def device() -> Target:
    target = Target(num_qubits=3)
    ones = {(q,): InstructionProperties() for q in range(3)}
    target.add_instruction(RXGate(math.pi / 2), ones, name="rx")
    target.add_instruction(CXGate(), {(0, 1): None, (1, 2): None})
    return target


def test_isa_faults_name_gate_direction_angle_and_width():
    circuit = QuantumCircuit(3)
    circuit.rx(math.pi / 2, 0)
    circuit.cx(0, 1)
    circuit.barrier()
    assert isa_faults(circuit, device()) == []
    circuit.cx(1, 0)
    circuit.rx(0.3, 2)
    circuit.h(1)
    faults = isa_faults(circuit, device())
    assert [fault.split("(")[0].split(" ")[0] for fault in faults] == ["cx", "rx", "h"]
    assert "(1, 0)" in faults[0]
    assert "target has 3" in isa_faults(QuantumCircuit(4), device())[0]


def test_isa_faults_look_into_control_flow():
    circuit = QuantumCircuit(3, 1)
    with circuit.if_test((circuit.clbits[0], 1)):
        circuit.cx(2, 1)
    faults = isa_faults(circuit, device())
    assert any("if_else" in fault for fault in faults)
    assert any("(2, 1)" in fault for fault in faults)


def test_what_was_compiled_for_a_device_has_no_faults():
    backend = GenericBackendV2(5, control_flow=True, seed=1)
    circuit = ghz(3)
    circuit.measure_all()
    with circuit.if_test((circuit.clbits[0], 1)):
        circuit.h(1)
        circuit.cx(1, 2)
    assert isa_faults(circuit, backend.target)
    assert isa_faults(transpile(circuit, backend, seed_transpiler=1), backend.target) == []


def test_costs_see_into_wrappers():
    plain = ghz(4)
    plain.barrier()
    found = costs(plain)
    expected = {"depth": 4, "two_qubit_depth": 3, "nonlocal_gates": 3, "ops.h": 1, "ops.cx": 3}
    assert found == expected
    hidden = QuantumCircuit(4, 1)
    hidden.append(ghz(4).to_gate(), range(4))
    with hidden.for_loop(range(2)):
        hidden.append(ghz(4).to_instruction(), range(4))
    assert costs(hidden)["nonlocal_gates"] == 9
    assert costs(hidden)["two_qubit_depth"] > 3
    assert over_bounds(plain, {"two_qubit_depth": 3, "nonlocal_gates": 3, "ops.swap": 0}) == []
    assert over_bounds(hidden, {"nonlocal_gates": 3}) == ["nonlocal_gates is 9, allowed are 3"]
    cheat = QuantumCircuit(2)
    cheat.append(UnitaryGate(Operator(ghz(2))), [0, 1])
    assert over_bounds(cheat, {"ops.unitary": 0}) == ["ops.unitary is 1, allowed are 0"]
