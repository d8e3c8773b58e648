"""绩效沟通的页面: what hangs on a number, and appeals on their way."""
