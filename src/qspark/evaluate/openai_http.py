"""Answers from a server that speaks OpenAI's HTTP API: vLLM, Ollama, llama.cpp, OpenAI itself.

A chat goes to /chat/completions, a text to continue to /completions, each answer as a request of its
own. What may pass (a full queue, a restart, a broken line, an answer that is none) is tried again, a few
times and with growing pauses, or after the time that the server names; what fails for good becomes an
answer with an `error`, and the rest goes on. A wrong address, key or model ends the run at once.
"""

import asyncio
import email.utils
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx2
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential

from qspark.errors import ModelError, UnansweredError
from qspark.evaluate.answers import Answer, Keep, Request, Sampling

ATTEMPTS = 6
_LONGEST_PAUSE = 120.0
_PROBES = 3


@dataclass(frozen=True)
class Endpoint:
    """A server and the model asked of it.

    `timeout` is for one whole answer (s); the first pause before another try is up to `pause` (s),
    each further one up to twice as long.
    """

    base_url: str
    model: str
    api_key: str = ""
    concurrency: int = 8
    timeout: float = 600.0
    pause: float = 1.0


def endpoint(model: str, base_url: str, concurrency: int, timeout: float) -> Endpoint:
    """An endpoint from the options given, OPENAI_BASE_URL and OPENAI_API_KEY. Raises ModelError."""
    key = os.environ.get("OPENAI_API_KEY", "").strip()
    given = base_url or os.environ.get("OPENAI_BASE_URL", "")
    if not given and not key:
        raise ModelError(
            "no server: give --base-url, such as http://localhost:8000/v1, or set OPENAI_API_KEY "
            "to ask OpenAI"
        )
    try:
        url = httpx2.URL(given or "https://api.openai.com/v1")
    except httpx2.InvalidURL as error:
        raise ModelError(_not_an_address(given)) from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ModelError(_not_an_address(given))
    if url.userinfo or not (key.isascii() and key.isprintable()):
        raise ModelError("the key is not plain text: set OPENAI_API_KEY to it, and to nothing else")
    if url.path in ("", "/"):
        url = url.copy_with(path="/v1")
    return Endpoint(str(url).rstrip("/"), model, key, concurrency, timeout)


def _not_an_address(given: str) -> str:
    return f"{given!r} is no address: give --base-url as in http://localhost:8000/v1"


def answer(where: Endpoint, sampling: Sampling, requests: Sequence[Request], keep: Keep) -> None:
    """Ask for every answer, `where.concurrency` at a time; raises ModelError where none can come."""
    asyncio.run(_Client(where, sampling, keep).all(requests))


class _Passing(Exception):
    """A failure that may pass; `after` is when the server asks to be tried again (s)."""

    def __init__(self, reason: str, after: float | None = None, slow: bool = False):
        super().__init__(reason)
        self.after = after
        self.slow = slow


class _Refused(Exception):
    """This request will not be answered."""


class _Client:
    """One run of requests against one server."""

    def __init__(self, where: Endpoint, sampling: Sampling, keep: Keep):
        self.where = where
        self.sampling = sampling
        self.keep = keep
        self.limit_field = "max_tokens"
        self.answered = 0
        self.reason = ""
        self.failed_in_a_row = 0

    async def all(self, requests: Sequence[Request]) -> None:
        headers = {"Authorization": f"Bearer {self.where.api_key}"} if self.where.api_key else {}
        many = httpx2.Limits(max_connections=self.where.concurrency)
        waits = httpx2.Timeout(None, connect=min(10.0, self.where.timeout))
        async with httpx2.AsyncClient(headers=headers, limits=many, timeout=waits) as self.http:
            # The shortest go first and alone: they tell whether the server answers at all.
            by_length = sorted(range(len(requests)), key=lambda at: len(repr(requests[at].prompt)))
            asked = set()
            for place in by_length[:_PROBES]:
                if not self.answered:
                    asked.add(place)
                    await self.one(requests[place])
            left = [request for place, request in enumerate(requests) if place not in asked]
            if left and not self.answered:
                raise UnansweredError(
                    f"{self.where.base_url} answers nothing ({self.reason}): mend that, then run "
                    "the same command again"
                )
            waiting = iter(left)

            async def work() -> None:
                for request in waiting:
                    await self.one(request)

            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(self.where.concurrency):
                        group.create_task(work())
            except ExceptionGroup as group_error:
                raise group_error.exceptions[0] from None

    async def one(self, request: Request) -> None:
        """Get one answer and keep it, or why there is none. Raises ModelError."""
        try:
            found = await self.persistently(request)
            self.answered += 1
            self.failed_in_a_row = 0
        except (_Passing, _Refused) as error:
            self.reason = str(error)
            found = Answer(error=self.reason)
            self.failed_in_a_row += 1
        self.keep([(request, found)])
        if self.answered and self.failed_in_a_row >= max(10, 2 * self.where.concurrency):
            raise ModelError(
                f"{self.where.base_url} has stopped answering ({self.reason}): when it is back, "
                "the same command goes on from here"
            )

    async def persistently(self, request: Request) -> Answer:
        """Ask until there is an answer, or no more hope. Raises _Passing, _Refused, ModelError."""
        tries = AsyncRetrying(
            retry=retry_if_exception_type(_Passing), stop=_enough, wait=self.wait, reraise=True
        )
        async for attempt in tries:
            with attempt:
                return await self.once(request)
        raise AssertionError("unreachable")

    def wait(self, state: RetryCallState) -> float:
        """Seconds before another try."""
        error = state.outcome.exception() if state.outcome else None
        after = error.after if isinstance(error, _Passing) else None
        if after is not None:
            return min(after, _LONGEST_PAUSE)
        return wait_random_exponential(multiplier=self.where.pause, max=60)(state)

    async def once(self, request: Request) -> Answer:
        """Ask once. Raises _Passing, _Refused, ModelError."""
        chat = bool(request.prompt.messages)
        url = f"{self.where.base_url}/{'chat/completions' if chat else 'completions'}"
        body = self.body(request)
        try:
            async with asyncio.timeout(self.where.timeout):
                response = await self.http.post(url, json=body)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            reason = _said(str(error))
            if not self.answered:
                raise ModelError(
                    f"no server answers at {self.where.base_url} ({reason}): start it, or correct "
                    "--base-url"
                ) from error
            raise _Passing(reason) from error
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise _Passing(f"no answer in {self.where.timeout:g} s", slow=True) from error
        except httpx2.RequestError as error:
            raise _Passing(f"the connection broke: {_said(str(error))}") from error
        if response.status_code == 200:
            return _answer_in(response, chat)
        said = f"{response.status_code}: {_message(response)}"
        if "max_completion_tokens" in said and "max_tokens" in body:
            self.limit_field = "max_completion_tokens"  # OpenAI's newer models know only this name
            raise _Passing(said, after=0)
        raise self.fault(response, url, said)

    def body(self, request: Request) -> dict[str, Any]:
        """The request as JSON."""
        body: dict[str, Any] = {
            "model": self.where.model,
            self.limit_field: self.sampling.max_tokens,
            "temperature": self.sampling.temperature,
        }
        if not self.sampling.greedy:
            body |= {"top_p": self.sampling.top_p, "seed": request.seed}
        if request.prompt.messages:
            return body | {"messages": list(request.prompt.messages)}
        stop = {"stop": list(request.prompt.stop)} if request.prompt.stop else {}
        return body | {"prompt": request.prompt.text} | stop

    def fault(self, response: httpx2.Response, url: str, said: str) -> Exception:
        """What a status other than 200 means."""
        status = response.status_code
        if status in (408, 409, 425, 429) or status >= 500:
            return _Passing(said, _retry_after(response))
        if status in (401, 403):
            return ModelError(f"{url} wants another key ({said}): set OPENAI_API_KEY")
        if status in (404, 405):
            return ModelError(
                f"{url} does not serve {self.where.model!r} ({said}): correct the model's name or "
                "--base-url"
            )
        if status < 400:
            to = response.headers.get("location", "elsewhere")
            return ModelError(f"{url} points to {_said(to)} ({status}): correct --base-url")
        return _Refused(said)


def _enough(state: RetryCallState) -> bool:
    error = state.outcome.exception() if state.outcome else None
    slow = isinstance(error, _Passing) and error.slow
    return state.attempt_number >= (2 if slow else ATTEMPTS)


def _retry_after(response: httpx2.Response) -> float | None:
    """Seconds from a Retry-After header, which holds seconds or a date (RFC 9110, 10.2.3)."""
    value = response.headers.get("retry-after", "").strip()
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None


def _answer_in(response: httpx2.Response, chat: bool) -> Answer:
    """The answer in a response of status 200; raises _Passing when there is none in it."""
    try:
        data = response.json()
        choice = data["choices"][0]
        text = choice["message"]["content"] if chat else choice["text"]
        if isinstance(text, list):
            text = "".join(part.get("text", "") for part in text)
        if text is not None and not isinstance(text, str):
            raise TypeError("the content is not text")
        usage = data.get("usage") or {}
        return Answer(
            text or "",
            str(choice.get("finish_reason") or ""),
            str(data.get("model") or ""),
            _count(usage.get("prompt_tokens")),
            _count(usage.get("completion_tokens")),
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        kind = type(error).__name__
        raise _Passing(f"not an answer ({kind}): {_said(response.text)}") from error


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None


def _message(response: httpx2.Response) -> str:
    """What an error response says, OpenAI's shape or any other."""
    try:
        data = response.json()
        inner = data.get("error", data) if isinstance(data, dict) else data
        said = inner.get("message", inner) if isinstance(inner, dict) else inner
        return _said(said if isinstance(said, str) else json.dumps(said))
    except (ValueError, RecursionError):
        return _said(response.text)


def _said(text: str) -> str:
    """Another's words, in one short line."""
    line = " ".join(text.split()) or "nothing said"
    return line if len(line) <= 200 else f"{line[:200]}..."
