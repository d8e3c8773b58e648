"""The site put together: settings, addresses, and the processes that serve it."""
