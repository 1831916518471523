"""Charts as SVG: attributes only, no script, no style, no font of their own, and the same bytes everywhere."""

from migrate.report.model.parts import Chart
from migrate.report.visible import visible

WIDTH, BAR, MARGIN = 760, 34, 90
COLOURS = ("#9c2a2a", "#b57a00", "#2f5d8a")


def svg(chart: Chart) -> str:
    """One chart; its numbers stand in a table beside it, too."""
    import leather

    leather.theme.background_color = "#ffffff"
    leather.theme.title_font_family = leather.theme.tick_font_family = leather.theme.legend_font_family = "sans-serif"
    leather.theme.label_color = "#55606d"
    drawn = leather.Chart()
    top = max((value for points in chart.series.values() for _, value in points), default=0)
    if chart.kind == "bars":
        ((_, points),) = chart.series.items()
        drawn.add_x_scale(0, max(top, 1))
        drawn.add_bars([(value, visible(label)) for label, value in points], fill_color=COLOURS[2])
        return str(drawn.to_svg(width=WIDTH, height=MARGIN + BAR * len(points)))
    drawn.add_y_scale(0, max(top, 1))
    labels = [visible(label) for label, _ in next(iter(chart.series.values()))]
    drawn.add_x_scale(0, len(labels) + 1)
    drawn.add_x_axis(ticks=range(1, len(labels) + 1), tick_formatter=lambda at, *_: labels[at - 1])
    for colour, (name, points) in zip(COLOURS, chart.series.items(), strict=False):
        numbered = [(at, value) for at, (_, value) in enumerate(points, start=1)]
        drawn.add_line(numbered, name=visible(name), stroke_color=colour)
        drawn.add_dots(numbered, fill_color=colour)
    return str(drawn.to_svg(width=WIDTH, height=320))
