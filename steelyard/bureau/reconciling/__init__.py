"""核对: numbers of two sources that must agree, compared unit by unit and period by period."""
