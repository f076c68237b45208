"""IBM runtime's sampler with several circuits in a batch or session."""

from random import Random

from qspark.data.families._runtime import SAMPLED_DEVICE
from qspark.data.families.base import Instance, Wrong, family


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
        test=f"""{SAMPLED_DEVICE}
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
