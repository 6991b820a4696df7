"""How a benchmark is taken: ours and its baseline by turns in the same run, so that a busy machine slows both."""

import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import quantiles

WARM_UP = 50


@dataclass
class Timings:
    """What was measured of one contestant, in seconds a piece."""

    walls: list[float] = field(default_factory=list)
    cpu: float = 0.0

    def at(self, percent: int) -> float:
        """Return a percentile in milliseconds."""
        return quantiles(self.walls, n=100)[percent - 1] * 1000

    def line(self, name: str) -> str:
        """Return the measurement in one line."""
        rate, cpu = len(self.walls) / sum(self.walls), self.cpu / len(self.walls) * 1000
        return f"{name:>28}  p50 {self.at(50):6.2f}  p95 {self.at(95):6.2f}  p99 {self.at(99):6.2f} ms  cpu {cpu:5.2f} ms  {rate:7.0f} a second"


def by_turns(contestants: Mapping[str, Callable[[], None]], *, rounds: int, each: int) -> dict[str, Timings]:
    """Run every contestant `each` times, then again, `rounds` times over."""
    taken = {name: Timings() for name in contestants}
    for work in contestants.values():
        for _ in range(WARM_UP):
            work()
    for _ in range(rounds):
        for name, work in contestants.items():
            before = time.process_time()
            for _ in range(each):
                began = time.perf_counter()
                work()
                taken[name].walls.append(time.perf_counter() - began)
            taken[name].cpu += time.process_time() - before
    return taken


def machine() -> str:
    """Say in one line where this was measured and how busy it was."""
    return f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
