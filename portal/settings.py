"""Settings of the portal, read from the environment.

`PORTAL_ENV` is one of `production` (the default: refuses weak keys, wants TLS), `demo`
(one command on a laptop, demo clock allowed) and `test`.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from deadlines.schedule import SCHEDULE as ENGINE_SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

PORTAL_ENV = env.str("PORTAL_ENV", "production")
if PORTAL_ENV not in {"production", "demo", "test"}:
    raise ImproperlyConfigured(f"PORTAL_ENV must be production, demo or test, not {PORTAL_ENV!r}.")
PRODUCTION = PORTAL_ENV == "production"
DEMO_CLOCK_ALLOWED = not PRODUCTION

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", "" if PRODUCTION else "local-only-" + "k" * 50)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Base64 Fernet keys for confidential fields, newest first; kept outside the database (SR-36).
FIELD_KEYS = env.list(
    "FIELD_KEYS", default=[] if PRODUCTION else ["bG9jYWwtb25seS1maWVsZC1rZXktMDAwMDAwMDAwMDA="]
)
if PRODUCTION and (len(SECRET_KEY) < 50 or not FIELD_KEYS):
    raise ImproperlyConfigured(
        "Set SECRET_KEY (50 characters or more) and FIELD_KEYS (base64 keys of 32 bytes, newest first)."
    )
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "testserver"]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "guardian",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "portal",
    "orders",
    "cases",
    "deadlines",
    "agencies",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.headers.DynamicHeadersMiddleware",
    "cases.scope.RequestScopeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.headers.PrivateOriginCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cases.desk.context.desk",
            ],
        },
    },
]

DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL", default="postgres://postgres@127.0.0.1:5432/halfhour"),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")

AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
# The anonymous guardian user would be a person with rights; there is none (SR-12).
ANONYMOUS_USER_NAME = None
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

LANGUAGE_CODE = "zh-hans"
# A language is offered once its catalogue is whole; until then a half-translated page would only confuse.
LANGUAGES = [("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / ".local" / "static"
# Uploaded and generated files; outside every URL, read only through a policy check (SR-28).
FILES_ROOT = Path(env.str("FILES_ROOT", str(BASE_DIR / ".local" / "files")))

# --- Staff accounts (agencies) ---
# The portal's clock, which the demo may move; named here because agencies/ imports no other room.
BUSINESS_CLOCK = "deadlines.clock.now"
# Key of the identity digests that conflicts of interest are found by (SR-16). It never rotates:
# a new key would make every stored digest blind.
DIGEST_KEY = env.str("DIGEST_KEY", "" if PRODUCTION else "local-only-" + "d" * 32)
if PRODUCTION and len(DIGEST_KEY) < 32:
    raise ImproperlyConfigured("Set DIGEST_KEY (32 characters or more; it must never change).")

# --- What a browser is told (SR-01, SR-03, SR-32, SR-34) ---
# Where quick exit leads: an everyday site that nobody asks about.
QUICK_EXIT_URL = env.str("QUICK_EXIT_URL", "https://www.weather.com.cn/")
# Whose rules a page without a case follows: emergency numbers, languages.
PROFILE_ID = env.str("PROFILE_ID", "cn")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
if PRODUCTION:
    # The TLS proxy in front sets this header itself and drops the client's.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-s" if PRODUCTION else "s"
CSRF_COOKIE_NAME = "__Host-t" if PRODUCTION else "t"
LANGUAGE_COOKIE_NAME = "l"
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
# Words for the next page stay on the server; the default would put them into a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# No date on the cookies: they end with the browser (SR-04).
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_AGE = None
# W003 looks for the class by name; PrivateOriginCsrfMiddleware is that class (tests/safety).
SILENCED_SYSTEM_CHECKS = ["security.W003"]
# 2 MB of form text at most (SR-29); files are counted apart.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": FILES_ROOT},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Without a build step the files are served from where they lie.
WHITENOISE_USE_FINDERS = not PRODUCTION

# --- Task queue (SR-40): it only wakes people up; every task may be lost or run twice. ---
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# Soft < hard < visibility timeout, in seconds: no task is handed out again while it still runs.
CELERY_TASK_SOFT_TIME_LIMIT = 120
CELERY_TASK_TIME_LIMIT = 180
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "socket_connect_timeout": 1,
    "socket_timeout": 3,
}
# A page waits two seconds at most for a queue that is away, and goes on without it.
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_TASK_PUBLISH_RETRY = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1, "interval_max": 0.1}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "messages"
CELERY_TASK_ROUTES = {"deadlines.tasks.sweep": {"queue": "urgent"}}
CELERY_TIMEZONE = "UTC"
# Task, seconds between two runs, queue. A run that could not start before the next one is due is dropped,
# so that none pile up.
CELERY_BEAT_SCHEDULE = {
    task: {"task": task, "schedule": seconds, "options": {"expires": seconds, "queue": queue}}
    for task, (seconds, queue) in {**ENGINE_SCHEDULE, "cases.tasks.erase_drafts": (3600.0, "reports")}.items()
}

# --- Staff sign-in (agencies): SR-21, SR-22, SR-23 ---
MIDDLEWARE.insert(
    MIDDLEWARE.index("django.contrib.messages.middleware.MessageMiddleware") + 1,
    "agencies.middleware.StaffSessionMiddleware",
)
MIDDLEWARE.append("agencies.error_pages.ErrorPagesMiddleware")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_ADAPTER = "agencies.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "agencies.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
# How long the code page waits after the password, and how long a second factor counts as fresh (seconds).
ACCOUNT_LOGIN_TIMEOUT = ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# allauth counts in the cache, which may be emptied at any moment; axes and second_factor count in the database.
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "agencies.adapters.SecondFactorAdapter"
MFA_FORMS = {"authenticate": "agencies.forms.SignInCodeForm"}
MFA_SUPPORTED_TYPES = ["totp"]
SESSION_COOKIE_AGE = 10 * 3600
AXES_HANDLER = "agencies.sign_in_limits.GrowingWaitHandler"
AXES_LOCKOUT_CALLABLE = "agencies.sign_in_limits.lockout_response"
AXES_CLIENT_IP_CALLABLE = "agencies.client_address.client_address"
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
# The handler answers 1 while somebody has to wait.
AXES_FAILURE_LIMIT = 1
AXES_COOLOFF_TIME = timedelta(minutes=15)
# What is tried during the wait is neither looked at nor counted.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_VERBOSE = False
# Addresses of our own proxies ("unix" for a local socket); only they are believed about a visitor's address.
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", default=[])
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "agencies.passwords.EasyPatternValidator"},
]
REST_FRAMEWORK: dict[str, Any] = {
    # Never by password alone: the session of the pages, which has passed the second factor.
    "DEFAULT_AUTHENTICATION_CLASSES": ["agencies.authentication.StaffSessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "agencies.error_pages.problem_response",
}

# --- Messages and the engine's watch (deadlines) ---
# The sink stands in for gateway and mail server in the demo; it keeps what it takes in a folder.
MESSAGE_SINK_HOST = env.str("MESSAGE_SINK_HOST", "127.0.0.1")
MESSAGE_SINK_HTTP_PORT = env.int("MESSAGE_SINK_HTTP_PORT", 8026)
MESSAGE_SINK_SMTP_PORT = env.int("MESSAGE_SINK_SMTP_PORT", 8025)
MESSAGE_SINK_DIR = Path(env.str("MESSAGE_SINK_DIR", str(FILES_ROOT.parent / "messages")))
_SINK = "" if PRODUCTION else f"http://{MESSAGE_SINK_HOST}:{MESSAGE_SINK_HTTP_PORT}"
SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", _SINK and f"{_SINK}/sms")
SMS_GATEWAY_TOKEN = env.str("SMS_GATEWAY_TOKEN", "")
# Where the watchdog alarms when the portal cannot: an address outside of it.
WATCHDOG_ALARM_URL = env.str("WATCHDOG_ALARM_URL", _SINK and f"{_SINK}/alarm")
EMAIL_HOST = env.str("EMAIL_HOST", "" if PRODUCTION else MESSAGE_SINK_HOST)
EMAIL_PORT = env.int("EMAIL_PORT", 587 if PRODUCTION else MESSAGE_SINK_SMTP_PORT)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", PRODUCTION)
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "notice@half-hour.invalid")

# --- API (cases.api, orders.api): JSON in and out, nothing to browse; described under /api/schema/ ---
REST_FRAMEWORK |= {
    "DEFAULT_PARSER_CLASSES": ["cases.api.bodies.BoundedJSONParser"],
    # Each web process counts for itself: a brake on a runaway script, not a quota.
    "DEFAULT_THROTTLE_CLASSES": []
    if PORTAL_ENV == "test"
    else ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "300/min"},
    # No answer to OPTIONS and no ?format=: an address says what it is in the schema alone.
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Half Hour",
    "VERSION": "1",
    "DESCRIPTION": "The shared record for its bodies. Rights, steps and refusals are those of the staff's pages.",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    # Choices of one name in several rooms, each under its own.
    "ENUM_NAME_OVERRIDES": {
        "CaseState": "cases.vocabulary.State",
        "EvidenceState": "cases.vocabulary.EvidenceState",
        "DeadlineState": "deadlines.models.Deadline.State",
        "AgencyKind": "agencies.roles.AgencyKind",
        "DetailKind": "cases.vocabulary.DetailKind",
        "EvidenceKind": "cases.vocabulary.EvidenceKind",
        "RulingKind": "orders.vocabulary.RulingKind",
        "DraftKind": "orders.api.shapes.DRAFT_KINDS",
        "DeclineReason": "cases.services.acceptance.DECLINE_REASONS",
        "EmergencyReason": "cases.services.acceptance.EMERGENCY_REASONS",
        "UnmarkReason": "cases.desk.forms.UNMARK_WORDS",
    },
}
