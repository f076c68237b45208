"""Programs that use IBM's service, judged without an account and without a network."""

from dataclasses import replace

import pytest

from qspark.verify.judge import Job, Limits
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

LIMITS = Limits(cpu_seconds=20)
SERVICE = "from qiskit_ibm_runtime import QiskitRuntimeService\n"


def checking(*lines: str) -> str:
    return SERVICE + "def check(candidate):\n" + "".join(f"    {line}\n" for line in lines)


def job(program: str, *lines: str) -> Job:
    return Job(SERVICE + program, checking(*lines), "f", LIMITS)


BELL = (
    "from qiskit import QuantumCircuit\n"
    "from qiskit.transpiler import generate_preset_pass_manager\n"
    "from qiskit_ibm_runtime import Batch, EstimatorV2, SamplerV2, Session\n"
    "def bell(backend):\n"
    "    qc = QuantumCircuit(2)\n    qc.h(0)\n    qc.cx(0, 1)\n    qc.measure_all()\n"
    "    return generate_preset_pass_manager(1, backend=backend).run(qc)\n"
)

STRONG = {
    "the least busy device": job(
        "def f(): return QiskitRuntimeService().least_busy(operational=True, simulator=False)\n",
        "from qiskit_ibm_runtime import IBMBackend",
        "backend = candidate()",
        "assert isinstance(backend, IBMBackend) and backend.name == 'ibm_brisbane'",
        "assert backend.status().pending_jobs == 0 and backend.status().operational",
        "assert backend.num_qubits == 127 and backend.properties().t1(0) > 0",
        "assert backend.name == QiskitRuntimeService().least_busy().name",
    ),
    "filters": job(
        "def f(**wanted): return [b.name for b in QiskitRuntimeService().backends(**wanted)]\n",
        "names = candidate()",
        "assert names == sorted(names) and len(names) == 6",
        "assert candidate(min_num_qubits=140) == ['ibm_fez', 'ibm_marrakesh']",
        "assert candidate(name='ibm_torino') == ['ibm_torino']",
        "assert candidate(simulator=True) == [] and candidate(n_qubits=133) == ['ibm_torino']",
        "assert 'ibm_fez' not in candidate(filters=lambda b: 'ecr' in b.basis_gates)",
    ),
    "devices by name": job(
        "def f(name): return QiskitRuntimeService().backend(name)\n",
        "from qiskit.providers.exceptions import QiskitBackendNotFoundError",
        "assert candidate('ibm_nairobi').num_qubits == 7",
        "assert candidate('ibm_kingston').num_qubits == 156",
        "for name in ('ibm_of_my_own', 'fake_fez', 'ibmq_qasm_simulator', ''):",
        "    try: candidate(name)",
        "    except QiskitBackendNotFoundError: continue",
        "    assert not name",
    ),
    "any account": job(
        "def f(**given): return QiskitRuntimeService(**given)\n",
        "for given in ({}, {'channel': 'ibm_quantum'}, {'channel': 'ibm_cloud', 'token': 'x'},",
        "              {'token': 'x', 'instance': 'ibm-q/open/main'}, {'name': 'mine'},",
        "              {'instance': 'crn:v1:a:b', 'region': 'eu-de', 'plans_preference': ['open']}):",
        "    service = candidate(**given)",
        "    assert service.least_busy(min_num_qubits=128).name == 'ibm_fez', given",
        "    assert service.active_account()['channel'].startswith('ibm_')",
        "assert service.usage()['usage_remaining_seconds'] == 600",
    ),
    "a saved account": job(
        "def f():\n"
        "    QiskitRuntimeService.save_account(channel='ibm_quantum', token='T', name='n')\n"
        "    saved = QiskitRuntimeService.saved_accounts(name='n')['n']['token']\n"
        "    token = QiskitRuntimeService(name='n').active_account()['token']\n"
        "    return saved, token, QiskitRuntimeService.delete_account(name='n')\n",
        "assert candidate() == ('T', 'T', True)",
    ),
    "a job and its result": job(
        BELL + "def f(name):\n    backend = QiskitRuntimeService().backend(name)\n"
        "    return SamplerV2(backend).run([bell(backend)], shots=1000)\n",
        "job = candidate('ibm_nairobi')",
        "counts = job.result()[0].data.meas.get_counts()",
        "assert counts['00'] + counts['11'] > 850 and sum(counts.values()) == 1000",
        "assert job.status() == 'DONE' and job.backend().name == 'ibm_nairobi' and job.job_id()",
        "assert candidate('ibm_nairobi').result()[0].data.meas.get_counts() != counts",
    ),
    "sessions and batches": job(
        BELL + "def f():\n    backend = QiskitRuntimeService().backend('ibm_nairobi')\n"
        "    said = []\n    for mode in (Session, Batch):\n"
        "        with mode(backend=backend) as opened:\n"
        "            job = SamplerV2(mode=opened).run([bell(backend)])\n"
        "            said.append((job.result()[0].data.meas.num_shots, opened.status()))\n"
        "        said.append((opened.status(), mode.from_id(opened.session_id, backend.service)"
        ".session_id == opened.session_id))\n"
        "    return said\n",
        "assert candidate() == 2 * [(1024, 'Pending'), ('Closed', True)]",
    ),
    "fractional gates and dynamic circuits": job(
        "from qiskit import QuantumCircuit\n"
        "from qiskit.transpiler import generate_preset_pass_manager\n"
        "from qiskit_ibm_runtime import SamplerV2\n"
        "def f(name, fractional):\n"
        "    service = QiskitRuntimeService()\n"
        "    backend = service.backend(name, use_fractional_gates=fractional)\n"
        "    qc = QuantumCircuit(2)\n    qc.rx(0.3, 0)\n    qc.rzz(0.7, 0, 1)\n"
        "    qc = generate_preset_pass_manager(1, backend=backend).run(qc)\n"
        "    dynamic = len(service.backends(dynamic_circuits=True))\n"
        "    return backend, dict(qc.count_ops()), dynamic\n",
        "backend, gates, dynamic = candidate('ibm_fez', True)",
        "assert gates == {'rx': 1, 'rzz': 1} and dynamic == 6",
        "assert 'rzz' in backend.target and backend.options.use_fractional_gates",
        "backend, gates, _ = candidate('ibm_fez', False)",
        "assert 'rzz' not in gates and 'rzz' not in backend.target and 'if_else' in backend.target",
    ),
    "an estimator with its options": job(
        BELL + "from qiskit.quantum_info import SparsePauliOp\n"
        "def f():\n    backend = QiskitRuntimeService().backend('ibm_nairobi')\n"
        "    qc = bell(backend)\n    qc.remove_final_measurements()\n"
        "    estimator = EstimatorV2(mode=backend, options={'resilience_level': 1})\n"
        "    observable = SparsePauliOp('ZZ').apply_layout(qc.layout)\n"
        "    return float(estimator.run([(qc, observable)]).result()[0].data.evs)\n",
        "assert 0.7 < candidate() <= 1",
    ),
}


@pytest.mark.parametrize("name", STRONG)
def test_the_service_is_there(pool: JudgePool, name: str) -> None:
    verdict = pool.judge([STRONG[name]])[0]
    assert verdict.passed, (verdict.category, verdict.message, verdict.line)
    assert (verdict.integrity, verdict.stand_in) == ("strong", True), verdict.message


COUNTS = job(
    BELL + "def f():\n    backend = QiskitRuntimeService().backend('ibm_nairobi')\n"
    "    counts = SamplerV2(backend).run([bell(backend)]).result()[0].data.meas.get_counts()\n"
    "    raise ValueError(sorted(counts.items()))\n",
    "candidate()",
)


def test_the_same_program_sees_the_same_counts(pool: JudgePool) -> None:
    first, again = pool.judge([COUNTS, replace(COUNTS, program=COUNTS.program + "# again\n")])
    assert first.message == again.message and "'00'" in first.message


def test_jobs_of_the_account_are_looked_up_where_they_ran(pool: JudgePool) -> None:
    looked_up = job(
        BELL + "def f():\n    backend = QiskitRuntimeService().backend('ibm_nairobi')\n"
        "    return SamplerV2(backend).run([bell(backend)]).job_id()\n",
        "service = QiskitRuntimeService()",
        "assert service.job(candidate()).result()[0].data.meas.num_shots == 1024",
        "assert len(service.jobs(backend_name='ibm_nairobi', pending=False)) == 1",
    )
    verdict = pool.judge([looked_up])[0]
    assert (verdict.passed, verdict.integrity) == (True, "weak"), verdict.message


CASES = {
    "no such device": ("def f(): return QiskitRuntimeService().backend('x')\n", "runtime/service"),
    "no such channel": ("def f(): QiskitRuntimeService(channel='x')\n", "runtime/service"),
    "too large": (
        "def f(): return QiskitRuntimeService().least_busy(min_num_qubits=999)\n",
        "runtime/service",
    ),
    "no such argument": ("def f(): QiskitRuntimeService(hub='ibm-q')\n", "api/signature"),
    "the old run": (
        "def f(): return QiskitRuntimeService().least_busy().run(None)\n",
        "runtime/simulator",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_the_library_refuses_is_the_programs_fault(pool: JudgePool, name: str) -> None:
    program, category = CASES[name]
    verdict = pool.judge([job(program, "candidate()")])[0]
    assert (verdict.status, verdict.stage, verdict.category) == ("fail", "run", category)


def test_without_the_stand_in_there_is_no_account(pool: JudgePool) -> None:
    asked = STRONG["the least busy device"]
    verdict = pool.judge([replace(asked, stand_in=False)])[0]
    assert (verdict.status, verdict.category) == ("fail", "env/credentials")
    assert not verdict.stand_in


def test_only_jobs_that_name_the_library_depend_on_it() -> None:
    asked, other = STRONG["filters"], Job("def f(): return 1\n", "def check(c): assert c()", "f")
    assert asked.key != replace(asked, stand_in=False).key
    assert other.key == replace(other, stand_in=False).key
    assert other.order["stand_in"] is False


def test_the_stand_in_is_named_only_where_it_was_used(pool: JudgePool) -> None:
    unused = Job(SERVICE + "def f(): return 1\n", "def check(c): assert c() == 1\n", "f", LIMITS)
    verdict = pool.judge([unused])[0]
    assert (verdict.passed, verdict.stand_in) == (True, False)


# What the library's own decoder of results makes an object of.
SMUGGLES = {
    "__type__": "settings", "__module__": "qiskit.quantum_info.operators", "__class__": "Pauli",
    "__value__": {"data": "XYZ"},
}  # fmt: skip
HARMLESS = {
    "a circuit's metadata is no object to be made": job(
        BELL
        + f"def f(backend):\n    qc = bell(backend)\n    qc.metadata = {SMUGGLES}\n    return qc\n",
        "from qiskit_ibm_runtime import SamplerV2",
        "backend = QiskitRuntimeService().backend('ibm_nairobi')",
        "result = SamplerV2(backend).run([candidate(backend)]).result()[0]",
        "assert result.metadata['circuit_metadata']['__type__'] == 'settings'",
    ),
    "a job that comes in takes no place of the test's own": job(
        BELL + "def f(backend):\n    return SamplerV2(backend).run([bell(backend)], shots=7)\n",
        "from qiskit import QuantumCircuit",
        "from qiskit_ibm_runtime import SamplerV2",
        "qc = QuantumCircuit(1)",
        "qc.measure_all()",
        "service = QiskitRuntimeService()",
        "backend = service.backend('ibm_nairobi')",
        "own = SamplerV2(backend).run([qc], shots=5)",
        "came = candidate(backend)",
        "assert own.job_id() == came.job_id()",
        "assert came.result()[0].data.meas.num_shots == 7",
        "assert own.result()[0].data.meas.num_shots == 5",
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_comes_from_the_program_stays_what_it_is(pool: JudgePool, name: str) -> None:
    verdict = pool.judge([HARMLESS[name]])[0]
    assert (verdict.passed, verdict.integrity) == (True, "strong"), (verdict.message, verdict.line)


LIE = (
    "class Lie:\n    name = 'ibm_mine'\n    num_qubits = 9999\n"
    "def f():\n    QiskitRuntimeService.least_busy = lambda self, **k: Lie()\n"
    "    return 'ibm_mine'\n"
)
ASKS = ("assert candidate() == QiskitRuntimeService().least_busy().name",)


def refuted(verdict: Verdict) -> bool:
    return not verdict.passed and verdict.status == "fail"


def test_patching_it_changes_nothing_for_the_test(pool: JudgePool) -> None:
    through = "from qspark.verify import stand_in_client as c\nc.FLEET = {'ibm_mine': 1}\n" + LIE
    together = ("import sys", "sys.stdout.flush()", *ASKS)
    jobs = [job(LIE, *ASKS), job(through, *ASKS), job(LIE, *together), job(through, *together)]
    verdicts: list[Verdict] = pool.judge(jobs)
    assert all(map(refuted, verdicts)), verdicts
    assert [verdict.category for verdict in verdicts[2:]] == [
        "integrity/tamper", "integrity/introspection",
    ]  # fmt: skip
