"""绩效沟通: remarks, evidence and appeals. They hang on the number, not on a page."""
