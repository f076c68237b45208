"""IBM's cloud service, stood in for inside the sandbox.

The runtime library does all that it does for a real account: its own QiskitRuntimeService,
IBMBackend, RuntimeJobV2, Session and Batch run, with their checks and their errors. Only its HTTP
client is replaced (`stand_in_client`), by one that answers from the device snapshots which the
library ships and runs jobs in the library's local mode, and an account is always found. The rules:

- Any token, instance, region and plan is taken; `ibm_quantum`, the channel's old name, is taken for
  today's. What else the library refuses is refused.
- The devices listed are FLEET; the queue of each is its place in that order, so the least busy
  device is the first that fits. Others can be asked for by name (`stand_in_client.snapshot`).
- The n-th job of a program is simulated with the seed n, unless it brings its own.

It replaces attributes of the library in one forked child and is imported by nothing outside.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qspark.verify import tamper

INSTANCE = {
    "crn": "crn:v1:bluemix:public:quantum-computing:us-east:a/stand-in:stand-in::",
    "plan": "open",
    "name": "stand-in",
    "tags": [],
    "pricing_type": "free",
}
# What tests rely on, and no program in one process with its test may change.
RELIED_ON = {
    "qiskit_ibm_runtime": ("IBMBackend", "QiskitRuntimeService"),
    "qiskit_ibm_runtime:IBMBackend": ("__init__", "configuration", "properties", "status"),
    "qiskit_ibm_runtime:QiskitRuntimeService": ("__init__", "backend", "backends", "least_busy"),
}
_OLD_CHANNEL, _CHANNEL = "ibm_quantum", "ibm_quantum_platform"
_installed = False


def active() -> bool:
    """Whether this process has the stand-in: then errors of the service are the program's own."""
    return _installed


def install(job: Mapping[str, Any], used: Any) -> None:
    """Let this process see the stand-in, if the job is to; byte 1 of `used` is set when it is used.

    For a forked child only: it stays for the life of the process.
    """
    global _installed
    if not job["stand_in"]:
        return
    from qiskit_ibm_runtime import QiskitRuntimeService, qiskit_runtime_service
    from qiskit_ibm_runtime.accounts import AccountNotFoundError, account, management
    from qiskit_ibm_runtime.utils.result_decoder import ResultDecoder

    from qspark.verify.stand_in_client import FLEET, Envelope, LocalClient, Names

    _installed = True
    service: Any = QiskitRuntimeService
    manager: Any = management.AccountManager
    found, saved = manager.get.__func__, manager.save.__func__
    discovered, decoded = service._discover_account, ResultDecoder.decode.__func__

    def connect(params: Any) -> LocalClient:
        used[1] = 1
        return LocalClient(params.instance)

    def get(cls: Any, filename: Any = None, name: Any = None, channel: Any = None) -> Any:
        try:
            return found(cls, filename, name, _today(channel))
        except AccountNotFoundError:
            crn = str(INSTANCE["crn"])
            return account.CloudAccount("stand-in", instance=crn, channel=_today(channel))

    def save(cls: Any, *args: Any, channel: Any = None, **given: Any) -> None:
        saved(cls, *args, channel=_today(channel) if channel else None, **given)

    def discover(self: Any, *, channel: Any = None, **given: Any) -> Any:
        return discovered(self, channel=_today(channel) if channel else None, **given)

    def decode(cls: Any, data: str) -> Any:
        return data.content if isinstance(data, Envelope) else decoded(cls, data)

    def instances(self: Any) -> list[dict[str, Any]]:
        return [{**INSTANCE, "crn": self.instance or INSTANCE["crn"]}]

    qiskit_runtime_service.RuntimeClient = connect  # type: ignore[assignment,misc]
    service._discover_account = discover
    service._get_crn_from_instance_name = lambda self, account, instance: INSTANCE["crn"]
    service._discover_backends_from_instance = lambda self, instance: Names(FLEET)
    service._filter_instances_by_saved_preferences = lambda self: None
    manager.get, manager.save = classmethod(get), classmethod(save)
    account.CloudAccount.list_instances = instances  # type: ignore[method-assign]
    ResultDecoder.decode = classmethod(decode)  # type: ignore[assignment]
    accounts = Path(os.environ["HOME"]) / ".qiskit" / "qiskit-ibm.json"
    management._DEFAULT_ACCOUNT_CONFIG_JSON_FILE = str(accounts)
    for owner, names in RELIED_ON.items():
        tamper.remember_too(owner, names)


def _today(channel: str | None) -> str:
    return _CHANNEL if channel in (None, _OLD_CHANNEL) else channel
