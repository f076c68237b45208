"""Answers from a Hugging Face model: a folder, an adapter's folder, or an id on the hub."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    GenerationConfig,
    LogitsProcessorList,
)
from transformers.utils.logging import disable_progress_bar, set_verbosity_error

from qspark.errors import ModelError
from qspark.evaluate.answers import Answer, Keep, Request, Sampling
from qspark.evaluate.draw import Draw
from qspark.tasks.prompts import rendered

BATCHINGS = ("auto", "static", "continuous")
DTYPES = ("auto", "float32", "bfloat16", "float16")


@dataclass(frozen=True)
class Local:
    """A model on this machine and how it is run; `dtype` and `batching` are resolved, never auto."""

    source: str
    dtype: str
    batching: str
    batch_size: int = 16


def local(source: str, dtype: str, batching: str, batch_size: int, stops: bool) -> Local:
    """Resolve `auto`: bfloat16 and continuous batching on a GPU, else float32 and static batches.

    Continuous batching cannot stop at words (`stops`), so where there are some, batches are static.
    """
    gpu = torch.cuda.is_available()
    if dtype == "auto":
        fits = gpu and torch.cuda.is_bf16_supported()
        dtype = "bfloat16" if fits else "float16" if gpu else "float32"
    if batching == "auto":
        batching = "continuous" if gpu and not stops else "static"
    return Local(source, dtype, batching, batch_size)


def load_tokenizer(source: str) -> Any:
    """The tokenizer of a model, or of the base of an adapter that has none. Raises ModelError."""
    _be_quiet()
    if Path(source).is_dir() and not any(Path(source).glob("*config.json")):
        raise ModelError(
            f"{source} holds no model: give a complete model folder, with a config.json"
        )
    with _faults(source):
        try:
            tokenizer = AutoTokenizer.from_pretrained(source, padding_side="left")
        except (OSError, ValueError):
            base = _adapter_base(source)
            if base is None:
                raise
            tokenizer = AutoTokenizer.from_pretrained(base, padding_side="left")
    if tokenizer.eos_token_id is None:
        raise ModelError(f"the tokenizer of {source} has no end token: set eos_token in its config")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def style_of(source: str, tokenizer: Any) -> str:
    """`chat` for a model that ends its turn in a chat with its end token, else `completion`.

    That a tokenizer has a chat template says little: Qwen's base models have one. But what ends a
    turn in it (<|im_end|>) is not what ends a base model's text (<|endoftext|>).
    """
    if not getattr(tokenizer, "chat_template", None):
        return "completion"
    turns = [{"role": "user", "content": "1"}, {"role": "assistant", "content": "QSPARK"}]
    try:
        text = tokenizer.apply_chat_template(turns, tokenize=False)
    except Exception:  # a template is a program of the model's makers, and may raise anything
        return "chat"
    try:
        config = GenerationConfig.from_pretrained(_adapter_base(source) or source)
    except (OSError, ValueError):
        config = None  # the tokenizer alone tells
    tail = tokenizer(str(text).rpartition("QSPARK")[2], add_special_tokens=False)["input_ids"]
    return "chat" if set(tail) & set(_ends(tokenizer, config)) else "completion"


def load_model(where: Local) -> Any:
    """The model, ready to generate, on the GPUs if there are any. Raises ModelError."""
    _be_quiet()
    devices: dict[str, Any] = {"device_map": "auto"} if torch.cuda.is_available() else {}
    with _faults(where.source):
        model = AutoModelForCausalLM.from_pretrained(
            where.source, dtype=getattr(torch, where.dtype), **devices
        )
    return model.eval()


def answer(where: Local, sampling: Sampling, requests: Sequence[Request], keep: Keep) -> None:
    """Answer every request, batch by batch, the longest prompts first. Raises ModelError."""
    tokenizer = load_tokenizer(where.source)
    model = load_model(where)
    continuous = where.batching == "continuous"
    answer_with(model, tokenizer, where.batch_size, sampling, requests, keep, continuous)


def answer_with(
    model: Any,
    tokenizer: Any,
    batch_size: int,
    sampling: Sampling,
    requests: Sequence[Request],
    keep: Keep,
    continuous: bool = False,
) -> None:
    """Answer every request with a model that is loaded; its generation config is replaced."""
    wanted = []
    room = getattr(model.config.get_text_config(), "max_position_embeddings", None) or 1 << 30
    for request in requests:
        text = rendered(request.prompt, tokenizer)
        ids = tokenizer(text, add_special_tokens=not request.prompt.messages)["input_ids"]
        most = min(sampling.max_tokens, room - len(ids))
        if most < 1:
            said = f"the prompt's {len(ids)} tokens leave no room in a context of {room}"
            keep([(request, Answer(error=said))])
        else:
            wanted.append(Wanted(request, ids, most))
    wanted.sort(key=lambda one: (one.request.prompt.stop, -len(one.ids)))
    # What a model's maker recommends (a repetition penalty, a temperature) would act unseen.
    model.generation_config = GenerationConfig(
        eos_token_id=_ends(tokenizer, model.generation_config),
        pad_token_id=tokenizer.pad_token_id,
    )
    try:
        if continuous:
            from qspark.evaluate.hf_continuous import continuously

            continuously(model, tokenizer, batch_size, sampling, wanted, keep)
            return
        for batch in _batches(wanted, batch_size):
            texts = _batch(model, tokenizer, sampling, batch)
            keep([(one.request, found) for one, found in zip(batch, texts, strict=True)])
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise out_of_memory(batch_size) from error
    except RuntimeError as error:
        if "can't allocate memory" not in str(error):
            raise
        raise out_of_memory(batch_size) from error


def out_of_memory(batch_size: int) -> ModelError:
    """What to say when a batch did not fit."""
    return ModelError(
        f"{batch_size} answers at a time need more memory than there is: give a smaller --batch-size"
    )


@dataclass(frozen=True)
class Wanted:
    """A request with its prompt's tokens, and how many new ones it may have."""

    request: Request
    ids: list[int]
    most: int


def finished(tokenizer: Any, ends: Sequence[int], one: Wanted, new: Sequence[int]) -> Answer:
    """The answer in new tokens: up to an end token, a stop word, or the most that it may have."""
    taken = list(new[: one.most])
    end = next((place for place, token in enumerate(taken) if token in ends), None)
    count = len(taken) if end is None else end + 1
    text = tokenizer.decode(taken[:end], skip_special_tokens=True)
    cuts = [place for word in one.request.prompt.stop if (place := text.find(word)) >= 0]
    stopped = end is not None or bool(cuts)
    text = text[: min(cuts)] if cuts else text
    return Answer(text, "stop" if stopped else "length", "", len(one.ids), count)


def _batches(wanted: Sequence[Wanted], size: int) -> Iterator[list[Wanted]]:
    for _, group in groupby(wanted, key=lambda one: one.request.prompt.stop):
        part = list(group)
        for start in range(0, len(part), size):
            yield part[start : start + size]


def _batch(model: Any, tokenizer: Any, sampling: Sampling, batch: Sequence[Wanted]) -> list[Answer]:
    inputs = tokenizer.pad(
        {"input_ids": [one.ids for one in batch]}, padding_side="left", return_tensors="pt"
    ).to(model.device)
    choice: dict[str, Any] = {}
    if not sampling.greedy:
        seeds = [one.request.seed for one in batch]
        drawn = Draw(seeds, sampling.temperature, sampling.top_p)
        choice["logits_processor"] = LogitsProcessorList([drawn])
    if batch[0].request.prompt.stop:
        choice |= {"stop_strings": list(batch[0].request.prompt.stop), "tokenizer": tokenizer}
    with torch.no_grad():
        output = model.generate(
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            max_new_tokens=max(one.most for one in batch),
            do_sample=False,
            **choice,
        )
    new = output[:, inputs["input_ids"].shape[1] :].tolist()
    ends = model.generation_config.eos_token_id
    return [finished(tokenizer, ends, one, row) for one, row in zip(batch, new, strict=True)]


def _ends(tokenizer: Any, config: GenerationConfig | None) -> list[int]:
    """Every token that ends an answer: the tokenizer's, and those of the model's own generation."""
    given = config.eos_token_id if config else None
    found = {given} if isinstance(given, int) else set(given or ())
    return sorted(found | {tokenizer.eos_token_id})


def _adapter_base(source: str) -> str | None:
    """The base model that an adapter names; None for a model that is no adapter."""
    from transformers.utils.peft_utils import find_adapter_config_file

    path = find_adapter_config_file(source)
    if path is None:
        return None
    import json

    return json.loads(Path(path).read_text(encoding="utf-8")).get("base_model_name_or_path")


class _faults:
    """Turns what loading raises into a ModelError of one line."""

    def __init__(self, source: str):
        self.source = source

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: BaseException | None, _: Any) -> None:
        if isinstance(error, torch.OutOfMemoryError | MemoryError):
            raise ModelError(
                f"{self.source} does not fit into memory: give --dtype bfloat16, or a smaller model"
            ) from error
        if isinstance(error, OSError | ValueError | ImportError | KeyError):
            lines = str(error).strip().splitlines() or [type(error).__name__]
            raise ModelError(
                f"cannot load the model {self.source}: {lines[0].rstrip('.')}; give a complete "
                "model folder, or a Hugging Face id with the network reachable"
            ) from error


def _be_quiet() -> None:
    disable_progress_bar()
    set_verbosity_error()
