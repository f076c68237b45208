"""Codecs for what the stand-in for IBM's service gives: the service, its devices, its jobs.

A device crosses by its name, a job by what is known of it, with its result; the other side makes
its own of them, from its own stand-in. Where there is none, nothing crosses.
"""

from collections.abc import Sequence
from typing import Any

from qiskit.primitives import PrimitiveResult
from qiskit_ibm_runtime import IBMBackend, QiskitRuntimeService, RuntimeJobV2
from qiskit_ibm_runtime.models import BackendProperties, BackendStatus

from qspark.verify import stand_in
from qspark.verify.codec import CannotCross, Codec
from qspark.verify.stand_in_client import JobRecord, LocalClient, VisitingClient


def _of_the_stand_in(value: Any) -> LocalClient:
    client = getattr(value, "_api_client", None) or getattr(value, "_active_api_client", None)
    if not isinstance(client, LocalClient):
        raise CannotCross(type(value).__qualname__)
    return client


def _service_parts(service: QiskitRuntimeService) -> Sequence[Any]:
    _of_the_stand_in(service)
    account = service._account
    return (account.channel, account.token, account.instance)


def _service(channel: str, token: str, instance: str | None) -> QiskitRuntimeService:
    if not stand_in.active():
        raise CannotCross("QiskitRuntimeService")
    return QiskitRuntimeService(channel=channel, token=token, instance=instance)  # type: ignore[arg-type]


def _device_parts(backend: IBMBackend) -> Sequence[Any]:
    _of_the_stand_in(backend)
    options: Any = backend.options
    return (backend.name, options.use_fractional_gates, backend.service)


def _device(name: str, fractional: bool | None, service: QiskitRuntimeService) -> IBMBackend:
    if not isinstance(service, QiskitRuntimeService):
        raise CannotCross("a device without its service")
    return service.backend(name, use_fractional_gates=fractional)  # type: ignore[return-value]


def _job_parts(job: RuntimeJobV2) -> Sequence[Any]:
    record = _of_the_stand_in(job).record(job.job_id())
    failed = record.failure()
    return (
        record.job_id, record.program_id, record.session_id, list(record.tags), record.private,
        record.created, record.cancelled, failed, None if failed else record.result(),
        job._backend,
    )  # fmt: skip


def _job(
    job_id: str,
    program_id: str,
    session_id: str | None,
    tags: list[str],
    private: bool,
    created: str,
    cancelled: bool,
    failed: str,
    result: Any,
    backend: IBMBackend,
) -> RuntimeJobV2:
    if not isinstance(result, PrimitiveResult | None) or not isinstance(backend, IBMBackend):
        raise CannotCross("a job without its result or its device")
    record = JobRecord(
        job_id, program_id, str(backend.name), {}, session_id, tags, private, created,
        known=result, cancelled=cancelled, failed=failed,
    )  # fmt: skip
    client: Any = VisitingClient(record, _of_the_stand_in(backend)._instance)
    return RuntimeJobV2(
        backend=backend, api_client=client, job_id=job_id,
        program_id=program_id, service=backend.service, creation_date=created,
        session_id=session_id, tags=tags, private=private,
    )  # fmt: skip


SERVICE: tuple[Codec, ...] = (
    Codec(QiskitRuntimeService, _service_parts, _service),
    Codec(IBMBackend, _device_parts, _device),
    Codec(RuntimeJobV2, _job_parts, _job, exact=False),
    Codec(BackendStatus, lambda v: (v.to_dict(),), BackendStatus.from_dict),
    Codec(BackendProperties, lambda v: (v.to_dict(),), BackendProperties.from_dict),
)
