"""Complete and safe settings; what may differ between two hubs comes from the environment (env.py)."""

import csp.constants as csp

from hub.settings.env import ROOT, TABLE_CACHE, Environment, secret_key

ENVIRONMENT = Environment.read()
DATA_DIR = ENVIRONMENT.data
DEMO = ENVIRONMENT.demo  # set by `bin/hub up --demo`, once and for all, in the data folder
PUBLIC_URL = ENVIRONMENT.public_url
_https = PUBLIC_URL.scheme == "https"

SECRET_KEY = secret_key(DATA_DIR)
DEBUG = False
ALLOWED_HOSTS = ENVIRONMENT.hosts
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL.geturl().rstrip("/")] if _https else []
ROOT_URLCONF = "hub.urls"
WSGI_APPLICATION = "hub.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

INSTALLED_APPS = [
    # top floor first: an upper template or command wins over a lower one
    "hub.ops",
    "hub.demo",
    "hub.pages",
    "hub.pages.library",
    "hub.pages.news",
    "hub.pages.notes",
    "hub.pages.events",
    "hub.pages.questions",
    "hub.pages.writing",
    "search",
    "trainings.paperwork",
    "trainings.funding",
    "trainings.attendance",
    "trainings.wishes",
    "trainings.sessions",
    "trainings.catalogue",
    "workgroups.meetings",
    "workgroups.decisions",
    "workgroups.roadmaps",
    "workgroups.groups",
    "directory.sharing",
    "directory.people",
    "directory.cooperatives",
    "directory.vocabularies",
    "hub.core.privacy",
    "hub.core.notifications",
    "hub.core.documents",
    "hub.core.papers",
    "hub.core.accounts",
    "hub.core.audit",
    "hub.core.jobs",
    "hub.core.ui",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail.contrib.redirects",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "hub.core.notifications.wagtail_admin.QuietWagtailAdminConfig",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "hub.core.ui.middleware.admin_csp",
    "hub.core.ui.middleware.refuse_other_methods",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hub.core.accounts.middleware.say_too_many",
    "hub.core.accounts.middleware.actor",
    "hub.core.ui.middleware.say_refused_methods",
    "hub.core.accounts.middleware.deny_by_default",
    "hub.core.ui.middleware.say_parts_down",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hub.core.accounts.context.actor",
                "hub.core.notifications.context.unread_count",
            ],
            "builtins": ["hub.core.ui.templatetags.ui"],
        },
    }
]

DATABASES = {"default": ENVIRONMENT.database}
CACHES = {"default": ENVIRONMENT.cache, "table": TABLE_CACHE}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "français")]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"  # editors' images only; members' files go through the guarded view of hub.core.documents
MEDIA_ROOT = DATA_DIR / "media"
PRIVATE_ROOT = DATA_DIR / "private"
WHITENOISE_USE_FINDERS = True  # no collectstatic on a laptop; a server may run it
STORAGES = ENVIRONMENT.storages | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
CLAMAV_URL = ENVIRONMENT.clamav_url
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

# -- accounts ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/moi/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_ADAPTER = "hub.core.accounts.adapters.AccountAdapter"
MFA_ADAPTER = "hub.core.accounts.adapters.MFAAdapter"
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.proxies
LEGAL_HOLD = ENVIRONMENT.legal_hold  # kept past their term (docs/decisions/0019-term-of-papers.md)
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up; allauth reads here that there are passwords
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses are verified by the invitation that creates the account
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = PUBLIC_URL.scheme
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/15m/key,60/15m/ip", "identity_provider": "60/15m/ip", "identity_provider_return": "60/15m/ip",
    # as allauth has them, and by the hour: whoever knows an address would fill its mailbox
    "request_login_code": "20/m/ip,3/m/key,10/h/key", "reset_password": "20/m/ip,5/m/key,10/h/key",  # pragma: allowlist secret
}  # fmt: skip
ACCOUNT_FORMS = {
    name: f"hub.core.accounts.signin_forms.{form}"
    for name, form in {
        "login": "SignInForm", "request_login_code": "RequestCodeForm", "confirm_login_code": "ConfirmCodeForm",
        "reauthenticate": "ReauthenticateForm",
        "reset_password": "ResetPasswordForm", "reset_password_from_key": "ResetPasswordKeyForm",  # pragma: allowlist secret
        "change_password": "ChangePasswordForm", "set_password": "SetPasswordForm",  # pragma: allowlist secret
    }.items()
}  # fmt: skip
MFA_FORMS = {
    name: f"hub.core.accounts.signin_forms.{form}"
    for name, form in {
        "authenticate": "SecondFactorForm", "reauthenticate": "ConfirmSecondFactorForm", "activate_totp": "ActivateTOTPForm",
        "deactivate_totp": "DeactivateTOTPForm", "generate_recovery_codes": "GenerateRecoveryCodesForm",
        "add_webauthn": "AddPasskeyForm", "edit_webauthn": "EditPasskeyForm", "login_webauthn": "SignInPasskeyForm",
        "authenticate_webauthn": "SecondFactorPasskeyForm", "reauthenticate_webauthn": "ConfirmPasskeyForm",
    }.items()
}  # fmt: skip
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey alone signs in: it asks its own code, finger or face
MFA_TOTP_ISSUER = "Hub inter-CAE"
MFA_TOTP_TOLERANCE = 1  # RFC 6238 § 5.2: one step before and after, for clocks that drift
USERSESSIONS_TRACK_ACTIVITY = False
ACCESS_MATRIX = ROOT / "hub" / "access.toml"

# -- jobs -------------------------------------------------------------------------------------------------------------
BROKER_URL = ENVIRONMENT.broker_url

# -- mail -------------------------------------------------------------------------------------------------------------
globals().update(ENVIRONMENT.email)
MAIL_FOLDER = DATA_DIR / "mail"  # where letters stay when no mail server is set
DEFAULT_FROM_EMAIL = f"Hub inter-CAE <hub@{PUBLIC_URL.hostname}>"
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# -- search -----------------------------------------------------------------------------------------------------------
SEARCH_URL = ENVIRONMENT.search_url
SEARCH_ROOT = DATA_DIR / "search"

# -- Wagtail ----------------------------------------------------------------------------------------------------------
CSRF_FAILURE_VIEW = "hub.core.ui.errors.csrf_failure"
WAGTAIL_SITE_NAME = "Hub inter-CAE"
WAGTAILADMIN_BASE_URL = PUBLIC_URL.geturl().rstrip("/")
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "/connexion/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_FINISH_WORKFLOW_ACTION = "hub.core.kit.publishing.publish_approved"
WAGTAIL_AUTOSAVE_INTERVAL = 5000
WAGTAILIMAGES_IMAGE_MODEL = "documents.EditorialImage"
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 25_000_000
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]  # no SVG: it can hold scripts
WAGTAILDOCS_DOCUMENT_MODEL = "documents.EditorialDocument"
WAGTAILDOCS_EXTENSIONS = ["pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_DOCUMENT_FORM_BASE = "hub.core.documents.editorial_forms.EditorialDocumentForm"
WAGTAILIMAGES_IMAGE_FORM_BASE = "hub.core.documents.editorial_forms.EditorialImageForm"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# -- hardening --------------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
X_FRAME_OPTIONS = "DENY"  # Wagtail opens its own previews to its own frames
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [csp.NONE],
        "script-src": [csp.SELF],
        "style-src": [csp.SELF],
        "img-src": [csp.SELF, "data:"],
        "font-src": [csp.SELF],
        "connect-src": [csp.SELF],
        "worker-src": [csp.SELF],
        "form-action": [csp.SELF],
        "frame-ancestors": [csp.SELF],
        "frame-src": [csp.SELF],
        "base-uri": [csp.NONE],
        "object-src": [csp.NONE],
        "manifest-src": [csp.SELF],
    }
}

SECRET_PATHS = ["/invitation/", "/ouvrir/", "/rouvrir/", "/mot-de-passe/nouveau/", "/flux/"]  # what follows is a key: never in a log
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "hub.core.kit.logs.WithoutSecrets",
            "fmt": "{asctime} {levelname} {name} {message}",
            "style": "{",
            "paths": SECRET_PATHS,
        }
    },
    "filters": {"refusals": {"()": "hub.core.kit.logs.RefusalsInOneLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["refusals"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"hub": {"level": "INFO"}},
}
