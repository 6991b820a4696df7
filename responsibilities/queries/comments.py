"""What both sides say about a duty's line, and which of it still waits for an answer."""

from django.db.models import Count

from responsibilities.models import Comment


def open_by_duty(tenant_id: int) -> dict[str, int]:
    """Return how many comments are not settled, by the key of their duty; duties without one are left out."""
    rows = Comment.objects.for_tenant(tenant_id).filter(settled_at=None).values("duty__key")
    return {row["duty__key"]: row["count"] for row in rows.annotate(count=Count("id")).order_by("duty__key")}


def of_duty(tenant_id: int, duty_id: int) -> list[Comment]:
    """Return everything said about a duty, the newest last; each comes with its place."""
    rows = Comment.objects.for_tenant(tenant_id).filter(duty_id=duty_id).select_related("place")
    return list(rows.order_by("said_at", "id"))
