"""Mail read without storing anything: who sent it, whether a machine did, what is new in it, what hangs on it."""
