"""`qspark data` as a user calls it, on a small dataset that is built once."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from tests.data import toy_families as toy
from tests.data.test_build import PROFILE
from tests.evaluate.openai_server import OpenAIServer, Reply, chat
from tests.paths import ROOT

from qspark.data.build import build
from qspark.data.onpolicy import fold_in
from qspark.data.store import read_rows
from qspark.errors import ModelError
from qspark.evaluate.embeddings import embedder
from qspark.report.task import print_task


def qspark(*arguments, cwd=None, code=0, **environment):
    done = subprocess.run(
        [sys.executable, "-m", "qspark", "data", *map(str, arguments)],
        capture_output=True, text=True, cwd=cwd, timeout=240,
        env={**os.environ, "COLUMNS": "100", "HF_HUB_DISABLE_TELEMETRY": "1", **environment},
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def original(pool, tmp_path_factory):
    folder = tmp_path_factory.mktemp("original") / "toy"
    build(PROFILE, folder, pool, toy.SOUND)
    return folder


@pytest.fixture
def dataset(original, tmp_path):
    return Path(shutil.copytree(original, tmp_path / "toy"))


def test_show_prints_a_task_as_a_person_would_read_it(dataset):
    row = next(r for r in read_rows(dataset, "tasks") if r["kind"] == "complete")
    said = qspark("show", row["task_id"], "--data", dataset).stdout
    for expected in (row["entry_point"], "check(candidate)", "topic", "killed", "rejected:"):
        assert expected in said
    assert "-    " in said and "+    " in said


def test_every_task_can_be_shown(original):
    pairs = read_rows(original, "pairs")
    rate = {"passed": 1, "samples": 4, "model": "m"}
    for row in read_rows(original, "tasks"):
        console = Console(file=io.StringIO(), width=100)
        print_task(row, [p for p in pairs if p["task_id"] == row["task_id"]], [rate], console)
        assert "pass rate" in console.file.getvalue()


def test_show_names_what_it_could_be(dataset):
    assert "give one of" in qspark("show", "two_rot", "--data", dataset, code=2).stderr
    assert "its ids look like" in qspark("show", "nothing", "--data", dataset, code=2).stderr
    assert "qspark data build" in qspark("show", "x", "--data", dataset / "tasks", code=2).stderr


def test_a_file_that_is_cut_off_is_named(dataset):
    file = dataset / "pairs" / "train.parquet"
    file.write_bytes(file.read_bytes()[:200])
    said = qspark("stats", dataset, code=2).stderr
    assert "train.parquet is no whole Parquet file: build the dataset again" in said


def test_push_without_a_network_ends_in_a_sentence(dataset, tmp_path):
    pytest.importorskip("huggingface_hub")
    nowhere = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path), "HF_TOKEN": "hf_no"}
    said = qspark("push", "me/toy", "--data", dataset, code=2, HF_HUB_OFFLINE="0", **nowhere)
    assert "did not take me/toy" in said.stderr and "Traceback" not in said.stderr


def test_stats_prints_tables_and_draws_a_plot(dataset):
    said = qspark("stats", dataset).stdout
    assert "qiskit.quantum_info" in said
    assert "not known, no suite was given" in said
    assert (dataset / "stats.svg").read_text().startswith("<?xml")


def test_stats_as_json_and_what_is_contaminated(dataset, tmp_path):
    plain = json.loads(qspark("stats", dataset, "--json", "--plot", tmp_path / "p.png").stdout)
    assert {
        "tasks",
        "pairs",
        "coverage",
        "topic_max_share",
        "advanced_share",
        "mutants",
    } <= plain.keys()
    assert plain["contaminated"] is None
    assert (tmp_path / "p.png").read_bytes()[:4] == b"\x89PNG"
    row = next(r for r in read_rows(dataset, "tasks") if r["kind"] == "write")
    suite = {
        name: row[name]
        for name in ("task_id", "prompt", "canonical_solution", "test", "entry_point")
    }
    (tmp_path / "suite.json").write_text(json.dumps([suite]))
    found = json.loads(
        qspark("stats", dataset, "--json", "--against", tmp_path / "suite.json").stdout
    )
    assert found["contaminated"] > 0
    gates = {
        flag["gate"] for flag in found["contaminated_tasks"] if flag["task_id"] == row["task_id"]
    }
    assert {"name", "substring", "ngram", "minhash", "meaning"} <= gates


def test_verify_says_that_all_is_as_the_dataset_says(dataset):
    said = qspark("verify", dataset, "--sample", "6").stdout
    assert "6 of 6 references pass" in said
    assert "6 of 6 rejected answers fail" in " ".join(said.split())


def test_a_dataset_is_a_suite(dataset, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "qspark", "judge", "--canonical", "--suite", str(dataset), "--json"],
        capture_output=True, text=True, cwd=tmp_path,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found["passed"] == found["total"] == len(read_rows(dataset, "tasks", "test"))


def test_a_models_own_failures_become_pairs_and_its_pass_rates_are_kept(dataset):
    tasks = {row["prompt"]: row for row in read_rows(dataset, "tasks", "train")}

    def answer(body, before):
        asked = body["messages"][-1]["content"]
        row = next(r for prompt, r in tasks.items() if prompt.strip() in asked)
        good = row["form"] == "instruction" and before % 2 == 0
        text = (
            row["canonical_solution"]
            if good
            else f"def {row['entry_point']}(*a):\n    return {before}\n"
        )
        return chat(f"```python\n{text}```")

    command = ("pairs", dataset, "--on-policy", "openai:m", "--samples", "2", "--json")
    with OpenAIServer(answer) as server:
        said = json.loads(qspark(*command, "--base-url", server.url).stdout)
    assert said["tasks"] == len(tasks) and said["samples"] == 2 * len(tasks)
    assert said["between"] > 0 and said["never"] > 0 and said["pairs"] > 0
    own = [p for p in read_rows(dataset, "pairs") if p["source"] == "on-policy:openai:m"]
    assert len(own) == said["pairs"]
    rates = {r["task_id"]: r["pass_rate"] for r in read_rows(dataset, "rates")}
    assert set(rates) == {row["task_id"] for row in tasks.values()}
    assert qspark("pairs", dataset, "--on-policy", "openai:m", "--samples", "2", "--base-url",
                  "http://127.0.0.1:9/v1").stdout.count("pass;") == 1  # fmt: skip
    assert len(
        [p for p in read_rows(dataset, "pairs") if p["source"] == "on-policy:openai:m"]
    ) == len(own)


def test_only_judged_programs_become_rejected_answers(dataset):
    row = next(r for r in read_rows(dataset, "tasks") if r["kind"] == "write")
    verdict = {
        "status": "fail", "stage": "check", "category": "wrong/value", "message": "AssertionError",
        "line": "", "mistakes": [], "checks_passed": 0, "checks_total": 1,
    }  # fmt: skip

    def said(program, **changes):
        return {"task_id": row["task_id"], "sample": 0, "completion": program, "program": program,
                "verdict": {**verdict, **changes}}  # fmt: skip

    judged = [
        said("def f():\n    return 1\n"),
        said("def g():\n    return 1\n"),  # the same under another name
        said("def f():\n    return 2\n", category="resource/time"),
        said("def f(:\n"),
        said("def f():\n    return 3\n", status="infra"),
        said("def f():\n    return 4\n", status="pass"),
    ]
    found = fold_in(dataset, "m", judged, 4)
    assert (found["pairs"], found["samples"], found["passed"]) == (1, 5, 1)


def test_try_reports_on_families_of_a_file(tmp_path):
    file = ROOT / "tests" / "data" / "toy_families.py"
    done = qspark(
        "try", file, "-n", "1", "--show", "--coverage", "qiskit.qasm2", cwd=tmp_path, code=1
    )
    assert "two_rotations (rotations, basic): references 3/3" in done.stdout
    assert "FAILS wrong/value" in done.stdout
    assert "survives (number)" in done.stdout
    assert "objects not touched: " in done.stdout
    (tmp_path / "empty.py").write_text("x = 1\n")
    assert "defines no family" in qspark("try", tmp_path / "empty.py", code=2).stderr
    assert "no family or topic 'nothing'" in qspark("try", "nothing", code=2).stderr


def test_build_says_what_it_was_not_given(tmp_path):
    assert (
        "no topic or family nothing"
        in qspark("build", "--only", "nothing", cwd=tmp_path, code=2).stderr
    )
    assert "no profile" in qspark("build", "--profile", "nothing", cwd=tmp_path, code=2).stderr
    (tmp_path / "c.jsonl").write_text('{"key": "x"}\n')
    assert "c.jsonl, line 1" in qspark("build", "--add", "c.jsonl", cwd=tmp_path, code=2).stderr
    for text in (b"no json\n", b"\xff\xfe\n"):
        (tmp_path / "c.jsonl").write_bytes(text)
        said = qspark("build", "--add", "c.jsonl", cwd=tmp_path, code=2).stderr
        assert "c.jsonl is no file of candidates" in said and "Traceback" not in said


# The hub, as far as an upload needs it.


@contextmanager
def hub():
    taken = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if self.headers["authorization"] != "Bearer hf_right":
                return self.say(401, {"error": "Invalid token"})
            if self.path == "/api/repos/create":
                taken["created"] = json.loads(body)
                kind = "datasets/" if taken["created"].get("type") == "dataset" else ""
                taken["url"] = f"http://127.0.0.1/{kind}me/{taken['created']['name']}"
                return self.say(200, {"url": taken["url"]})
            if self.path == "/api/validate-yaml":
                return self.say(200, {"errors": [], "warnings": []})
            if "/preupload/" in self.path:
                asked = json.loads(body)["files"]
                answer = [
                    {"path": f["path"], "uploadMode": "regular", "shouldIgnore": False}
                    for f in asked
                ]
                return self.say(200, {"files": answer})
            if "/commit/" in self.path:
                rows = [json.loads(line) for line in body.splitlines() if line.strip()]
                taken["files"] = {r["value"]["path"] for r in rows if r["key"] == "file"}
                taken["summary"] = rows[0]["value"]["summary"]
                answer = {"commitUrl": f"{taken['url']}/commit/1", "commitOid": "1" * 40}
                return self.say(200, answer)
            return self.say(404, {"error": self.path})

        def do_GET(self):
            self.say(404, {"error": self.path})

        def say(self, status, content):
            data = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_): ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", taken
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_push_uploads_the_files_and_not_the_batches(dataset, tmp_path):
    pytest.importorskip("huggingface_hub")
    with hub() as (url, taken):
        environment = {"HF_ENDPOINT": url, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "0"}
        right = {**environment, "HF_TOKEN": "hf_right"}
        said = qspark("push", "me/toy", "--data", dataset, "--private", **right).stdout
        assert "commit/1" in said
        wrong = qspark("push", "me/toy", "--data", dataset, code=2, HF_TOKEN="hf_no", **environment)
    assert re.search(r"did not take me/toy .*HF_TOKEN", wrong.stderr)
    made = taken["created"]  # huggingface_hub 2.4 says it in another word than 1.0
    assert made.get("private") is True or made.get("visibility") == "private"
    assert taken["files"] >= {"README.md", "tasks/train.parquet", "pairs/test.parquet", "card.json"}
    assert not any("work" in path for path in taken["files"])
    assert re.fullmatch(r"\d+ tasks, \d+ pairs \(seed 3\)", taken["summary"])


def test_vectors_come_from_a_server_once_each_and_have_length_one():
    def answer(body, before):
        return Reply({"data": [{"embedding": [3.0, float(len(text))]} for text in body["input"]]})

    class Server(OpenAIServer):
        def _handle(self, handler):
            body = json.loads(handler.rfile.read(int(handler.headers["content-length"])))
            self.seen.append((handler.path, body, {}))
            self._reply(handler, self.answer(body, 0))

    with Server(answer) as server:
        embed = embedder("m", server.url)
        vectors = embed(["aaaa", "b", "aaaa"])
        embed(["b"])
    assert len(server.seen) == 1 and server.seen[0][0] == "/v1/embeddings"
    assert np.allclose(vectors[0], [0.6, 0.8]) and np.allclose(vectors[0], vectors[2])
    with (
        Server(lambda body, before: Reply({"error": "no"}, 404)) as server,
        pytest.raises(ModelError),
    ):
        embedder("m", server.url)(["x"])
