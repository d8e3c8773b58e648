"""工作日历的页面: a year of days, writing the next version, and what that would move."""
