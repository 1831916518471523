"""Charts as SVG: attributes only, no script, no style, no font of their own, and the same bytes everywhere."""

from decimal import Decimal

from migrate.report.model.parts import Chart
from migrate.report.visible import visible

WIDTH, BAR, MARGIN = 760, 34, 90
COLOURS = ("#9c2a2a", "#b57a00", "#2f5d8a")


def svg(chart: Chart) -> str:
    """One chart; its numbers stand in a table beside it, too."""
    import leather

    leather.theme.background_color = "#ffffff"
    leather.theme.title_font_family = leather.theme.tick_font_family = leather.theme.legend_font_family = "sans-serif"
    leather.theme.axis_title_font_family = "sans-serif"
    drawn = leather.Chart()
    top = max((value for points in chart.series.values() for _, value in points), default=0)
    if chart.kind == "bars":
        ((_, points),) = chart.series.items()
        drawn.add_x_scale(0, max(top, 1))
        drawn.add_bars([(Decimal(value), visible(label)) for label, value in points], fill_color=COLOURS[2])
        return str(drawn.to_svg(width=WIDTH, height=MARGIN + BAR * len(points)))
    drawn.add_y_scale(0, max(top, 1))
    for colour, (name, points) in zip(COLOURS, chart.series.items(), strict=False):
        drawn.add_line([(visible(label), Decimal(value)) for label, value in points], name=name, stroke_color=colour)
    return str(drawn.to_svg(width=WIDTH, height=320))
