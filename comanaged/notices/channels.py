"""The only module that talks to the systems of others besides mail."""
