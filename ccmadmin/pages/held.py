"""What was typed and must not be lost: sealed, it travels through the browser and comes back.

A form that was sent after its session had ended goes through the sign-in page; a secret goes
through a form that comes back with an error. Neither can be read on the way.
"""

from cryptography.fernet import InvalidToken
from django.http import HttpRequest, QueryDict

from ccmadmin.models.fields import cipher

FIELD = "held"
CSRF = "csrfmiddlewaretoken"  # of the session that has ended; the new one has its own
KEPT_S = 3600
END = "\0"  # of the purpose
FORM, SECRET = "form", "secret"  # purposes


def seal(text: str, purpose: str) -> str:
    return cipher().encrypt(f"{purpose}{END}{text}".encode()).decode("ascii")


def unseal(sealed: str, purpose: str) -> str | None:
    """Return the text; None when we did not seal it for this, or more than `KEPT_S` ago.

    The purpose keeps one page from opening what another one sealed, and all of them from opening
    a secret out of the database, which has the same key.
    """
    try:
        found = cipher().decrypt(sealed.encode(), ttl=KEPT_S).decode()
    except InvalidToken:
        return None
    sealed_for, _end, text = found.partition(END)
    return text if sealed_for == purpose else None


def keep(request: HttpRequest) -> str:
    """Return what was sent as the value of a hidden field."""
    sent = request.POST.copy()
    sent.pop(CSRF, None)
    return seal(sent.urlencode(), FORM)


def release(request: HttpRequest) -> bool:
    """Put what was kept in place of what was sent; False when it was kept too long."""
    sent = unseal(request.POST[FIELD], FORM)
    if sent is None:
        return False
    request.POST = QueryDict(sent)
    return True
