"""预警的页面: what watching found, who verifies it, and what units answer."""
