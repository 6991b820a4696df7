"""The pages of alerts, sources and backups, and the door that senders post to."""
