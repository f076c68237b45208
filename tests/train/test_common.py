import random

import pytest
from tests.paths import MICRO

from qspark.config import Orpo, load_profile
from qspark.runs import read_jsonl
from qspark.train.common import (
    Journal,
    encode_row,
    last_checkpoint,
    pad_rows,
    passes,
    rows_per_step,
)
from qspark.train.logprobs import IGNORE
from qspark.train.models import train_tokenizer


def test_the_newest_whole_checkpoint_counts_and_a_torn_one_goes(tmp_path):
    for step in (2, 10, 12):
        (tmp_path / f"checkpoint-{step}").mkdir()
        if step != 12:
            (tmp_path / f"checkpoint-{step}" / "complete").touch()
    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-10"
    assert not (tmp_path / "checkpoint-12").exists()


def test_no_checkpoint_is_none(tmp_path):
    assert last_checkpoint(tmp_path / "missing") is None


def test_a_row_has_labels_on_the_answer_and_its_end_only():
    tokenizer = train_tokenizer(["qc.h(0)", "def f():"], 300)
    row = encode_row(tokenizer, "def f():", " qc.h(0)", 64)
    taken = [
        token
        for token, label in zip(row["input_ids"], row["labels"], strict=True)
        if label != IGNORE
    ]
    assert tokenizer.decode(taken[:-1]) == " qc.h(0)"
    assert taken[-1] == tokenizer.eos_token_id
    assert encode_row(tokenizer, "def f():", " qc.h(0)", 4) is None


def test_rows_are_padded_on_the_right():
    batch = pad_rows(
        [{"input_ids": [1, 2, 3], "labels": [IGNORE, 2, 3]}, {"input_ids": [4], "labels": [4]}], 0
    )
    assert batch["input_ids"].tolist() == [[1, 2, 3], [4, 0, 0]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch["labels"].tolist() == [[IGNORE, 2, 3], [4, IGNORE, IGNORE]]


def test_the_journal_drops_the_rows_of_steps_that_are_done_again(tmp_path):
    class State:
        global_step = 4
        is_world_process_zero = True

    path = tmp_path / "log.jsonl"
    path.write_text('{"step": 2}\n{"step": 4}\n{"step": 6}\n{"st')
    Journal(path, lambda *_: None).on_train_begin(None, State, None)
    assert read_jsonl(path) == [{"step": 2}, {"step": 4}]


def test_passes_hold_every_row_once_before_any_twice():
    order = passes("abcde", 12, random.Random(0))
    assert sorted(order[:5]) == sorted(order[5:10]) == list("abcde")
    assert len(order) == 12
    assert order == passes("abcde", 12, random.Random(0))
    assert passes([], 3, random.Random(0)) == []


def test_a_step_sees_the_rows_of_all_processes(monkeypatch):
    section = load_profile(str(MICRO)).orpo
    assert rows_per_step(section) == 4
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert rows_per_step(section) == 8


def test_a_checkpoint_between_two_logs_is_refused():
    values = {**load_profile(str(MICRO)).orpo.model_dump(), "save_steps": 3, "logging_steps": 2}
    with pytest.raises(ValueError, match="multiple of logging_steps"):
        Orpo.model_validate(values)
