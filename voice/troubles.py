"""What is wrong with which part of a voice, told to the hall as one state of one device."""

from __future__ import annotations

from queue_server.client.device import Device

_WORST = ("failed", "warning")


class Troubles:
    """The troubles of one device, by part; the worst is its state."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._known: dict[str, tuple[str, str]] = {}

    def note(self, part: str, error: object, state: str = "failed") -> None:
        """A part has trouble."""
        self._known[part] = (state, str(error))
        self._tell()

    def over(self, part: str) -> None:
        """A part works (again)."""
        if self._known.pop(part, None):
            self._tell()

    def has(self, part: str) -> bool:
        """Whether a part is known to have trouble."""
        return part in self._known

    def _tell(self) -> None:
        if not self._known:
            self._device.is_well()
            return
        state = min((state for state, _ in self._known.values()), key=_WORST.index)
        # One dead card is one trouble, however many zones it is heard in.
        errors = dict.fromkeys(error for _, error in self._known.values())
        self._device.has_trouble("; ".join(errors), state)
