"""The published suites through the hub's own client, against a server that answers as the hub does."""

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from qspark.tasks.hub import PUBLISHED, split_files

pytest.importorskip("huggingface_hub")
parquet = pytest.importorskip("pyarrow.parquet")

ROW = {
    "task_id": "q/0",
    "prompt": 'def f():\n    """ Answer. """',
    "canonical_solution": "\n    return 42\n",
    "test": "def check(candidate):\n    assert candidate() == 42\n",
    "entry_point": "f",
    "difficulty_scale": "difficult",
}
FILE = "data/test-00000-of-00001.parquet"
COMMIT = PUBLISHED["qiskit-humaneval"].revision


def as_parquet(*rows: dict[str, Any]) -> bytes:
    import pyarrow

    sink = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(list(rows)), sink)
    return sink.getvalue()


class Hub(BaseHTTPRequestHandler):
    """One dataset, at the revision that is pinned; anything else is unknown."""

    content = as_parquet(ROW)
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.asked.append(path)
        base = "Qiskit/qiskit_humaneval"
        files = [{"type": "file", "path": name, "size": len(self.content), "oid": "0" * 40}
                 for name in ("README.md", "data/train.parquet", FILE)]  # fmt: skip
        if path == f"/api/datasets/{base}/tree/{COMMIT}":
            self.answer(200, json.dumps(files).encode(), "application/json")
        elif path == f"/datasets/{base}/resolve/{COMMIT}/{FILE}":
            self.answer(200, self.content, "application/octet-stream")
        elif path.endswith("train.parquet"):
            self.answer(200, b"", "application/octet-stream")
        else:
            self.answer(404, b"{}", "application/json")

    do_HEAD = do_GET

    def answer(self, code: int, body: bytes, kind: str) -> None:
        self.send_response(code)
        headers = {
            "Content-Type": kind, "Content-Length": str(len(body)), "ETag": f'"{hash(body)}"',
            "X-Repo-Commit": COMMIT,
        }  # fmt: skip
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def load(name: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys\nfrom qspark.errors import QSparkError\n"
        "from qspark.tasks.suites import load_suite\n"
        "try: suite = load_suite(sys.argv[1])\n"
        "except QSparkError as error: sys.exit(str(error))\n"
        "print(suite.name, [(t.task_id, t.difficulty, t.form) for t in suite.tasks])"
    )
    return subprocess.run(
        [sys.executable, "-c", code, name],
        capture_output=True, text=True, timeout=120,
        env={**os.environ, "HF_HOME": str(home), **environment},
    )  # fmt: skip


def test_a_suite_comes_from_the_hub_once(hub: str, tmp_path: Path) -> None:
    said = "qiskit-humaneval [('q/0', 'advanced', 'completion')]\n"
    first = load("qiskit-humaneval", tmp_path, HF_ENDPOINT=hub)
    assert first.stdout == said, first.stderr
    asked = len(Hub.asked)
    for environment in {"HF_HUB_OFFLINE": "1"}, {"HF_ENDPOINT": hub}:
        again = load("qiskit-humaneval", tmp_path, **environment)
        assert again.stdout == said, again.stderr
    assert asked and len(Hub.asked) == asked


def test_what_is_not_there_is_said_in_one_sentence(hub: str, tmp_path: Path) -> None:
    for name, environment, words in (
        ("qiskit-humaneval-hard", {"HF_ENDPOINT": hub}, "Qiskit/qiskit_humaneval_hard"),
        ("humaneval", {"HF_HUB_OFFLINE": "1"}, "OfflineModeIsEnabled"),
        ("humaneval", {"HF_ENDPOINT": "http://127.0.0.1:1"}, "refused"),
    ):
        done = load(name, tmp_path, **environment)
        assert done.returncode == 1
        assert words in done.stderr and "give the path" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_the_files_of_the_test_split_are_chosen(tmp_path: Path) -> None:
    for name in ("data/test-1.parquet", "data/test-0.parquet", "data/train-0.parquet", "test.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert [path.name for path in split_files(tmp_path)] == ["test-0.parquet", "test-1.parquet"]
