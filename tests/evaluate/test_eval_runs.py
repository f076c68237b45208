"""`qspark eval` as a user runs it: whole runs, killed runs, and what a user can get wrong."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.evaluate.openai_server import OpenAIServer, Reply, chat, fault, text
from tests.processes import wait_for

from qspark.cli import main
from qspark.errors import RunError
from qspark.evaluate.evaluation import Settings, open_folder
from qspark.evaluate.models import Options, plan
from qspark.tasks.suites import load_suite

TASKS = 9
# What is said of each task, by its number: right, wrong, slow to judge, with an address in memory, no code.
ANSWERS = {
    0: "    return 0",
    1: "```python\ndef f():\n    return 1\n```",
    2: "    return 3",
    3: "    import time\n    time.sleep(0.3)\n    return 3",
    4: "    raise ValueError(object())",
    5: "I cannot help with that.",
    6: "    import time\n    time.sleep(0.3)\n    return 7",
    7: "    return 7",
    8: "    return 8",
}


def task(number: int) -> dict[str, str]:
    return {
        "task_id": f"toy/{number}",
        "prompt": f'def f():\n    """Return {number}."""\n',
        "canonical_solution": f"    return {number}\n",
        "test": f"def check(candidate):\n    assert candidate() == {number}\n",
        "entry_point": "f",
        "difficulty_scale": "basic",
    }


def number_in(body: dict[str, Any]) -> int:
    found = re.search(r"Return (\d+)", str(body))
    assert found
    return int(found[1])


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    (tmp_path / "suite.json").write_text(json.dumps([task(number) for number in range(TASKS)]))
    rows = [{"task_id": f"toy/{n}", "completion": text} for n, text in ANSWERS.items()]
    (tmp_path / "given.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "qspark", "eval", *arguments, "--suite", "suite.json"]


def environment(folder: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("OPENAI_")}
    return {**kept, "COLUMNS": "100", "XDG_CACHE_HOME": str(folder / "home")}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments, "--workers", "1"),
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=120,
        env=environment(folder),
    )


def refused(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *arguments: str,
) -> str:
    """Run the command in this process; the one sentence that it ends with."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "home"))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.argv", ["qspark", *command(*arguments)[3:]])
    with pytest.raises(SystemExit) as caught:
        main()
    said = capsys.readouterr().err
    assert caught.value.code == 2, said
    assert "Traceback" not in said
    assert len(said.strip().splitlines()) == 1
    return said


def killed(folder: Path, *arguments: str, when: Callable[[], bool]) -> None:
    """Run until `when`, then kill -9 the command and all that it started."""
    process = subprocess.Popen(
        command(*arguments, "--workers", "1"),
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(lambda: when() or process.poll() is not None, 60)
        assert process.poll() is None, "it ended before it could be killed"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def outcome(folder: Path) -> tuple[bytes, bytes]:
    return (folder / "results.jsonl").read_bytes(), (folder / "summary.json").read_bytes()


def test_a_run_that_is_killed_again_and_again_ends_as_one_that_was_not(toy: Path) -> None:
    def reply(body: dict[str, Any], _: int) -> Reply:
        answer = chat(ANSWERS[number_in(body)])
        return Reply(answer.body, seconds=0.1)

    with OpenAIServer(reply) as server:
        asked = ("openai:m", "--base-url", server.url, "--concurrency", "2")
        whole = run(toy, *asked, "--out", "whole", "--cache", "whole.sqlite", "--json")
        assert whole.returncode == 0, whole.stderr
        assert len(server.seen) == TASKS
        server.seen.clear()

        broken, part = toy / "broken", (*asked, "--out", "broken", "--cache", "broken.sqlite")
        samples, verdicts = broken / "samples.jsonl", broken / "verdicts.jsonl"
        killed(toy, *part, when=lambda: lines(samples) >= 3)
        known = len(rows(samples))
        with samples.open("a") as stream:
            stream.write('{"task_id": "toy/0", "compl')
        killed(toy, *part, when=lambda: lines(verdicts) >= 2)
        assert not (broken / "results.jsonl").exists()
        killed(toy, *part, when=lambda: lines(verdicts) >= TASKS + 2)
        done = run(toy, *part, "--json")
        assert done.returncode == 0, done.stderr
        assert outcome(broken) == outcome(toy / "whole")
        # Nothing that was on the disk has been asked again or judged again.
        assert len(server.seen) <= TASKS + 2
        assert TASKS - known <= len({number_in(body) for _, body, _ in server.seen[known:]}) + 2
        assert len(rows(samples)) == TASKS
        keys = [row["key"] for row in rows(verdicts)]
        assert len(keys) == len(set(keys))

        again = run(toy, *part, "--json")
        assert outcome(broken) == outcome(toy / "whole")
        assert again.stdout == done.stdout
        assert len(server.seen) <= TASKS + 2
        assert lines(verdicts) == len(keys)

    summary = json.loads(whole.stdout)
    assert (summary["total"], summary["passed"], summary["infra"]) == (TASKS, 5, 0)
    assert summary["answers"]["served"] == ["served-1"]
    assert summary["answers"]["completion_tokens"] == 3 * TASKS
    assert summary["results"] == "whole/results.jsonl"
    found = rows(toy / "whole" / "results.jsonl")
    assert [row["task_id"] for row in found] == [f"toy/{number}" for number in range(TASKS)]
    assert found[4]["verdict"]["message"] == "ValueError: <object object at 0x...>"
    assert found[1]["program"] and found[5]["program"] is None


def test_existing_samples_killed_and_whole(toy: Path) -> None:
    given = ("samples:given.jsonl",)
    whole = run(toy, *given, "--out", "whole", "--cache", "whole.sqlite")
    assert whole.returncode == 0, whole.stderr
    assert "5 answers are" not in whole.stdout and "Results: whole/results.jsonl" in whole.stdout
    part = (*given, "--out", "broken", "--cache", "broken.sqlite")
    killed(toy, *part, when=lambda: lines(toy / "broken" / "verdicts.jsonl") >= TASKS + 1)
    done = run(toy, *part)
    assert done.returncode == 0, done.stderr
    assert outcome(toy / "broken") == outcome(toy / "whole")
    assert [row["passed"] for row in rows(toy / "whole" / "results.jsonl")] == [
        number in (0, 1, 3, 7, 8) for number in range(TASKS)
    ]


def test_a_request_that_fails_for_good_is_counted_and_asked_again_the_next_time(toy: Path) -> None:
    broken = True

    def reply(body: dict[str, Any], _: int) -> Reply:
        number = number_in(body)
        if number == 7 and broken:
            return fault(500, "cannot", Retry_After="0")
        return chat("" if number == 8 else ANSWERS[number], "length" if number == 8 else "stop")

    with OpenAIServer(reply) as server:
        asked = ("openai:m", "--base-url", server.url, "--out", "run", "--json")
        first = json.loads(run(toy, *asked).stdout)
        assert (first["total"], first["passed"], first["infra"]) == (TASKS, 3, 1)
        assert first["by_category"]["infra/request"] == 1
        assert first["answers"]["failed_requests"] == 1
        assert first["answers"]["truncated"] == 1
        assert first["answers"]["truncation_rate"] == pytest.approx(1 / 8)
        assert first["answers"]["empty"] == 1
        (error,) = rows(toy / "run" / "errors.jsonl")
        assert (error["task_id"], error["error"]) == ("toy/7", "500: cannot")
        assert rows(toy / "run" / "results.jsonl")[7]["verdict"]["message"] == "500: cannot"
        server.seen.clear()
        broken = False
        second = run(toy, *asked[:-1])
        assert len(server.seen) == 1
    assert json.loads((toy / "run" / "summary.json").read_text())["passed"] == 4
    assert "1 cut off at the token limit" in second.stdout
    assert "failed" not in second.stdout.replace("What failed", "")


def test_requests_that_always_fail_leave_the_score_as_it_was(toy: Path) -> None:
    def reply(body: dict[str, Any], _: int) -> Reply:
        number = number_in(body)
        return fault(400, "too long") if number in (2, 3, 4, 5) else chat(ANSWERS[number])

    with OpenAIServer(reply) as server:
        asked = ("openai:m", "--base-url", server.url, "--out", "run")
        first, second = run(toy, *asked, "--json"), run(toy, *asked)
        assert json.loads(first.stdout)["answers"]["failed_requests"] == 4, first.stderr
        assert second.returncode == 0, second.stderr
        assert "4 of 9 answers never came: the request failed." in " ".join(second.stdout.split())
        assert json.loads((toy / "run" / "summary.json").read_text())["infra"] == 4
        only = ("openai:m", "--base-url", server.url, "--task-id", "toy/2", "--out", "none")
        for _ in range(2):
            none = run(toy, *only)
            assert none.returncode == 2
            assert "no request was answered (400: too long)" in none.stderr


def test_ctrl_c_ends_in_one_sentence_and_the_same_command_goes_on(toy: Path) -> None:
    stopping = True

    def reply(body: dict[str, Any], _: int) -> Reply:
        number = number_in(body)
        return Reply(seconds=20.0) if stopping and number > 2 else chat(ANSWERS[number])

    samples = toy / "run" / "samples.jsonl"
    with OpenAIServer(reply) as server:
        asked = ("openai:m", "--base-url", server.url, "--out", "run", "--workers", "1")
        process = subprocess.Popen(
            command(*asked),
            cwd=toy,
            env=environment(toy),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        wait_for(lambda: samples.exists() and lines(samples) >= 3, 60)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        stopping = False
        assert (process.returncode, said) == (
            130,
            "qspark: stopped; run the same command again to go on\n",
        )
        assert run(toy, *asked[:-2]).returncode == 0
    assert lines(samples) == TASKS


def test_several_answers_have_seeds_of_their_own_and_pass_at_k(toy: Path) -> None:
    def reply(body: dict[str, Any], _: int) -> Reply:
        right = (body["seed"] % 2 == 0) or number_in(body) == 0
        return text(f"    return {number_in(body) if right else -1}")

    with OpenAIServer(reply) as server:
        found = run(
            toy, "openai:m", "--base-url", server.url, "--samples", "5", "--limit", "3",
            "--prompt", "completion", "--seed", "1", "--json",
        )  # fmt: skip
    summary = json.loads(found.stdout)
    assert summary["total"] == 15
    assert summary["unanswered"] == TASKS - 3
    table = summary["breakdown"]["all"]
    assert table["pass_at_1"]["value"] == pytest.approx(summary["pass_at_1"])
    assert table["pass_at_k"]["5"] and table["pass_at_k"]["10"] is None
    bodies = [body for _, body, _ in server.seen]
    assert {path for path, _, _ in server.seen} == {"/v1/completions"}
    assert {body["temperature"] for body in bodies} == {0.8}
    assert len({body["seed"] for body in bodies}) == 15
    assert {len(body["stop"]) for body in bodies} == {4}
    assert Path(toy / "runs" / "suite--openai-m" / "settings.json").exists()


def test_other_settings_in_the_same_folder_are_refused(toy: Path) -> None:
    suite = load_suite(str(toy / "suite.json"))
    options = Options("openai:m", base_url="http://127.0.0.1:1", temperature=0.5)

    def settings(**changed: Any) -> Settings:
        return plan(replace(options, **changed), suite, suite.tasks).settings

    with (
        open_folder(toy / "run", settings(), {"base_url": "http://127.0.0.1:1"}),
        pytest.raises(RunError, match="another process works"),
        open_folder(toy / "run", settings(), {}),
    ):
        pass
    with open_folder(toy / "run", settings(base_url="http://127.0.0.1:2"), {}):
        pass  # a server may move
    for name, value in (
        ("max_tokens", 9), ("seed", 3), ("prompt", "official"), ("system", "Be brief."),
        ("samples", 2), ("temperature", 0.7), ("model", "openai:n"),
    ):  # fmt: skip
        with (
            pytest.raises(RunError, match=rf"\({name} differ\)"),
            open_folder(toy / "run", settings(**{name: value}), {}),
        ):
            pass
    document = json.loads((toy / "run" / "settings.json").read_text())
    assert document["base_url"] == "http://127.0.0.1:1"
    assert "torch" not in document["versions"]


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("samples.jsonl", '{"task_id": oops}', "remove that line"),
        ("settings.json", "{", "restore it"),
        ("verdicts.jsonl", '{"key": 1}', "judged again"),
    ],
)
def test_a_damaged_file_is_named(
    toy: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    line: str,
    said: str,
) -> None:
    asked = ("samples:given.jsonl", "--task-id", "toy/5", "--out", "run")
    suite = load_suite(str(toy / "suite.json"))
    monkeypatch.chdir(toy)
    if name == "settings.json":
        (toy / "run").mkdir()
    else:
        planned = plan(Options(asked[0]), suite, suite.tasks[5:6])
        with open_folder(toy / "run", planned.settings, {}):
            pass
    with (toy / "run" / name).open("a") as stream:
        stream.write(f"{line}\n")
    sentence = refused(toy, monkeypatch, capsys, *asked)
    assert f"run/{name}" in sentence and "is damaged" in sentence and said in sentence


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("openai:m",), "--base-url"),
        (("openai:m", "--base-url", "http://127.0.0.1:1"), "start it"),
        (("openai:m", "--base-url", "http://127.0.0.1:1", "--samples", "2", "--temperature", "0"),
         "--temperature"),
        (("openai:m", "--base-url", "http://127.0.0.1:1", "--prompt", "loud"), "official"),
        (("openai:m", "--base-url", "http://127.0.0.1:1", "--system", "none.txt"), "none.txt"),
        (("samples:missing.jsonl",), "missing.jsonl"),
        (("samples:given.jsonl", "--samples", "2"), "leave --samples away"),
        (("samples:given.jsonl", "--task-id", "toy/77"), "'toy/77'"),
        (("samples:given.jsonl", "--isolation", "x"), "seccomp"),
        (("samples:given.jsonl", "--out", "/proc/nowhere"), "--out"),
        (("samples:given.jsonl", "--out", "given.jsonl"), "--out"),
        (("samples:given.jsonl", "--cache", "suite.json"), "cache"),
        (("no/such/model",), "openai:NAME"),
        (("openai:",), "openai:NAME"),
    ],
)  # fmt: skip
def test_a_users_fault_ends_in_one_sentence_and_exit_code_2(
    toy: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    assert said in refused(toy, monkeypatch, capsys, *arguments)


def test_a_model_that_needs_torch_says_how_to_install_it(
    toy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("qspark.evaluate.models.find_spec", lambda name: None)
    assert "pip install 'qspark[train]'" in refused(toy, monkeypatch, capsys, "owner/name")
    assert not (toy / "runs").exists()


@pytest.mark.parametrize("options", ["size=48k", "size=48k,ro"])
def test_a_full_or_read_only_disk_ends_in_one_sentence(
    toy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: str
) -> None:
    place = toy / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here (that needs root)")
    long = "x = 1\n" * 2000
    rows = [{"task_id": f"toy/{n}", "completion": long} for n in range(TASKS)]
    (toy / "given.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    try:
        said = refused(toy, monkeypatch, capsys, "samples:given.jsonl", "--out", "disk/run")
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
    assert ("--out" if "ro" in options else "free space") in said
