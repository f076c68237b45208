import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qspark.report import svg, text


def test_ticks_are_round_numbers_within_the_range():
    assert svg.ticks(0, 1) == [0, 0.2, 0.4, 0.6, 0.8, 1]
    assert svg.ticks(-0.05, 0.42) == [0.0, 0.1, 0.2, 0.3, 0.4]
    assert svg.ticks(1, 900) == [200, 400, 600, 800]


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_ticks_are_few_and_inside(low, width):
    found = svg.ticks(low, low + width)
    assert len(found) <= 7
    assert all(low - 1e-6 * width - 1e-9 <= t <= low + width * (1 + 1e-6) + 1e-9 for t in found)


def test_smoothing_keeps_a_straight_line_and_short_series():
    assert svg.smoothed([1.0, 5.0, 2.0]) == [1.0, 5.0, 2.0]
    line = [float(i) for i in range(100)]
    assert svg.smoothed(line) == pytest.approx(line)


def test_points_leave_out_what_is_no_number_and_keep_the_last_of_a_step():
    rows = [
        {"step": 2, "loss": 1.0},
        {"step": 1, "loss": 4},
        {"step": 3, "loss": math.nan},
        {"step": 4},
        {"step": 2, "loss": 2.0},
    ]
    assert svg.finite_points(rows, "loss") == [(1.0, 4.0), (2.0, 2.0)]
    assert svg.non_finite(rows, "loss") == 1


@pytest.mark.parametrize(
    "points", [[(5.0, 0.0)], [(1.0, 2.0), (2.0, 2.0)], [(0.0, -1e9), (9.0, 1e9)]]
)
def test_charts_of_odd_series_have_no_nan(points):
    drawn = svg.line_chart(points, "Loss", "nats", share=False)
    assert "nan" not in drawn and "inf" not in drawn


def test_a_chart_of_many_points_is_thinned():
    drawn = svg.line_chart([(float(i), i % 7) for i in range(50_000)], "Loss", "nats", share=False)
    assert len(drawn) < 20_000


def test_whiskers_stay_on_the_axis_and_labels_are_escaped():
    drawn = svg.interval_bar(0.5, -3.0, 3.0, (0.0, 1.0), 0.2, "<b>")
    assert 'x1="0.00%" x2="100.00%" y1="50%"' in drawn and "&lt;b&gt;" in drawn


def test_numbers_as_they_are_written():
    assert text.points(0.123) == "+12.3" and text.points(-0.05) == "\u22125.0"
    assert text.points(-0.0001) == "0.0"
    assert (
        text.share_with_interval({"value": 0.5, "low": 0.25, "high": 1.0}) == "50.0 [25.0, 100.0]"
    )
    assert [text.p_value(p) for p in (0.0004, 0.0123, 0.5)] == ["<0.001", "0.012", "0.50"]
    assert [text.duration(s) for s in (4.21, 192.2, 7505)] == ["4.2 s", "3 min 12 s", "2 h 05 min"]


def test_text_cannot_steer_what_shows_it():
    assert text.plain("a\x1b[2J\u202e\ud800\tb\r\nc") == "a\\x1b[2J\\u202e\\ud800\tb\nc"
    assert text.one_line("\n\n  two   words \nnext") == "two words"
    assert text.one_line("x" * 50, 10) == "x" * 9 + "\u2026" and text.one_line("") == ""


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("in /home/me/v/qiskit/x.py, line 3", "in …/x.py, line 3"),
        ("samples:/work/b/s.jsonl", "samples:…/s.jsonl"),
        ("file:///home/me/x", "file://…/x"),
        ("'/tmp/scratch/a'", "'…/a'"),
        ("https://arxiv.org/abs/2507.12642/v1", "https://arxiv.org/abs/2507.12642/v1"),
        ("3/4 of n/2/1, a/b/c", "3/4 of n/2/1, a/b/c"),
        ("//comment/like/this", "//comment/like/this"),
        ("/" * 10_000, "/" * 10_000),
    ],
)
def test_paths_of_a_machine_keep_their_last_part(said, shown):
    assert text.without_paths(said) == shown
