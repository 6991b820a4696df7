"""A bound on work that means the same on a busy machine: what code computes, not how long it waits for its turn."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail when the block took more than these seconds of the processor: it is there against work that grows without bound, not to time anything."""
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds
