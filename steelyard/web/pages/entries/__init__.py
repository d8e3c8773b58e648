"""录入的页面: judged items on their way, and external findings beside what units say of themselves."""
