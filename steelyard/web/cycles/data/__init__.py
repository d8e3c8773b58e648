"""From a file that somebody brings to a batch of the record, with its report and its grade."""
