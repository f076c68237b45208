import email.utils
import time
from typing import Any

import pytest
from tests.evaluate.openai_server import OpenAIServer, Reply, chat, fault

from qspark.errors import ModelError
from qspark.evaluate.answers import Answer, Request, Sampling
from qspark.evaluate.openai_http import ATTEMPTS, Endpoint, answer, endpoint
from qspark.tasks.prompts import Prompt

GREEDY = Sampling(0.0, 1.0, 100)


def requests(*texts: str) -> list[Request]:
    return [
        Request(text, 0, Prompt(messages=({"role": "user", "content": text},)), seed=11)
        for text in texts
    ]


def ask(
    server: OpenAIServer, wanted: list[Request], sampling: Sampling = GREEDY, **options: Any
) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    options = {"pause": 0.01, "timeout": 5.0, "concurrency": 3, **options}
    where = Endpoint(server.url, "m", **options)
    answer(where, sampling, wanted, lambda rows: found.update({r.task_id: a for r, a in rows}))
    return found


def test_a_right_answer_has_all_that_the_server_says() -> None:
    with OpenAIServer(lambda *_: chat("x = 1", "length")) as server:
        found = ask(server, requests("a"), api_key="secret")
    assert found == {"a": Answer("x = 1", "length", "served-1", 7, 3)}
    path, body, headers = server.seen[0]
    assert path == "/v1/chat/completions"
    assert body == {
        "model": "m",
        "max_tokens": 100,
        "temperature": 0.0,
        "messages": [{"role": "user", "content": "a"}],
    }
    assert {name.lower(): value for name, value in headers.items()}["authorization"] == (
        "Bearer secret"
    )


def test_a_text_to_continue_goes_to_completions_with_its_stop_words_and_seed() -> None:
    reply = Reply({"choices": [{"text": "    return 1", "finish_reason": None}]})
    wanted = [Request("a", 2, Prompt("def f():\n", stop=("\ndef ",)), seed=5)]
    with OpenAIServer(lambda *_: reply) as server:
        found = ask(server, wanted, Sampling(0.8, 0.9, 50))
    assert found["a"] == Answer("    return 1", "", "", None, None)
    path, body, headers = server.seen[0]
    assert path == "/v1/completions"
    assert "authorization" not in {name.lower() for name in headers}
    assert body == {
        "model": "m",
        "max_tokens": 50,
        "temperature": 0.8,
        "top_p": 0.9,
        "seed": 5,
        "prompt": "def f():\n",
        "stop": ["\ndef "],
    }


@pytest.mark.parametrize(
    "passing",
    [
        fault(429, "slow down", Retry_After="0"),
        fault(500, "oops"),
        fault(503, "loading", Retry_After="soon"),
        Reply(b"<html>gateway</html>"),
        Reply(b"[" * 50_000),
        Reply({"choices": []}),
        Reply({"choices": [{"message": {"content": 7}}]}),
        Reply({"choices": None}),
        Reply([]),
        Reply({"choices": [{"message": {"content": "x"}}]}, drop=True),
        Reply(b"not gzip", headers={"content-encoding": "gzip"}),
    ],
)
def test_what_may_pass_is_tried_again(passing: Reply) -> None:
    with OpenAIServer(lambda _, before: chat("right") if before else passing) as server:
        assert ask(server, requests("a"))["a"].text == "right"
    assert len(server.seen) == 2


@pytest.mark.parametrize("date", [False, True])
def test_the_time_that_the_server_names_is_waited(date: bool) -> None:
    def reply(_: Any, before: int) -> Reply:
        value = email.utils.formatdate(time.time() + 2, usegmt=True) if date else "1"
        return chat("right") if before else fault(429, "later", Retry_After=value)

    start = time.monotonic()
    with OpenAIServer(reply) as server:
        assert ask(server, requests("a"))["a"].text == "right"
    assert time.monotonic() - start >= 0.9


def test_no_content_is_an_empty_answer() -> None:
    with OpenAIServer(lambda *_: chat(None, "length")) as server:
        assert ask(server, requests("a"))["a"] == Answer("", "length", "served-1", 7, 3)


def test_content_in_parts_is_joined() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    with OpenAIServer(lambda *_: chat(parts)) as server:
        assert ask(server, requests("a"))["a"].text == "ab"


def test_one_request_that_fails_for_good_leaves_the_others_unharmed() -> None:
    def reply(body: dict[str, Any], _: int) -> Reply:
        text = body["messages"][-1]["content"]
        return {
            "bad": fault(500, "this one breaks me"),
            "long prompt": fault(400, "maximum context length exceeded"),
            "slow one": Reply(b"", seconds=2.0),
        }.get(text, chat(text.upper()))

    wanted = requests("long prompt", "bad", "one", "two", "slow one", "three")
    with OpenAIServer(reply) as server:
        found = ask(server, wanted, timeout=0.4)
    assert {name: a.text for name, a in found.items() if not a.error} == {
        "one": "ONE",
        "two": "TWO",
        "three": "THREE",
    }
    assert found["bad"].error == "500: this one breaks me"
    assert found["long prompt"].error == "400: maximum context length exceeded"
    assert "no answer in 0.4 s" in found["slow one"].error
    times = server.prompts()
    assert [times.count(name) for name in ("bad", "long prompt", "slow one")] == [ATTEMPTS, 1, 2]


def test_requests_in_hand_are_bounded() -> None:
    with OpenAIServer(lambda *_: Reply(chat("x").body, seconds=0.05)) as server:
        found = ask(server, requests(*map(str, range(14))), concurrency=4)
    assert len(found) == 14
    assert 2 <= server.most <= 4


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (fault(401, "bad key"), "OPENAI_API_KEY"),
        (fault(403, "no"), "OPENAI_API_KEY"),
        (fault(404, "The model `m` does not exist"), "model `m` does not exist.*--base-url"),
        (Reply(b"", 301, {"location": "https://elsewhere/v1"}), "https://elsewhere/v1"),
    ],
)
def test_a_wrong_key_model_or_address_ends_the_run_at_once(reply: Reply, said: str) -> None:
    with OpenAIServer(lambda *_: reply) as server:
        with pytest.raises(ModelError, match=said) as caught:
            ask(server, requests(*map(str, range(9))))
        assert len(server.seen) == 1
    assert "\n" not in str(caught.value)


def test_no_server_ends_the_run_at_once() -> None:
    with OpenAIServer(lambda *_: chat("x")) as server:
        pass
    with pytest.raises(ModelError, match="start it, or correct --base-url"):
        ask(server, requests("a", "b"))


def test_a_server_that_refuses_everything_is_not_asked_everything() -> None:
    with OpenAIServer(lambda *_: fault(400, "temperature is not supported")) as server:
        with pytest.raises(ModelError, match="temperature is not supported"):
            ask(server, requests(*map(str, range(9))))
        assert len(server.seen) == 3


def test_a_server_that_dies_on_the_way_ends_the_run_and_what_came_is_kept() -> None:
    served: list[str] = []

    def reply(body: dict[str, Any], _: int) -> Reply:
        served.append(body["messages"][-1]["content"])
        return chat("x") if len(served) <= 5 else fault(502, "gone", Retry_After="0")

    with OpenAIServer(reply) as server:
        found: dict[str, Answer] = {}
        with pytest.raises(ModelError, match="stopped answering"):
            answer(
                Endpoint(server.url, "m", concurrency=2),
                GREEDY,
                requests(*map(str, range(40))),
                lambda rows: found.update({r.task_id: a for r, a in rows}),
            )
    assert sum(not a.error for a in found.values()) == 5
    assert len(found) < 40


def test_the_newer_name_of_max_tokens_is_learned() -> None:
    def reply(body: dict[str, Any], _: int) -> Reply:
        if "max_tokens" in body:
            return fault(400, "'max_tokens' is not supported: use 'max_completion_tokens' instead")
        return chat(str(body["max_completion_tokens"]))

    with OpenAIServer(reply) as server:
        found = ask(server, requests(*"abcdef"))
    assert {a.text for a in found.values()} == {"100"}
    assert len(server.seen) == 7


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://localhost:8000", "http://localhost:8000/v1"),
        ("http://localhost:8000/", "http://localhost:8000/v1"),
        ("https://host/openai/v1/", "https://host/openai/v1"),
    ],
)
def test_addresses(monkeypatch: pytest.MonkeyPatch, given: str, url: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", " k \n")
    assert endpoint("m", given, 8, 60.0) == Endpoint(url, "m", "k", 8, 60.0)
    monkeypatch.setenv("OPENAI_BASE_URL", given)
    assert endpoint("m", "", 8, 60.0).base_url == url


@pytest.mark.parametrize("given", ["", "localhost:8000", "ftp://x", "http://", "x y"])
def test_wrong_addresses(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(ModelError, match="--base-url") as caught:
        endpoint("m", given, 8, 60.0)
    assert "\n" not in str(caught.value)


def test_a_key_alone_means_openai(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert endpoint("m", "", 8, 60.0).base_url == "https://api.openai.com/v1"
    monkeypatch.setenv("OPENAI_API_KEY", "k\né")
    with pytest.raises(ModelError, match="plain text"):
        endpoint("m", "", 8, 60.0)
