"""Rows behind the addresses of one part of the product each, for the wall tests."""
