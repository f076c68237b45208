import random

import pytest

from qspark.config import Data
from qspark.data.tiny.draft import draft_all, part_of
from qspark.data.tiny.families import ALL, UNSEEN
from qspark.mistakes.catalogue import CATALOGUE
from qspark.verify.judge import job_for, reference_job

SETTINGS = Data(tasks=200, pairs=10, prompts=10, heldout_per_family=2)


@pytest.fixture(scope="module")
def drafts():
    return draft_all(SETTINGS, seed=5)


def test_there_are_enough_families_and_some_are_never_trained_on(drafts):
    assert len(ALL) >= 12
    assert len(UNSEEN) >= 2
    trained = {d.task.annotations["family"] for d in drafts["train"] + drafts["rl"]}
    assert not trained & UNSEEN
    assert trained | UNSEEN == {family.name for family in ALL}


def test_every_reference_passes_and_every_wrong_answer_fails(pool):
    rng = random.Random(11)
    right, wrong = [], []
    for family in ALL:
        for _ in range(2):
            instance = family.draw(rng)
            for form in ("completion", "instruction"):
                draft = _draft(family, instance, form)
                right.append((draft.task.task_id, reference_job(draft.task)))
                wrong += [
                    (f"{draft.task.task_id} {item.mistake}", job_for(draft.task, text))
                    for item, text in draft.wrong
                ]
    verdicts = pool.judge([job for _, job in right + wrong])
    for (name, _), verdict in zip(right + wrong, verdicts, strict=True):
        expected = "pass" if len(name.split()) == 1 else "fail"
        assert verdict.status == expected, f"{name}: {verdict}"


def _draft(family, instance, form):
    from qspark.data.tiny.draft import _draft

    return _draft(family, instance, form, 0, "train", 0)


def test_every_mistake_is_in_the_catalogue():
    rng = random.Random(3)
    used = {wrong.mistake for family in ALL for wrong in family.draw(rng).wrong}
    assert used <= CATALOGUE.keys()
    assert all(entry.id == key and entry.explanation for key, entry in CATALOGUE.items())


def test_no_heldout_parameters_or_phrasings_are_trained_on(drafts):
    def keys(part):
        return {
            (d.task.annotations["family"], str(d.task.annotations["params"])) for d in drafts[part]
        }

    assert not keys("train") & keys("heldout")
    assert not keys("train") & keys("rl")
    assert not keys("rl") & keys("heldout")
    assert not any(d.task.annotations["unseen_phrasing"] for d in drafts["train"] + drafts["rl"])
    assert any(d.task.annotations["unseen_phrasing"] for d in drafts["heldout"])


def test_no_prompt_comes_twice_in_any_part(drafts):
    prompts = [d.task.prompt for part in drafts.values() for d in part]
    assert len(prompts) == len(set(prompts))


def test_the_part_of_an_instance_does_not_depend_on_the_seed():
    family = next(f for f in ALL if f.name == "rotation")
    one = {
        str(i.params): part_of(family, i)
        for i in (family.draw(random.Random(s)) for s in range(200))
    }
    two = {
        str(i.params): part_of(family, i)
        for i in (family.draw(random.Random(s)) for s in range(100, 300))
    }
    shared = one.keys() & two.keys()
    assert shared
    assert all(one[key] == two[key] for key in shared)


def test_the_same_seed_gives_the_same_tasks_and_another_seed_others(drafts):
    again = draft_all(SETTINGS, seed=5)
    other = draft_all(SETTINGS, seed=6)
    assert [d.task for d in again["train"]] == [d.task for d in drafts["train"]]
    assert [d.task for d in other["train"]] != [d.task for d in drafts["train"]]


def test_both_forms_of_an_instance_ask_for_the_same(drafts):
    forms = {}
    for draft in drafts["heldout"]:
        key = draft.task.task_id.rpartition("/")[0]
        forms.setdefault(key, {})[draft.task.form] = draft.task
    for pair in forms.values():
        assert set(pair) == {"completion", "instruction"}
        assert pair["completion"].test == pair["instruction"].test
        assert pair["completion"].entry_point == pair["instruction"].entry_point


def test_phrasings_are_many_and_differ():
    rng = random.Random(0)
    for family in ALL:
        asks = family.draw(rng).asks
        assert len(set(asks)) == len(asks) >= 3, family.name
