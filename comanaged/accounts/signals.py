"""What accounts announce to the parts above: that somebody has no part at a client any more."""

from django.dispatch import Signal

person_left = Signal()  # tenant_id, user_id, at; in the transaction that ends their last standing there
