import pytest

from qspark.verify.classify import Raised, classify_assertion, classify_ending, classify_raised


@pytest.mark.parametrize(
    ("raised", "category"),
    [
        (Raised(("SystemExit", "BaseException")), "integrity/exit"),
        (Raised(("MemoryError",)), "resource/memory"),
        (Raised(("RuntimeError",), "can't start new thread"), "resource/process"),
        (Raised(("ModuleNotFoundError", "ImportError"), "", "qiskit.aer"), "api/removed"),
        (Raised(("ImportError",), "cannot import name", "qiskit"), "api/removed"),
        (Raised(("ModuleNotFoundError", "ImportError"), "", "cirq"), "env/missing-package"),
        (Raised(("ModuleNotFoundError", "ImportError"), "", "qiskit"), "env/missing-package"),
        (Raised(("ImportError",), "cannot import name", "numpy"), "runtime/python"),
        (
            Raised(("qiskit.exceptions.MissingOptionalLibraryError", "ImportError")),
            "env/missing-package",
        ),
        (Raised(("qiskit_ibm_runtime.exceptions.AccountNotFoundError",)), "env/credentials"),
        (
            Raised(("ValueError",), files=("x/qiskit_ibm_runtime/accounts/account.py",)),
            "env/credentials",
        ),
        (Raised(("PermissionError",), files=("/lib/python3/socket.py",)), "env/network"),
        (Raised(("AttributeError",), subject="qiskit.circuit.quantumcircuit"), "api/removed"),
        (Raised(("AttributeError",), subject="builtins"), "runtime/python"),
        (
            Raised(("AttributeError",), "'DataBin' object has no attribute 'c'", "qiskit.x"),
            "api/primitive-result-shape",
        ),
        (
            Raised(("AttributeError",), subject="qiskit.circuit", by_candidate=False),
            "wrong/type",
        ),
        (Raised(("qiskit.exceptions.QiskitError",), by_candidate=False), "wrong/value"),
        (Raised(("TypeError",), "f() got an unexpected keyword argument 'x'"), "api/signature"),
        (Raised(("TypeError",), "f() takes 0 positional arguments but 1"), "api/signature"),
        (Raised(("TypeError",), "unsupported operand"), "runtime/python"),
        (Raised(("qiskit.circuit.exceptions.CircuitError",)), "runtime/circuit"),
        (Raised(("qiskit.transpiler.exceptions.TranspilerError",)), "runtime/transpiler"),
        (Raised(("ValueError",), files=("x/qiskit/transpiler/pass.py",)), "runtime/transpiler"),
        (Raised(("ValueError",), files=("x/qiskit_aer/backend.py",)), "runtime/simulator"),
    ],
)
def test_exceptions(raised: Raised, category: str) -> None:
    assert classify_raised(raised) == category


def test_what_a_service_that_is_here_refuses_is_the_programs_fault() -> None:
    account = Raised(("qiskit_ibm_runtime.exceptions.AccountNotFoundError",))
    service = Raised(("ValueError",), files=("x/qiskit_ibm_runtime/qiskit_runtime_service.py",))
    wrong_call = Raised(
        ("TypeError",), "got an unexpected keyword argument 'hub'", "", service.files
    )
    for raised in (account, service, wrong_call):
        assert classify_raised(raised) == "env/credentials"
    assert classify_raised(account, True) == classify_raised(service, True) == "runtime/service"
    assert classify_raised(wrong_call, True) == "api/signature"


def test_assertions_about_types_and_values() -> None:
    assert classify_assertion("assert isinstance(x, int)") == "wrong/type"
    assert classify_assertion("assert type(x) == int") == "wrong/type"
    assert classify_assertion("assert prototype(x) == 1") == "wrong/value"


@pytest.mark.parametrize(
    ("code", "killed_for", "cpu", "category"),
    [
        (0, "", 1.0, "integrity/exit"),
        (3, "", 1.0, "integrity/exit"),
        (-9, "", 19.9, "resource/time"),
        (-9, "", 3.0, "resource/memory"),
        (-11, "", 3.0, "runtime/crash"),
        (-9, "time", 3.0, "resource/time"),
        (-9, "output", 3.0, "resource/output"),
        (-9, "process", 3.0, "resource/process"),
    ],
)
def test_endings(code: int, killed_for: str, cpu: float, category: str) -> None:
    found, message = classify_ending(code, killed_for, cpu, 20)
    assert found == category
    assert message
