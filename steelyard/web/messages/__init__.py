"""Messages: whoever waits for somebody is told so once, in the site at once and outside it merged and with measure."""
