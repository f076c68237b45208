"""Backends: providers and the basic simulator."""

from random import Random

from qspark.data.families.base import Instance, family


@family(
    "backends",
    "basic",
    oracle="value",
    skills=("providers", "fake-backends"),
    why="FakeProviderForBackendV2 finds fake backends by name; the basic and the Aer "
    "provider have get_backend.",
)
def provider_lookup(rng: Random) -> Instance:
    """Finding backends with a provider, and facts about what was found."""
    small = [
        "fake_lima",
        "fake_manila",
        "fake_quito",
        "fake_belem",
        "fake_bogota",
        "fake_athens",
        "fake_santiago",
        "fake_vigo",
        "fake_ourense",
        "fake_valencia",
        "fake_london",
        "fake_rome",
    ]
    names = rng.sample(small, rng.choice([2, 3]))
    one = names[0]
    q = rng.randrange(5)
    low = rng.choice([16, 20, 27, 28, 53, 65])
    gate = rng.choice(["sx", "x"])
    end = rng.choice(
        [
            (
                "BackendV2",
                f'return FakeProviderForBackendV2().backend("{one}")',
                f"the fake backend called `{one}`",
                f'assert isinstance(got, BackendV2) and got.name == "{one}"',
            ),
            (
                "dict[str, int]",
                f"provider = FakeProviderForBackendV2()\nreturn "
                f"{{name: provider.backend(name).num_qubits for name in {names}}}",
                f"a dictionary from the names {', '.join(names)} to the numbers of "
                f"qubits of these fake backends",
                f"assert got == {{n: 5 for n in {names}}}",
            ),
            (
                "list[tuple[int, int]]",
                f'backend = FakeProviderForBackendV2().backend("{one}")\nreturn '
                f"sorted(backend.coupling_map.get_edges())",
                f"the sorted list of directed edges of the fake backend `{one}`",
                f'assert list(got) == sorted(provider.backend("{one}").target["cx"])',
            ),
            (
                "float",
                f'backend = FakeProviderForBackendV2().backend("{one}")\nreturn '
                f"backend.qubit_properties({q}).t1 * 1e6",
                f"T1 of qubit {q} of the fake backend `{one}` in microseconds",
                f"assert abs(got - "
                f'provider.backend("{one}").target.qubit_properties[{q}].t1 * 1e6) < 1e-6',
            ),
            (
                "float",
                f'backend = FakeProviderForBackendV2().backend("{one}")\nreturn '
                f"backend.qubit_properties({q}).frequency / 1e9",
                f"the frequency of qubit {q} of the fake backend `{one}` in GHz",
                f"assert abs(got - "
                f'provider.backend("{one}").target.qubit_properties[{q}].frequency / 1e9) < 1e-9',
            ),
            (
                "dict[tuple[int, ...], float]",
                f'backend = FakeProviderForBackendV2().backend("{one}")\n'
                "return {pair: entry.duration / backend.dt for pair, entry in "
                'backend.target["cx"].items()}',
                f"a dictionary from the pairs with a cx to its duration in units of "
                f"dt, for the fake backend `{one}`",
                f'b = provider.backend("{one}")\n'
                "assert dict(got) == {k: v.duration / b.target.dt for k, v in "
                'b.target["cx"].items()}',
            ),
            (
                "dict[int, int]",
                f'backend = FakeProviderForBackendV2().backend("{one}")\ndurations '
                f"= backend.instruction_durations\n"
                f"return "
                f'{{q: round(durations.get("{gate}", q, unit="s") * 1e9) for q in range(5)}}',
                f"a dictionary from each qubit of the fake backend `{one}` to the "
                f"duration of {gate} on it, rounded to whole "
                "nanoseconds (from its `instruction_durations`)",
                f't = provider.backend("{one}").target["{gate}"]\n'
                "assert got == {q: round(t[(q,)].duration * 1e9) for q in range(5)}",
            ),
            (
                "dict[str, float]",
                f"provider = FakeProviderForBackendV2()\nbackends = "
                f"[provider.backend(name) for name in {names}]\n"
                f'return {{b.name: b.target["measure"][({q},)].error for b in backends}}',
                f"a dictionary from the names {', '.join(names)} (fake backends) to "
                f"the readout error of their qubit {q}",
                f"assert got == "
                f"{{n: provider.backend(n).target['measure'][({q},)].error for n in {names}}}",
            ),
            (
                "list[str]",
                f"backends = FakeProviderForBackendV2().backends()\nreturn "
                f"sorted(b.name for b in backends if b.num_qubits == "
                f"{low})",
                f"the sorted list of the names of all fake backends with exactly {low} qubits",
                f"assert list(got) == sorted(b.name for b in provider.backends() if "
                f"b.target.num_qubits == {low}) and got",
            ),
            (
                "BackendV2",
                'return BasicProvider().get_backend("basic_simulator")',
                "the simulator `basic_simulator` of Qiskit's basic provider",
                'assert isinstance(got, BackendV2) and got.name == "basic_simulator"',
            ),
        ]
    )
    returns, body, said, check = end
    lines = ["from qiskit.providers import BackendV2"] * (returns == "BackendV2")
    lines += ["from qiskit.providers.basic_provider import BasicProvider"] * (
        "BasicProvider" in body
    )
    lines += ["from qiskit_ibm_runtime.fake_provider import FakeProviderForBackendV2"] * (
        "FakeProvider" in body
    )
    which = (
        ""
        if "BasicProvider" in body
        else " Use `FakeProviderForBackendV2` of the IBM runtime client."
    )
    return Instance(
        entry_point="look_up",
        signature=f"() -> {returns}",
        asks=(
            f"Return {said}.{which}",
            f"I would like to have {said}, found by a provider rather than by "
            f"importing a class.{which}",
            f"Looking up devices without an account: give me {said}.{which}",
        ),
        imports="\n".join(lines),
        body=body,
        test=f"""
import warnings
from qiskit.providers import BackendV2
from qiskit_ibm_runtime.fake_provider import FakeProviderForBackendV2
with warnings.catch_warnings():
    warnings.simplefilter("ignore", UserWarning)
    provider = FakeProviderForBackendV2()
    got = candidate()
{check}
""",
        params={"returns": returns, "names": names},
    )


@family(
    "backends",
    "intermediate",
    oracle="value",
    skills=("basic-simulator", "isa"),
    why="BasicSimulator has a fixed set of gates: circuits are transpiled to its "
    "target before they run.",
    false_alarm=1e-6,
    tolerance=0.1,
)
def basic_simulator_runs(rng: Random) -> Instance:
    """Circuits compiled to BasicSimulator's target and run there."""
    shots, seed = rng.randrange(2000, 4000, 100), rng.randint(1, 999)
    level = rng.choice([0, 1, 2, 3])
    q = rng.randrange(3)
    compile_ = rng.choice(
        [
            f"isa = generate_preset_pass_manager(optimization_level={level}, "
            f"backend=simulator).run(circuit)\n",
            f"isa = transpile(circuit, simulator, optimization_level={level})\n",
            f"isa = generate_preset_pass_manager(optimization_level={level}, "
            f"target=simulator.target).run(circuit)\n",
        ]
    )
    run = f"job = simulator.run(isa, shots={shots}, seed_simulator={seed})\n"
    kept = run.replace(")\n", ", memory=True)\n")
    near = "assert abs(REL - p(WORD)) < np.sqrt(np.log(16 / 1e-6) / (2 * SHOTS))"
    each = "for k in range(8):\n        WORD = format(k, '03b')\n        "
    whole = (
        "assert np.allclose(np.rint(np.multiply(got, SHOTS)), np.multiply(got, SHOTS), atol=1e-6)"
    )
    bound = "np.sqrt(np.log(16 / 1e-6) / (2 * SHOTS))"
    marginal = "sum(p(format(j, '03b')) for j in range(8) if j >> BIT & 1)"
    ends = [
        (
            run,
            "dict[str, int]",
            "return dict(job.result().get_counts())",
            "the counts",
            "assert sum(got.values()) == SHOTS\n    "
            + each
            + near.replace("REL", "got.get(WORD, 0) / SHOTS"),
        ),
        (
            run,
            "float",
            f"counts = job.result().get_counts()\nones = sum(n for key, n in "
            f'counts.items() if key[-1 - {q}] == "1")\n'
            "return ones / sum(counts.values())",
            f"the relative frequency of a one in bit {q}",
            f"assert abs(got - {marginal.replace('BIT', str(q))}) < {bound}\n    {whole}",
        ),
        (
            kept,
            "list[int]",
            "return [int(shot, 2) for shot in job.result().get_memory()]",
            "the list of outcomes as integers, shot by shot",
            "assert len(got) == SHOTS\n    "
            + each
            + near.replace("REL", "list(got).count(k) / SHOTS"),
        ),
        (
            run,
            "np.ndarray",
            "counts = job.result().get_counts()\nones = np.zeros(3)\nfor key, n in "
            "counts.items():\n"
            "    ones += n * np.array([int(c) for c in reversed(key)])\nreturn "
            "ones / sum(counts.values())",
            "an array with the relative frequency of a one in bits 0, 1 and 2",
            f"for k in range(3):\n        assert abs(got[k] - "
            f"{marginal.replace('BIT', 'k')}) < {bound}\n    {whole}",
        ),
        (
            kept,
            "tuple[JobStatus, list[str]]",
            "result = job.result()\nreturn job.status(), [shot[::-1] for shot in "
            "result.get_memory()]",
            "a tuple of the status of the job after its result is there and the "
            "list of single-shot outcomes as strings with "
            "bit 0 on the left",
            "status, shots = got\n    assert status == JobStatus.DONE and len(shots) == SHOTS\n    "
            "for k in range(8):\n        WORD = format(k, '03b')\n        "
            f"assert abs(list(shots).count(WORD[::-1]) / SHOTS - p(WORD)) < {bound}",
        ),
        (
            kept,
            "tuple[int, int]",
            "result = job.result()\nmemory = result.get_memory()\nreturn "
            'len(memory), sum(shot.count("1") for shot in memory)',
            "a tuple of the number of shots in the memory and of the number of "
            "ones in all of them together",
            "assert got[0] == SHOTS\n    want = sum(p(format(j, '03b')) * "
            "format(j, 'b').count('1') for j in range(8))\n    "
            f"assert abs(got[1] / SHOTS - want) < 3 * {bound}",
        ),
    ]
    run, returns, last, end, check = rng.choice(ends)
    check = check.replace("SHOTS", str(shots)).replace("WORD", "word")
    tool = "transpile" if "transpile(" in compile_ else "generate_preset_pass_manager"
    lines = ["import numpy as np"] * ("np." in last + returns) + [
        f"from qiskit import QuantumCircuit, {tool}"
    ]
    lines += ["from qiskit.providers import JobStatus"] * ("JobStatus" in returns)
    lines += ["from qiskit.providers.basic_provider import BasicSimulator"]
    how = "with the preset pass manager" if tool.startswith("gen") else "with `transpile`"
    return Instance(
        entry_point="run_basic",
        signature=f"(circuit: QuantumCircuit) -> {returns}",
        asks=(
            f"Compile a measured 3-bit circuit for `BasicSimulator` ({how}, level "
            f"{level}) and run it there: {shots} shots, seed {seed}. "
            f"Return {end}. Bit 0 is the rightmost character of an outcome.",
            f"Without Aer: run `circuit` (three classical bits, may contain gates "
            f"the simulator lacks) on Qiskit's `BasicSimulator`, "
            f"compiled {how} at level {level}; {shots} shots, simulator seed "
            f"{seed}. I want {end}; bit 0 is on the right.",
            f"`BasicSimulator` does not know every gate. Compile `circuit` for it "
            f"first ({how}, optimization level {level}), then take {shots} "
            f"shots with seed {seed}, and give me {end} (bit 0: last character).",
        ),
        imports="\n".join(lines),
        body=f"simulator = BasicSimulator()\n{compile_}{run}{last}",
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit.library import QFTGate
from qiskit.providers import JobStatus
from qiskit.quantum_info import Statevector
rng = np.random.default_rng(np.random.randint(2**31))
for _ in range(2):
    qc = QuantumCircuit(3, 3)
    for q, low in enumerate((0.5, 1.2, 2.0)):
        qc.ry(rng.uniform(low, low + 0.4), q)
    qc.append(QFTGate(3), range(3))
    for q in range(3):
        qc.u(*rng.uniform(0.3, 1.3, 3), q)
    probabilities = Statevector(qc).probabilities()
    def p(word):
        return probabilities[int(word, 2)]
    qc.measure(range(3), range(3))
    got = candidate(qc)
    {check}
""",
        params={"tool": tool, "level": level, "returns": returns},
    )
