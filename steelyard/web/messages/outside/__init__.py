"""What of messages leaves the site: as letters, by channels that somebody chose, in measure and once."""
