import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from qspark.cli import app
from tests.paths import MICRO, ROOT

TASK = {
    "task_id": "toy/0",
    "prompt": 'def answer():\n    """Return 42."""\n',
    "canonical_solution": "    return 42\n",
    "test": "def check(candidate):\n    assert candidate() == 42\n",
    "entry_point": "answer",
    "difficulty_scale": "basic",
}


def qspark(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "qspark", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=120,
        env={
            **os.environ,
            "COLUMNS": "100",
            "XDG_CACHE_HOME": str(cwd or "/nonexistent"),
            "HF_HUB_OFFLINE": "1",
            "HF_HOME": str(cwd or "/nonexistent"),
        },
    )


@pytest.fixture
def toy(tmp_path):
    (tmp_path / "suite.json").write_text(json.dumps([TASK]))
    rows = [
        {"task_id": "toy/0", "completion": "    return 42"},
        {"task_id": "toy/0", "completion": "    return 41"},
    ]
    (tmp_path / "samples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def test_help_needs_no_heavy_import():
    code = (
        "import sys\n"
        "sys.argv = ['qspark', '--help']\n"
        "from qspark.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([n for n in ('torch', 'qiskit', 'numpy', 'pydantic') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stdout + done.stderr
    assert "run" in done.stdout


def test_the_base_commands_import_no_torch():
    code = (
        "import sys, qspark.evaluate.score, qspark.evaluate.summary, qspark.data.tiny.build\n"
        "import qspark.verify.pool, qspark.report.html, qspark.pipeline\n"
        "print([n for n in ('torch', 'transformers', 'trl') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_judge_scores_and_says_why(toy):
    done = qspark("judge", "samples.jsonl", "--suite", "suite.json", cwd=toy)
    assert done.returncode == 0, done.stderr
    assert "basic" in done.stdout
    assert "wrong/value" in done.stdout
    assert "pass@1 50.0 % (" in done.stdout
    rows = [json.loads(line) for line in (toy / "results.jsonl").read_text().splitlines()]
    assert [row["passed"] for row in rows] == [True, False]


def test_judge_json_is_one_object_on_standard_output(toy):
    done = qspark("judge", "samples.jsonl", "--suite", "suite.json", "--json", cwd=toy)
    summary = json.loads(done.stdout)
    assert summary["total"] == 2
    assert summary["passed"] == 1
    assert summary["by_difficulty"]["basic"]["total"] == 2
    assert Path(toy / summary["results"]).exists()


def test_judge_gives_the_score_three_ways(toy):
    rows = [TASK, TASK | {"task_id": "toy/1", "canonical_solution": "    import graphviz_\n"}]
    (toy / "suite.json").write_text(json.dumps(rows))
    (toy / "samples.jsonl").write_text(
        "".join(json.dumps({"task_id": t["task_id"], "completion": "return 42 + 0"}) + "\n"
                for t in rows)
        .replace("42 + 0", "42", 1)
        .replace("42 + 0", "41")
    )  # fmt: skip
    done = qspark("judge", "samples.jsonl", "--suite", "suite.json", cwd=toy)
    for words in ("all tasks", "could be scored here", "accept every right answer"):
        assert words in " ".join(done.stdout.split()), done.stdout
    assert "env/reference-broken" in done.stdout and "graphviz_" in done.stdout
    done = qspark("judge", "samples.jsonl", "--suite", "suite.json", "--json", cwd=toy)
    found = json.loads(done.stdout)
    assert (found["total"], found["passed"], found["infra"], found["pass_at_1"]) == (2, 1, 1, 0.5)
    assert [found["figures"][n]["tasks"] for n in ("all", "scorable_here", "sound_tests")] == [
        2,
        1,
        2,
    ]
    assert found["tasks_as_published"] == {"known": 0, "moved": [], "not_pinned": 2}


def test_judge_without_the_stand_in(toy):
    code = "    from qiskit_ibm_runtime import QiskitRuntimeService as S\n    S()\n    return 42\n"
    (toy / "suite.json").write_text(json.dumps([TASK | {"canonical_solution": code}]))
    for option, passed, reason in ((), 1, ""), (("--no-stand-in",), 0, "env/credentials"):
        done = qspark("judge", "--canonical", "--suite", "suite.json", "--json", *option, cwd=toy)
        found = json.loads(done.stdout)
        assert (found["passed"], found["stood_in"]) == (passed, passed), done.stderr
        assert reason in json.dumps(found["reference_faults"])


def test_judge_canonical(toy):
    done = qspark("judge", "--canonical", "--suite", "suite.json", "--json", cwd=toy)
    assert json.loads(done.stdout)["passed"] == 1, done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--profile", "nothing"), "tiny-cpu"),
        (("run", "--profile", str(MICRO), "--out", "/proc/nowhere"), "--out"),
        (("run", "--profile", "changed.toml"), "sft.epochs is not a key"),
        (("judge", "samples.jsonl", "--suite", "qiskit-humaneval"), "path"),
        (("judge", "samples.jsonl", "--suite", "missing.json"), "missing.json"),
        (("judge", "missing.jsonl", "--suite", "suite.json"), "missing.jsonl"),
        (("judge", "broken.jsonl", "--suite", "suite.json"), "line 2"),
        (("judge", "samples.jsonl", "--suite", "suite.json", "--out", "no/\0"), "out"),
        (("judge", "samples.jsonl", "--suite", "suite.json", "--isolation", "x"), "seccomp"),
        (("judge", "samples.jsonl", "--suite", "suite.json", "--out", "samples.jsonl"), "input"),
        (("judge", "samples.jsonl", "--suite", "suite.json", "--ray", "127.0.0.1:1"), "--ray"),
        (("judge", "samples.jsonl"), "--suite"),
        (("judge", "--suite", "suite.json"), "--canonical"),
        (("report", "suite.json"), "run folder"),
    ],
)
def test_a_users_fault_ends_in_one_sentence_and_exit_code_2(toy, arguments, said):
    if "no/\0" in arguments:
        arguments = (*arguments[:-1], "/proc/nowhere/results.jsonl")
        said = "/proc/nowhere"
    (toy / "broken.jsonl").write_text('{"task_id": "toy/0", "completion": "x"}\n{"task_id"\n')
    (toy / "changed.toml").write_text(MICRO.read_text().replace("[sft]", "[sft]\nepochs = 3"))
    done = qspark(*arguments, cwd=toy)
    assert done.returncode == 2, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_unknown_model_is_named_and_what_was_written_stays(toy):
    profile = toy / "profile.toml"
    profile.write_text(MICRO.read_text().replace('name = "scratch"', 'name = "./nowhere"'))
    done = qspark("run", "--profile", str(profile), "--out", "run", cwd=toy)
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr
    assert (toy / "run" / "data" / "done.json").exists()


def test_a_missing_extra_names_the_install_line(toy):
    code = (
        "import sys\n"
        "import importlib.util\n"
        "real = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda n, *a: None if n == 'torch' else real(n, *a)\n"
        f"sys.argv = ['qspark', 'run', '--profile', {str(MICRO)!r}, '--out', 'run']\n"
        "from qspark.cli import main\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=toy)
    assert done.returncode == 2
    assert "pip install 'qspark[train]'" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_full_disk_ends_in_one_sentence_and_keeps_what_was_written(toy):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    (toy / "results.jsonl").write_text("kept\n")
    code = (
        "import os, errno, sys\n"
        "def full(*_): raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), 'results.jsonl')\n"
        "os.fsync = full\n"
        "sys.argv = ['qspark', 'judge', 'samples.jsonl', '--suite', 'suite.json']\n"
        "from qspark.cli import main\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=toy)
    assert done.returncode == 2
    assert "free space" in done.stderr
    assert "Traceback" not in done.stderr
    assert (toy / "results.jsonl").read_text() == "kept\n"


@pytest.mark.parametrize("size", ["100k", "700k"])
def test_a_run_on_a_full_disk_ends_in_one_sentence(tmp_path, size):
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(tmp_path)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here (that needs root)")
    try:
        done = qspark("run", "--profile", str(MICRO), "--out", "run", cwd=tmp_path)
        kept = json.loads((tmp_path / "run" / "profile.json").read_text())
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "free space" in done.stderr
    assert "Traceback" not in done.stderr
    assert kept["name"] == "micro"


def test_doctor_json_is_one_object():
    done = qspark("doctor", "--workers", "1", "--json")
    found = json.loads(done.stdout)
    assert set(found) == {"guarantees", "versions", "pool", "machine"}
    assert set(found["guarantees"][0]) == {"name", "attack", "holds", "detail"}
    promised = [g for g in found["guarantees"] if g["name"] not in found["pool"]["gives_not"]]
    assert (done.returncode == 0) == all(g["holds"] for g in promised)


def test_judge_can_score_what_repair_makes_of_answers(toy):
    row = {"task_id": "toy/0", "completion": "    import math\n    return 42 * math.one\n"}
    (toy / "samples.jsonl").write_text(json.dumps(row) + "\n")
    done = qspark("judge", "samples.jsonl", "--suite", "suite.json", "--fix", "--json", cwd=toy)
    found = json.loads(done.stdout)
    assert (found["passed"], found["passed_fixed"]) == (0, 0)
    assert found["repairs"] == {"changed": 0, "passed": 0, "by_mistake": {}}
    both = qspark("judge", "--canonical", "--suite", "suite.json", "--fix", cwd=toy)
    assert both.returncode == 2 and "references are not repaired" in both.stderr


def test_judge_says_how_far_its_passes_can_be_trusted(toy):
    done = qspark("judge", "samples.jsonl", "--suite", "suite.json", "--json", cwd=toy)
    found = json.loads(done.stdout)
    assert (found["passed"], found["passed_weakly"], found["references_failing"]) == (1, 0, [])
    assert found["isolation_gives_not"]
    again = qspark("judge", "samples.jsonl", "--suite", "suite.json", cwd=toy)
    assert "1 of 1 pass is strong" in again.stdout


def commands_in_the_docs():
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for line in page.read_text().splitlines():
            found = re.match(r"    (?:\.venv/bin/)?qspark (.+)", line)
            if found and not set(found[1]) & set("[…|>"):
                yield page.name, re.split(r" {3,}", found[1])[0]


@pytest.mark.parametrize(("page", "line"), list(commands_in_the_docs()))
def test_commands_in_the_docs_parse(page, line):
    name, *arguments = shlex.split(line)
    command = typer.main.get_command(app).commands[name]
    while hasattr(command, "commands"):
        name, *arguments = arguments
        command = command.commands[name]
    command.make_context(name, arguments)


def test_readme_commands_exist():
    text = (ROOT / "README.md").read_text()
    makefile = (ROOT / "Makefile").read_text()
    for target in ("demo", "test"):
        assert f"make {target}" in text
        assert f"\n{target}:" in makefile
