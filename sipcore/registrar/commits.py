"""Changes of bindings that are on their way to the disk, and how they are taken back.

"If the back-end database commit fails, all tentative binding updates MUST be undone" (RFC 3261
section 10.3). A change counts in memory at once, so that the next REGISTER sees it; the 200 waits.
"""

from collections.abc import Sequence
from dataclasses import replace

from sipcore.bindings import Bindings, Key
from sipcore.ports import Binding
from sipcore.values import dataclass


@dataclass(frozen=True, slots=True)
class _Change:
    key: Key
    before: Binding | None
    after: Binding | None


class Commits:
    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._pending: dict[int, list[_Change]] = {}
        self._last_ticket = 0

    def begin(self, saved: Sequence[Binding], removed: Sequence[Key]) -> int:
        """Change the bindings in memory; return the ticket to save the change under."""
        self._last_ticket += 1
        changes = [_Change(key, self._bindings.drop(key), None) for key in removed]
        for binding in saved:
            before = self._bindings.put(binding)
            changes.append(_Change(binding.key, before, binding))
        self._pending[self._last_ticket] = changes
        return self._last_ticket

    def begin_renewal(self, known: Binding, renewed: Binding) -> int:
        """Do the same for a refresh, which is nearly every change there is."""
        self._last_ticket = ticket = self._last_ticket + 1
        self._bindings.renew(known, renewed)
        self._pending[ticket] = [_Change(renewed.key, known, renewed)]
        return ticket

    def committed(self, ticket: int) -> None:
        self._pending.pop(ticket, None)

    def failed(self, ticket: int) -> None:
        """Take a change back, unless something newer has happened to a binding since."""
        for change in reversed(self._pending.pop(ticket, [])):
            if not self._rebase(change) and self._bindings.get(change.key) is change.after:
                self._restore(change)

    def _rebase(self, failed: _Change) -> bool:
        """Make a later change forget what never reached the disk; say whether there was one."""
        for ticket, changes in self._pending.items():
            for index, later in enumerate(changes):
                if later.key == failed.key and later.before is failed.after:
                    self._pending[ticket][index] = replace(later, before=failed.before)
                    return True
        return False

    def _restore(self, change: _Change) -> None:
        if change.before is None:
            self._bindings.drop(change.key)
        else:
            self._bindings.put(change.before)

    def __len__(self) -> int:
        return len(self._pending)
