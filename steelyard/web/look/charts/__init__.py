"""Charts of pages: functions from plain numbers to an option of ECharts, its words, and its data as a table."""
