"""What to enter in a third-party phone itself: it fetches nothing, so somebody has to type it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ccmadmin.models import LineAppearance, Phone, ServiceParameter
from ccmadmin.models.parameters import KEEPALIVE_INTERVAL, REALM
from ccmadmin.services.phones import registrars


@dataclass(frozen=True)
class Setting:
    """What a phone asks for, what to enter there, and what must be said about it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Block:
    """The settings that belong together on a phone: the server's, or an account's."""

    title: str
    settings: tuple[Setting, ...]


def blocks(phone: Phone, credentials: str = "") -> list[Block]:
    """Return the card of a phone; `credentials` only where they have just been made up."""
    servers = registrars(phone)
    lines = phone.lines.select_related("directory_number").order_by("index")
    return [
        _server(phone, servers),
        *(_line(phone, line, servers[0], credentials) for line in lines),
    ]


def plain_text(card: Iterable[Block]) -> str:
    """Return the card as lines of text, for the QR code; what has no value is left out."""
    parts = [
        "\n".join([block.title, *(f"{each.label}: {each.value}" for each in filled)])
        for block in card
        if (filled := [each for each in block.settings if each.value])
    ]
    return "\n\n".join(parts)


def _server(phone: Phone, servers: list[str]) -> Block:
    first, *others = servers
    host, _colon, port = first.rpartition(":")
    further = [
        Setting(_("Further server"), each, _("if the phone has a field")) for each in others
    ]
    transport = phone.phone_security_profile.transport_type
    interval = str(ServiceParameter.read(KEEPALIVE_INTERVAL))
    return Block(
        _("Server"),
        (
            Setting(_("Proxy, registrar, server"), host),
            Setting(_("Port"), port),
            *further,
            Setting(_("Transport"), transport.replace("+", _(" or ")), _("never TLS")),
            Setting(_("Realm, if it asks"), str(ServiceParameter.read(REALM))),
            Setting(_("Registration interval"), interval, _("seconds, or more")),
        ),
    )


def _line(phone: Phone, line: LineAppearance, server: str, credentials: str) -> Block:
    number, user = line.directory_number.number, phone.digest_user
    host, _colon, port = server.rpartition(":")
    at = host if port == "5060" else server
    userid = user.userid if user is not None else ""
    no_user = "" if userid else _("%(phone)s has no Digest User yet.") % {"phone": phone.name}
    return Block(
        _("Line %(index)s") % {"index": line.index},
        (
            Setting(_("User name, number, user part"), number),
            Setting(_("Authorization ID, auth user"), userid, no_user),
            Setting(_("Password"), credentials, "" if credentials else password_note(phone)),
            Setting(_("Display name"), line.display),
            Setting(_("SIP address, if it asks"), f"sip:{number}@{at}"),
        ),
    )


def password_note(phone: Phone) -> str:
    """Say which password, never the password."""
    user = phone.digest_user
    if user is None:
        return ""
    if not phone.phone_security_profile.enable_digest_authentication:
        text = _("Any: %(profile)s does not verify it.")
        return text % {"profile": phone.phone_security_profile}
    if not user.digest_credentials:
        return _("%(user)s has no Digest Credentials yet.") % {"user": user.userid}
    return _("The Digest Credentials of %(user)s.") % {"user": user.userid}
