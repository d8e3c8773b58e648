"""The proof bundle: everything that a stranger with a calculator needs to weigh one score again."""
