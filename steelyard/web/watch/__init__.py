"""预警: what watching finds becomes cases: verified or dismissed by departments, pushed to units, answered, closed."""
