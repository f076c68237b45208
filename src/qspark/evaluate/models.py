"""What MODEL means in `qspark eval MODEL`, and what is asked of it.

openai:NAME      a model behind an OpenAI-compatible server
samples:FILE     answers that exist already
anything else    a Hugging Face model: a folder, an adapter's folder, an id on the hub
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from qspark.errors import MissingExtraError, ModelError, QSparkError
from qspark.evaluate.answers import Answer, Backend, Keep, Request, Sampling, seed_of
from qspark.evaluate.evaluation import Settings
from qspark.tasks.prompts import STYLES, Prompt, prompt_for
from qspark.tasks.samples import Sample, load_samples
from qspark.tasks.suites import Suite
from qspark.tasks.task import Task

_TEMPERATURE = 0.8
_TOP_P = 0.95
# A base model that does not stop is cut off sooner; a chat may reason first.
_MAX_TOKENS = {"completion": 1024, "chat": 4096}


@dataclass(frozen=True)
class Options:
    """What the user asked for; None and empty strings leave the choice to the kind of model."""

    model: str
    samples: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    prompt: str = ""
    system: str = ""
    seed: int = 0
    base_url: str = ""
    concurrency: int = 8
    timeout: float = 600.0
    batch_size: int = 16
    dtype: str = "auto"
    batching: str = "auto"
    stand_in: bool = True


@dataclass(frozen=True)
class Plan:
    """What will be done: the settings, every request in order, and who answers them."""

    settings: Settings
    requests: Sequence[Request]
    backend: Backend
    recorded: dict[str, str]

    def samples(self, answers: Sequence[Answer]) -> list[Sample]:
        """The answers, which come in the order of the requests, as samples to judge."""
        pairs = zip(self.requests, answers, strict=True)
        return [Sample(request.task_id, request.sample, answer.text) for request, answer in pairs]


def plan(options: Options, suite: Suite, tasks: Sequence[Task]) -> Plan:
    """Resolve the options for tasks of a suite. Raises QSparkError."""
    if options.prompt and options.prompt not in STYLES:
        raise QSparkError(f"no prompt {options.prompt!r}: give one of {', '.join(STYLES)}")
    kind, _, name = options.model.partition(":")
    if kind == "samples" and name:
        return _of_samples(options, name, suite, tasks)
    if kind == "openai" and name:
        return _of_server(options, name, suite, tasks)
    return _of_hugging_face(options, suite, tasks)


def _of_samples(options: Options, file: str, suite: Suite, tasks: Sequence[Task]) -> Plan:
    for name in ("samples", "temperature", "top_p", "max_tokens", "prompt", "system"):
        if getattr(options, name):
            said = name.replace("_", "-")
            raise QSparkError(f"answers that exist are taken as they are: leave --{said} away")
    given = load_samples(file, suite)
    asked = {task.task_id: place for place, task in enumerate(tasks)}
    wanted = sorted(
        (sample for sample in given if sample.task_id in asked),
        key=lambda sample: (asked[sample.task_id], sample.sample),
    )
    if not wanted:
        raise ModelError(f"{file} has no answer to the tasks asked for: choose other tasks")
    requests = [Request(sample.task_id, sample.sample, Prompt(), 0) for sample in wanted]
    answers = {(sample.task_id, sample.sample): _given(sample) for sample in wanted}

    def backend(requests: Sequence[Request], keep: Keep) -> None:
        keep([(request, answers[request.task_id, request.sample]) for request in requests])

    said = json.dumps([[sample.task_id, sample.text] for sample in wanted])
    extra = {"answers_sha256": hashlib.sha256(said.encode()).hexdigest()}
    settings = _settings(options, suite, tasks, "", 0, Sampling(0.0, 1.0, 0), extra)
    return Plan(settings, requests, backend, {})


def _given(sample: Sample) -> Answer:
    """An answer from a file, with what its row says of it."""
    reason, model = (sample.extra.get(name) for name in ("finish_reason", "model"))
    return Answer(
        sample.text,
        reason if isinstance(reason, str) else "",
        model if isinstance(model, str) else "",
    )


def _of_server(options: Options, name: str, suite: Suite, tasks: Sequence[Task]) -> Plan:
    from qspark.evaluate.openai_http import answer, endpoint

    where = endpoint(name, options.base_url, options.concurrency, options.timeout)
    samples, sampling, style = _drawing(options, options.prompt or "chat")
    settings = _settings(options, suite, tasks, style, samples, sampling, {})
    requests = _requests(settings, tasks)
    return Plan(settings, requests, partial(answer, where, sampling), {"base_url": where.base_url})


def _of_hugging_face(options: Options, suite: Suite, tasks: Sequence[Task]) -> Plan:
    _check(options.model)
    if not all(find_spec(name) for name in ("torch", "transformers")):
        raise MissingExtraError("a Hugging Face model", "train")
    from qspark.evaluate.hf import BATCHINGS, DTYPES, answer, load_tokenizer, local, style_of

    for name, known in (("dtype", DTYPES), ("batching", BATCHINGS)):
        if getattr(options, name) not in known:
            raise QSparkError(
                f"no {name} {getattr(options, name)!r}: give one of {', '.join(known)}"
            )
    tokenizer = load_tokenizer(options.model)
    style = options.prompt or style_of(options.model, tokenizer)
    if style != "completion" and not tokenizer.chat_template:
        raise ModelError(f"{options.model} has no chat template: give --prompt completion")
    samples, sampling, style = _drawing(options, style)
    shown = [prompt_for(task, style, options.system) for task in tasks]
    stops = any(prompt.stop for prompt in shown)
    where = local(options.model, options.dtype, options.batching, options.batch_size, stops)
    extra = {"dtype": where.dtype, "batching": where.batching}
    settings = _settings(options, suite, tasks, style, samples, sampling, extra, here=True)
    return Plan(settings, _requests(settings, tasks), partial(answer, where, sampling), {})


def _check(source: str) -> None:
    owner, slash, name = source.partition("/")
    hub = slash and owner and name and "/" not in name and not source.startswith((".", "~", "/"))
    if not Path(source).is_dir() and not hub:
        raise ModelError(
            f"there is no model {source!r}: give a folder, a Hugging Face id (owner/name), openai:NAME or "
            "samples:FILE"
        )


def _drawing(options: Options, style: str) -> tuple[int, Sampling, str]:
    """Samples per task, sampling and prompt style: greedy for one answer, drawn for several."""
    samples = options.samples or 1
    temperature = options.temperature
    if temperature is None:
        temperature = 0.0 if samples == 1 else _TEMPERATURE
    if temperature == 0 and samples > 1:
        raise QSparkError(
            f"{samples} greedy answers would all be the same: give a --temperature above 0"
        )
    top_p = 1.0 if temperature == 0 else options.top_p or _TOP_P
    most = options.max_tokens or _MAX_TOKENS.get(style, _MAX_TOKENS["chat"])
    return samples, Sampling(temperature, top_p, most), style


def _requests(settings: Settings, tasks: Sequence[Task]) -> list[Request]:
    return [
        Request(task.task_id, sample, prompt, seed_of(settings.seed, task.task_id, sample))
        for task in tasks
        for prompt in [prompt_for(task, settings.prompt, settings.system)]
        for sample in range(settings.samples)
    ]


def _settings(
    options: Options,
    suite: Suite,
    tasks: Sequence[Task],
    style: str,
    samples: int,
    sampling: Sampling,
    extra: dict[str, Any],
    here: bool = False,
) -> Settings:
    return Settings(
        model=options.model,
        suite=suite.name,
        suite_sha256=suite.sha256,
        tasks=tuple(task.task_id for task in tasks),
        prompt=style,
        system=options.system,
        samples=samples,
        sampling=sampling,
        seed=options.seed,
        extra=extra,
        stand_in=options.stand_in,
        generates_here=here,
    )
