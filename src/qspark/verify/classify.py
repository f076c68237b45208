"""What kind of failure it was: pure functions from plain facts to a category slug."""

import re
import signal
from dataclasses import dataclass

STAGES = ("extract", "parse", "import", "define", "run", "check", "done")

_CORE = {"qiskit", "qiskit_aer", "qiskit_ibm_runtime"}
_RETIRED = {"qiskit_ibm_provider", "qiskit_terra", "qiskit_ignis", "qiskit_aqua"}
_ACCOUNT = re.compile(r"Account|Authoriz|Authentic|Credential|RequestsApi|IBMApi|IBMNotAuthorized")
_SERVICE = (
    "qiskit_ibm_runtime/accounts/",
    "qiskit_ibm_runtime/qiskit_runtime_service",
    "qiskit_ibm_runtime/api/",
)
_ARGUMENTS = re.compile(
    r"unexpected keyword argument|required (positional|keyword-only) argument|got multiple values"
    r"|positional arguments? but|takes no (keyword )?arguments|takes (exactly|at most|at least)"
    r"|invalid keyword argument|got some positional-only arguments|missing a required argument"
)
_TYPE_CHECK = re.compile(r"\bisinstance\s*\(|\btype\s*\(|\bissubclass\s*\(")


@dataclass(frozen=True)
class Raised:
    """An exception as plain facts.

    `types` are the qualified names of its class and bases, most derived first; `subject` is the
    module (ImportError), or the module of the object's type (AttributeError), that it speaks
    about; `files` are the files of its traceback, outermost first; `by_candidate` says whether
    the deepest frame that is the candidate's or the test's is the candidate's.
    """

    types: tuple[str, ...]
    message: str = ""
    subject: str = ""
    files: tuple[str, ...] = ()
    by_candidate: bool = True

    def is_a(self, name: str) -> bool:
        """Whether the class or one of its bases has this qualified name."""
        return name in self.types


def classify_raised(raised: Raised, service_is_here: bool = False) -> str:
    """The category of an exception that is not a failed assertion of the test.

    With `service_is_here` IBM's service can be used, so what it refuses is the program's fault.
    """
    if raised.is_a("SystemExit") or raised.is_a("KeyboardInterrupt"):
        return "integrity/exit"
    if raised.is_a("MemoryError"):
        return "resource/memory"
    if raised.is_a("BlockingIOError") or "can't start new thread" in raised.message:
        return "resource/process"
    if raised.is_a("SyntaxError"):
        return "parse/syntax"
    if raised.is_a("ImportError"):
        return _import_category(raised)
    asks_service = _ACCOUNT.search(raised.types[0]) or _inside(raised, *_SERVICE)
    if asks_service and not service_is_here:
        return "env/credentials"
    if _inside(raised, "/socket.py", "urllib3/", "http/client.py"):
        return "env/network"
    if raised.is_a("AttributeError") and raised.by_candidate:
        if "'DataBin' object" in raised.message:
            return "api/primitive-result-shape"
        if raised.subject.split(".")[0] in _CORE:
            return "api/removed"
    if raised.is_a("TypeError") and _ARGUMENTS.search(raised.message):
        return "api/signature"
    if asks_service and raised.by_candidate:
        return "runtime/service"
    if not raised.by_candidate:
        confused = ("TypeError", "AttributeError", "KeyError", "IndexError")
        return "wrong/type" if any(map(raised.is_a, confused)) else "wrong/value"
    return _runtime_category(raised)


def _import_category(raised: Raised) -> str:
    if any("MissingOptionalLibrary" in name for name in raised.types):
        return "env/missing-package"
    package, _, inside = raised.subject.partition(".")
    if package in _RETIRED:
        return "api/removed"
    if package in _CORE and (inside or not raised.is_a("ModuleNotFoundError")):
        return "api/removed"
    return "env/missing-package" if raised.is_a("ModuleNotFoundError") else "runtime/python"


def _runtime_category(raised: Raised) -> str:
    if any(name.endswith((".CircuitError", ".CircuitToInstructionError")) for name in raised.types):
        return "runtime/circuit"
    if any("Transpiler" in name or "PassManagerError" in name for name in raised.types):
        return "runtime/transpiler"
    if any("AerError" in name for name in raised.types):
        return "runtime/simulator"
    if raised.is_a("RecursionError"):
        return "runtime/python"
    for part, category in (
        (("qiskit/transpiler/", "qiskit/passmanager/", "qiskit/compiler/"), "runtime/transpiler"),
        (("qiskit_aer/", "qiskit/primitives/", "qiskit_ibm_runtime/"), "runtime/simulator"),
        (("qiskit/circuit/",), "runtime/circuit"),
    ):
        if _inside(raised, *part):
            return category
    return "runtime/python"


def _inside(raised: Raised, *parts: str) -> bool:
    return any(part in file for file in raised.files for part in parts)


def classify_assertion(line: str) -> str:
    """The category of a failed assertion, from its source text."""
    return "wrong/type" if _TYPE_CHECK.search(line) else "wrong/value"


def classify_ending(
    code: int, killed_for: str, cpu_seconds: float, limit: float
) -> tuple[str, str]:
    """Category and message for a child that ended without a genuine report.

    `code` is its exit code, or minus the signal; `killed_for` is the limit that the watch ended
    it for; CPU `limit` in seconds.
    """
    if killed_for:
        words = {"time": "wall or CPU time", "process": "number of processes"}
        return f"resource/{killed_for}", f"over the limit: {words.get(killed_for, killed_for)}"
    if code == -signal.SIGXCPU or (cpu_seconds >= limit - 0.2 and code < 0):
        return "resource/time", f"over the limit: {limit:g} s of CPU time"
    if code == -9:
        return "resource/memory", "ended by the kernel, most likely for want of memory"
    if code < 0:
        return "runtime/crash", f"ended by signal {-code}"
    return "integrity/exit", f"left with exit code {code} before the test was over"
