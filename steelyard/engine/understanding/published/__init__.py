"""Rule texts that others wrote: what their words certainly say becomes a draft, everything else is left open."""
