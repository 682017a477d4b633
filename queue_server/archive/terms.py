"""How long things are kept, in days: `keep` for the log, `personal` for what is about a person.

Who lets go of them is `retention`.
"""

from __future__ import annotations

from dataclasses import dataclass

from queue_server.archive.errors import Invalid

#: 网络安全法 (Cybersecurity Law) Art. 21: network logs are kept for no less than six months.
LAW = 183


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Both terms, in days; raises `Invalid` for one that the law does not allow."""

    keep: int = 400
    personal: int = 30

    def __post_init__(self) -> None:
        if self.keep < LAW:
            raise Invalid(
                "keep_days",
                f"is {self.keep}; it must be {LAW} or more, since the Cybersecurity Law"
                " (网络安全法 Art. 21) has logs kept for at least six months",
            )
        if not 1 <= self.personal <= self.keep:
            raise Invalid("personal_days", f"is {self.personal}; it must be 1 to {self.keep}")
