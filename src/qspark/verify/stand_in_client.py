"""What IBM's service would answer: devices from snapshots, jobs in the runtime's local mode.

`LocalClient` has the methods of `qiskit_ibm_runtime.api.clients.runtime.RuntimeClient` and answers
with the same JSON, so that the classes of the library above it work as they are.
"""

import copy
import importlib
import json
import traceback
import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from qiskit_ibm_runtime.api.exceptions import RequestsApiError
from qiskit_ibm_runtime.fake_provider.local_service import QiskitRuntimeLocalService

FLEET = {
    "ibm_brisbane": 127, "ibm_fez": 156, "ibm_kyiv": 127, "ibm_marrakesh": 156,
    "ibm_sherbrooke": 127, "ibm_torino": 133,
}  # fmt: skip
# Devices that the library has no snapshot of, and the snapshot of one of the same processor.
_ALIKE = {
    "aachen": "fez", "basquecountry": "fez", "boston": "fez", "kingston": "fez", "miami":
    "nighthawk", "pittsburgh": "fez", "brussels": "brisbane", "cleveland": "brisbane", "nazca":
    "brisbane", "rensselaer": "brisbane", "strasbourg": "brisbane", "yonsei": "brisbane",
}  # fmt: skip
_FINAL = ("Completed", "Failed", "Cancelled")


def snapshot(name: str) -> Any:
    """The library's fake device for a real device's name, such as FakeBrisbane for `ibm_brisbane`.

    None where there is, and was, no such device.
    """
    maker, _, own = name.partition("_")
    if maker not in ("ibm", "ibmq") or not own.isalpha():
        return None
    provider = importlib.import_module("qiskit_ibm_runtime.fake_provider")
    stem = f"Fake{_ALIKE.get(own, own).capitalize()}"
    return getattr(provider, stem, None) or getattr(provider, f"{stem}V2", None)


class Names(list[str]):
    """The names of the fleet; devices outside of it can be asked for, but are not listed."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and snapshot(name) is not None


class Envelope(str):
    """A result that is not written out: the library's decoder makes the objects that a text names,
    and texts of a program (the metadata of a circuit) come back in results.
    """

    content: Any

    def __new__(cls, content: Any) -> "Envelope":
        """An envelope around a result."""
        made = super().__new__(cls, "a result")
        made.content = content
        return made


@dataclass
class JobRecord:
    """A job of this process: what was asked, and its local run or its result."""

    job_id: str
    program_id: str
    backend: str
    params: dict[str, Any]
    session_id: str | None = None
    tags: list[str] = field(default_factory=list)
    private: bool = False
    created: str = field(default_factory=lambda: _now())
    local: Any = None
    known: Any = None
    cancelled: bool = False
    failed: str = ""

    @property
    def status(self) -> str:
        """In the words of the service."""
        if self.cancelled:
            return "Cancelled"
        if self.local is not None and not self.local.done():
            return "Running"
        return "Failed" if self.failure() else "Completed"

    def failure(self) -> str:
        """Why the job has failed; empty when it has not. Waits for its end."""
        if not self.failed:
            try:
                self.result()
            except Exception as error:
                self.failed = "".join(traceback.format_exception(error))
        return self.failed

    def result(self) -> Any:
        """The PrimitiveResult. Waits for it; raises what the simulation raised."""
        if self.known is None and self.local is not None:
            with warnings.catch_warnings(action="ignore"):
                self.known = self.local.result()
        return self.known


# What the service remembers of the account, for this process.
_jobs: dict[str, JobRecord] = {}
_sessions: dict[str, dict[str, Any]] = {}
_devices: dict[str, Any] = {}  # kept, because a device builds its noise model but once


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def _missing(what: str) -> RequestsApiError:
    return RequestsApiError(f"404 Client Error: {what} not found.", 404)


class LocalClient:
    """The service's answers for one instance. Jobs and sessions are shared by all of them."""

    def __init__(self, instance: str | None):
        self._instance = instance

    def __deepcopy__(self, memo: dict[int, Any]) -> "LocalClient":
        return self

    # Devices

    def list_backends(self) -> list[dict[str, Any]]:
        """The fleet; a device's queue is its place."""
        return [
            {"name": name, "status": {"name": "online", "reason": "available"}, "qubits": qubits,
             "queue_length": place, "is_simulator": False}
            for place, (name, qubits) in enumerate(FLEET.items())
        ]  # fmt: skip

    def backend_configuration(
        self, backend_name: str, refresh: bool = False, calibration_id: str | None = None
    ) -> dict[str, Any]:
        """The snapshot's configuration under the device's own name, with what came after it."""
        known = {**_read(backend_name, "conf_filename"), "backend_name": backend_name}
        features = known.get("supported_features") or []
        if "qasm3" in features:
            known["supported_features"] = sorted({*features, "dynamic_circuits"})
        gates = {gate["name"]: gate for gate in known["gates"]}
        for name, like in _fractional(known):
            known["basis_gates"].append(name)
            made = {**copy.deepcopy(gates[like]), "name": name, "parameters": ["theta"]}
            known["gates"].append(made)
        return known

    def backend_properties(
        self,
        backend_name: str,
        datetime: datetime | None = None,
        calibration_id: str | None = None,
    ) -> dict[str, Any]:
        """The snapshot's properties, whatever the time that is asked for."""
        known = {**_read(backend_name, "props_filename"), "backend_name": backend_name}
        for name, like in _fractional(_read(backend_name, "conf_filename")):
            same = copy.deepcopy([gate for gate in known["gates"] if gate["gate"] == like])
            known["gates"] += [
                {**gate, "gate": name, "name": gate.get("name", "").replace(like, name)}
                for gate in same
            ]
        return known

    def backend_status(self, backend_name: str) -> dict[str, Any]:
        """Online; with the queue that `list_backends` says, or none outside of the fleet."""
        queue = list(FLEET).index(backend_name) if backend_name in FLEET else 0
        return {
            "backend_name": backend_name, "backend_version": "1.0.0", "status_msg": "active",
            "operational": True, "pending_jobs": queue,
        }  # fmt: skip

    # Jobs

    def program_run(
        self,
        program_id: str,
        backend_name: str | None,
        params: dict[str, Any],
        session_id: str | None = None,
        job_tags: list[str] | None = None,
        private: bool | None = False,
        **rest: Any,
    ) -> dict[str, Any]:
        """Start a job in local mode, in a thread as local mode does."""
        kind = snapshot(backend_name or "")
        if program_id not in ("sampler", "estimator") or kind is None:
            raise _missing(f"program {program_id}")
        if session_id in _sessions and not _sessions[session_id]["accepting_jobs"]:
            raise RequestsApiError("409 Client Error: the session is closed.", 409)
        number = len(_jobs) + 1
        options = copy.deepcopy(params.get("options", {}))
        options.setdefault("simulator", {}).setdefault("seed_simulator", number)
        with warnings.catch_warnings(action="ignore"):
            local = QiskitRuntimeLocalService()._run(
                program_id,  # type: ignore[arg-type]
                {"pubs": params["pubs"], "options": options},
                {"backend": _devices.setdefault(kind.__name__, kind())},
                None,
            )
        record = JobRecord(
            f"standin{number:013d}", program_id, str(backend_name), params, session_id,
            list(job_tags or ()), bool(private), local=local,
        )  # fmt: skip
        _jobs[record.job_id] = record
        return {"id": record.job_id, "backend": record.backend}

    def job_get(self, job_id: str, exclude_params: bool = True) -> dict[str, Any]:
        """A job as the service describes it."""
        job = self.record(job_id)
        state: dict[str, Any] = {"status": job.status}
        if state["status"] == "Failed":
            state["reason"] = job.failure().strip().rpartition("\n")[2]
        return {
            "id": job.job_id, "backend": job.backend, "state": state, "status": state["status"],
            "program": {"id": job.program_id}, "created": job.created, "tags": list(job.tags),
            "session_id": job.session_id, "private": job.private, "runtime": "",
            "estimated_running_time_seconds": 0, "cost": 0, "usage": {"seconds": 0},
            **({} if exclude_params else {"params": job.params}),
        }  # fmt: skip

    def jobs_get(
        self,
        limit: int | None = None,
        skip: int | None = None,
        backend_name: str | None = None,
        pending: bool | None = None,
        program_id: str | None = None,
        job_tags: list[str] | None = None,
        session_id: str | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        descending: bool = True,
    ) -> dict[str, Any]:
        """The jobs of this process that fit, and how many there are without a limit."""
        fitting = [
            job
            for job in _jobs.values()
            if backend_name in (None, job.backend)
            and program_id in (None, job.program_id)
            and session_id in (None, job.session_id)
            and set(job_tags or ()) <= set(job.tags)
            and (pending is None or pending == (job.status not in _FINAL))
            and (not created_after or datetime.fromisoformat(job.created) >= _aware(created_after))
            and (
                not created_before or datetime.fromisoformat(job.created) <= _aware(created_before)
            )
        ]
        if descending:
            fitting.reverse()
        start = skip or 0
        page = fitting[start : start + limit if limit else None]
        return {"jobs": [self.job_get(job.job_id) for job in page], "count": len(fitting)}

    def job_results(self, job_id: str) -> str:
        """The result in an envelope, or why there is none."""
        job = self.record(job_id)
        return job.failure() or Envelope(job.result())

    def job_cancel(self, job_id: str) -> None:
        """Cancel a job whose result nobody has asked for."""
        job = self.record(job_id)
        if job.cancelled or job.known is not None:
            raise RequestsApiError("409 Client Error: the job is in a final state.", 409)
        job.cancelled = True

    def job_delete(self, job_id: str) -> None:
        """Forget a job."""
        del _jobs[self.record(job_id).job_id]

    def job_logs(self, job_id: str) -> str:
        """Nothing is logged."""
        self.record(job_id)
        return ""

    def job_metadata(self, job_id: str) -> dict[str, Any]:
        """Times; no quantum seconds are used."""
        created = self.record(job_id).created
        return {
            "timestamps": {"created": created, "running": created, "finished": _now()},
            "bss": {"seconds": 0}, "usage": {"quantum_seconds": 0, "seconds": 0},
        }  # fmt: skip

    def update_tags(self, job_id: str, tags: list[str]) -> Any:
        """Replace a job's tags."""
        self.record(job_id).tags = sorted(tags)
        return SimpleNamespace(status_code=204)

    def record(self, job_id: str) -> JobRecord:
        """A job by its id."""
        if job_id not in _jobs:
            raise _missing(f"job {job_id}")
        return _jobs[job_id]

    # Sessions and usage

    def create_session(
        self,
        backend: str | None = None,
        instance: str | None = None,
        max_time: int | None = None,
        mode: str | None = None,
    ) -> dict[str, Any]:
        """Open a session (mode `dedicated`) or a batch."""
        made = {
            "id": f"standin-session-{len(_sessions) + 1}", "backend_name": backend,
            "interactive_ttl": 60, "max_ttl": max_time or 28800, "active_ttl": max_time or 28800,
            "state": "open", "accepting_jobs": True, "last_job_started": None,
            "last_job_completed": None, "started_at": _now(), "closed_at": None,
            "activated_at": None, "mode": mode, "elapsed_time": 0,
        }  # fmt: skip
        _sessions[made["id"]] = made
        return dict(made)

    def session_details(self, session_id: str) -> dict[str, Any]:
        """A session as the service describes it."""
        if session_id not in _sessions:
            raise _missing(f"session {session_id}")
        return dict(_sessions[session_id])

    def close_session(self, session_id: str) -> None:
        """No more jobs."""
        self.session_details(session_id)
        closed = {"state": "closed", "accepting_jobs": False, "closed_at": _now()}
        _sessions[session_id].update(closed)

    def cancel_session(self, session_id: str) -> None:
        """No more jobs, and none that waits."""
        self.close_session(session_id)
        for job in _jobs.values():
            if job.session_id == session_id and job.known is None:
                job.cancelled = True

    def cloud_usage(self) -> dict[str, Any]:
        """Ten minutes, none of them used."""
        return {
            "instance_id": self._instance, "usage_consumed_seconds": 0,
            "usage_limit_seconds": 600, "usage_limit_reached": False,
        }  # fmt: skip


class VisitingClient(LocalClient):
    """The service's answers about one job that ran in another process."""

    def __init__(self, record: JobRecord, instance: str | None):
        super().__init__(instance)
        self._record = record

    def record(self, job_id: str) -> JobRecord:
        """The job, whatever this process has under its id."""
        return self._record


def _read(backend_name: str, which: str) -> dict[str, Any]:
    kind = snapshot(backend_name)
    if kind is None:
        raise _missing(f"backend {backend_name}")
    return json.loads((Path(kind.dirname) / getattr(kind, which)).read_text())


def _fractional(configuration: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The fractional gates of devices with cz, newer than the snapshots: each as the gate that it
    takes the place of.
    """
    return (("rx", "sx"), ("rzz", "cz")) if "cz" in configuration["basis_gates"] else ()


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.astimezone(UTC)
