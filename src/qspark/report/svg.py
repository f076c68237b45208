"""Small inline SVG drawings. Colours come from the page's CSS, and so follow light and dark."""

from collections.abc import Sequence
from math import ceil, floor, isfinite, log10

from markupsafe import Markup, escape

WIDTH, HEIGHT = 380, 210
LEFT, RIGHT, TOP, BOTTOM = 50, 12, 26, 36
MAX_POINTS = 400

Point = tuple[float, float]


def interval_bar(
    value: float, low: float, high: float, span: Point, reference: float | None, label: str
) -> Markup:
    """One row of a forest plot: a dot at `value` with its whiskers, over gridlines.

    All in the unit of the axis, which runs from span[0] to span[1]; whiskers that leave it are cut.
    `reference` is drawn as a dashed line, where there is one. Positions are in per cent of the width,
    so it scales without scaling its strokes.
    """

    def at(x: float) -> str:
        share = (x - span[0]) / (span[1] - span[0])
        return f"{100 * min(1.0, max(0.0, share)):.2f}%"

    grid = "".join(
        f'<line class="grid" x1="{at(tick)}" x2="{at(tick)}" y1="0" y2="100%"/>'
        for tick in ticks(*span)
    )
    if reference is not None:
        x = at(reference)
        grid += f'<line class="reference" x1="{x}" x2="{x}" y1="0" y2="100%"/>'
    return Markup(
        f'<svg class="bar" role="img" aria-label="{escape(label)}">'
        f"<title>{escape(label)}</title>{grid}"
        f'<line class="whisker" x1="{at(low)}" x2="{at(high)}" y1="50%" y2="50%"/>'
        f'<line class="whisker" x1="{at(low)}" x2="{at(low)}" y1="32%" y2="68%"/>'
        f'<line class="whisker" x1="{at(high)}" x2="{at(high)}" y1="32%" y2="68%"/>'
        f'<circle class="dot" cx="{at(value)}" cy="50%" r="4.5"/></svg>'
    )


def interval_axis(span: Point, unit: str) -> Markup:
    """The axis under a forest plot; shares are labelled in per cent or points, as `unit` says."""
    marks = []
    for tick in ticks(*span):
        x = 100 * (tick - span[0]) / (span[1] - span[0])
        anchor = "start" if x < 3 else "end" if x > 97 else "middle"
        marks.append(
            f'<line class="grid" x1="{x:.2f}%" x2="{x:.2f}%" y1="0" y2="5"/>'
            f'<text x="{x:.2f}%" y="18" text-anchor="{anchor}">{100 * tick:g}</text>'
        )
    return Markup(
        f'<svg class="axis" aria-hidden="true">{"".join(marks)}'
        f'<text x="50%" y="34" text-anchor="middle">{escape(unit)}</text></svg>'
    )


def line_chart(points: Sequence[Point], title: str, unit: str, share: bool) -> Markup:
    """A curve over steps: the raw values thin, their centred moving average bold.

    `points` are finite (step, value) in order of step, at least one; a `share` has the axis 0 to 1.
    """
    points = _thinned(points)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    x_low, x_high = min(xs), max(xs)
    x_high = x_high if x_high > x_low else x_low + 1
    y_low, y_high = (0.0, 1.0) if share else _padded(min(ys), max(ys))

    def place(x: float, y: float) -> str:
        return f"{across(x):.1f},{up(y):.1f}"

    def across(x: float) -> float:
        return LEFT + (x - x_low) / (x_high - x_low) * (WIDTH - LEFT - RIGHT)

    def up(y: float) -> float:
        return HEIGHT - BOTTOM - (y - y_low) / (y_high - y_low) * (HEIGHT - TOP - BOTTOM)

    right, foot = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = []
    for y in ticks(y_low, y_high):
        parts.append(
            f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{up(y):.1f}" y2="{up(y):.1f}"/>'
            f'<text x="{LEFT - 6}" y="{up(y) + 4:.1f}" text-anchor="end">{y:.6g}</text>'
        )
    for x in ticks(x_low, x_high):
        if x == round(x):
            parts.append(
                f'<text x="{across(x):.1f}" y="{foot + 15}" text-anchor="middle">{x:.0f}</text>'
            )
    bold = smoothed(ys)
    label = f"{title}: {ys[0]:.3g} at step {xs[0]:.0f}, {ys[-1]:.3g} at step {xs[-1]:.0f}"
    if len(points) == 1:
        parts.append(f'<circle class="dot" cx="{across(xs[0]):.1f}" cy="{up(ys[0]):.1f}" r="3.5"/>')
    if bold != ys:
        line = " ".join(place(x, y) for x, y in points)
        parts.append(f'<polyline class="raw" points="{line}"/>')
    line = " ".join(place(x, y) for x, y in zip(xs, bold, strict=True))
    parts.append(f'<polyline class="curve" points="{line}"/>')
    return Markup(
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(label)}"><title>{escape(label)}</title>'
        f'<text class="unit" x="{LEFT - 44}" y="14">{escape(unit)}</text>'
        f'{"".join(parts)}<line class="base" x1="{LEFT}" x2="{right}" y1="{foot}" y2="{foot}"/>'
        f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 4}" text-anchor="middle">'
        "optimiser step</text></svg>"
    )


def ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """About `wanted` round numbers (1, 2 or 5 times a power of ten apart) within low..high."""
    raw = (high - low) / wanted
    power = 10.0 ** floor(log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def smoothed(values: Sequence[float]) -> list[float]:
    """Centred moving average over about a twelfth of the values; fewer than 12 stay as they are."""
    half = len(values) // 24 if len(values) >= 24 else int(len(values) >= 12)
    averages = []
    for index in range(len(values)):
        reach = min(half, index, len(values) - 1 - index)
        window = values[index - reach : index + reach + 1]
        averages.append(sum(window) / len(window))
    return averages


def finite_points(rows: Sequence[dict[str, object]], key: str) -> list[Point]:
    """(step, row[key]) where that is a finite number, by step; the last row of a step wins."""
    found: dict[float, float] = {}
    for row in rows:
        step, value = row.get("step"), row.get(key)
        if isinstance(step, int | float) and isinstance(value, int | float) and isfinite(value):
            found[float(step)] = float(value)
    return sorted(found.items())


def non_finite(rows: Sequence[dict[str, object]], key: str) -> int:
    """How many rows have `key` as NaN or infinite."""
    values = [row.get(key) for row in rows]
    return sum(isinstance(value, float) and not isfinite(value) for value in values)


def _padded(low: float, high: float) -> Point:
    if low == high:
        room = abs(low) * 0.1 or 1.0
        return low - room, high + room
    room = (high - low) * 0.06
    return (0.0 if 0 <= low < high * 0.35 else low - room), high + room


def _thinned(points: Sequence[Point]) -> list[Point]:
    """At most MAX_POINTS points: means over consecutive ones."""
    size = ceil(len(points) / MAX_POINTS)
    blocks = [points[start : start + size] for start in range(0, len(points), size)]
    return [(block[-1][0], sum(y for _, y in block) / len(block)) for block in blocks]
