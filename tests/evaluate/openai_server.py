"""A real HTTP server on loopback that speaks OpenAI's API, and answers as a test tells it to."""

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """`body` is sent as it is when it is bytes; `drop` breaks the connection after half of it."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    drop: bool = False


def chat(text: Any, reason: str = "stop") -> Reply:
    """A right answer of /chat/completions."""
    usage = {"prompt_tokens": 7, "completion_tokens": 3}
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": reason,
    }
    return Reply({"model": "served-1", "choices": [choice], "usage": usage})


def text(said: str) -> Reply:
    """A right answer of /completions."""
    return Reply({"model": "served-1", "choices": [{"text": said, "finish_reason": "stop"}]})


def fault(status: int, message: str, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply({"error": {"message": message}}, status, named)


class OpenAIServer:
    """Answers each request with `answer(body, how often this prompt has come before)`.

    `seen` are (path, body, headers) of every request; `most` is how many were in hand at once.
    """

    def __init__(self, answer: Callable[[dict[str, Any], int], Reply]):
        self.answer = answer
        self.seen: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.most = self._now = 0
        self._times: Counter[str] = Counter()
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                outer._handle(self)

            def log_message(self, *_: Any) -> None: ...

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None: ...

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def prompts(self) -> list[str]:
        return [said(body) for _, body, _ in self.seen]

    def __enter__(self) -> "OpenAIServer":
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["content-length"])))
        with self._lock:
            before = self._times[said(body)]
            self._times[said(body)] += 1
            self.seen.append((handler.path, body, dict(handler.headers.items())))
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            self._reply(handler, self.answer(body, before))
        finally:
            with self._lock:
                self._now -= 1

    def _reply(self, handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        time.sleep(reply.seconds)
        data = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        handler.send_response(reply.status)
        for name, value in {"content-length": str(len(data)), **reply.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        if reply.drop:
            handler.wfile.write(data[: len(data) // 2])
            handler.wfile.flush()
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
        else:
            handler.wfile.write(data)


def said(body: dict[str, Any]) -> str:
    """What a request asks."""
    return str(body["prompt"] if "prompt" in body else body["messages"][-1]["content"])
