"""Protocols with entanglement and feed-forward: teleportation and its relatives."""

from random import Random

from qspark.data.families._exact import EXACT
from qspark.data.families.base import Instance, Wrong, angle, family

# Bell state as (words, gates after H on the first qubit and CX to the second one, X needed, Z needed).
BELL = {
    "Phi+": ("(|00> + |11>)/sqrt(2)", [], 0, 0),
    "Phi-": ("(|00> - |11>)/sqrt(2)", ["z"], 0, 1),
    "Psi+": ("(|01> + |10>)/sqrt(2)", ["x"], 1, 0),
    "Psi-": ("(|01> - |10>)/sqrt(2)", ["x", "z"], 1, 1),
}


@family(
    "protocols",
    "advanced",
    oracle="channel",
    skills=("teleportation", "control-flow", "register-names"),
    why="The bit of the source qubit (after H) asks for Z, the bit of the sender's half of the pair asks "
    "for X.",
    tolerance=1e-8,
)
def teleport_variant(rng: Random) -> Instance:
    """Teleportation over any Bell pair, with conditioned or coherent corrections, anywhere."""
    pair = rng.choice(sorted(BELL))
    words, gates, flip, sign = BELL[pair]
    source, near, far = rng.sample(range(4), 3)
    style = rng.choice(["ifs", "switch", "deferred", "expr"])
    names = rng.sample(["mz", "mx", "alice", "bob", "c0", "c1", "phase", "parity"], 2)
    extra = rng.choice([None, "reset", "unitary"])
    gate = rng.choice(["h", "s", "sx", "t"])
    body = "qc = QuantumCircuit(4)\n"
    imports = "from qiskit import QuantumCircuit"
    if style != "deferred":
        imports = "from qiskit import ClassicalRegister, QuantumCircuit"
        body += f'z_bit = ClassicalRegister(1, "{names[0]}")\nx_bit = ClassicalRegister(1, "{names[1]}")\n'
        body += "qc.add_register(z_bit)\nqc.add_register(x_bit)\n"
    body += f"qc.h({near})\nqc.cx({near}, {far})\n" + "".join(f"qc.{g}({far})\n" for g in gates)
    if extra == "unitary":
        body += f"qc.{gate}({source})\n"
    body += f"qc.cx({source}, {near})\nqc.h({source})\n"
    x_value, z_value = 1 - flip, 1 - sign
    if style == "deferred":
        body += f"qc.cx({near}, {far})\nqc.cz({source}, {far})\n"
        body += (f"qc.x({far})\n" if flip else "") + (f"qc.z({far})\n" if sign else "")
    else:
        body += f"qc.measure({source}, z_bit)\nqc.measure({near}, x_bit)\n"
        if style == "ifs":
            body += (
                f"with qc.if_test((x_bit, {x_value})):\n    qc.x({far})\nwith qc.if_test((z_bit, "
            )
            body += f"{z_value})):\n    qc.z({far})\n"
        elif style == "switch":
            for bit, value, fix in (("x_bit", x_value, "x"), ("z_bit", z_value, "z")):
                body += f"with qc.switch({bit}) as case:\n    with case({value}):\n        qc.{fix}({far})\n"
        else:
            imports += "\nfrom qiskit.circuit.classical import expr"
            for bit, value, fix in (("x_bit[0]", x_value, "x"), ("z_bit[0]", z_value, "z")):
                test = f"expr.lift({bit})" if value else f"expr.logic_not({bit})"
                body += f"with qc.if_test({test}):\n    qc.{fix}({far})\n"
        if extra == "reset":
            body += f"qc.reset([{source}, {near}])\n"
    body += "return qc"
    how = {
        "ifs": "`if_test` blocks", "switch": "`switch` statements on the one-bit registers",
        "deferred": "coherent controlled gates instead of measurements (no clbits at all)",
        "expr": "`if_test` with expressions on the bits",
    }[style]  # fmt: skip
    reading = "" if style == "deferred" else (
        f" Qubit {source} is measured into the register `{names[0]}` and qubit {near} into `{names[1]}` "
        "(one bit each, added in this order)."
    )  # fmt: skip
    more = {
        None: "",
        "reset": f" Qubits {source} and {near} are reset in the end." if style != "deferred" else "",
        "unitary": f" Before the Bell measurement the sender applies {gate.upper()} to qubit {source}, "
                   "so that the transformed state arrives.",
    }[extra]  # fmt: skip
    zero = "1" if extra == "reset" and style != "deferred" else "0"
    return Instance(
        entry_point=rng.choice(["teleport", "send_state", "teleportation_circuit"]),
        signature="() -> QuantumCircuit",
        asks=(
            f"A teleportation circuit on 4 qubits: the state of qubit {source} goes to qubit {far}. The "
            f"entangled pair sits on qubits {near} (sender) and {far} "
            f"and is prepared by the circuit as {words} (it is symmetric or antisymmetric in the two); "
            f"corrections with {how}.{reading}{more} The remaining "
            "qubit is untouched.",
            f"Teleport qubit {source} to qubit {far} in a four-qubit circuit, with qubit {near} as the "
            f"sender's half of the pair. Use the Bell state {pair} = {words}, "
            f"which the circuit makes itself, and {how} for what the receiver does.{reading}{more}",
            f"My pair source gives {words} on qubits ({near}, {far}); let the circuit prepare it like "
            "that, from |0> on both. Then teleport the unknown state of "
            f"qubit {source} to {far}; 4 qubits in all.{reading} Corrections: {how}.{more}",
        ),
        imports=imports,
        body=body,
        test=EXACT
        + f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix, random_statevector
qc = candidate()
assert isinstance(qc, QuantumCircuit) and qc.num_qubits == 4
assert [(r.name, r.size) for r in qc.cregs] == {[] if style == "deferred" else [(names[0], 1), (names[1], 1)]}
rng = np.random.default_rng(np.random.randint(2**31))
other = {({0, 1, 2, 3} - {source, near, far}).pop()}
for _ in range(2):
    psi = random_statevector(4, seed=int(rng.integers(2**31)))
    zero = Statevector([1, 0, 0, 0])
    start = QuantumCircuit(4)
    start.prepare_state(psi, [{source}, other])
    state = Statevector(start)
    one = QuantumCircuit(2)
    {f"one.{gate}(0)" if extra == "unitary" else "pass"}
    want = DensityMatrix(psi.evolve(one)).data
    got = average(qc, [{far}, other], state)
    order = [0, 1, 2, 3] if {far} < other else [0, 2, 1, 3]
    got = got[np.ix_(order, order)]
    assert np.allclose(got, want, atol=1e-8)
    if {style != "deferred"}:
        found = exact(qc, state)
        seen = sorted((bits[0], bits[1]) for _, bits, _, _ in found)
        assert seen == [(0, 0), (0, 1), (1, 0), (1, 1)] and all(abs(w - 0.25) < 1e-8 for w, *_ in found)
    if {zero}:
        assert abs(average(qc, [{source}, {near}], state)[0, 0] - 1) < 1e-8
assert {"not qc.has_control_flow_op()" if style == "deferred" else "qc.has_control_flow_op()"}
""",
        params={"pair": pair, "qubits": [source, near, far], "style": style, "extra": extra},
        wrong=(
            Wrong(
                "S32",
                body.replace("z_bit, ", "TEMP, ")
                .replace("x_bit, ", "z_bit, ")
                .replace("TEMP, ", "x_bit, "),
            ),
        )
        if style == "ifs"
        else (),
    )


@family(
    "protocols",
    "advanced",
    oracle="channel",
    skills=("gate-teleportation", "control-flow"),
    why="A gate that is applied to the pair beforehand changes which corrections are needed: they are "
    "conjugated by it.",
    tolerance=1e-8,
)
def remote_gate(rng: Random) -> Instance:
    """A two-qubit gate between distant qubits through a pair, measurement and feed-forward."""
    kind = rng.choice(["cx", "cz", "crz", "cp", "chain"])
    q = rng.sample(range(4), 4)
    control, one, two, target = q
    theta = angle(rng)
    names = rng.sample(["left", "right", "ma", "mb", "u", "v", "s0", "s1"], 2)
    clean = rng.choice([True, False])
    style = rng.choice(["if", "method"])
    gate = {
        "cx": (f"qc.cx({two}, {target})", "cx({c}, {t})", "a CNOT"),
        "cz": (f"qc.cz({two}, {target})", "cz({c}, {t})", "a CZ"),
        "crz": (f"qc.crz({theta}, {two}, {target})", f"crz({theta}, {{c}}, {{t}})", "a controlled "
                                                                                    f"RZ({theta})"),
        "cp": (f"qc.cp({theta}, {two}, {target})", f"cp({theta}, {{c}}, {{t}})", "a controlled phase of "
                                                                                 f"{theta}"),
        "chain": (f"qc.cx({two}, {target})\nqc.cry({theta}, {two}, {target})", f"cx({{c}}, {{t}})\n"
                                                                               f"want.cry({theta}, "
                                                                               f"{{c}}, {{t}})",
                  f"a CNOT followed by a controlled RY({theta}) with the same control and target"),
    }[kind]  # fmt: skip
    body = f"""
qc = QuantumCircuit(4)
first = ClassicalRegister(1, "{names[0]}")
second = ClassicalRegister(1, "{names[1]}")
qc.add_register(first)
qc.add_register(second)
qc.h({one})
qc.cx({one}, {two})
qc.cx({control}, {one})
qc.measure({one}, first)
"""
    block = f"with qc.if_test((first, 1)):\n    qc.x({two})\n"
    last = f"with qc.if_test((second, 1)):\n    qc.z({control})\n"
    if style == "method":
        block = f"flip = QuantumCircuit(1, 1)\nflip.x(0)\nqc.if_test((first, 1), flip, [{two}], first)\n"
        last = f"phase = QuantumCircuit(1, 1)\nphase.z(0)\nqc.if_test((second, 1), phase, [{control}], "
        last += "second)\n"
    body += f"{block}{gate[0]}\nqc.h({two})\nqc.measure({two}, second)\n{last}"
    body += f"qc.reset([{one}, {two}])\n" if clean else ""
    body += "return qc"
    ends = f" Qubits {one} and {two} end in |0>." if clean else ""
    way = "body circuits given to `if_test`" if style == "method" else "`if_test` blocks"
    return Instance(
        entry_point=rng.choice(["remote_gate", "nonlocal_gate", "distributed_gate"]),
        signature="() -> QuantumCircuit",
        asks=(
            f"Two nodes share no gates: node A has qubits {control} and {one}, node B has {two} and "
            f"{target}. Apply {gate[2]} with control {control} and target {target} "
            f"by means of one Bell pair (|00> + |11>)/sqrt(2), which the circuit prepares on ({one}, "
            f"{two}), local gates, one measurement per node and feed-forward "
            f"({way}). Qubit {one} is measured into register `{names[0]}`, qubit {two} into `{names[1]}` "
            f"(one bit each, in this order).{ends} Only the pair "
            "creation may couple the nodes.",
            f"Build {gate[2]} from qubit {control} to qubit {target} as a non-local gate in a 4-qubit "
            f"circuit: pair on {one} and {two} (made in the circuit with H and CX), "
            f"registers `{names[0]}` for the outcome of qubit {one} and `{names[1]}` for that of qubit "
            f"{two}, corrections through {way}; besides the pair's CX no gate "
            f"acts across {{{control}, {one}}} and {{{two}, {target}}}.{ends}",
            f"Gate teleportation: {gate[2]}, control {control} (node A with ancilla {one}), target "
            f"{target} (node B with ancilla {two}). The ancillas start in |0>, become "
            f"a Phi+ pair, and are measured into `{names[0]}` (qubit {one}) and `{names[1]}` (qubit "
            f"{two}). Use {way}.{ends} No two-qubit gate between the nodes "
            "except for making the pair.",
        ),
        imports="from qiskit import ClassicalRegister, QuantumCircuit",
        body=body,
        test=EXACT
        + f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix, random_statevector
qc = candidate()
assert qc.num_qubits == 4 and [(r.name, r.size) for r in qc.cregs] == [("{names[0]}", 1), ("{names[1]}", 1)]
A, B = {{{control}, {one}}}, {{{two}, {target}}}
across = 0
for inst in qc.data:
    places = {{qc.find_bit(b).index for b in inst.qubits}}
    if isinstance(inst.operation, Gate) and len(places) > 1 and not places <= A and not places <= B:
        across += 1
        assert places == {{{one}, {two}}}
assert across == 1
rng = np.random.default_rng(np.random.randint(2**31))
psi = random_statevector(4, seed=int(rng.integers(2**31)))
start = QuantumCircuit(4)
start.prepare_state(psi, [{control}, {target}])
state = Statevector(start)
want = QuantumCircuit(2)
want.{gate[1].format(c=0, t=1)}
goal = DensityMatrix(psi.evolve(want)).data
got = average(qc, [{control}, {target}], state)
order = [0, 1, 2, 3] if {control} < {target} else [0, 2, 1, 3]
assert np.allclose(got[np.ix_(order, order)], goal, atol=1e-8)
found = exact(qc, state)
assert all(abs(w - 0.25) < 1e-8 for w, *_ in found) and len({{tuple(b) for _, b, _, _ in found}}) == 4
if {clean}:
    assert abs(average(qc, [{one}, {two}], state)[0, 0] - 1) < 1e-8
""",
        params={"gate": kind, "qubits": q, "clean": clean},
    )
