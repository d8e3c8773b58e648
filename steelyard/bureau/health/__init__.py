"""绩效体检报告: what a run's results say of one unit in ten sections, every sentence by a rule."""
