"""Charts of the sheet: each is a title, a spoken description, its data, and a small SVG drawn from that data."""

from steelyard.reports.charts.bridge import bridge
from steelyard.reports.charts.chart import Chart
from steelyard.reports.charts.families import families
from steelyard.reports.charts.strip import strip
from steelyard.reports.charts.trend import trend

__all__ = ["Chart", "bridge", "families", "strip", "trend"]
