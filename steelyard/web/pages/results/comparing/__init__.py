"""对比: any two units, periods or indicators on one page under one address."""
