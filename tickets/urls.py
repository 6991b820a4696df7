"""Addresses of tickets: one per page, one per move."""

from django.urls import path

from tickets import api
from tickets.views import lists, moves, one

app_name = "tickets"

urlpatterns = [
    path("desk/queue/", lists.desk_queue, name="desk_queue"),
    path("<slug:client>/tickets/", lists.tickets, name="tickets"),
    path("<slug:client>/tickets/new/", one.new, name="new"),
    path("<slug:client>/tickets/<int:number>/", one.ticket, name="ticket"),
    path("<slug:client>/tickets/<int:number>/take/", moves.take, name="take"),
    path("<slug:client>/tickets/<int:number>/release/", moves.release, name="release"),
    path("<slug:client>/tickets/<int:number>/assign/", moves.assign, name="assign"),
    path("<slug:client>/tickets/<int:number>/wait/", moves.wait, name="wait"),
    path("<slug:client>/tickets/<int:number>/wake/", moves.wake, name="wake"),
    path("<slug:client>/tickets/<int:number>/offer/", moves.offer, name="offer"),
    path("<slug:client>/tickets/<int:number>/accept/", moves.accept, name="accept"),
    path("<slug:client>/tickets/<int:number>/decline/", moves.decline, name="decline"),
    path("<slug:client>/tickets/<int:number>/withdraw/", moves.withdraw, name="withdraw"),
    path("<slug:client>/tickets/<int:number>/ask-for/", moves.ask_for, name="ask_for"),
    path("<slug:client>/tickets/<int:number>/direct/", moves.direct, name="direct"),
    path("<slug:client>/tickets/<int:number>/set-duty/", moves.set_duty, name="set_duty"),
    path("<slug:client>/tickets/<int:number>/set-priority/", moves.set_priority, name="set_priority"),
    path("<slug:client>/tickets/<int:number>/lower-critical/", moves.lower_critical, name="lower_critical"),
    path("<slug:client>/tickets/<int:number>/reply/", moves.reply, name="reply"),
    path("<slug:client>/tickets/<int:number>/note/", moves.note, name="note"),
    path("<slug:client>/tickets/<int:number>/resolve/", moves.resolve, name="resolve"),
    path("<slug:client>/tickets/<int:number>/close/", moves.close, name="close"),
    path("<slug:client>/tickets/<int:number>/reopen/", moves.reopen, name="reopen"),
    path("<slug:client>/tickets/<int:number>/confirm/", moves.confirm, name="confirm"),
    path("<slug:client>/tickets/<int:number>/cancel/", moves.cancel, name="cancel"),
    path("<slug:client>/tickets/<int:number>/cancel-own/", moves.cancel_own, name="cancel_own"),
]

api_urlpatterns = [
    path("tickets/", api.Tickets.as_view(), name="api_tickets"),
    path("tickets/<str:ticket>/", api.OneTicket.as_view(), name="api_ticket"),
    path("tickets/<str:ticket>/take/", api.Take.as_view(), name="api_take"),
    path("tickets/<str:ticket>/wait/", api.Wait.as_view(), name="api_wait"),
    path("tickets/<str:ticket>/wake/", api.Wake.as_view(), name="api_wake"),
    path("tickets/<str:ticket>/offer/", api.Offer.as_view(), name="api_offer"),
    path("tickets/<str:ticket>/accept/", api.Accept.as_view(), name="api_accept"),
    path("tickets/<str:ticket>/decline/", api.Decline.as_view(), name="api_decline"),
    path("tickets/<str:ticket>/withdraw/", api.Withdraw.as_view(), name="api_withdraw"),
    path("tickets/<str:ticket>/ask-for/", api.AskFor.as_view(), name="api_ask_for"),
    path("tickets/<str:ticket>/set-duty/", api.SetDuty.as_view(), name="api_set_duty"),
    path("tickets/<str:ticket>/set-priority/", api.SetPriority.as_view(), name="api_set_priority"),
    path("tickets/<str:ticket>/reply/", api.Reply.as_view(), name="api_reply"),
    path("tickets/<str:ticket>/note/", api.Note.as_view(), name="api_note"),
    path("tickets/<str:ticket>/resolve/", api.Resolve.as_view(), name="api_resolve"),
    path("tickets/<str:ticket>/close/", api.Close.as_view(), name="api_close"),
    path("tickets/<str:ticket>/reopen/", api.Reopen.as_view(), name="api_reopen"),
    path("tickets/<str:ticket>/cancel/", api.Cancel.as_view(), name="api_cancel"),
]
