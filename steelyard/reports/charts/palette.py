"""Colours of charts and pages. Each pair that must be told apart also differs in lightness, dash or shape."""

BLUE = "#1454B8"  # 税务蓝: the unit itself, headings
BLUE_DARK = "#0B3A86"
BLUE_PALE = "#D9E4F6"  # bands, interval
RED = "#C4161C"  # 党政红: target, loss
GOLD = "#B7791F"  # median, honour
GREEN = "#1E7F4F"  # gain
SLATE = "#6B7690"  # mean, peers
PEER = "#A9B7D0"
INK = "#1F2A3D"
QUIET = "#5A6478"
GRID = "#E3E8F0"
PAPER = "#FFFFFF"
