"""IBM runtime primitives in local mode: one circuit, and several circuits in a batch or session."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family

_DEVICE = """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.providers import JobStatus
from qiskit.providers.fake_provider import GenericBackendV2
from qiskit.quantum_info import SparsePauliOp, Statevector
rng = np.random.default_rng(np.random.randint(2**31))
line = [[0, 1], [1, 0], [1, 2], [2, 1], [2, 3], [3, 2], [3, 4], [4, 3]]
device = GenericBackendV2(5, basis_gates=["cz", "rz", "sx", "x"], coupling_map=line, seed=4, noise_info=False)
def on_device(isa):
    assert isa.num_qubits == 5
    for item in isa.data:
        if item.operation.name != "barrier":
            qubits = tuple(isa.find_bit(q).index for q in item.qubits)
            assert device.target.instruction_supported(item.operation.name, qubits)
"""


@family(
    "runtime",
    "intermediate",
    oracle="distribution",
    skills=("local-mode", "isa", "options"),
    why="Runtime primitives take mode=backend and only circuits that match the backend's target.",
    false_alarm=1e-6,
)
def local_sampler(rng: Random) -> Instance:
    """One measured circuit, compiled and sampled by the runtime's sampler in local mode."""
    register = rng.choice(["meas", "c", "out", "bits"])
    shots, level = rng.randrange(1000, 2500, 50), rng.choice([0, 1, 2, 3])
    tseed = rng.randint(1, 99)
    bit = rng.randrange(3)
    place = rng.choice(["option", "run", "pub", "init"])
    if place == "init":
        head = (
            f'sampler = SamplerV2(mode=backend, options={{"default_shots": {shots}}})\n'
            "sampler.options.simulator.seed_simulator = seed\n"
        )
        where = "given as default_shots in the options at construction"
    else:
        head = "sampler = SamplerV2(mode=backend)\n"
        head += f"sampler.options.default_shots = {shots}\n" if place == "option" else ""
        head += "sampler.options.simulator.seed_simulator = seed\n"
        where = {
            "option": "set as default_shots of the options",
            "run": "given to `run`",
            "pub": "given in the PUB",
        }[place]
    pub = f"(isa, None, {shots})" if place == "pub" else "isa"
    head += f"job = sampler.run([{pub}]{f', shots={shots}' if place == 'run' else ''})\n"
    make = rng.choice(
        [
            f"pm = generate_preset_pass_manager(backend=backend, "
            f"optimization_level={level}, seed_transpiler={tseed})\nisa = pm.run(circuit)\n",
            f"isa = transpile(circuit, backend, optimization_level={level}, "
            f"seed_transpiler={tseed})\n",
        ]
    )
    tool = "transpile" if make.startswith("isa") else "generate_preset_pass_manager"
    ends = [
        (
            "dict[str, int]",
            f"return job.result()[0].data.{register}.get_counts()",
            "the counts",
            "joint = got",
        ),
        (
            "dict[int, int]",
            f"return job.result()[0].data.{register}.get_int_counts()",
            "the counts with integer keys",
            'joint = {format(k, "03b"): n for k, n in got.items()}',
        ),
        (
            "tuple[QuantumCircuit, dict[str, int]]",
            f"return isa, job.result()[0].data.{register}.get_counts()",
            "a tuple of the compiled circuit and the counts",
            "isa, joint = got\n    on_device(isa)",
        ),
        (
            "BitArray",
            f"return job.result()[0].data.{register}",
            "the `BitArray` of the register",
            "assert isinstance(got, BitArray)\n    joint = got.get_counts()",
        ),
        (
            "list[str]",
            f"return job.result()[0].data.{register}.get_bitstrings()",
            "the list of bitstrings, one per shot",
            "joint = {w: list(got).count(w) for w in set(got)}",
        ),
        (
            "tuple[JobStatus, dict[str, int]]",
            f"result = job.result()\nreturn job.status(), result[0].data.{register}.get_counts()",
            "a tuple of the job's status once the result is there and the counts",
            "status, joint = got\n    assert status == JobStatus.DONE",
        ),
        (
            "tuple[str, dict[str, int]]",
            f"counts = job.result()[0].data.{register}.get_counts()\nreturn "
            f"job.backend().name, counts",
            "a tuple of the name of the backend that the job tells and the counts",
            "name, joint = got\n    assert name == device.name",
        ),
        (
            "dict[str, int]",
            f"bits = job.result()[0].data.{register}\nreturn bits.postselect({bit}, "
            f"1).get_counts()",
            f"the counts of the shots with a one in bit {bit}",
            f"kept, joint = got, None\n    assert all(w[-1 - {bit}] == '1' for w in kept)",
        ),
    ]
    returns, last, end, check = rng.choice(ends[:-1])
    lines = [f"from qiskit import QuantumCircuit, {tool}"] + [
        "from qiskit.primitives import BitArray"
    ] * (returns == "BitArray")
    names = ["BackendV2"] + ["JobStatus"] * ("JobStatus" in returns)
    lines += [
        f"from qiskit.providers import {', '.join(names)}",
        "from qiskit_ibm_runtime import SamplerV2",
    ]
    how = "with the preset pass manager" if tool[0] == "g" else "with `transpile`"
    body = make + head + last
    wrong = (Wrong("C17", body.replace(make, "isa = circuit\n")),) if "isa," not in returns else ()
    return Instance(
        entry_point="sample_locally",
        signature=f"(circuit: QuantumCircuit, backend: BackendV2, seed: int) -> {returns}",
        asks=(
            f"Run a measured 3-bit circuit (register `{register}`) with the IBM "
            f"runtime's `SamplerV2` in local mode on `backend`. Compile it "
            f"first ({how}, level {level}, seed {tseed}). {shots} shots, {where}; "
            f"the simulator seeded with `seed`. Return {end}.",
            f"Local testing of `qiskit_ibm_runtime.SamplerV2` on a fake or generic "
            f"`backend`: bring `circuit` to the backend's instruction set "
            f"({how}, optimization level {level}, transpiler seed {tseed}), then "
            f"sample {shots} shots ({where}, seed_simulator `seed`). The "
            f"outcome is in the 3-bit register `{register}`; return {end}.",
            f"How do I use the runtime client's sampler without an account? "
            f"`backend` is any BackendV2. Level {level} compilation {how} "
            f"(seed {tseed}), {shots} shots {where}, the simulator seeded with `seed`, "
            f"register `{register}` of 3 bits. I want {end}.",
        ),
        imports="\n".join(lines),
        body=body,
        test=f"""{_DEVICE}
from qiskit import ClassicalRegister, QuantumRegister
from qiskit.primitives import BitArray
again = None
def reading(value):
    value = value[1] if isinstance(value, tuple) else value
    return value.get_bitstrings() if isinstance(value, BitArray) else value
for _ in range(2):
    qc = QuantumCircuit(QuantumRegister(3, "q"), ClassicalRegister(3, "{register}"))
    for q in range(3):
        qc.ry(rng.uniform(0.4 + 0.6 * q, 0.8 + 0.6 * q), q)
    qc.cx(0, 2)
    qc.cx(2, 1)
    qc.rx(0.7, 0)
    probabilities = Statevector(qc).probabilities([1, 2, 0])
    qc.measure([1, 2, 0], range(3))
    got = candidate(qc, device, 5)
    if again is None:
        again = candidate(qc, device, 5)
        assert repr(reading(again)) == repr(reading(got))
    {check}
    assert sum(joint.values()) == {shots}
    for k in range(8):
        seen = joint.get(format(k, "03b"), 0) / {shots}
        assert abs(seen - probabilities[k]) < np.sqrt(np.log(32 / 1e-6) / (2 * {shots}))
""",
        params={"register": register, "place": place, "level": level, "shots": shots},
        wrong=wrong,
    )


def _state(rng: Random, name: str) -> tuple[str, str]:
    """(statements that define `qc`, words) of a circuit from a family of states; none is measured."""
    theta, phi = rng.randint(130, 220) / 100, rng.randint(120, 200) / 100
    low = rng.randint(90, 160) / 100
    n = rng.choice([3, 4])
    p = rng.randint(3, 7) / 10
    q = round((1 - p) / 2, 2)
    one, two = rng.sample(["0011", "0110", "1100", "0101", "1000", "0010", "1011"], 2)
    prepare = "qc.append(StatePreparation(amplitudes), range({}))\n"
    return {
        "weights": (
            f"amplitudes = [0, {p}**0.5, {q}**0.5, 0, {q}**0.5, 0, 0, 0]\nqc = "
            f"QuantumCircuit(3)\n" + prepare.format(3),
            f"sqrt({p})|001> + sqrt({q})|010> + sqrt({q})|100> on 3 qubits",
        ),
        "dicke": (
            "amplitudes = np.zeros(16)\namplitudes[[3, 5, 6, 9, 10, 12]] = "
            "6**-0.5\nqc = QuantumCircuit(4)\n" + prepare.format(4),
            "the Dicke state of 4 qubits with two excitations",
        ),
        "graph": (
            f"qc = QuantumCircuit(3)\nqc.h(range(3))\nqc.cz(0, 1)\nqc.cz(1, "
            f"2)\nqc.rz({low}, 1)\nqc.h(1)\n",
            f"the graph state of a line of 3 qubits, followed by rz({low}) and then "
            f"h on the middle qubit 1",
        ),
        "product": (
            f"qc = QuantumCircuit({n})\nqc.h(range({n}))\nfor q in range({n}):\n    "
            f"qc.rz({low} + 0.3 * q, q)\nqc.h(range({n}))\n",
            f"h, rz({low} + 0.3 q) and h on each qubit q of {n}",
        ),
        "sparse": (
            f"amplitudes = np.zeros(16)\namplitudes[0b{one}], amplitudes[0b{two}] = "
            f"{p}**0.5, {round(1 - p, 1)}**0.5\n"
            "qc = QuantumCircuit(4)\n" + prepare.format(4),
            f"sqrt({p})|{one}> + sqrt({round(1 - p, 1)})|{two}>",
        ),
        "ladder": (
            f"qc = QuantumCircuit({n})\nqc.h(0)\nqc.rz({theta}, 0)\nqc.h(0)\nfor q "
            f"in range(1, {n}):\n    qc.cry({phi}, q - 1, q)\n",
            f"h, rz({theta}), h on qubit 0, then cry({phi}) from q - 1 to q along {n} qubits",
        ),
        "fourier": (
            f"qc = QuantumCircuit(3)\nfor q in range(3):\n    qc.ry({low} + 0.2 * "
            f"q, q)\nqc.append(QFTGate(3), range(3))\n",
            f"ry({low} + 0.2 q) on each of 3 qubits, followed by a quantum Fourier transform",
        ),
    }[name]


@family(
    "runtime",
    "advanced",
    oracle="distribution",
    skills=("batch", "session", "isa", "local-mode"),
    why="Jobs of a Batch or Session come from primitives made with mode=batch; the "
    "result is read by register.",
    false_alarm=1e-6,
)
def states_in_batch(rng: Random) -> Instance:
    """Several states from different families, sampled in a batch or session."""
    picked = rng.sample(["weights", "dicke", "graph", "product", "sparse", "ladder", "fourier"], 3)
    made = {name: _state(rng, name) for name in picked}
    level, tseed = rng.choice([1, 2, 3]), rng.randint(1, 99)
    shots = [rng.randrange(2000, 3000, 50) for _ in range(3)]
    same = rng.random() < 0.4
    if same:
        shots = [shots[0]] * 3
    mode = rng.choice(["Batch", "Batch", "Session"])
    var = mode.lower()
    jobs = "one job per state" if mode == "Batch" else "a single job with one PUB per state"
    code = "circuits = {}\n"
    for name, (lines, _) in made.items():
        code += f'{lines}circuits["{name}"] = qc\n'
    table = "{" + ", ".join(f'"{n}": {s}' for n, s in zip(picked, shots, strict=True)) + "}"
    code += (
        f"pm = generate_preset_pass_manager(backend=backend, "
        f"optimization_level={level}, seed_transpiler={tseed})\n"
    )
    code += (
        "isa = {}\nfor name, qc in circuits.items():\n    qc.measure_all()\n    "
        "isa[name] = pm.run(qc)\n"
    )
    sampler = (
        f"    sampler = SamplerV2(mode={var})\n    "
        f"sampler.options.simulator.seed_simulator = seed\n"
    )
    if not same:
        code += f"shots = {table}\n"
    amount = str(shots[0]) if same else "shots[name]"
    if mode == "Batch":
        code += f"with Batch(backend=backend) as batch:\n{sampler}"
        code += (
            f"    jobs = "
            f"{{name: sampler.run([circuit], shots={amount}) for name, circuit in isa.items()}}\n"
        )
        found = "job.result()[0].data.meas"
        loop = "for name, job in jobs.items()"
    else:
        code += f"with Session(backend=backend) as session:\n{sampler}"
        pubs = (
            "[(circuit, None, shots[name]) for name, circuit in isa.items()]"
            if not same
            else "list(isa.values())"
        )
        code += (
            f"    job = sampler.run({pubs}{f', shots={amount}' if same else ''})\n    "
            f"results = job.result()\n"
        )
        found, loop = "pub.data.meas", "for name, pub in zip(isa, results)"
    ends = [
        (
            "dict[str, dict[str, int]]",
            f"return {{name: {found}.get_counts() {loop}}}",
            "a dictionary from the names to the counts",
            "counts = got",
        ),
        (
            "tuple[dict[str, QuantumCircuit], dict[str, dict[str, int]]]",
            f"return isa, {{name: {found}.get_counts() {loop}}}",
            "a tuple of a dictionary from the names to the compiled circuits and one "
            "from the names to the counts",
            "isa, counts = got\nassert set(isa) == set(want)\nfor circuit in "
            "isa.values():\n    on_device(circuit)",
        ),
        (
            "dict[str, BitArray]",
            f"return {{name: {found} {loop}}}",
            "a dictionary from the names to the `BitArray` of the register `meas`",
            "assert all(isinstance(b, BitArray) for b in got.values())\ncounts = {n: "
            "b.get_counts() for n, b in got.items()}",
        ),
    ]
    if mode == "Batch":
        ends.append(
            (
                "tuple[dict[str, str], dict[str, dict[str, int]]]",
                "ids = {name: job.job_id() for name, job in jobs.items()}\nreturn ids, {"
                "name: job.result()[0].data.meas.get_counts() for name, job in jobs.items()}",
                "a tuple of a dictionary from the names to the job ids and one from the "
                "names to the counts",
                "ids, counts = got\nassert set(ids) == set(want) and len(set(ids.values())) == 3",
            )
        )
        ends.append(
            (
                "dict[str, PrimitiveJob]",
                "return jobs",
                "a dictionary from the names to the finished or running jobs",
                "assert all(job.in_final_state() or job.result() for job in "
                "got.values())\nassert all(isinstance(job, PrimitiveJob) for job in "
                "got.values())\nassert len({job.job_id() for job in got.values()}) == 3\ncounts = {"
                "n: job.result()[0].data.meas.get_counts() for n, job in got.items()}",
            )
        )
    returns, last, end, check = rng.choice(ends)
    words = "; ".join(f'"{n}": {w}' for n, (_, w) in made.items())
    amount_said = (
        f"{shots[0]} shots each"
        if same
        else "shots: " + ", ".join(f"{s} for {n}" for n, s in zip(picked, shots, strict=True))
    )
    primitives = [n for n in ("BitArray", "PrimitiveJob") if n in returns]
    lines = ["import numpy as np"] * ("np." in code) + [
        "from qiskit import QuantumCircuit, generate_preset_pass_manager"
    ]
    gates = [n for n in ("QFTGate", "StatePreparation") if n in code]
    lines += [f"from qiskit.circuit.library import {', '.join(gates)}"] * bool(gates)
    lines += [f"from qiskit.primitives import {', '.join(primitives)}"] * bool(primitives)
    lines += [
        "from qiskit.providers import BackendV2",
        f"from qiskit_ibm_runtime import {mode}, SamplerV2",
    ]
    truth = "".join(
        f"{text}want['{n}'] = Statevector(qc).probabilities()\nwidth['{n}'] = qc.num_qubits\n"
        for n, (text, _) in made.items()
    )
    wrong = (
        Wrong(
            "C21",
            (code + last).replace(
                f"{mode}(backend=backend)", f"{mode}(service=None, backend=backend)"
            ),
        ),
    )
    return Instance(
        entry_point="sample_states",
        signature=f"(backend: BackendV2, seed: int) -> {returns}",
        asks=(
            f"Prepare three states and sample them on `backend` (a BackendV2 with "
            f"at least 5 qubits) with the IBM runtime client in local mode, "
            f"in a `{mode}`: {words}. Measure all qubits with `measure_all`, "
            f"compile with the preset pass manager (level {level}, seed {tseed}), "
            f"and run {jobs} by `SamplerV2` (simulator seed: `seed`); {amount_said}. Return {end}.",
            f"`{mode}` with the runtime's `SamplerV2`, {jobs}. States (names in "
            f"quotes): {words}. Each is measured by measure_all and compiled for "
            f"`backend` at optimization level {level} with the transpiler seed "
            f"{tseed}; {amount_said}; seed_simulator `seed`. Output: {end}.",
            f"I want to compare three states on one device, `backend`, within a "
            f"{var} of qiskit-ibm-runtime ({jobs}): {words}. ISA circuits: preset "
            f"pass manager, level {level}, seed {tseed}; measure_all before that. "
            f"Sampler: V2, {amount_said}, simulator seed: `seed`. Please give me {end}.",
        ),
        imports="\n".join(lines),
        body=code + last,
        test=f"""{_DEVICE}
from qiskit.circuit.library import QFTGate, StatePreparation
from qiskit.primitives import BitArray, PrimitiveJob
want, width = {{}}, {{}}
{truth}
shots = {table}
got = candidate(device, 11)
{check}
assert set(counts) == set(want)
for name, probabilities in want.items():
    assert sum(counts[name].values()) == shots[name]
    assert all(len(key) == width[name] for key in counts[name])
    seen = np.array([counts[name].get(format(k, f"0{{width[name]}}b"), 0) for k in range(len(probabilities))])
    assert not np.any(seen[probabilities < 1e-12])
    bound = np.sqrt((len(seen) - 1) / shots[name]) / 2 + np.sqrt(np.log(1e7) / (2 * shots[name]))
    assert np.abs(seen / shots[name] - probabilities).sum() / 2 < bound
""",
        params={"states": picked, "mode": mode, "shots": shots},
        wrong=wrong,
    )
