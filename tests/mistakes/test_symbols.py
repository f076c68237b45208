import gzip
import json
import sys

import pytest

from qspark.errors import QSparkError
from qspark.mistakes import symbols
from qspark.mistakes.symbols import build_index, installed_index, read_index, stored_index


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
    with pytest.raises(QSparkError, match="give one of 0.46, 1.4"):
        stored_index("9.9")
    with pytest.raises(QSparkError):
        stored_index("../../etc/passwd")


def test_a_new_index_is_what_is_stored(tmp_path):
    path = tmp_path / "cache" / "index.json.gz"
    build_index(path)
    assert read_index(path).versions == installed_index().versions
    assert json.loads(gzip.decompress(path.read_bytes())).keys() >= {"modules", "classes"}
    assert [p.name for p in path.parent.iterdir()] == ["index.json.gz"]


def test_a_broken_cache_is_built_again(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(symbols, "STORED", tmp_path)
    symbols.installed_index.cache_clear()
    try:
        first = installed_index()
        (cached,) = (tmp_path / "qspark").iterdir()
        cached.write_bytes(b"torn")
        symbols.installed_index.cache_clear()
        assert installed_index().versions == first.versions
    finally:
        symbols.installed_index.cache_clear()


def test_an_environment_without_qiskit(tmp_path):
    with pytest.raises(QSparkError, match="cannot be looked through"):
        build_index(tmp_path / "index.json.gz", "/bin/false")
