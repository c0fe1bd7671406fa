"""Settings of every ccmadmin process; each value comes from the environment, with a default.

The README has the table of all variables. Relative paths start at the project folder.
"""

import os
import secrets
import warnings
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from django.core.exceptions import ImproperlyConfigured

django_stubs_ext.monkeypatch()

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / env.str("CCMADMIN_DATA", "var")


def secret_key(path: Path) -> str:
    """Read the key that signs sessions; the first process to need it makes it, mode 0600."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            make_secret_key(path)
        return path.read_text("ascii").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"the key that signs sessions cannot be kept in {path} ({error.strerror}): let this "
            "user write there, or choose another folder with CCMADMIN_DATA"
        ) from error


def make_secret_key(path: Path) -> None:
    """Put a whole key there at once: another process may look, or the disk be full."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # another process was faster
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def database(
    variable: str, file_name: str, *, cache_kib: int = 20_000, log_pages: int = 1000
) -> dict[str, Any]:
    """Return one DATABASES entry; SQLite in `DATA_DIR` unless the environment names another.

    Of SQLite, the log is moved into the database by the commit that makes it that long.
    """
    with warnings.catch_warnings(action="ignore"):  # it would show the password of a wrong URL
        config: dict[str, Any] = env.db_url(variable, f"sqlite:///{DATA_DIR / file_name}")
    engine = config.get("ENGINE")
    if not engine:
        raise ImproperlyConfigured(
            f"{variable} is not the URL of a database: postgres://USER:PASSWORD@HOST:PORT/NAME "
            "or sqlite:////FILE"
        )
    if engine == "django.db.backends.postgresql" and find_spec("psycopg") is None:
        raise ImproperlyConfigured(
            f"{variable} names PostgreSQL, whose driver is not installed: run `make extras`"
        )
    if engine == "django.db.backends.sqlite3":
        # IMMEDIATE: a transaction that reads and then writes would otherwise fail at once with
        # "database is locked" whenever another process wrote in between.
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728;"
                f"PRAGMA cache_size=-{cache_kib}; PRAGMA journal_size_limit=27103364;"
                f"PRAGMA wal_autocheckpoint={log_pages}"
            ),
        }
    return config


def one_of(variable: str, default: str, *others: str) -> str:
    value: str = env.str(variable, default)
    if value not in (default, *others):
        choices = ", ".join((default, *others))
        raise ImproperlyConfigured(f"{variable}={value}: choose one of {choices}")
    return value


DEBUG = env.bool("CCMADMIN_DEBUG", False)
SECRET_KEY = secret_key(BASE_DIR / env.str("CCMADMIN_SECRET_KEY_FILE", str(DATA_DIR / "web.key")))
# Fernet keys that encrypt secrets at rest, one a line, the newest first.
CREDENTIAL_KEY_FILE = BASE_DIR / env.str("CCMADMIN_KEY_FILE", str(DATA_DIR / "credentials.key"))

HTTP_ADDRESS = env.str("CCMADMIN_HTTP", "127.0.0.1:8000")
SIP_LISTEN = env.list("CCMADMIN_SIP", default=["0.0.0.0:5060"])
# "uvloop" after `make extras`.
EVENT_LOOP = env.str("CCMADMIN_EVENT_LOOP", "asyncio")
NODE_NAME = env.str("CCMADMIN_NODE", "node-1")
LOG_LEVEL = one_of("CCMADMIN_LOG_LEVEL", "INFO", "DEBUG", "WARNING", "ERROR")
ALLOWED_HOSTS = env.list(
    "CCMADMIN_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", os.uname().nodename]
)
HTTPS = env.bool("CCMADMIN_HTTPS", False)

INSTALLED_APPS = [
    "ccmadmin.apps.CcmadminConfig",
    "django.forms",  # the templates of its widgets, for FORM_RENDERER
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    *(["ccmadmin.pages.proxy.BehindProxy"] if HTTPS else []),
    "ccmadmin.pages.middleware.ContentSecurityPolicy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ccmadmin.pages.middleware.RequestId",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ccmadmin.pages.middleware.TimeZone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ccmadmin.pages.middleware.NotAllowedPage",
]

ROOT_URLCONF = "ccmadmin.urls"
WSGI_APPLICATION = "ccmadmin.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["ccmadmin.pages.tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ccmadmin.pages.context.frame",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Bindings of 100,000 phones fit into what is mapped; the SIP server keeps no second copy. It has a
# thread that moves the log; the limit is for when that cannot.
RUNTIME_SQLITE = {"cache_kib": 2_000, "log_pages": 20_000}
DATABASES = {
    "default": database("DATABASE_URL", "ccmadmin.sqlite3"),
    "runtime": database("RUNTIME_DATABASE_URL", "runtime.sqlite3", **RUNTIME_SQLITE),
}
# Where the SIP process writes. On PostgreSQL both may be one database; then one alias serves
# both, because two aliases of one database would share one table of applied migrations.
RUNTIME_ALIAS = "runtime"
if env.str("DATABASE_URL", "") and env.str("DATABASE_URL", "") == env.str(
    "RUNTIME_DATABASE_URL", ""
):
    del DATABASES["runtime"]
    RUNTIME_ALIAS = "default"
DATABASE_ROUTERS = ["ccmadmin.models.router.RuntimeRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

AUTH_USER_MODEL = "ccmadmin.ApplicationUser"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "ccmadmin.models.passwords.Dissimilar"},
    {"NAME": "ccmadmin.models.passwords.MinimumLength"},
    {"NAME": "ccmadmin.models.passwords.Uncommon"},
    {"NAME": "ccmadmin.models.passwords.NotUsedBefore"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
SESSION_ENGINE = "ccmadmin.models.session"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# A region with relationships to 500 others has three fields for each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# The name and shape that Django 6 gives this setting.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}

LANGUAGE_CODE = "en"
# The texts in the code are the English ones; `make texts` collects and compiles the others.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
# Chosen at the foot of a page; without it the browser's Accept-Language decides.
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "ccmadmin.pages.api.authentication.TokenAuthentication",
        "ccmadmin.pages.api.authentication.SignedInUser",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["ccmadmin.pages.api.permissions.MayUsePage"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "ccmadmin.pages.api.schema.PageSchema",
    "EXCEPTION_HANDLER": "ccmadmin.pages.api.errors.handle",
    "UNAUTHENTICATED_USER": None,
    "LIST_SERIALIZER_ERRORS_AS_DICT": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ccmadmin",
    "DESCRIPTION": "CallManager Administration over REST: the records of the pages, by name.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    # Instead of the default hook, which guesses a name for every set of choices.
    "POSTPROCESSING_HOOKS": ["ccmadmin.pages.api.schema.introduce"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
}
