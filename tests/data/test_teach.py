import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.data.teacher_script import HOSTILE, RIGHT, TEST, Teacher
from tests.evaluate.openai_server import OpenAIServer
from typer.testing import CliRunner

from qspark.cli import app
from qspark.data.candidate import read_candidates
from qspark.data.conduct import misconduct
from qspark.data.shape import shaped
from qspark.data.surface import surface
from qspark.data.teacher.blocks import FormatError, read_blocks, write_blocks
from qspark.data.teacher.journal import Journal, Question, Said
from qspark.data.teacher.seeds import described, notes_of, seeds
from qspark.errors import QSparkError, RunError
from qspark.verify.judge import Job
from qspark.verify.pool import JudgePool

NAMES = ("solution", "test", "phrasing-1")


def arguments(server: OpenAIServer, out: Path, *more: str) -> list[str]:
    common = ["--model", "openai:t", "--base-url", server.url, "--out", str(out), "--workers", "1"]
    return ["data", "teach", *common, "--cache", str(out.parent / "cache.sqlite"), *more]


def run(server: OpenAIServer, out: Path, *more: str) -> dict:
    result = CliRunner().invoke(app, [*arguments(server, out, *more), "--json"])
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout.strip().splitlines()[-1])


# The form of answers


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=200), min_size=1))
def test_what_is_written_as_blocks_is_read_back(blocks: dict[str, str]) -> None:
    blocks = {name: text.replace("\r", "") for name, text in blocks.items()}
    blocks = {name: text for name, text in blocks.items() if text.strip()}
    blocks = {name: text for name, text in blocks.items() if "</" not in text and "/" not in text}
    assert read_blocks(f"Here:\n{write_blocks(blocks)}Done.", blocks) == blocks


@given(st.text(alphabet="`ab \n~solution", max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read_blocks(text, ["solution"])
    except FormatError:
        return
    assert found["solution"].strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "```solution\nx = 1\n",
        "```solution\n\n```",
        "```python\nx = 1\n```",
        "```solution\nx\n```\n```solution\ny\n```",
        "    ```solution\nx\n```",
        "<think>```solution\nx\n```</think> I do not know.",
        "````solution\nx\n```",
    ],
)
def test_an_answer_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        read_blocks(text, ["solution"])


def test_reasoning_and_other_blocks_are_passed_over() -> None:
    text = "<think>\n```solution\nno\n```\n</think>\n```python\nz\n```\n```python solution\r\nyes\r\n```"
    assert read_blocks(text, ["solution"]) == {"solution": "yes"}


# Seeds


def test_seeds_are_the_same_again_and_reach_what_is_not_used() -> None:
    first, again = seeds(3), seeds(3)
    drawn = [next(first) for _ in range(60)]
    assert drawn == [next(again) for _ in range(60)]
    assert len({s.object for s in drawn}) > 55
    assert all(len(s.partners) <= 2 and s.object not in s.partners for s in drawn)
    like = seeds(3, ["quantum_info"])
    assert {next(like).topic for _ in range(20)} == {"quantum_info"}
    with pytest.raises(QSparkError, match="--topic-like"):
        next(seeds(3, ["nothing_of_that_name"]))


def test_a_description_has_signature_docstring_and_notes_of_versions() -> None:
    text = described("qiskit.circuit.library.MCMTGate")
    assert text.startswith("qiskit.circuit.library.MCMTGate(") and "control" in text
    noted = [name for name, thing in surface().objects.items() if notes_of(thing)]
    assert all("version" in described(name, 100) for name in noted)


# Conduct and shape


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        ("import requests", "network"),
        ("from urllib.request import urlopen", "network"),
        ("def f(p):\n    return open(p).read()", "files"),
        ("import time", "time"),
        ("import inspect", "inspection"),
        ("def f(x):\n    return x.__globals__", "inspection"),
        ("def f(x):\n    return eval(x)", "inspection"),
        ("import subprocess", "processes"),
        ("from qiskit_ibm_runtime import QiskitRuntimeService", "network"),
        ("import numpy as np\ndef f(x):\n    np.save('a', x)", "files"),
        ("def f(c):\n    c.draw(filename='a.png')", "files"),
        ("def f(:", "syntax"),
        (f"x = {'+'.join(['y'] * 300)}", "nesting"),
        ("import numpy as np\nfrom qiskit import QuantumCircuit", ""),
        ("def open(x):\n    return x\ndef f(x):\n    return open(x)", ""),
    ],
)
def test_what_a_program_may_not_do_is_seen(program: str, kind: str) -> None:
    assert misconduct(program) == kind


def test_a_file_becomes_an_instance_that_means_the_same(pool: JudgePool) -> None:
    names = {"name": "ladder", "number": "1"}
    plain = shaped(RIGHT.format(**names), "ladder", ("a", "b", "c"), TEST.format(**names))
    assert plain.signature == "(n: int, theta: float) -> QuantumCircuit"
    assert "A ladder" not in plain.body and "# last qubit" in plain.body
    helped = "import math\n\n\nGATES = '''\n  h\n'''\n\n\n@staticmethod\ndef helper(): ...\n\n\n"
    helped += RIGHT.format(**names)
    other = shaped(helped, "ladder", ("a", "b", "c"), TEST.format(**names))
    assert not other.signature and "\n  h\n" in other.solution() and "A ladder" not in other.body
    jobs = [Job(i.solution(), i.check(), "ladder") for i in (plain, other)]
    assert [verdict.status for verdict in pool.judge(jobs)] == ["pass", "pass"]


def test_a_string_of_several_lines_keeps_its_spaces() -> None:
    program = "def f():\n    return '''a\n  b\n        c'''\n"
    made = shaped(program, "f", ("a", "b", "c"), "def check(candidate):\n    assert candidate()\n")
    spaces: dict = {}
    exec(made.solution(), spaces)
    assert spaces["f"]() == "a\n  b\n        c"


# The journal


def answered(path: Path, budget: int | None = None) -> tuple[Journal, list[str]]:
    asked: list[str] = []

    def backend(questions, keep) -> None:
        for question in questions:
            text = question.messages[0]["content"]
            asked.append(text)
            error = "refused" if text == "bad" else ""
            keep(question, Said(text.upper(), "stop", "m", (10, 5), error=error))

    return Journal(path, {"model": "m"}, backend, budget, at_once=2), asked


def question(text: str, sample: int = 0) -> Question:
    return Question(({"role": "user", "content": text},), "step", sample)


def test_the_journal_asks_once_and_keeps_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    for wanted in (["one", "bad"], ["bad"]):
        journal, asked = answered(path)
        with journal:
            said = journal.ask([question(t) for t in ("one", "bad")] + [question("one")])
        assert [s.text for s in said] == ["ONE", "BAD", "ONE"] and said[1].error == "refused"
        assert asked == wanted
    with path.open("a") as stream:
        stream.write('{"key": "torn')
    journal, asked = answered(path)
    with journal:
        journal.ask([question("two"), question("one", 1)])
    assert asked == ["two", "one"]
    assert all(json.loads(line) for line in path.read_text().splitlines())


def test_the_journal_is_held_by_one_process_and_says_when_it_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with answered(path)[0], pytest.raises(RunError, match="another process"):
        answered(path)[0].__enter__()
    path.write_text("[1]\n")
    with pytest.raises(RunError, match="damaged"), answered(path)[0]:
        pass
    with pytest.raises(RunError, match="cannot write"), answered(tmp_path / "a.jsonl" / "b")[0]:
        pass


# The whole


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, OpenAIServer, dict]]:
    out = tmp_path_factory.mktemp("teach") / "candidates.jsonl"
    kinds = ["right", "wrong", "lonely", "loose", "truncated", "malformed", "refused", "twin"]
    kinds += HOSTILE
    with OpenAIServer(Teacher(kinds)) as server:
        yield out, server, run(server, out, "--tasks", "2", "--attempts", "3")


def test_only_what_execution_bears_out_is_kept(taught: tuple[Path, OpenAIServer, dict]) -> None:
    out, _, result = taught
    assert result["kept"] == 1 and result["seeds"] == 20
    assert (
        result["dropped"]
        == {
            "answer without the blocks asked for": 7,  # malformed: the tail of the script too
            "no answer": 1,
            "solution fails the test": 1,
            "too few fresh solutions agree": 1,
            "a trivial answer passes the test": 1,
            "answer cut off": 1,
            "repeats another task": 1,
            "solution uses files": 2,
            "solution uses inspection": 1,
            "solution takes too much": 1,
            "solution with a known mistake": 1,
            "solution without the function": 1,
        }
        or result["dropped"]
    )
    (kept,) = read_candidates(out)
    facts = kept.origin_facts
    assert kept.origin == "teacher" and kept.key.startswith("teacher/")
    assert kept.licence == "unknown: the teacher model's terms apply"
    assert (facts["model"], facts["agreeing"], facts["attempts"]) == ("served-1", 3, 3)
    assert facts["object"] == next(seeds(0)).object and facts["temperature"] == 0.7
    assert facts["concepts"] == ["a ladder of gates"] and kept.why == "qubit 0 comes first"
    assert kept.oracle == "unitary" and len(kept.instance.asks) == 3


def test_a_kept_task_passes_its_test(
    taught: tuple[Path, OpenAIServer, dict], pool: JudgePool
) -> None:
    (kept,) = read_candidates(taught[0])
    job = Job(kept.instance.solution(), kept.instance.check(), kept.instance.entry_point)
    assert pool.judge([job])[0].integrity == "strong"


def test_the_test_is_written_without_sight_of_the_solution(
    taught: tuple[Path, OpenAIServer, dict],
) -> None:
    for _, body, _ in taught[1].seen:
        ask = body["messages"][-1]["content"]
        if "You do not see any solution" in ask:
            assert "QuantumCircuit(n)" not in ask and "a ladder of gates" not in ask


def test_started_again_it_asks_only_what_failed_and_replays_without_a_server(
    taught: tuple[Path, OpenAIServer, dict], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, server, first = taught
    before, text = len(server.seen), out.read_text()
    again = run(server, out, "--tasks", "2", "--attempts", "3")
    assert again["dropped"] == first["dropped"] and again["new"] == 0
    assert again["requests"] == 0 and again["tokens"] == first["tokens"]
    assert {body["messages"][-1]["content"][:24] for _, body, _ in server.seen[before:]} == {
        "Write a programming task"
    }
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    seen = len(server.seen)
    out.unlink()
    line = [*arguments(server, out, "--tasks", "2", "--attempts", "3"), "--replay", "--json"]
    result = CliRunner().invoke(app, line)
    assert result.exit_code == 0, result.output
    assert out.read_text() == text and len(server.seen) == seen


def test_a_budget_ends_the_run_and_a_larger_one_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "c.jsonl"
    more = ["--tasks", "3", "--attempts", "2", "--concurrency", "2"]
    with OpenAIServer(Teacher(["right"] * 6)) as server:
        first = run(server, out, *more, "--budget-tokens", "100")
        # Each answer counts 10 tokens; two are in hand at once.
        assert first["tokens"] == 100 and first["tokens_left"] == 0
        assert first["unfinished"] == 2 and len(server.seen) == 10
        none = CliRunner().invoke(app, arguments(server, out, *more, "--budget-tokens", "100"))
        assert "The budget of 100 tokens is spent: 2 seeds are unfinished" in none.stdout
        assert len(server.seen) == 10
        second = run(server, out, *more, "--budget-tokens", "10000")
        assert second["kept"] == 3 and len(server.seen) == 24
        assert len({json.dumps(body) for _, body, _ in server.seen}) == 24


def test_killed_and_started_again_it_repeats_no_request(tmp_path: Path) -> None:
    out = tmp_path / "c.jsonl"
    more = ["--tasks", "4", "--attempts", "2", "--concurrency", "2"]
    with OpenAIServer(Teacher(["right"] * 4, seconds=0.05)) as server:
        line = [sys.executable, "-m", "qspark", *arguments(server, out, *more)]
        for wanted in (5, 15):
            process = subprocess.Popen(line, start_new_session=True, stdout=subprocess.DEVNULL)
            deadline = time.monotonic() + 120
            while len(server.seen) < wanted and time.monotonic() < deadline:
                time.sleep(0.01)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        result = run(server, out, *more)
        assert result["kept"] == 4 and len(read_candidates(out)) == 4
        asked = [json.dumps(body) for _, body, _ in server.seen]
        # What was in hand at a kill is asked again: at most two each time.
        assert 24 <= len(asked) <= 28 and len(set(asked)) == 24


def test_slow_answers_and_broken_characters_lose_only_their_own_task(tmp_path: Path) -> None:
    with OpenAIServer(Teacher(["slow", "surrogates", "right"])) as server:
        more = ["--tasks", "1", "--timeout", "1", "--concurrency", "3"]
        result = run(server, tmp_path / "c.jsonl", *more)
    assert result["kept"] == 1
    assert result["dropped"] == {"no answer": 1, "answer that is not text": 1}


def test_a_file_of_another_kind_is_not_written_to(tmp_path: Path) -> None:
    out = tmp_path / "c.jsonl"
    out.write_text("my notes\n")
    with OpenAIServer(Teacher(["right"])) as server:
        result = CliRunner().invoke(app, arguments(server, out))
    assert isinstance(result.exception, QSparkError) and "--out" in str(result.exception)
    assert out.read_text() == "my notes\n" and not server.seen


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--model", "hf/model"], "openai:NAME"),
        (["--agree", "5"], "--agree"),
        (["--topic-like", "zzz"], "--topic-like"),
        (["--base-url", "nonsense"], "--base-url"),
        (["--base-url", "http://127.0.0.1:9/v1"], "start it"),
    ],
)
def test_what_a_user_can_mend_is_said_in_one_sentence(
    more: list[str], said: str, tmp_path: Path
) -> None:
    line = ["data", "teach", "--model", "openai:t", "--out", str(tmp_path / "o.jsonl"), *more]
    result = CliRunner().invoke(app, line)
    assert isinstance(result.exception, QSparkError) and said in str(result.exception)
