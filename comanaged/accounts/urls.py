"""The pages of people and keys."""

urlpatterns: list[object] = []
