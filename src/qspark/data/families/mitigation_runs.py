"""Error mitigation: a whole extrapolation, and decoupling of idle time."""

from random import Random

from qspark.data.families.base import Instance, family


@family(
    "mitigation",
    "advanced",
    oracle="expectation",
    skills=("zne", "noise-model", "estimator"),
    why="Folding keeps the unitary while the noise grows with the number of gates; transpiling a folded "
    "circuit at level >= 1 undoes it.",
    tolerance=1e-4,
)
def extrapolated_experiment(rng: Random) -> Instance:
    """Run folded circuits on a noisy simulator and extrapolate, start to end."""
    gate = rng.choice(["cx", "cz"])
    engine = rng.choice(["matrix", "estimator"])
    fit = rng.choice(["exponential", "richardson", "linear"])
    scales = rng.choice([(1, 3, 5), (1, 3), (1, 3, 5, 7), (1, 5)])
    if fit == "linear" and len(scales) == 2:
        fit = "exponential"
    returned = rng.choice(["value", "both", "all"] if fit != "exponential" else ["both", "all"])
    fold = f"""
def folded(qc: QuantumCircuit, scale: int) -> QuantumCircuit:
    out = qc.copy_empty_like()
    for inst in qc.data:
        out.append(inst)
        if inst.name == "{gate}":
            for _ in range(scale - 1):
                out.append(inst)
    return out
"""
    noise = "noise = NoiseModel()\n"
    noise += f'    noise.add_all_qubit_quantum_error(depolarizing_error(p, 2), ["{gate}"])\n'
    if engine == "matrix":
        run = """    simulator = AerSimulator(method="density_matrix", noise_model=noise)
    values = []
    for scale in SCALES:
        circuit = folded(qc, scale)
        circuit.save_density_matrix()
        state = simulator.run(circuit).result().data()["density_matrix"]
        values.append(state.expectation_value(observable).real)
"""
        imports = "from qiskit_aer import AerSimulator\nfrom qiskit_aer.noise import NoiseModel, "
        imports += "depolarizing_error"
        how = "the density-matrix method of AerSimulator (exact expectation values)"
    else:
        run = """    estimator = EstimatorV2(
        options={"backend_options": {"method": "density_matrix", "noise_model": noise}}
    )
    job = estimator.run([(folded(qc, scale), observable) for scale in SCALES], precision=0.0)
    values = [float(result.data.evs) for result in job.result()]
"""
        imports = "from qiskit_aer.noise import NoiseModel, depolarizing_error\nfrom "
        imports += "qiskit_aer.primitives import EstimatorV2"
        how = "Aer's EstimatorV2 with the density-matrix method and precision 0 (exact)"
    run = run.replace("SCALES", str(scales))
    tail = {
        "exponential": f"    slope, start = np.polyfit({scales}, np.log(np.abs(values)), 1)\n    zero = "
        "float(np.sign(values[0]) * np.exp(start))\n",
        "richardson": f"    zero = float(np.polyfit({scales}, values, {len(scales) - 1})[-1])\n",
        "linear": f"    slope, zero = map(float, np.polyfit({scales}, values, 1))\n",
    }[fit]
    ending = {
        "value": "    return zero",
        "both": "    return zero, values[0]",
        "all": "    return zero, values",
    }[returned]
    entry = rng.choice(["zne_value", "mitigated_expectation", "noise_extrapolated"])
    result = {"value": "float", "both": "tuple[float, float]", "all": "tuple[float, list[float]]"}[
        returned
    ]
    body = f"{fold}\n\ndef {entry}(qc: QuantumCircuit, observable: SparsePauliOp, p: float) -> "
    body += f"{result}:\n    {noise}{run}{tail}{ending}"
    fitted = {
        "exponential": "a line through the logarithms of the absolute values (least squares), whose "
        "exponential at scale 0 takes the sign of the "
        "value at scale 1",
        "richardson": "the polynomial through all points, taken at scale 0 (Richardson)",
        "linear": "a least-squares straight line, taken at scale 0",
    }[fit]
    gives = {
        "value": "Return the extrapolated value.",
        "both": "Return the extrapolated value and the one at scale 1.",
        "all": "Return the extrapolated value and the list of the values at the scales.",
    }[returned]
    check = {
        "value": "zero = got",
        "both": "zero, first = got\n    assert abs(first - noisy[0]) < 1e-6",
        "all": "zero, values = got\n    assert np.allclose(values, noisy, atol=1e-6)",
    }[returned]
    return Instance(
        entry_point=entry,
        signature="",
        asks=(
            "Zero-noise extrapolation from start to end. Noise: two-qubit depolarizing error with "
            f"parameter `p` on every `{gate}` gate, nothing else. "
            f"Scales {scales}: at scale s each {gate} is repeated s times (it is its own inverse). "
            f"Values of `observable` with {how}. Fit: {fitted}. "
            f"{gives} The circuit runs as it is, without any optimisation.",
            f"I want a function of a circuit `qc` without measurements (1-qubit gates and {gate}), a "
            "SparsePauliOp `observable` and a depolarizing "
            f"strength `p`: simulate with a noise model that depolarizes both qubits of each {gate}, "
            f"with the {gate}s repeated s = {scales} times, using "
            f"{how}; then extrapolate by {fitted}. {gives}",
            f"Build the noise model (depolarizing_error(p, 2) on '{gate}'), fold the {gate} gates by the "
            f"factors {scales} (each is replaced by that many "
            f"copies), evaluate `observable` through {how}, and extrapolate to zero with {fitted}. {gives}",
        ),
        imports="import numpy as np\nfrom qiskit import QuantumCircuit\nfrom qiskit.quantum_info import "
        f"SparsePauliOp\n{imports}",
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp, Statevector
qc = QuantumCircuit(2)
qc.ry(0.7, 0)
qc.h(1)
qc.{gate}(0, 1)
qc.rx(0.4, 1)
qc.ry(0.9, 0)
qc.{gate}(1, 0)
qc.ry(0.3, 1)
kept = qc.copy()
observable = SparsePauliOp(["ZX", "XI", "YZ"], [0.8, -0.5, 0.3])
ideal = Statevector(qc).expectation_value(observable).real
xs = np.array({list(scales)})
for p in (0.02, 0.05):
    got = candidate(qc, observable, p)
    assert qc == kept
    noisy = ideal * (1 - p) ** (2.0 * xs)
    {check}
    if "{fit}" == "exponential":
        want = ideal
    elif "{fit}" == "linear":
        want = noisy.mean() - xs.mean() * np.sum((xs - xs.mean()) * noisy) / np.sum((xs - xs.mean()) ** 2)
    else:
        want = sum(v * np.prod([t / (t - x) for t in xs if t != x]) for x, v in zip(xs, noisy))
    assert abs(zero - want) < 1e-4
""",
        params={"gate": gate, "engine": engine, "fit": fit, "scales": scales},
    )


_SEQUENCES = {
    "XX": ["XGate()", "XGate()"], "XYXY": ["XGate()", "YGate()", "XGate()", "YGate()"], "YY": ["YGate()",
     "YGate()"],
    "XpXm": ["RXGate(pi)", "RXGate(-pi)"], "XX2": ["XGate()", "XGate()", "XGate()", "XGate()"],
}  # fmt: skip


@family(
    "mitigation",
    "advanced",
    oracle="isa",
    skills=("dynamical-decoupling", "scheduling"),
    why="PadDynamicalDecoupling works on a scheduled circuit: the scheduling analysis has to run before it.",
    tolerance=1e-8,
)
def decoupled_idle_time(rng: Random) -> Instance:
    """Fill the idle time of a circuit with a decoupling sequence."""
    name = rng.choice(sorted(_SEQUENCES))
    gates = ", ".join(_SEQUENCES[name])
    count = len(_SEQUENCES[name])
    policy = rng.choice(["ALAP", "ASAP"])
    one, two, read = 20 * rng.randint(2, 4), 100 * rng.randint(3, 6), 1000
    spaced = rng.choice([True, False])
    weights = [0.5 / count] + [round(1 / count, 4)] * (count - 1) + [0.5 / count]
    only = rng.choice([None, [0], [1, 2]])
    source = rng.choice(["durations", "target"])
    classes = sorted({g.split("(")[0] for g in _SEQUENCES[name]})
    singles = sorted({"h", *(c.removesuffix("Gate").lower() for c in classes)})
    options = f", spacing={weights}" if spaced else ""
    options += f", qubits={only}" if only else ""
    if source == "durations":
        rows = "".join(f'        ("{g}", None, {one}),\n' for g in singles)
        make = f"durations = InstructionDurations(\n    [\n{rows}"
        make += f'        ("cx", None, {two}),\n    ],\n    dt=dt,\n)\n'
        passed = "durations"
        imports = "from qiskit.transpiler import InstructionDurations, PassManager\n"
    else:
        make = ""
        passed = "durations=target.durations()"
        imports = "from qiskit.transpiler import PassManager, Target\n"
    dd = f"PadDynamicalDecoupling({passed}, dd_sequence=[{gates}]{options})"
    body = f"""
{make}pm = PassManager([{policy}ScheduleAnalysis({passed}), {dd}])
return pm.run(qc)
"""
    math = "from math import pi\n\n" if "pi" in gates else ""
    imports = (
        math
        + "from qiskit import QuantumCircuit\n"
        + f"from qiskit.circuit.library import {', '.join(classes)}\n"
        + imports
    )
    imports += (
        f"from qiskit.transpiler.passes import {policy}ScheduleAnalysis, PadDynamicalDecoupling"
    )
    where = f"only on the qubits {only}" if only else "on all qubits"
    spread = (
        f"the free time in a window is split with the spacing {weights}"
        if spaced
        else "with the default spacing"
    )
    times = (
        f"durations in dt: {one} for {' and '.join(singles)}, {two} for cx, on all qubits; dt is "
        "that many seconds"
        if source == "durations"
        else "durations are those of the `target`"
    )
    lower = {"XGate()": "x", "YGate()": "y", "RXGate(pi)": "rx", "RXGate(-pi)": "rx"}
    order = [lower[g] for g in _SEQUENCES[name]]
    shown = gates.replace("Gate()", "")
    return Instance(
        entry_point=rng.choice(["decouple", "protect_idle", "pad_with_dd"]),
        signature="(qc: QuantumCircuit"
        + (", target: Target" if source == "target" else ", dt: float")
        + ") -> QuantumCircuit",
        asks=(
            f"Schedule `qc` {policy} ({times}) and fill its idle windows {where} with the decoupling "
            f"sequence {shown}, {spread}. Nothing else of "
            "the circuit may change.",
            f"Dynamical decoupling: sequence {shown} {where}; {policy} schedule; {times}; {spread}. Use "
            "Qiskit's passes and return the padded circuit.",
            f"I want a PassManager with {policy} scheduling analysis and decoupling by {shown} ({where}; "
            f"{spread}; {times}) applied to `qc`.",
        ),
        imports=imports,
        body=body,
        test=f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
from qiskit.circuit.library import CXGate, HGate, RXGate, XGate, YGate
from qiskit.circuit import Measure, Parameter
from qiskit.transpiler import InstructionProperties, Target
ONE, TWO, READ = {one}, {two}, {read}
target = Target(num_qubits=4, dt=1e-9)
for gate in (HGate(), XGate(), YGate(), RXGate(Parameter("t"))):
    target.add_instruction(gate, {{(q,): InstructionProperties(duration=ONE * 1e-9) for q in range(4)}})
target.add_instruction(CXGate(), {{(a, b): InstructionProperties(duration=TWO * 1e-9)
    for a in range(4) for b in range(4) if a != b}})
target.add_instruction(Measure(), {{(q,): InstructionProperties(duration=READ * 1e-9) for q in range(4)}})
qc = QuantumCircuit(4)
qc.h([0, 1, 2])
qc.cx(0, 1)
qc.cx(1, 3)
qc.cx(3, 2)
qc.cx(2, 3)
qc.h(0)
qc.cx(3, 0)
qc.cx(0, 3)
got = candidate(qc{", target" if source == "target" else ", 1e-9"})
assert isinstance(got, QuantumCircuit)
lengths = {{"h": ONE, "x": ONE, "y": ONE, "rx": ONE, "cx": TWO}}
bare = QuantumCircuit(4)
found = {{q: [] for q in range(4)}}
clock = [0] * 4
for i in got.data:
    places = [got.find_bit(q).index for q in i.qubits]
    if i.name == "delay":
        assert i.operation.duration >= 0
    else:
        bare.append(i.operation, places)
    length = i.operation.duration if i.name == "delay" else lengths[i.name]
    begin = max(clock[p] for p in places)
    assert i.name == "cx" or begin == clock[places[0]]
    for p in places:
        assert clock[p] == begin
        clock[p] = begin + length
        found[p].append((i.name, begin, length, [float(x) for x in i.params] if i.name == "rx" else []))
assert len(set(clock)) == 1
assert Operator(bare).equiv(qc, atol=1e-8)
names = {order}
seen = 0
for q in range(4):
    echo = [x for x in found[q] if x[0] in ("x", "y", "rx")]
    seen += len(echo)
    if {only} is not None and q not in {only or []}:
        assert not echo
    for n in range(0, len(echo), len(names)):
        assert [x[0] for x in echo[n : n + len(names)]] == names
        turns = [t for x in echo[n : n + len(names)] for t in x[3]]
        assert names[0] != "rx" or (turns[0] > 3.14 and turns[1] < -3.14)
        block = found[q][found[q].index(echo[n]) - 1 : found[q].index(echo[n + len(names) - 1]) + 2]
        delays = [x[2] for x in block if x[0] == "delay"]
        weights = {weights if spaced else [0.5 / count] + [1 / count] * (count - 1) + [0.5 / count]}
        free = sum(delays)
        assert len(delays) == len(weights)
        assert all(abs(d - w * free) <= len(weights) + 1 for d, w in zip(delays, weights))
for q in (0, 1, 2):
    assert {only} is not None and q not in {only or []} or any(x[0] in names for x in found[q])
start = {{(x[0], x[1]) for q in range(4) for x in found[q] if x[0] in ("h", "cx")}}
firsts = [x[1] for x in found[2] if x[0] == "h"]
assert firsts == [{"0" if policy == "ASAP" else "2 * TWO"}]
""",
        params={"sequence": name, "policy": policy, "spaced": spaced, "only": only},
    )
