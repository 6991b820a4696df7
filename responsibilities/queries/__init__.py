"""Reads of the matrix: who answers, where work goes, and what its pages show."""

from responsibilities.queries.reading import duties_of, duty_name, matrix_of, route, version_at, who_answers

__all__ = ["duties_of", "duty_name", "matrix_of", "route", "version_at", "who_answers"]
