"""Pages of messages: what one was told, how one wants to be told, and how channels are doing."""
