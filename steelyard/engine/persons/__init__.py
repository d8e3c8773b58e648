"""From the organisation to the person: which indicators a post carries, stage scores by exact day shares, the account."""
