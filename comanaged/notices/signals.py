"""What channels announce to the parts above: a channel's trouble, and a delivery that nobody took."""

from django.dispatch import Signal

channel_changed = Signal()  # channel, what ("fails", "works", "ended"), at; in the transaction that says so
delivery_failed = Signal()  # channel, delivery, at; likewise
