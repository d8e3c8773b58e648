"""From the organisation to the person: indicators by post, stage scores by exact day shares, the personal account."""
