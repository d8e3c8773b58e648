"""From a run to a published result, and what people have to say about it."""
