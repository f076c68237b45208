import io

from rich.console import Console

from qspark.report.progress import reporter


def test_off_a_terminal_the_first_and_the_last_line_of_each_part_are_said():
    out = io.StringIO()
    with reporter(Console(file=out, width=80)) as (say, progress):
        say("data: started")
        for done in (0, 3, 7, 7):
            progress("judge", done, 7)
        progress("draw", 2, 9)
    said = [line.strip() for line in out.getvalue().splitlines()]
    assert said == ["data: started", "judge: 0 of 7", "judge: 7 of 7", "draw: 2 of 9"]
