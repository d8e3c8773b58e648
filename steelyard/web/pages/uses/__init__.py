"""结果运用的页面: the register of uses, logging one, and what a correction makes of it."""
