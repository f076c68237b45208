from hypothesis import given
from hypothesis import strategies as st
from synthetic_run import make_rows, make_tasks

from qspark.report.examples import GAINED, LOST, pick_examples, side_by_side, turned


def shown(lines):
    return [(line.number, str(line.text), line.kind) for line in lines]


def test_changed_words_are_marked_and_gaps_keep_the_lines_level():
    left, right = side_by_side("a = 1\nqc.cnot(0, 1)\nend", "a = 1\nqc.cx(0, 1)\nqc.draw()\nend")
    assert shown(left) == [
        (1, "a = 1", "same"),
        (2, "qc.<mark>cnot</mark>(0, 1)", "changed"),
        (0, "", "gap"),
        (3, "end", "same"),
    ]
    assert shown(right) == [
        (1, "a = 1", "same"),
        (2, "qc.<mark>cx</mark>(0, 1)", "changed"),
        (3, "qc.draw()", "changed"),
        (4, "end", "same"),
    ]


@given(st.text(max_size=200), st.text(max_size=200))
def test_both_sides_are_level_and_nothing_is_markup(left, right):
    columns = side_by_side(left, right)
    assert len(columns[0]) == len(columns[1]) > 0
    for column in columns:
        for line in column:
            bare = line.text.replace("<mark>", "").replace("</mark>", "")
            assert "<" not in bare and ">" not in bare


def test_examples_are_capped_and_spread_over_families():
    tasks = make_tasks()
    results = {"base": make_rows(tasks, 0.3, 1), "grpo": make_rows(tasks, 0.7, 2)}
    picked = pick_examples({task.task_id: task for task in tasks}, "base", "grpo", results)
    gained = [example for example in picked if example.outcome == "gained"]
    lost = [example for example in picked if example.outcome == "lost"]
    assert len(gained) == GAINED and 0 < len(lost) <= LOST
    assert len({example.task.annotations["family"] for example in gained}) >= 6
    assert all(e.trained.passed and not e.base.passed for e in gained)
    assert all(e.base.passed and not e.trained.passed for e in lost)


def test_infra_is_no_change():
    tasks = make_tasks()[:1]
    before, after = make_rows(tasks, 1.0, 1), make_rows(tasks, 1.0, 1)
    after[0].update(passed=not before[0]["passed"])
    assert sum(map(len, turned(before, after).values())) == 1
    after[0]["verdict"]["status"] = "infra"
    assert turned(before, after) == {"gained": [], "lost": []}
