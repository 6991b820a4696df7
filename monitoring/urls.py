"""The pages and the API addresses of this app."""

urlpatterns: list[object] = []
api_urlpatterns: list[object] = []
