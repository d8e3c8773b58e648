"""Who is told what of assignments."""
