import json

import pytest
import torch
from tests.train.small_data import small_profile, write_data

from qspark.config import Lora, Model
from qspark.errors import ModelError, QSparkError
from qspark.report.model_card import facts, model_folder, write_model_card
from qspark.runs import open_run, read_json, write_json
from qspark.stage import train_stage
from qspark.train.common import save
from qspark.train.export import copy, merge
from qspark.train.models import load, scratch_model, train_tokenizer, with_lora

# PEFT asks transformers 5.23 by a name that it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")


@pytest.fixture
def adapter(tmp_path):
    """A base and an adapter on it that changes what it says."""
    tokenizer = train_tokenizer(["def give():\n    return 1\n"], 300)
    base = scratch_model(small_profile().model.scratch, tokenizer, 0)
    save(base, tokenizer, tmp_path / "base")
    model, tokenizer = load(tmp_path / "base", Model())
    model = with_lora(model, Model(lora=Lora(rank=4, alpha=8)))
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=0.5)
    save(model, tokenizer, tmp_path / "adapter")
    return tmp_path / "adapter"


def logits(folder):
    model, tokenizer = load(folder, Model())
    ids = tokenizer("def give():", return_tensors="pt", add_special_tokens=False)["input_ids"]
    with torch.no_grad():
        return model(input_ids=ids).logits


def test_a_merged_model_says_what_its_adapter_says(adapter, tmp_path):
    merge(adapter, tmp_path / "whole")
    assert not (tmp_path / "whole" / "adapter_config.json").exists()
    assert (tmp_path / "whole" / "model.safetensors").exists()
    with_adapter, whole, base = map(logits, (adapter, tmp_path / "whole", tmp_path / "base"))
    assert torch.allclose(with_adapter, whole, atol=1e-5)
    assert not torch.allclose(base, whole, atol=1e-2)


def test_the_dtype_of_a_merged_model_is_what_is_asked_for(adapter, tmp_path):
    for asked, found in (("auto", "float32"), ("bfloat16", "bfloat16")):
        merge(adapter, tmp_path / asked, asked)
        assert read_json(tmp_path / asked / "config.json")["dtype"] == found


def test_what_cannot_be_merged_is_named(adapter, tmp_path):
    with pytest.raises(ModelError, match="no adapter"):
        merge(tmp_path / "base", tmp_path / "out")
    with pytest.raises(QSparkError, match="not empty"):
        merge(adapter, tmp_path / "base")
    config = read_json(adapter / "adapter_config.json")
    config["base_model_name_or_path"] = str(tmp_path / "gone")
    write_json(adapter / "adapter_config.json", config)
    with pytest.raises(ModelError, match="gone"):
        merge(adapter, tmp_path / "out")


@pytest.fixture(scope="module")
def run(pool, tmp_path_factory):
    """A run of SFT and ORPO with an adapter, with held-out tasks."""
    out = tmp_path_factory.mktemp("run")
    data = write_data(out / "data")
    profile = small_profile(steps=2)
    model = profile.model.model_copy(update={"lora": Lora(rank=2, alpha=4)})
    profile = profile.model_copy(update={"model": model})
    with open_run(out, profile) as opened:
        for stage, start in (("sft", "scratch"), ("orpo", str(out / "sft" / "model"))):
            opened.stage(
                stage,
                lambda folder, stage=stage, start=start: train_stage(
                    profile, stage, data, start, folder, pool, lambda *_: None
                ),
            )
    return out


def test_an_export_is_the_model_and_a_card_with_every_figure(run, tmp_path):
    write_json(tmp_path / "eval" / "summary.json", {
        "suite": "toy", "suite_sha256": "ab" * 32, "passed": 3, "total": 4, "infra": 1,
        "pass_at_1": 0.75, "ci95": [0.30, 0.95],
    })  # fmt: skip
    model = model_folder(run / "orpo")
    copy(model, tmp_path / "out")
    write_model_card(model, tmp_path / "out", [tmp_path / "eval"], merged=False)
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert {
        "adapter_config.json",
        "adapter_model.safetensors",
        "tokenizer.json",
        "README.md",
    } <= files
    card = (tmp_path / "out" / "README.md").read_text()
    manifest = read_json(run / "manifest.json")
    assert f"torch {manifest['versions']['torch']}" in card
    for said in (
        "| toy | 75.0 % | 30.0 to 95.0 % | 3 | 4 | 1 | abababababababab |",
        "sft, then orpo", "library_name: peft", "3 tasks, 3 pairs", "| weight | 0.1 |",
        "| lora rank | 2 |", "| 2 | watch | 0.0 % | 0.0 to 56.1 % | 0 | 3 | 0 |",
        "| reward_accuracy |",
    ):  # fmt: skip
        assert said in card, said
    for figure in facts(model, [])["stages"][1]["figures"]:
        assert f"| {figure} |" in card


def test_a_run_can_be_moved(run, tmp_path):
    found = facts(run / "orpo" / "model", [])
    moved = run.rename(tmp_path / "moved")
    try:
        assert facts(moved / "orpo" / "model", [])["stages"] == found["stages"]
    finally:
        moved.rename(run)


def test_the_scores_of_a_whole_run_are_in_the_card(run):
    rate = {"value": 0.5, "low": 0.1, "high": 0.9, "passed": 1, "total": 2, "infra": 0}
    models = {name: {"pass_at_1": rate} for name in ("base", "orpo")}
    models["base"]["pass_at_1"] = {**rate, "passed": 0, "value": 0.0}
    path = run / "evaluate" / "summary.json"
    write_json(path, {"suite": "held", "suite_sha256": "00", "models": models})
    try:
        assert [s["passed"] for s in facts(run / "orpo" / "model", [])["scores"]] == [1]
        assert [s["passed"] for s in facts(run / "sft" / "model", [])["scores"]] == [0]
    finally:
        path.unlink()


def test_a_stage_goes_on_from_what_it_was_started_from(run, pool):
    profile = small_profile(steps=2)
    with pytest.raises(QSparkError, match="another data and another start"):
        train_stage(
            profile, "orpo", run / "other", "somewhere/else", run / "orpo", pool, lambda *_: None
        )


def test_what_is_no_model_is_named(tmp_path):
    with pytest.raises(QSparkError, match="finished stage"):
        model_folder(tmp_path)
    with pytest.raises(ModelError, match="no safetensors"):
        copy(tmp_path, tmp_path / "out")
    (tmp_path / "config.json").write_text(json.dumps({}))
    with pytest.raises(QSparkError, match="qspark eval"):
        write_model_card(tmp_path, tmp_path, [tmp_path], merged=False)
