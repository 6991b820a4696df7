"""The front door, and the addresses of people, keys and history."""

from django.urls import path

from comanaged.accounts import urls_channels, views, views_codes, views_notices

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="account_login"),
    path("invite/<str:token>/", views.invitation, name="invitation"),
    path("account/", views.own_account, name="own_account"),
    path("account/notices/", views_notices.own_notices, name="own_notices"),
    path("<slug:client>/requests/sign-in/", views_codes.ask, name="request_code"),
    path("<slug:client>/requests/sign-in/code/", views_codes.use, name="request_code_use"),
    path("<slug:client>/people/", views.people, name="people"),
    path("<slug:client>/people/invite/", views.invite_client, name="invite_client"),
    path("<slug:client>/people/give-access/", views.invite_provider, name="invite_provider"),
    path("<slug:client>/people/invite-colleague/", views.invite_colleague, name="invite_colleague"),
    path("<slug:client>/people/invite-other-side/", views.invite_other_side, name="invite_other_side"),
    path("<slug:client>/people/accept/<str:token>/", views.accept_engagement, name="accept_engagement"),
    path("<slug:client>/clients/new/", views.add_client, name="add_client"),
    path("<slug:client>/people/<int:membership>/remove/", views.remove, name="remove_person"),
    path("<slug:client>/people/<int:membership>/revoke/", views.revoke_access, name="revoke_access"),
    path("<slug:client>/keys/", views.keys, name="keys"),
    path("<slug:client>/keys/read/", views.make_read_key, name="make_read_key"),
    path("<slug:client>/keys/desk/", views.make_desk_key, name="make_desk_key"),
    path("<slug:client>/keys/evidence/", views.make_evidence_key, name="make_evidence_key"),
    path("<slug:client>/keys/mail/", views.make_mail_key, name="make_mail_key"),
    path("<slug:client>/keys/<int:key>/revoke/", views.revoke_key, name="revoke_key"),
    *urls_channels.urlpatterns,
    path("<slug:client>/history/", views.history, name="history"),
]
