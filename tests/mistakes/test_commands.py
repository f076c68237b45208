"""qspark check, fix and explain as a newcomer calls them."""

import json
import os
import stat
import subprocess
import sys

import pytest

WRONG = "from qiskit import QuantumCircuit, Aer\nqc = QuantumCircuit(2)\nqc.cnot(0, 1)\nAer.backends()\n"
RIGHT = (
    "from qiskit import QuantumCircuit\nfrom qiskit_aer import Aer\nqc = QuantumCircuit(2)\n"
    "qc.cx(0, 1)\nAer.backends()\n"
)


def qspark(*arguments, text=None):
    return subprocess.run(
        [sys.executable, "-m", "qspark", *map(str, arguments)],
        input=text, capture_output=True, text=True, timeout=120,
        env={**os.environ, "COLUMNS": "100"},
    )  # fmt: skip


@pytest.fixture
def wrong(tmp_path):
    path = tmp_path / "wrong.py"
    path.write_text(WRONG)
    return path


def test_check_says_where_and_what(wrong):
    done = qspark("check", wrong)
    assert done.returncode == 1
    assert f"{wrong}:3:1: B01 Removed in Qiskit 1.0. Use cx." in done.stdout
    assert "2 findings in 1 of 1 files; qspark fix mends 2 of them" in done.stderr
    assert qspark("check", "-", text=RIGHT).returncode == 0
    folder = qspark("check", wrong.parent, "--json")
    content = json.loads(folder.stdout)
    assert [f["id"] for f in content["findings"]] == ["A02", "B01"]
    assert content["findings"][1]["fix"] == "safe"


def test_sarif(wrong):
    log = json.loads(qspark("check", wrong, "--sarif").stdout)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["A02", "B01"]
    result = run["results"][1]
    assert result["ruleId"] == "B01" and result["ruleIndex"] == 1 and result["level"] == "error"
    place = result["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 8}
    assert (
        json.loads(qspark("check", "-", "--sarif", text=RIGHT).stdout)["runs"][0]["results"] == []
    )


def test_notebooks(tmp_path):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# title"]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
         "source": ["%matplotlib inline\n", "from qiskit import QuantumCircuit\n", "files = !ls"]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
         "source": ["%%bash\n", "echo $HOME"]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
         "source": ["qc = QuantumCircuit(2)\n", "qc.cnot(0, 1)\n", "qc.qasm()"]},
    ]  # fmt: skip
    path = tmp_path / "book.ipynb"
    path.write_text(
        json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    done = qspark("check", path)
    assert f"{path}:cell 4:2:1: B01" in done.stdout
    assert qspark("fix", "--write", path).returncode == 0
    after = json.loads(path.read_text())["cells"]
    assert after[0] == cells[0] and after[2] == cells[2]
    assert after[1]["source"] == [
        "%matplotlib inline\n",
        "from qiskit import QuantumCircuit, qasm2\n",
        "files = !ls",
    ]
    assert after[3]["source"] == ["qc = QuantumCircuit(2)\n", "qc.cx(0, 1)\n", "qasm2.dumps(qc)"]


def test_the_magic_of_a_cell_stays_its_first_line(tmp_path):
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
            "source": "%%time\nfrom qiskit import Aer\nAer.get_backend('qasm_simulator')"}  # fmt: skip
    path = tmp_path / "book.ipynb"
    path.write_text(
        json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    assert qspark("fix", "--write", path).returncode == 0
    (after,) = json.loads(path.read_text())["cells"]
    assert after["source"] == "%%time\nfrom qiskit_aer import AerSimulator\nAerSimulator()"


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "folder.py").mkdir()
    done = qspark("check", tmp_path)
    assert done.returncode == 0 and "No findings in 0 files" in done.stderr


def test_sarif_names_files_by_uri(tmp_path):
    path = tmp_path / "a b é.py"
    path.write_text(WRONG)
    log = json.loads(qspark("check", path, "-", "--sarif", text=WRONG).stdout)
    uris = {
        r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for r in log["runs"][0]["results"]
    }
    assert uris == {"stdin", path.as_uri()} and path.as_uri().endswith("/a%20b%20%C3%A9.py")


def test_fix_shows_a_diff_or_writes(wrong):
    shown = qspark("fix", wrong)
    assert shown.returncode == 0 and "-qc.cnot(0, 1)\n+qc.cx(0, 1)\n" in shown.stdout
    assert wrong.read_text() == WRONG
    wrong.chmod(0o754)
    written = qspark("fix", "--write", wrong)
    assert "mended B01, A02" in written.stderr
    assert wrong.read_text() == RIGHT
    assert stat.S_IMODE(wrong.stat().st_mode) == 0o754
    assert [p.name for p in wrong.parent.iterdir()] == ["wrong.py"]
    assert qspark("fix", "-", "--write", text=WRONG).stdout == RIGHT


def test_encoding_and_line_ends_stay(tmp_path):
    path = tmp_path / "latin.py"
    text = WRONG.replace("\n", "\r\n")
    path.write_bytes(f"# -*- coding: latin-1 -*-\r\n# é\r\n{text}".encode("latin-1"))
    assert qspark("fix", "--write", path).returncode == 0
    data = path.read_bytes()
    assert "# é\r\n".encode("latin-1") in data and b"qc.cx(0, 1)\r\n" in data
    assert data.count(b"\r\n") == data.count(b"\n")
    marked = tmp_path / "marked.py"
    marked.write_bytes(b"\xef\xbb\xbf" + WRONG.encode())
    assert qspark("fix", "--write", marked).returncode == 0
    assert marked.read_bytes() == b"\xef\xbb\xbf" + RIGHT.encode()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("prose.py", b"This is not Python at all.\n", "is not Python"),
        ("two.py", b"print 'hello'\n", "looks like Python 2"),
        ("binary.py", bytes(range(256)) * 4, "binary file"),
        ("long.py", b"x = 1\n" * 900_000, "too long"),
        ("latin.py", b"# \xe9\xff\n", "save it as UTF-8"),
        ("book.ipynb", b"{}", "not a Jupyter notebook"),
        ("deep.py", b"(" * 5000 + b")" * 5000, "is not Python"),
        ("minus.py", b"x = " + b"-" * 20_000 + b"1\n", "nested too deeply"),
        ("chain.py", b"x = a" + b".b()" * 5000 + b"\n", "nested too deeply"),
    ],
)
def test_bad_input_is_named_and_never_changed(tmp_path, name, data, said):
    path = tmp_path / name
    path.write_bytes(data)
    for arguments in (("check", path), ("fix", "--write", path)):
        done = qspark(*arguments)
        assert done.returncode == 2
        assert said in done.stderr and "Traceback" not in done.stderr
    assert path.read_bytes() == data


def test_small_and_missing_files(tmp_path):
    empty = tmp_path / "empty.py"
    empty.write_bytes(b"")
    assert qspark("check", empty).returncode == 0
    assert qspark("fix", "--write", empty).returncode == 0
    assert empty.read_bytes() == b""
    gone = qspark("check", tmp_path / "gone.py")
    assert gone.returncode == 2 and "there is no file or folder" in gone.stderr


def test_fix_runs_a_script_and_a_task(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from qiskit import QuantumCircuit\ndef f(c):\n    c.qft\nprint(f)\nnp.eye(2)\n"
    )
    done = qspark("fix", "--run", "--write", script)
    assert "mended H06; it runs now" in done.stderr
    assert "import numpy as np" in script.read_text()
    answer, test = tmp_path / "answer.py", tmp_path / "test.py"
    answer.write_text("import qiskit\ndef f(qc):\n    return qc.bind_parameters([0.5])\n")
    test.write_text(
        "from qiskit.circuit import Parameter, QuantumCircuit\ndef check(candidate):\n"
        "    qc = QuantumCircuit(1)\n    qc.rx(Parameter('t'), 0)\n"
        "    assert candidate(qc).num_parameters == 0\n"
    )
    done = qspark("fix", "--test", test, "--entry-point", "f", answer)
    assert "+    return qc.assign_parameters([0.5])" in done.stdout


def test_explain():
    said = qspark("explain", "b12").stdout
    assert "QuantumCircuit.bind_parameters" in said and "removed in Qiskit 1.0" in said
    assert len(json.loads(qspark("explain", "--json").stdout)) > 250
    unknown = qspark("explain", "Z99")
    assert unknown.returncode == 2 and "there is no kind 'Z99'" in unknown.stderr


def test_another_version(wrong):
    done = qspark("check", "--qiskit", "0.46", wrong)
    assert "A02 warning" in done.stdout
    none = qspark("check", "--qiskit", "7", wrong)
    assert none.returncode == 2 and "no index of Qiskit 7" in none.stderr
