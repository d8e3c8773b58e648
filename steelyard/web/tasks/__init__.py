"""督考合一: what meetings, documents and instructions ask for, as tasks whose lateness becomes a fact."""
