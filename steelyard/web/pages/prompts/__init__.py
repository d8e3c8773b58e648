"""触发式提示的页面: what was asked for and became overdue, and a business page with the prompt in it."""
