"""绩效办的页面: data that arrive, jobs, runs, versions on their way, and the notices that went out."""
