"""What Django does for a request and nobody for a thread: giving connections back."""

from django.db import connections


def close_broken() -> None:
    """Close this thread's connections that an error has made useless; the next use opens anew."""
    for connection in connections.all(initialized_only=True):
        connection.close_if_unusable_or_obsolete()


def close_all() -> None:
    """Close this thread's connections; one that ends without it leaks them."""
    connections.close_all()
