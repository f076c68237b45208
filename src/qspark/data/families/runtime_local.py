"""IBM runtime's sampler in local mode."""

from random import Random

from qspark.data.families._runtime import SAMPLED_DEVICE
from qspark.data.families.base import Instance, Wrong, family


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
        test=f"""{SAMPLED_DEVICE}
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
