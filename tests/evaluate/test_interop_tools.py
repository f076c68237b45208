"""The tasks for other tools, run by the real tools against a real server on loopback."""

import importlib.util
import json
import os
import subprocess
import sys
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.paths import ROOT

LM_EVAL = ROOT / "src" / "qspark" / "evaluate" / "interop" / "lm_eval"
TASKS = [("basic", 40), ("basic", 41), ("intermediate", 42)]


def installed(name: str):
    missing = importlib.util.find_spec(name) is None
    return pytest.mark.skipif(missing, reason=f"{name} is not installed")


class Model(BaseHTTPRequestHandler):
    """Answers each task whose number is even, and says 0 for the others."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = asked.get("prompt") or asked["messages"][-1]["content"]
        prompt = prompt[0] if isinstance(prompt, list) else prompt
        number = next(n for _, n in TASKS if f"answer{n}" in prompt)
        body = f"    return {number if number % 2 == 0 else 0}\n"
        text = f"```python\ndef answer{number}():\n{body}```"
        choice = {"index": 0, "finish_reason": "stop"}
        choice |= (
            {"text": body}
            if "prompt" in asked
            else {"message": {"role": "assistant", "content": text}}
        )
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        said = {"id": "1", "object": "x", "created": 1, "model": "m", "choices": [choice]}
        data = json.dumps({**said, "usage": usage}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def suite(tmp_path):
    rows = [
        {
            "task_id": f"toy/{number}",
            "prompt": f'def answer{number}():\n    """Return {number}."""\n',
            "canonical_solution": f"    return {number}\n",
            "test": f"def check(candidate):\n    assert candidate() == {number}\n",
            "entry_point": f"answer{number}",
            "difficulty_scale": difficulty,
        }
        for difficulty, number in TASKS
    ]
    path = tmp_path / "toy.json"
    path.write_text(json.dumps(rows))
    return path


def run(tmp_path, *command):
    """Run a tool offline, with our entry points as an installation gives them."""
    info = tmp_path / "site" / "qspark_here-0.dist-info"
    info.mkdir(parents=True)
    points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    lines = [f"[{g}]\n" + "".join(f"{k} = {v}\n" for k, v in e.items()) for g, e in points.items()]
    (info / "entry_points.txt").write_text("".join(lines))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: qspark-here\nVersion: 0\n")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(info.parent)]),
        "HF_HUB_OFFLINE": "1",
        "OPENAI_API_KEY": "none",
        "INSPECT_LOG_FORMAT": "json",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *command],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done


@installed("inspect_ai")
def test_inspect_runs_a_suite_and_our_judge_scores_it(tmp_path, suite, address):
    run(
        tmp_path,
        *("-c", "from inspect_ai._cli.main import main; main()", "eval", "qspark/suite"),
        *("-T", f"suite={suite}", "--model", "openai/gpt-4o", "--model-base-url", address),
        *("--display", "plain", "--no-fail-on-error"),
    )
    [log] = (tmp_path / "logs").glob("*.json")
    found = json.loads(log.read_text())
    assert found["status"] == "success"
    scores = {sample["id"]: sample["scores"]["executed"]["value"] for sample in found["samples"]}
    assert scores == {"toy/40": "C", "toy/41": "I", "toy/42": "C"}
    metrics = {
        name: metric["value"]
        for score in found["results"]["scores"]
        for name, metric in score["metrics"].items()
    }
    assert metrics["accuracy"] == pytest.approx(2 / 3)
    assert (metrics["basic"], metrics["intermediate"]) == (0.5, 1.0)


@installed("lm_eval")
@pytest.mark.parametrize(
    ("task", "kind", "route", "more"),
    [
        ("qspark", "local-completions", "completions", ()),
        ("qspark_chat", "local-chat-completions", "chat/completions", ("--apply_chat_template",)),
    ],
)
def test_lm_eval_runs_a_suite_and_our_judge_scores_it(
    tmp_path, suite, address, task, kind, route, more
):
    model = f"base_url={address}/{route},model=m,tokenizer_backend=None,tokenized_requests=False"
    run(
        tmp_path,
        *("-m", "lm_eval", "--include_path", str(LM_EVAL), "--tasks", task),
        *("--metadata", json.dumps({"suite": str(suite)}), "--output_path", "out"),
        *("--model", kind, "--model_args", model, "--log_samples", *more),
    )
    [results] = (tmp_path / "out").rglob("results_*.json")
    found = json.loads(results.read_text())["results"][task]
    assert found["pass_at_1,none"] == pytest.approx(2 / 3)
