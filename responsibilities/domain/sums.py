"""What a matrix comes to, in numbers that two versions are compared by."""

from dataclasses import dataclass
from datetime import datetime

from responsibilities.domain.findings.gaps import open_hours
from responsibilities.domain.findings.scene import Ground, Scene
from responsibilities.domain.matrix import Matrix


@dataclass(frozen=True)
class Sums:
    """Numbers of a matrix at a moment. A place that does it otherwise counts besides the client, with its own hours alone."""

    uncovered_hours: int  # of an ordinary week, begun hours count whole
    one_accountable: int  # duties
    always_first: int  # duties somebody answers first for in every hour that asks for it, everywhere


def of(matrix: Matrix, at: datetime) -> Sums:
    """Return what a matrix comes to; duties that the client does without are left out."""
    ground = Ground(matrix, at)
    duties = [list(ground.scenes(duty)) for duty in matrix.duties.values() if not matrix.excluded(duty.key, at)]
    minutes = sum(sum(open_hours(scene).values()) for scenes in duties for scene in scenes)
    return Sums(
        uncovered_hours=-(-minutes // 60),
        one_accountable=sum(all(len(set(scene.answerable())) == 1 for scene in scenes) for scenes in duties),
        always_first=sum(all(_led(scene) for scene in scenes) for scenes in duties),
    )


def _led(scene: Scene) -> bool:
    return all(reading.first is not None and reading.led for _, _, reading in scene.required)
