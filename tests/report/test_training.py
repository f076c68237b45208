import io

from rich.console import Console

from qspark.report.training import shown, training_view

RECORD = {
    "reward": 0.5, "pass_rate": 0.25, "all_wrong_share": 0.5, "completion_length": 41.2, "kl": 0.01,
    "loss": -0.2, "grad_norm": 1.0, "learning_rate": 1e-4, "epoch": 1.0,
}  # fmt: skip


def test_the_figures_that_people_look_at():
    assert shown(RECORD) == {
        "reward": "0.500", "pass rate": "25.0%", "all-wrong groups": "50.0%", "length": "41",
        "KL": "0.0100", "loss": "-0.2000", "gradient norm": "1.000", "learning rate": "1.00e-04",
    }  # fmt: skip
    assert shown({"watch_pass_at_1": 0.5}) == {"watch pass@1": "50.0%"}


def test_elsewhere_than_on_a_terminal_there_are_plain_lines_now_and_then():
    console = Console(file=io.StringIO(), width=200)
    with training_view(console) as (say, report, show):
        say("grpo: started")
        for step in range(1, 21):
            report("train", step, 20)
            show(step, 20, RECORD)
        show(20, 20, {"watch_pass_at_1": 0.5, "loss": 1.0})
    lines = console.file.getvalue().splitlines()
    assert lines[0] == "grpo: started"
    assert lines[1].startswith(
        "  step 1 of 20: reward 0.500, pass rate 25.0%, all-wrong groups 50.0%"
    )
    assert [line.split(":")[0] for line in lines[2:]] == ["  step 20 of 20"] * 2
    assert "watch pass@1 50.0%, loss 1.0000" in lines[3]


def test_a_terminal_shows_the_first_and_the_newest_of_each_figure():
    console = Console(file=io.StringIO(), width=100, force_terminal=True)
    with training_view(console) as (_, report, show):
        report("train", 3, 20)
        show(1, 20, RECORD)
        show(3, 20, RECORD | {"reward": 0.75})
    said = console.file.getvalue()
    for expected in ("3/20", "at first", "all-wrong groups", "0.500", "0.750", "KL"):
        assert expected in said
