"""The addresses of leadership."""

from django.urls import path

from comanaged.overview import views

app_name = "overview"

urlpatterns = [path("<slug:client>/overview/", views.overview, name="overview")]
