"""Addresses of channels: what either side may do, and each act of a side's managers."""

from django.urls import URLPattern, path

from comanaged.accounts import channelling, views_channels
from comanaged.vocabulary import Side

HERE = "<slug:client>/channels/"


def of_side(side: Side) -> list[URLPattern]:
    """Return the addresses at which the managers of one side act; the word in them says whose."""
    word = views_channels.WORDS[side]
    one, views = f"{HERE}<int:channel>/{word}/", views_channels
    pause = views.acting(side, channelling.pause, "Paused. What is to be told waits.")
    resume = views.acting(side, channelling.resume, "What waits is sent now, in order.")
    return [
        path(f"{HERE}{word}/new/", views.making(side), name=f"make_{word}_channel"),
        path(f"{one}change/", views.changing(side), name=f"change_{word}_channel"),
        path(f"{one}pause/", pause, name=f"pause_{word}_channel"),
        path(f"{one}resume/", resume, name=f"resume_{word}_channel"),
        path(f"{one}secret/", views.rotating(side), name=f"rotate_{word}_channel"),
        path(f"{one}end/", views.ending(side), name=f"end_{word}_channel"),
        path(f"{one}sent/<uuid:delivery>/again/", views.replaying(side), name=f"replay_{word}_channel"),
    ]


urlpatterns = [
    path(HERE, views_channels.channels, name="channels"),
    path(f"{HERE}<int:channel>/", views_channels.channel, name="channel"),
    path(f"{HERE}<int:channel>/test/", views_channels.test, name="test_channel"),
    *(one for side in Side for one in of_side(side)),
]
