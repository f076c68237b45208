"""AerSimulator: configured simulators, jobs and what their results hold."""

from random import Random

from qspark.data.families.base import Instance, family

_OPTIONS = (
    ('method="{method}"', "the method {method}", 'got.options.method == "{method}"'),
    ("shots={shots}", "{shots} shots by default", "got.options.shots == {shots}"),
    ("seed_simulator={seed}", "the simulator seed {seed}", "got.options.seed_simulator == {seed}"),
    ('precision="single"', "single precision", 'got.options.precision == "single"'),
    (
        "matrix_product_state_max_bond_dimension={bond}",
        "a bond dimension of at most {bond} for matrix product states",
        "got.options.matrix_product_state_max_bond_dimension == {bond}",
    ),
    (
        "matrix_product_state_truncation_threshold={cut}",
        "a truncation threshold of {cut} for matrix product states",
        "got.options.matrix_product_state_truncation_threshold == {cut}",
    ),
    (
        "max_parallel_threads={threads}",
        "at most {threads} threads",
        "got.options.max_parallel_threads == {threads}",
    ),
    ("fusion_enable=False", "gate fusion switched off", "got.options.fusion_enable is False"),
    ("zero_threshold={cut}", "a zero threshold of {cut}", "got.options.zero_threshold == {cut}"),
    (
        "max_memory_mb={memory}",
        "at most {memory} MB of memory",
        "got.options.max_memory_mb == {memory}",
    ),
    (
        "fusion_max_qubit={bond}",
        "fused gates of at most {bond} qubits",
        "got.options.fusion_max_qubit == {bond}",
    ),
)


@family(
    "aer",
    "basic",
    oracle="structure",
    skills=("simulator-options",),
    why="Options of a simulator are given at construction or changed with set_options; "
    "run may override them.",
)
def configured_simulator(rng: Random) -> Instance:
    """A simulator with several options, obtained in several ways."""
    numbers = {
        "method": rng.choice(
            ["statevector", "density_matrix", "matrix_product_state", "stabilizer", "automatic"]
        ),
        "shots": rng.randint(50, 5000),
        "seed": rng.randint(1, 999),
        "bond": rng.randint(3, 40),
        "cut": rng.choice(["1e-12", "1e-9", "1e-11", "1e-13"]),
        "threads": rng.randint(1, 6),
        "memory": rng.choice([500, 1000, 2000, 4000]),
    }
    count = rng.choice([2, 3, 3, 4])
    picked = rng.sample(_OPTIONS, count)
    code = [c.format(**numbers) for c, _, _ in picked]
    said = [w.format(**numbers) for _, w, _ in picked]
    checks = [x.format(**numbers) for _, _, x in picked]
    words = ", ".join(said[:-1]) + f" and {said[-1]}"
    named = rng.choice(["statevector", "density_matrix", "matrix_product_state"])
    way = rng.choice(["init", "set", "split", "provider", "aer", "backend"])
    imports, source = "from qiskit_aer import AerSimulator", "an `AerSimulator`"
    args = "() -> AerSimulator"
    if way == "init":
        body = f"return AerSimulator({', '.join(code)})"
    elif way == "set":
        body = (
            f"simulator = "
            f"AerSimulator()\nsimulator.set_options({', '.join(code)})\nreturn simulator"
        )
    elif way == "split":
        body = (
            f"simulator = "
            f"AerSimulator({code[0]})\nsimulator.set_options({', '.join(code[1:])})\nreturn simulator"
        )
    elif way in ("provider", "aer"):
        code = [c for c in code if not c.startswith("method")]
        checks = [c for c in checks if ".method " not in c] + [f'got.options.method == "{named}"']
        words = (
            ", ".join(w for w in said if not w.startswith("the method"))
            + f", for the method {named}"
        )
        origin = "AerProvider()" if way == "provider" else "Aer"
        kind = "AerProvider" if way == "provider" else "Aer"
        imports = f"from qiskit_aer import {kind}, AerSimulator"
        body = (
            f'simulator = {origin}.get_backend("aer_simulator_{named}")\n'
            f"simulator.set_options({', '.join(code)})\nreturn simulator"
        )
        source = f"the simulator `aer_simulator_{named}` of Aer's provider"
    else:
        args = "(backend: BackendV2) -> AerSimulator"
        imports = "from qiskit.providers import BackendV2\nfrom qiskit_aer import AerSimulator"
        body = f"return AerSimulator.from_backend(backend, {', '.join(code)})"
        source = "an `AerSimulator` that takes noise, gates and connectivity from `backend`"
        checks += ["got.options.noise_model is not None", "got.num_qubits == backend.num_qubits"]
    lines = "\n".join(f"assert {c}" for c in checks)
    return Instance(
        entry_point="make_simulator",
        signature=args,
        asks=(
            f"Return {source} with {words}.",
            f"I need {source}; options: {words}. Everything else stays at its default.",
            f"Configure Aer: {source}, with {words}; return the simulator without "
            f"running anything.",
        ),
        imports=imports,
        body=body,
        test=f"""
from qiskit.providers.fake_provider import GenericBackendV2
from qiskit_aer import AerSimulator
backend = GenericBackendV2(3, seed=5)
got = candidate({"backend" if way == "backend" else ""})
assert isinstance(got, AerSimulator)
{lines}
""",
        params={"way": way, "options": code},
    )


@family(
    "aer",
    "intermediate",
    oracle="value",
    skills=("result-access", "memory", "endianness"),
    why="A Result answers by index, by name or by circuit; memory needs memory=True in the run.",
)
def results_of_a_batch(rng: Random) -> Instance:
    """Several measured circuits in one job, and what is read from the job and its result."""
    shots, seed = rng.randint(20, 90), rng.randint(1, 99)
    k = rng.randint(1, 3)
    source, imports, who = rng.choice(
        [
            (
                f"AerSimulator(seed_simulator={seed})",
                "from qiskit_aer import AerSimulator",
                "an `AerSimulator`",
            ),
            (
                f'AerSimulator(method="stabilizer", seed_simulator={seed})',
                "from qiskit_aer import AerSimulator",
                "an `AerSimulator` with the stabilizer method",
            ),
            (
                "BasicSimulator()",
                "from qiskit.providers.basic_provider import BasicSimulator",
                "a `BasicSimulator`",
            ),
        ]
    )
    run = f"job = simulator.run(circuits, shots={shots})"
    kept = f"job = simulator.run(circuits, shots={shots}, memory=True)"
    items = [
        (
            run,
            "dict[str, dict[str, int]]",
            "result = job.result()\nreturn {circuit.name: "
            "dict(result.get_counts(circuit)) for circuit in circuits}",
            "a dictionary from the names of the circuits to their counts",
            "assert got == {qc.name: {w: SHOTS} for qc, w in zip(circuits, words)}",
            "",
        ),
        (
            run,
            "dict[str, int]",
            f"return dict(job.result().get_counts({k}))",
            f"the counts of the circuit with index {k}",
            f"assert got == {{words[{k}]: SHOTS}}",
            "",
        ),
        (
            run,
            "list[int]",
            "counts = job.result().get_counts()\nreturn "
            "[next(iter(found.int_outcomes())) for found in counts]",
            "the list of the outcomes as integers (each circuit is deterministic)",
            "assert list(got) == [int(w, 2) for w in words]",
            "",
        ),
        (
            run,
            "str",
            f"return job.result().get_counts({k}).most_frequent()",
            f"the most frequent outcome of the circuit with index {k} as a bitstring",
            f"assert got == words[{k}]",
            "",
        ),
        (
            kept,
            "list[str]",
            f"return job.result().get_memory({k})",
            f"the list of the single-shot outcomes of the circuit with index {k}",
            f"assert list(got) == [words[{k}]] * SHOTS",
            " with memory",
        ),
        (
            kept,
            "dict[str, list[str]]",
            "result = job.result()\nreturn {circuit.name: result.get_memory(circuit) "
            "for circuit in circuits[KK:]}".replace("KK", str(k)),
            f"a dictionary from name to the list of single-shot outcomes, of the "
            f"circuits from index {k} on",
            f"assert got == {{qc.name: [w] * SHOTS for qc, w in zip(circuits[{k}:], words[{k}:])}}",
            " with memory",
        ),
        (
            run,
            "dict[int, int]",
            "merged = {}\nresult = job.result()\nfor index in "
            "range(len(circuits)):\n    for value, n in "
            "result.get_counts(index).int_outcomes().items():\n        merged[value] = "
            "merged.get(value, 0) + n\nreturn merged",
            "the counts of all circuits added up, with integer keys",
            "want = {}\n    for w in words:\n        want[int(w, 2)] = want.get(int(w, "
            "2), 0) + SHOTS\n    assert got == want",
            "",
        ),
        (
            run,
            "tuple[bool, list[int]]",
            "result = job.result()\nreturn result.success, [experiment.shots for "
            "experiment in result.results]",
            "a tuple of whether the result reports success and the list of the numbers "
            "of shots of its experiments",
            "assert got[0] is True and list(got[1]) == [SHOTS] * len(circuits)",
            "",
        ),
        (
            run,
            "tuple[JobStatus, list[str]]",
            'result = job.result()\nreturn job.status(), [experiment.header["name"] '
            "for experiment in result.results]",
            "a tuple of the job's status once its result is there and the list of "
            "names in the headers of the experiments",
            "assert got[0] == JobStatus.DONE and list(got[1]) == [qc.name for qc in circuits]",
            "",
        ),
        (
            run,
            "tuple[str, bool]",
            "result = job.result()\nreturn result.backend_name, job.done()",
            "a tuple of the name of the backend in the result and whether the job is done by then",
            'assert got == ("NAME", True)',
            "",
        ),
        (
            run,
            "dict[str, int]",
            f"restored = Result.from_dict(job.result().to_dict())\nreturn "
            f"dict(restored.get_counts({k}))",
            f"the counts of the circuit with index {k}, read from a result that went "
            f"through its dictionary form (`to_dict`, `from_dict`)",
            f"assert got == {{words[{k}]: SHOTS}}",
            "",
        ),
        (
            run,
            "dict[str, int]",
            f"reduced = marginal_counts(job.result(), indices=[{k - 1}, 3])\nreturn "
            f"dict(reduced.get_counts({k}))",
            f"the counts of the circuit with index {k}, reduced to the classical bits "
            f"{k - 1} and 3 by marginalising the result (bit 3 on the left)",
            f"w = words[{k}]\n    assert got == {{w[-4] + w[-{k}]: SHOTS}}",
            "",
        ),
        (
            run,
            "str",
            f'return next(iter(job.result().data({k})["counts"]))',
            f"the key of the outcome of the circuit with index {k} in the raw data of "
            f"its experiment (a hexadecimal string)",
            f"assert int(got, 16) == int(words[{k}], 2) and got.startswith('0x')",
            "",
        ),
    ]
    code, returns, last, end, check, with_ = rng.choice(items)
    name = (
        "aer_simulator_stabilizer"
        if "stabilizer" in source
        else "aer_simulator"
        if "Aer" in source
        else "basic_simulator"
    )
    told = f", {shots} shots" if "SHOTS" in check else ""
    if not told:
        code = code.replace(f", shots={shots}", "")
    check = check.replace("SHOTS", str(shots)).replace("NAME", name)
    lines = ["from qiskit import QuantumCircuit", *imports.split("\n")]
    lines += ["from qiskit.providers import JobStatus"] * ("JobStatus" in returns)
    lines += ["from qiskit.result import Result"] * ("Result." in last)
    lines += ["from qiskit.result import marginal_counts"] * ("marginal" in last)
    return Instance(
        entry_point="run_batch",
        signature=f"(circuits: list[QuantumCircuit]) -> {returns}",
        asks=(
            f"Run a list of measured circuits as one job{with_} on {who}{told} "
            f"and return {end}. Names of circuits "
            "differ; there are at least four circuits with four classical bits each.",
            f"`circuits` are measured into four bits and go to {who} in one call of "
            f"`run`{with_}{told}. What is wanted: "
            f"{end}. (At least four circuits, all with different names.)",
            f"One job for all of `circuits` (four or more, four classical bits, "
            f"different names) on {who}{told}{with_}. How "
            f"do I get {end}?",
        ),
        imports="\n".join(sorted(lines)),
        body=f"simulator = {source}\n{code}\n{last}",
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.providers import JobStatus
rng = np.random.default_rng(np.random.randint(2**31))
for size in (4, 5):
    words = ["0001", "0110", "1011", "1100", "0010"][:size]
    circuits = []
    for i, word in enumerate(words):
        qc = QuantumCircuit(4, 4, name=f"run_{{rng.integers(100)}}_{{i}}")
        for bit, char in enumerate(reversed(word)):
            if char == "1":
                qc.x(bit)
        qc.measure(range(4), range(4))
        circuits.append(qc)
    got = candidate(circuits)
    {check}
""",
        params={"who": who, "returns": returns, "shots": shots},
    )
