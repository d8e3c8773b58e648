"""From rules and facts to a preview that only those see who sign it."""
