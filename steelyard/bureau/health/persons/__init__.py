"""体检报告 of one person: the same ten sections as far as they make sense for who carries indicators of a unit."""
