"""What assessed units, officers and leaders see of a published version."""
