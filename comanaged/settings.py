"""Every setting, read from the environment; safe unless told to be local."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL = os.environ.get("COMANAGED_INSECURE_HTTP") == "1"  # plain http on this machine: the embedded run and the tests
DEBUG = os.environ.get("COMANAGED_DEBUG") == "1"
TESTING = os.environ.get("COMANAGED_TESTING") == "1"  # on a throw-away database that may forget


def secret(name: str) -> str:
    """Return a secret from the environment; only a local run may do without."""
    value = os.environ.get(name, "")
    if not value and not LOCAL:
        raise ImproperlyConfigured(f"Set {name}: a long random text that only this installation knows.")
    return value or f"only-for-{name.lower()}-on-one-machine"


def database(name: str) -> dict[str, object]:
    """Return Django's settings for the address in the environment variable `name`."""
    url = os.environ.get(name) or os.environ.get("COMANAGED_DATABASE_URL") or "postgres://comanaged_web@/comanaged"
    return {**dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True), "DISABLE_SERVER_SIDE_CURSORS": True}


SECRET_KEY = secret("COMANAGED_SECRET_KEY")
FIELD_KEY = secret("COMANAGED_FIELD_KEY")
FORMER_FIELD_KEYS = os.environ.get("COMANAGED_FORMER_FIELD_KEYS", "").split()  # they still open what they sealed
ADDRESS = os.environ.get("COMANAGED_ADDRESS", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = os.environ.get("COMANAGED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [ADDRESS]

DATABASES = {"default": database("COMANAGED_DATABASE_URL"), "system": database("COMANAGED_SYSTEM_DATABASE_URL")}
DATABASES["system"]["TEST"] = {"MIRROR": "default"}
OWNER = database("COMANAGED_OWNER_DATABASE_URL") | {"OPTIONS": {"options": "-c lock_timeout=2s"}}  # for migrations alone
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BROKER_URL = os.environ.get("COMANAGED_REDIS_URL", "redis://127.0.0.1:6379/0")

INSTALLED_APPS = [
    "comanaged",  # first: its migrate command runs as the owner of the tables
    "comanaged.accounts",
    "comanaged.audit",
    "comanaged.notices",
    "responsibilities",
    "tickets",
    "monitoring",
    "comanaged.overview",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "guardian",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "comanaged.doors.Readable",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "comanaged.accounts.http.CodesOpenNoMore",
]
ROOT_URLCONF = "comanaged.urls"
WSGI_APPLICATION = "comanaged.wsgi.application"
APPEND_SLASH = True
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "comanaged.accounts.http.page",
            ],
        },
    },
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend", "guardian.backends.ObjectPermissionBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600  # a link by mail lasts an hour
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "comanaged.accounts.adapters.AccountAdapter"
MFA_ADAPTER = "comanaged.accounts.adapters.FactorAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Comanaged: "
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,20/5m/ip"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
MFA_TOTP_ISSUER = "Comanaged"
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None

SESSION_ENGINE = "django.contrib.sessions.backends.db"  # rows, so that they can be ended
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "comanaged-session" if LOCAL else "__Host-session"
CSRF_COOKIE_NAME = "comanaged-csrf" if LOCAL else "__Host-csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SECURE_SSL_REDIRECT = not LOCAL
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("COMANAGED_BEHIND_PROXY") == "1" else None
SECURE_HSTS_SECONDS = 0 if LOCAL else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# Failed sign-ins and used codes are rows: a stopped broker neither shuts people out nor lets guesses through.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "comanaged_cache"}}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    "EXCEPTION_HANDLER": "comanaged.accounts.api_auth.problem",
    "NUM_PROXIES": 0,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Comanaged",
    "VERSION": "1",
    "DESCRIPTION": "Who answers, alerts in, tickets out, evidence. Lists are {results, next}; errors are problem+json.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "comanaged.description.complete"],
}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("COMANAGED_STATIC_ROOT", BASE_DIR / "static-collected"))
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder", "django.contrib.staticfiles.finders.AppDirectoriesFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = LOCAL

FILES = Path(
    os.environ.get("COMANAGED_FILES", BASE_DIR / "files")
)  # what people attach, by hash; never inside what the web server gives out

MAIL_FOLDER = os.environ.get("COMANAGED_MAIL_FOLDER", "")
if MAIL_FOLDER:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = MAIL_FOLDER
else:
    EMAIL_HOST = os.environ.get("COMANAGED_SMTP_HOST", "localhost")
    EMAIL_PORT = int(os.environ.get("COMANAGED_SMTP_PORT", "25"))
    EMAIL_HOST_USER = os.environ.get("COMANAGED_SMTP_USER", "")
    EMAIL_HOST_PASSWORD = os.environ.get("COMANAGED_SMTP_PASSWORD", "")
    EMAIL_USE_TLS = os.environ.get("COMANAGED_SMTP_TLS") == "1"
    EMAIL_TIMEOUT = 20
# Where clients' people write to: <short name>@MAIL_DOMAIN. The mail server that receives for it says in Authentication-Results, under the
# name MAIL_AUTHSERV, whether DMARC passed; without that name nobody is believed.
MAIL_DOMAIN = os.environ.get("COMANAGED_MAIL_DOMAIN") or urlsplit(ADDRESS).hostname or "localhost"
# Mail about a client's tickets comes from its own address only under a domain that was named: for that one its owner lets us send (SPF, DKIM).
MAIL_FROM_CLIENTS = bool(os.environ.get("COMANAGED_MAIL_DOMAIN"))
MAIL_AUTHSERV = os.environ.get("COMANAGED_MAIL_AUTHSERV", "")
DEFAULT_FROM_EMAIL = os.environ.get("COMANAGED_MAIL_FROM", "comanaged@localhost")

# Webhooks and chats leave for the public net alone, by https. Places inside that the operator allows, exactly as named: "chat.inside:443".
HOOKS_INSIDE = frozenset(place.strip().lower() for place in os.environ.get("COMANAGED_HOOKS_INSIDE", "").split(",") if place.strip())
HOOKS_SECONDS = min(20.0, float(os.environ.get("COMANAGED_HOOKS_SECONDS", "10")))  # for one call, from the name to the end of the answer

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask": {"()": "comanaged.logs.MaskKeys"}},
    "formatters": {"line": {"()": "comanaged.logs.OneLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["mask"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "celery": {"level": "WARNING"},
        "mail.log": {"level": "WARNING"},  # of the mail listener: a line for each step of each connection
        "django.security.DisallowedHost": {"level": "ERROR"},
        "django.server": {"handlers": ["stderr"], "propagate": False},
        "gunicorn.error": {"handlers": ["stderr"], "propagate": False},
        "gunicorn.access": {"handlers": ["stderr"], "propagate": False},
    },
}
