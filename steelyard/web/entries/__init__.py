"""录入: judged items and external findings, which people enter and which become facts like any other."""
