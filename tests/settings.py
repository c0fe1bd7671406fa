"""Settings under test: the product's own, with fast password hashes and no leftovers on disk."""

import os
import tempfile

os.environ.setdefault("CCMADMIN_DATA", tempfile.mkdtemp(prefix="ccmadmin-test-"))
os.environ.setdefault("CCMADMIN_DEBUG", "0")

from ccmadmin.settings import *  # noqa: F403 - the environment must be set before

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# WhiteNoise warns of a folder that is not there, and warnings are errors.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - as above
