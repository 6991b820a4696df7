"""The pages of tickets: lists, a new one, one ticket, and one address for each move."""
