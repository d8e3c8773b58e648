"""Django's settings, made from the site's configuration; ``STEELYARD_SITE`` names its home folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from steelyard.web.configuration import Configuration, read
from steelyard.web.site.databases import database

# Where no site stands - tests, tools that only look at the code - files are served as they lie in the checkout.
STANDS = "STEELYARD_SITE" in os.environ
STEELYARD = read(Path(os.environ["STEELYARD_SITE"])) if STANDS else Configuration(Path("out/site"))

SECRET_KEY = STEELYARD.secret()
DEBUG = False
ALLOWED_HOSTS = list(STEELYARD.hosts)
ROOT_URLCONF = "steelyard.web.site.urls"
ASGI_APPLICATION = "steelyard.web.site.asgi.application"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "steelyard.web.look",
    "steelyard.web.trail",
    "steelyard.web.jobs",
    "steelyard.web.people",
    "steelyard.web.messages",
    "steelyard.web.library",
    "steelyard.web.plans",
    "steelyard.web.scenarios",
    "steelyard.web.cycles",
    "steelyard.web.dialogue",
    "steelyard.web.entries",
    "steelyard.web.cascade",
    "steelyard.web.uses",
    "steelyard.web.tasks",
    "steelyard.web.prompts",
    "steelyard.web.watch",
    "steelyard.web.meetings",
    "steelyard.web.checkups",
    "steelyard.web.pages",
]
WHITENOISE_AUTOREFRESH, WHITENOISE_USE_FINDERS = False, not STANDS
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "steelyard.web.look.files.Files",
    "steelyard.web.look.headers.Headers",
    "steelyard.web.look.kept.Kept",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "steelyard.web.people.login.visiting.Visiting",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TAGS = ("look", "numbers", "pieces", "cells", "charts")  # at hand in every template
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "steelyard.web.look.surroundings.surroundings",
                "steelyard.web.pages.menu.menu",
            ],
            "builtins": [f"steelyard.web.look.templatetags.{tags}" for tags in TAGS],
        },
    }
]

DATABASES = {"default": database(STEELYARD)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

AUTH_USER_MODEL = "people.Account"
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "login", "home", "login"
ARGON2, SM3 = "django.contrib.auth.hashers.Argon2PasswordHasher", "steelyard.web.people.login.hashing.Sm3"
PASSWORD_HASHERS = [SM3, ARGON2] if STEELYARD.algorithms == "sm" else [ARGON2, SM3]
AUTHENTICATION_BACKENDS = ["steelyard.web.people.login.visiting.Backend"]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATIC_ROOT = STEELYARD.home / "static" if STANDS else None
COLLECTED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": STEELYARD.media}},
    "staticfiles": {"BACKEND": COLLECTED if STANDS else "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# What broke is told where the output of the service goes; by itself Django would tell nobody.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"output": {"class": "logging.StreamHandler", "level": "WARNING", "formatter": "plain"}},
    "root": {"handlers": ["output"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "django.request": {"level": "ERROR"},  # addresses that are not there are nobody's fault
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # anybody can ask under any name
    },
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 16 << 20  # ten thousand rows of a push; files are counted where they are received

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = STEELYARD.secure
SESSION_COOKIE_NAME = "__Host-session" if STEELYARD.secure else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if STEELYARD.secure else "csrf"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if STEELYARD.secure else None
SECURE_HSTS_SECONDS = 31_536_000 if STEELYARD.secure else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "steelyard.web.look.failing.stale"
