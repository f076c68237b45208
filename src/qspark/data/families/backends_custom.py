"""Backends: a backend and a job of one's own."""

from random import Random

from qspark.data.families.base import Instance, family


@family(
    "backends",
    "advanced",
    oracle="structure",
    skills=("backend-interface", "subclassing"),
    why="A BackendV2 needs target, max_circuits, _default_options and run; run options "
    "override its options.",
)
def own_backend(rng: Random) -> Instance:
    """A BackendV2 subclass with a target of its own that hands circuits to a simulator."""
    n = rng.randint(2, 5)
    two, single = rng.choice(
        [("CZGate", "SXGate"), ("CXGate", "XGate"), ("CZGate", "XGate"), ("ECRGate", "SXGate")]
    )
    lower = {"CZGate": "cz", "CXGate": "cx", "ECRGate": "ecr", "SXGate": "sx", "XGate": "x"}
    shots, most = rng.randrange(50, 900, 10), rng.choice([None, 5, 20, 75])
    cls = rng.choice(["LineBackend", "LabDevice", "TinyMachine", "BenchDevice"])
    name = rng.choice(["lab", "line", "bench", "tiny"]) + str(rng.randint(1, 30))
    seed = rng.randint(1, 99)
    inner = rng.choice(["AerSimulator", "BasicSimulator"])
    error, time = rng.randint(2, 30) / 1000, rng.randint(2, 9)
    both = rng.random() < 0.5
    edges = f"[(q, q + 1) for q in range({n - 1})]" + (
        f" + [(q + 1, q) for q in range({n - 1})]" if both else ""
    )
    source = {
        "AerSimulator": "from qiskit_aer import AerSimulator",
        "BasicSimulator": "from qiskit.providers.basic_provider import BasicSimulator",
    }[inner]
    mode = rng.choice(["error", "duration"])
    entry = (
        f"InstructionProperties(error={error})"
        if mode == "error"
        else f"InstructionProperties(duration={time}e-7)"
    )
    figure = f"an error of {error}" if mode == "error" else f"a duration of {time}e-7 s"
    arrows = "in both directions" if both else "directed from q to q + 1"
    body = f'''
class {cls}(BackendV2):
    def __init__(self):
        super().__init__(name="{name}")
        self._target = Target(num_qubits={n})
        lone = {{(q,): None for q in range({n})}}
        self._target.add_instruction(RZGate(Parameter("theta")), lone)
        self._target.add_instruction({single}(), lone)
        self._target.add_instruction(Measure(), lone)
        pairs = {{pair: {entry} for pair in {edges}}}
        self._target.add_instruction({two}(), pairs)
        self._simulator = {inner}()

    @property
    def target(self):
        return self._target

    @property
    def max_circuits(self):
        return {most}

    @classmethod
    def _default_options(cls):
        return Options(shots={shots}, seed_simulator={seed})

    def run(self, run_input, **options):
        settings = {{"shots": self.options.shots, "seed_simulator": self.options.seed_simulator, **options}}
        return self._simulator.run(run_input, **settings)
'''
    limit = (
        "no limit on the number of circuits (`max_circuits` is None)"
        if most is None
        else f"`max_circuits` = {most}"
    )
    facts = (
        f"its name is `{name}`; its target has {n} qubits, rz, {lower[single]} and "
        f"measure on every qubit, and {lower[two]} on neighbours of "
        f"the line ({arrows}) with {figure} each; {limit}; default options: "
        f"shots={shots}, seed_simulator={seed}; `run(circuits, "
        f"**options)` passes circuits to a `{inner}` with the backend's options, "
        f"which keywords of `run` override, and returns its job"
    )
    gates = sorted({two, single, "RZGate", "Measure"} - {"Measure"})
    return Instance(
        entry_point=cls,
        signature="",
        asks=(
            f"Write a class `{cls}`, a subclass of `BackendV2` that is made without "
            f"arguments: {facts}.",
            f"I want to plug our own device model into Qiskit as "
            f"`{cls}(BackendV2)`, whose constructor takes nothing. Requirements: {facts}.",
            f"Implement `{cls}`, derived from `qiskit.providers.BackendV2`, no "
            f"constructor arguments. Spec: {facts}.",
        ),
        imports=f"from qiskit.circuit import Measure, Parameter\nfrom "
        f"qiskit.circuit.library import {', '.join(gates)}\n"
        "from qiskit.providers import BackendV2, Options\nfrom qiskit.transpiler "
        "import InstructionProperties, Target\n" + source,
        body=body,
        test=f"""
from qiskit import QuantumCircuit, transpile
from qiskit.providers import BackendV2
backend = candidate()
assert isinstance(backend, BackendV2) and backend.name == "{name}" and backend.num_qubits == {n}
assert backend.max_circuits == {most} and backend.options.shots == {shots}
assert backend.options.seed_simulator == {seed}
target = backend.target
assert {{"rz", "{lower[single]}", "measure", "{lower[two]}"}} <= set(target.operation_names)
for name in ("rz", "{lower[single]}", "measure"):
    for q in range({n}):
        assert target.instruction_supported(name, (q,))
edges = {edges}
assert set(target["{lower[two]}"]) == set(edges)
for entry in target["{lower[two]}"].values():
    assert abs(entry.{mode} - {error if mode == "error" else f"{time}e-7"}) < 1e-12
qc = QuantumCircuit({n}, {n})
if "{lower[single]}" == "x":
    qc.x({n - 1})
else:
    qc.sx({n - 1})
    qc.sx({n - 1})
qc.measure(range({n}), range({n}))
for shots, options in (({shots}, {{}}), ({shots + 7}, {{"shots": {shots + 7}}})):
    counts = backend.run(qc, **options).result().get_counts()
    assert counts == {{"1" + "0" * {n - 1}: shots}}
backend.set_options(shots=23)
assert sum(backend.run([qc]).result().get_counts().values()) == 23
""",
        params={"n": n, "two": two, "inner": inner, "most": most},
    )


@family(
    "backends",
    "advanced",
    oracle="structure",
    skills=("job-interface", "subclassing"),
    why="A JobV1 needs submit, result and status; job_id and backend come from its base class.",
)
def own_job(rng: Random) -> Instance:
    """A JobV1 subclass that wraps a function or a simulator's job."""
    cls = rng.choice(["LazyJob", "LocalJob", "QueuedJob", "DeferredJob", "CachedJob"])
    prefix = rng.choice(["job", "run", "task", "local"])
    number = rng.randint(10, 9999)
    shots, seed = rng.randint(20, 300), rng.randint(1, 99)
    first = rng.choice(["INITIALIZING", "QUEUED", "VALIDATING"])
    cancel = rng.random() < 0.6
    auto = rng.random() < 0.5
    count = rng.random() < 0.5
    inner = rng.choice(["AerSimulator", "BasicSimulator"])
    source = {
        "AerSimulator": "from qiskit_aer import AerSimulator",
        "BasicSimulator": "from qiskit.providers.basic_provider import BasicSimulator",
    }[inner]
    cancel_code = (
        """
    def cancel(self):
        if self._result is None:
            self._cancelled = True
        return self._cancelled
"""
        if cancel
        else ""
    )
    status = f"JobStatus.DONE if self._result is not None else JobStatus.{first}"
    if cancel:
        status = f"JobStatus.CANCELLED if self._cancelled else {status}"
    fetch = "if self._result is None:\n            self.submit()\n        " if auto else ""
    refuse = 'raise RuntimeError("not submitted")'
    if not auto:
        fetch = f"if self._result is None:\n            {refuse}\n        "
    once = (
        "if self._result is None:\n            self.runs += 1\n            "
        if count
        else "if self._result is None:\n            "
    )
    guard = "if self._cancelled:\n            return\n        " if cancel else ""
    state = "        self._cancelled = False\n" if cancel else ""
    state += "        self.runs = 0\n" if count else ""
    run = f"self.backend().run(self._circuit, shots={shots}, seed_simulator={seed})"
    body = f'''
class {cls}(JobV1):
    def __init__(self, circuit):
        super().__init__({inner}(), "{prefix}-{number}")
        self._circuit = circuit
        self._result = None
{state}
    def submit(self):
        {guard}{once}self._result = {run}.result()

    def result(self):
        {fetch}return self._result

    def status(self):
        return {status}
{cancel_code}'''
    facts = [
        f"its constructor takes a measured circuit and does not run it; the job id "
        f"is `{prefix}-{number}`, and the backend is a new `{inner}`",
        f"`submit()` runs the circuit on that backend with {shots} shots (seed "
        f"{seed}) and keeps the result; a second call does nothing",
        f"`status()` is JobStatus.{first} before that and JobStatus.DONE afterwards",
        "`result()` returns the kept result"
        + (
            ", submitting first if that was not done yet"
            if auto
            else "; before submission it raises RuntimeError"
        ),
    ]
    if cancel:
        facts.append(
            "`cancel()` makes the status CANCELLED and later calls of `submit()` "
            "useless, unless the result is there already; it returns whether the job is cancelled"
        )
    if count:
        facts.append(
            "its attribute `runs` counts how often the circuit was really run (0 at first)"
        )
    text = "; ".join(facts)
    return Instance(
        entry_point=cls,
        signature="",
        asks=(
            f"Write `{cls}`, a subclass of `qiskit.providers.JobV1`: {text}.",
            f"Implement a job class `{cls}(JobV1)` for lazy local runs. Behaviour: {text}.",
            f"I need `{cls}` derived from `JobV1` with this contract: {text}.",
        ),
        imports=f"from qiskit.providers import JobStatus, JobV1\n{source}",
        body=body,
        test=f"""
from qiskit import QuantumCircuit
from qiskit.providers import JobStatus, JobV1
for word in ("001", "110"):
    qc = QuantumCircuit(3, 3)
    for q, c in enumerate(reversed(word)):
        if c == "1":
            qc.x(q)
    qc.measure(range(3), range(3))
    job = candidate(qc)
    assert isinstance(job, JobV1) and job.job_id() == "{prefix}-{number}"
    assert type(job.backend()).__name__ == "{inner}"
    assert job.status() == JobStatus.{first} and not job.done()
    {"assert job.runs == 0" if count else ""}
    if {not auto}:
        try:
            job.result()
        except RuntimeError:
            pass
        else:
            raise AssertionError("a result before submission")
        job.submit()
        assert job.status() == JobStatus.DONE
    assert job.result().get_counts() == {{word: {shots}}}
    kept = job.result()
    job.submit()
    assert job.result() is kept and job.done() and job.in_final_state()
    {"assert job.runs == 1" if count else ""}
    if {cancel}:
        assert job.cancel() is False and job.status() == JobStatus.DONE
        other = candidate(qc)
        assert other.cancel() is True and other.cancelled() and other.status() == JobStatus.CANCELLED
        other.submit()
        assert other.status() == JobStatus.CANCELLED
        {"assert other.runs == 0" if count else ""}
    elif {auto}:
        other = candidate(qc)
        other.submit()
        assert other.status() == JobStatus.DONE
""",
        params={"inner": inner, "cancel": cancel, "auto": auto, "count": count},
    )
