import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.tasks.test_suites import HARD, ROW
from transformers import GenerationConfig

from qspark.config import Evaluate, Lora, Model, Scratch
from qspark.errors import ModelError, QSparkError
from qspark.evaluate.answers import Answer, Request, Sampling, seed_of
from qspark.evaluate.generate import generate
from qspark.evaluate.hf import Local, answer, load_tokenizer, local, style_of
from qspark.evaluate.models import Options, plan
from qspark.runs import read_jsonl
from qspark.tasks.prompts import Prompt, prompt_for, rendered
from qspark.tasks.suites import Suite, load_suite
from qspark.train.common import save
from qspark.train.models import load, scratch_model, train_tokenizer, with_lora

SMALL = Scratch(
    vocab_size=300, hidden_size=32, intermediate_size=64, layers=2, heads=2, key_value_heads=1
)
GREEDY, DRAWN = Sampling(0.0, 1.0, 24), Sampling(3.0, 0.99, 60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of random weights, as a folder."""
    torch.set_num_threads(1)
    tokenizer = train_tokenizer(["qc = QuantumCircuit(3)\n    qc.rx(0.7, 2)\n"] * 3, 300)
    path = tmp_path_factory.mktemp("hf") / "model"
    save(scratch_model(SMALL, tokenizer, seed=0), tokenizer, path)
    return path


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    path = tmp_path / "suite.json"
    path.write_text(json.dumps([ROW, HARD]))
    return load_suite(str(path))


def requests(count: int, **prompt: Any) -> list[Request]:
    """Two samples of each of so many prompts of different lengths."""
    return [
        Request(
            f"t/{number}",
            sample,
            Prompt(**(prompt or {"messages": ({"role": "user", "content": "qc." * number},)})),
            seed_of(0, f"t/{number}", sample),
        )
        for number in range(count)
        for sample in range(2)
    ]


def ask(
    where: Local, sampling: Sampling, wanted: Sequence[Request]
) -> dict[tuple[str, int], Answer]:
    found: dict[tuple[str, int], Answer] = {}
    answer(
        where,
        sampling,
        wanted,
        lambda came: found.update({(r.task_id, r.sample): a for r, a in came}),
    )
    return found


@pytest.mark.parametrize("sampling", [GREEDY, DRAWN])
def test_an_answer_depends_on_its_own_seed_and_not_on_its_neighbours(
    folder: Path, sampling: Sampling
) -> None:
    source = str(folder)
    whole = ask(Local(source, "float32", "static", 12), sampling, requests(6))
    assert len(whole) == 12
    assert ask(Local(source, "float32", "static", 5), sampling, requests(6)) == whole
    assert ask(Local(source, "float32", "static", 3), sampling, requests(6)[::-3]) == {
        (r.task_id, r.sample): whole[r.task_id, r.sample] for r in requests(6)[::-3]
    }
    for at_once in (2, 12):
        assert ask(Local(source, "float32", "continuous", at_once), sampling, requests(6)) == whole
    same = [whole[f"t/{n}", 0].text == whole[f"t/{n}", 1].text for n in range(6)]
    assert all(same) if sampling.greedy else not any(same)
    if not sampling.greedy:
        assert {a.finish_reason for a in whole.values()} == {"stop", "length"}


def test_what_an_answer_says_of_itself(folder: Path) -> None:
    found = ask(Local(str(folder), "float32", "static", 4), DRAWN, requests(6))
    tokenizer = load_tokenizer(str(folder))
    for request in requests(6):
        one = found[request.task_id, request.sample]
        prompt = rendered(request.prompt, tokenizer)
        assert one.prompt_tokens == len(tokenizer(prompt)["input_ids"])
        assert one.completion_tokens is not None
        assert (one.completion_tokens == 60) >= (one.finish_reason == "length")
        assert "<|im_end|>" not in one.text


def test_the_makers_own_generation_settings_do_not_act(folder: Path, tmp_path: Path) -> None:
    model, tokenizer = load(folder, Model())
    model.generation_config = GenerationConfig(
        eos_token_id=7, repetition_penalty=5.0, do_sample=True, temperature=9.0, max_new_tokens=1
    )
    save(model, tokenizer, tmp_path / "opinionated")
    plainly = ask(Local(str(folder), "float32", "static", 4), GREEDY, requests(3))
    found = ask(Local(str(tmp_path / "opinionated"), "float32", "static", 4), GREEDY, requests(3))
    for place, one in found.items():  # but its end token ends an answer
        assert plainly[place].text.startswith(one.text)
        assert one.text == plainly[place].text or one.finish_reason == "stop"


def test_stop_words_end_an_answer_before_them(folder: Path) -> None:
    where = Local(str(folder), "float32", "static", 4)
    free = ask(where, GREEDY, requests(1, text="def f():\n"))["t/0", 0]
    word = free.text[len(free.text) // 2 :][:1]
    held = ask(where, GREEDY, requests(1, text="def f():\n", stop=("no such", word)))["t/0", 0]
    assert held.text == free.text[: free.text.index(word)]
    assert held.finish_reason == "stop"
    assert held.completion_tokens is not None and free.completion_tokens is not None
    assert held.completion_tokens <= free.completion_tokens
    assert local(str(folder), "auto", "auto", 4, stops=True).batching == "static"


@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")  # peft's
def test_an_adapter_folder_answers_as_the_adapted_model(folder: Path, tmp_path: Path) -> None:
    model, _ = load(folder, Model())
    adapted = with_lora(model, Model(lora=Lora(rank=4)))
    with torch.no_grad():
        for name, weight in adapted.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=0.5, generator=torch.Generator().manual_seed(1))
    adapted.save_pretrained(tmp_path / "bare")
    base = ask(Local(str(folder), "float32", "static", 4), GREEDY, requests(2))
    bare = ask(Local(str(tmp_path / "bare"), "float32", "static", 4), GREEDY, requests(2))
    assert bare != base
    assert style_of(str(tmp_path / "bare"), load_tokenizer(str(tmp_path / "bare"))) == "chat"
    for batching in ("static", "continuous"):
        again = ask(Local(str(tmp_path / "bare"), "float32", batching, 2), GREEDY, requests(2))
        assert again == bare


def test_base_models_are_told_from_chat_models_by_what_ends_a_turn(
    folder: Path, tmp_path: Path
) -> None:
    tokenizer = load_tokenizer(str(folder))
    assert style_of(str(tmp_path), tokenizer) == "chat"
    tokenizer.eos_token = "<|endoftext|>"  # as in Qwen's base models, which have a chat template
    assert style_of(str(tmp_path), tokenizer) == "completion"
    assert style_of(str(folder), tokenizer) == "chat"  # its generation config ends turns
    tokenizer.chat_template = None
    assert style_of(str(folder), tokenizer) == "completion"


def test_a_prompt_without_room_is_an_error_of_that_answer_alone(folder: Path) -> None:
    wanted = [*requests(2), Request("long", 0, Prompt(text="qc " * 600), 1)]
    found = ask(Local(str(folder), "float32", "static", 4), GREEDY, wanted)
    assert "no room in a context of 512" in found["long", 0].error
    assert not any(a.error for place, a in found.items() if place[0] != "long")


def test_memory_that_runs_out_is_said_with_the_remedy(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")

    monkeypatch.setattr("transformers.Qwen2ForCausalLM.generate", full)
    with pytest.raises(ModelError, match=r"smaller --batch-size$"):
        ask(Local(str(folder), "float32", "static", 4), GREEDY, requests(2))


def test_the_plan_for_a_model_on_this_machine(folder: Path, suite: Suite) -> None:
    made = plan(Options(str(folder), samples=3, seed=5), suite, suite.tasks)
    document = made.settings.document()
    assert (document["prompt"], document["temperature"], document["top_p"]) == ("chat", 0.8, 0.95)
    assert (document["max_tokens"], document["dtype"]) == (4096, "float32")
    assert document["batching"] == "static"
    assert "torch" in document["versions"]
    assert [(r.task_id, r.sample) for r in made.requests][2:4] == [("q/0", 2), ("q/1", 0)]
    assert made.requests[0].prompt == prompt_for(suite.tasks[0], "chat")
    based = plan(Options(str(folder), prompt="completion"), suite, suite.tasks)
    assert based.settings.sampling == Sampling(0.0, 1.0, 1024)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"dtype": "int3"}, "bfloat16"),
        ({"batching": "none"}, "continuous"),
        ({"model": "nowhere"}, "openai:NAME"),
        ({"model": "/tmp"}, "complete model folder"),
        ({"model": "owner/no-such-model"}, "network reachable"),
    ],
)
def test_wrong_models_and_options(
    folder: Path, suite: Suite, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], said: str
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(QSparkError, match=said) as caught:
        plan(Options(**{"model": str(folder), **options}), suite, suite.tasks)
    assert "\n" not in str(caught.value)


def test_a_model_without_weights_is_refused(folder: Path, tmp_path: Path) -> None:
    for file in folder.iterdir():
        if file.suffix != ".safetensors":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(ModelError, match="cannot load") as caught:
        ask(Local(str(tmp_path), "float32", "static", 2), GREEDY, requests(1))
    assert "\n" not in str(caught.value)


def test_held_out_answers_of_a_pipeline_go_on_where_they_were(
    folder: Path, suite: Suite, tmp_path: Path
) -> None:
    settings = Evaluate(samples=2, batch_size=3, max_new_tokens=8)
    whole = generate(*load(folder, Model()), suite.tasks, settings, 3, tmp_path / "whole.jsonl")
    assert [(r["task_id"], r["mode"], r["sample"]) for r in whole] == [
        *((task, "greedy", 0) for task in ("q/0", "q/1")),
        *((task, "sampled", sample) for task in ("q/0", "q/1") for sample in (0, 1)),
    ]
    kept = (tmp_path / "whole.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "part.jsonl").write_text("".join(kept[:3]) + '{"task')
    assert (
        generate(*load(folder, Model()), suite.tasks, settings, 3, tmp_path / "part.jsonl") == whole
    )
    assert len(read_jsonl(tmp_path / "part.jsonl")) == len(whole)
