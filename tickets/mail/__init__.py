"""Mail as people and machines write it, read without believing any of it: no Django, no clock, no network, and never an exception."""

from tickets.mail.reading import read
from tickets.mail.understood import Address, Attachment, Auto, Thread, Understood

__all__ = ["Address", "Attachment", "Auto", "Thread", "Understood", "read"]
