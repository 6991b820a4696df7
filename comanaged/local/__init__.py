"""The one-command run: an embedded PostgreSQL and broker, the processes, and a demonstration to look at."""
