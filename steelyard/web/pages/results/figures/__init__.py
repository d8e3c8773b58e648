"""Figures of these pages: charts, sums over many units, peers alike."""
