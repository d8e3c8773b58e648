"""Checks of 指标源: what is cited exists and is in force, priority tasks are carried, duties are told."""
