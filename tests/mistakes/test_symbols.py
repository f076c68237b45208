import pytest

from qspark.errors import QSparkError
from qspark.mistakes import symbols
from qspark.mistakes.symbols import build_index, cache_path, installed_index, stored_index


def test_the_index_knows_names_members_and_signatures():
    index = installed_index()
    circuit = index.resolve("qiskit.QuantumCircuit")
    assert circuit == index.resolve("qiskit.circuit.QuantumCircuit")
    assert index.exists("qiskit.quantum_info.Operator.from_label")
    assert not index.exists("qiskit.quantum_info.Operator.nothing")
    assert not index.exists("qiskit.nothing.at.all")
    assert index.exists("numpy.anything")
    assert index.is_a(index.resolve("qiskit_aer.AerSimulator"), "BackendV2")
    assert [p[0] for p in index.signature(f"{circuit}.cx") or []][:2] == [
        "control_qubit",
        "target_qubit",
    ]
    assert index.homes["Statevector"][0] == "qiskit.quantum_info"
    assert index.nearest("StateVector", ["Statevector", "Operator"]) == "Statevector"


def test_versions_that_are_stored():
    old = stored_index("0.46")
    assert old.resolve("qiskit.execute") and not installed_index().resolve("qiskit.execute")
    assert stored_index("1.4").resolve("qiskit.primitives.Sampler")
    assert "deprecated" in " ".join(stored_index("1.4").deprecated.values())
    with pytest.raises(QSparkError, match=r"give one of 0\.46, 1\.4"):
        stored_index("9.9")
    with pytest.raises(QSparkError):
        stored_index("../../etc/passwd")


def test_an_environment_is_looked_through_once_and_a_torn_cache_again(tmp_path, monkeypatch):
    stored = installed_index()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(symbols, "STORED", tmp_path)
    versions = {
        name: stored.versions[name] for name in ("qiskit", "qiskit-aer", "qiskit-ibm-runtime")
    }
    cached = cache_path(versions)
    cached.parent.mkdir()
    cached.write_bytes(b"torn")
    installed_index.cache_clear()
    try:
        built = installed_index()
    finally:
        installed_index.cache_clear()
    assert built.versions == stored.versions
    assert built.classes.keys() == stored.classes.keys()
    assert [path.name for path in cached.parent.iterdir()] == [cached.name]


def test_an_environment_without_qiskit(tmp_path):
    with pytest.raises(QSparkError, match="cannot be looked through"):
        build_index(tmp_path / "index.json.gz", "/bin/false")
