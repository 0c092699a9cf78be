"""One settings file, read from the environment. Unsafe defaults refuse to start without debug."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from cxloop.kernel.environment import (
    comma_list,
    days_of_a_link,
    from_nought,
    from_one,
    read,
    yes_or_no,
)
from cxloop.kernel.logs import logging_config

DEBUG = read("CXLOOP_DEBUG", "0", "1 shows tracebacks; never in production", parse=yes_or_no)
KEYLESS = read(
    "CXLOOP_KEYLESS", "0", "1 while an image is built: nothing is served or signed", parse=yes_or_no
)
SECRET_KEY = read(
    "CXLOOP_SECRET_KEY", "", "signs sessions and links; `up` makes one for its folder", parse=str
)
if not SECRET_KEY:
    if not DEBUG and not KEYLESS:
        raise ImproperlyConfigured("CXLOOP_SECRET_KEY is not set. `manage.py up` makes one.")
    SECRET_KEY = "not secret: no installation runs with this key"

HOME = read(
    "CXLOOP_HOME",
    ".cxloop",
    "folder of a one-machine installation: data, logs, letters",
    parse=Path,
)
BASE_URL = read(
    "CXLOOP_BASE_URL", "http://127.0.0.1:8000", "address in links and letters", parse=str
).rstrip("/")
_site = urlsplit(BASE_URL)
IS_HTTPS = _site.scheme == "https"
ALLOWED_HOSTS = [
    *read("CXLOOP_ALLOWED_HOSTS", "", "further host names, by comma", parse=comma_list),
    _site.hostname or "127.0.0.1",
    "127.0.0.1",
    "localhost",
    "[::1]",
]
TRUSTED_PROXIES = read(
    "CXLOOP_TRUSTED_PROXIES", "", "addresses whose X-Forwarded-For is believed", parse=comma_list
)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
LIVE_URL = read(
    "CXLOOP_LIVE_URL",
    "",
    "where pages hear what changes: `/live` behind your proxy, `:PORT` of the same host, or an "
    "address; empty: they look every 15 s",
    parse=str,
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "cxloop",
    "cxloop.kernel",
    "accounts",
    "feedback.intake",
    "feedback.web",
    "feedback.app",
    "feedback.email",
    "feedback.stores",
    "tickets.rules",
    "tickets.sla",
    "tickets.work",
    "tickets.escalation",
    "tickets.recovery",
    "tickets.kudos",
    "tickets.problems",
    "insights",
    "desk",
]

MIDDLEWARE = [
    "cxloop.kernel.middleware.RequestIdMiddleware",
    "cxloop.kernel.middleware.SaidHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "feedback.intake.middleware.NotedMiddleware",
    "feedback.web.middleware.FrontDoorMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "desk.middleware.PersonMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cxloop.kernel.middleware.ProblemMiddleware",
    "cxloop.kernel.middleware.ChunkedBodyMiddleware",
]

ROOT_URLCONF = "cxloop.urls"
WSGI_APPLICATION = "cxloop.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

IS_POOLED = read(
    "CXLOOP_POOLED",
    "0",
    "1 where DATABASE_URL is a pooler in transaction mode: nothing is prepared on a connection",
    parse=yes_or_no,
)
TEMPLATE = read(
    "CXLOOP_TEMPLATE",
    "",
    "a database on the same server, of which those made for replays and measurements are copies",
    parse=str,
)


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("only PostgreSQL is supported: postgresql://user:password@host/name")
    asked = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "cxloop.kernel.postgres",
        "NAME": unquote(parts.path.lstrip("/")) or "cxloop",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": asked.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            "application_name": "cxloop",
            "prepare_threshold": None if IS_POOLED else 5,
            **asked,
        },
        "TEST": {"TEMPLATE": TEMPLATE or None},
    }


DATABASES = {
    "default": read(
        "DATABASE_URL",
        "postgresql://cxloop@127.0.0.1/cxloop",
        "PostgreSQL 15 or later",
        parse=_database,
    )
}
REDIS_URL = read("REDIS_URL", "redis://127.0.0.1:6379/0", "Redis or Valkey, the broker", parse=str)

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 2 * 3600
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_SSL_REDIRECT = False  # the proxy in front redirects; the API never does
SILENCED_SYSTEM_CHECKS = ["security.W008"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "cxloop.kernel.problems.csrf_refused"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
LIMIT_PK_ADDRESS = read(
    "CXLOOP_LIMIT_PK_ADDRESS", "60", "posts a minute by publishable key, per address", parse=int
)
LIMIT_PK = read("CXLOOP_LIMIT_PK", "600", "posts a minute, per publishable key", parse=int)
LIMIT_PK_FILES_MB = read(
    "CXLOOP_LIMIT_PK_FILES_MB",
    "1024",
    "MiB of files a day, per publishable key; a tenth of it per address",
    parse=int,
)
LIMIT_SK = read("CXLOOP_LIMIT_SK", "60000", "requests a minute, per secret key", parse=int)
LIMIT_PAT = read("CXLOOP_LIMIT_PAT", "6000", "requests a minute, per personal token", parse=int)
# A batch is at most 16 MiB; the views of smaller things check their own, lower limits.
DATA_UPLOAD_MAX_MEMORY_SIZE = 17 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "cxloop.kernel.uploads.BoundedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "cxloop.kernel.uploads.UnnamedUploads",
]
# A ladder of sixty rungs is one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어")]
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = read(
    "CXLOOP_STATIC_ROOT", "", "folder of collected static files; empty: from the code", parse=str
)
WHITENOISE_USE_FINDERS = not STATIC_ROOT
LANGUAGES_FOLDER = read(
    "CXLOOP_LANGUAGES",
    "",
    "folder of further languages of forms and the widget, a JSON file each",
    parse=str,
)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["cxloop.kernel.bodies.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["feedback.intake.limits.PersonThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "cxloop.kernel.problems.drf_problem",
    # `?format=` is a filter that nobody knows, and no address that is not there.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "cxloop",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [],
}


def _mail(url: str) -> dict[str, object]:
    if not url:
        return {"EMAIL_BACKEND": "cxloop.kernel.eml.EmlBackend"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"}:
        raise ValueError("say smtp://, smtp+starttls:// or smtps://user:password@host:port")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
    }


globals().update(
    read("CXLOOP_EMAIL_URL", "", "SMTP server; without it letters become files", parse=_mail)
)
EMAIL_TIMEOUT = 20
LETTERS_FOLDER = HOME / "letters"
DEFAULT_FROM_EMAIL = read(
    "CXLOOP_FROM_EMAIL", "cxloop <care@localhost.localdomain>", "sender of letters", parse=str
)
MAIL_DOMAIN = DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
REPLY_ADDRESS = read(
    "CXLOOP_REPLY_ADDRESS",
    f"reply@{MAIL_DOMAIN}",
    "mailbox of customers' answers; letters carry reply+TOKEN@…",
    parse=str,
)
MAIL_AUTHENTICATORS = read(
    "CXLOOP_MAIL_AUTHENTICATORS",
    "",
    "mail servers before this one whose Authentication-Results are believed, such as mx.google.com",
    parse=comma_list,
)

MAIL_HOSTS = [
    host.lower()
    for host in read(
        "CXLOOP_MAIL_HOSTS",
        "localhost,127.0.0.1,::1",
        "hosts of mailboxes fetched by IMAP, and of their tokens, that may lead into your own "
        "network, by comma; all others must lead to the public internet",
        parse=comma_list,
    )
]

UNDO = timedelta(
    seconds=read(
        "CXLOOP_UNDO_SECONDS",
        "10",
        "how long what a person sends waits for them to take it back",
        parse=from_nought,
    )
)


def _rations(raw: str) -> tuple[int, ...]:
    most = tuple(int(part) for part in comma_list(raw))
    if len(most) != 3 or min(most) < 1 or list(most) != sorted(most):
        raise ValueError("say three whole numbers from 1, none below the one before: 3,6,10")
    return most


MOST_AUTOMATIC = read(
    "CXLOOP_MOST_AUTOMATIC",
    "3,6,10",
    "how many automatic letters a customer's address gets at most within 10, 30 and 60 minutes",
    parse=_rations,
)

STATUS_LINK = timedelta(
    days=read(
        "CXLOOP_STATUS_LINK_DAYS",
        "90",
        "days after the last sign of life for which a customer's link to their status page lives",
        parse=days_of_a_link,
    )
)

SILENT_AFTER_DAYS = read(
    "CXLOOP_SILENT_AFTER_DAYS",
    "7",
    "days after which a customer who was asked and did not answer counts as silent",
    parse=from_one,
)

LOGGING = logging_config(
    read("CXLOOP_LOG_LEVEL", "INFO", "least level that is logged, as JSON on stderr", parse=str)
)
