"""What becomes of the bindings that many saves are about: the last word on each counts."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sipcore.actions import SaveBindings
from sipcore.ports import Binding

Key = tuple[str, str, str]
"""Phone, number, contact."""


@dataclass(slots=True)
class Changes:
    """What holds in the end for each binding; `renewed` are those that were there before."""

    saved: dict[Key, Binding] = field(default_factory=dict)
    renewed: dict[Key, Binding] = field(default_factory=dict)
    removed: set[Key] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.saved) + len(self.renewed) + len(self.removed)

    @classmethod
    def of(cls, saves: Iterable[SaveBindings]) -> "Changes":
        """Merge changes that came in this order."""
        changes = cls()
        for save in saves:
            for renewal in save.renewed:
                changes.renew(renewal.binding)
            for key in save.removed:
                changes.remove(key)
            for binding in save.saved:
                changes.save(binding)
        return changes

    def save(self, binding: Binding) -> None:
        key = binding.key
        self.renewed.pop(key, None)
        self.removed.discard(key)
        self.saved[key] = binding

    def renew(self, binding: Binding) -> None:
        key = binding.key
        if key in self.saved or key in self.removed:
            self.save(binding)
        else:
            self.renewed[key] = binding

    def remove(self, key: Key) -> None:
        self.saved.pop(key, None)
        self.renewed.pop(key, None)
        self.removed.add(key)
