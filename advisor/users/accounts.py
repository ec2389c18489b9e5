"""Users of a shared server: names and hashed passwords in one file, and the signed tokens of those who logged in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import time
from pathlib import Path

from advisor.errors import BadInput
from advisor.private_files import write_private

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}")
SHORTEST_PASSWORD = 10
SESSION_SECONDS = 12 * 3600
COST = {"n": 2**14, "r": 8, "p": 1}


class Accounts:
    """The users file of a data folder. Every look-up reads it anew, so a removed user is out at once."""

    def __init__(self, home: Path):
        self.file = home / "users.json"
        self._secret_file = home / "secret"

    def names(self) -> list[str]:
        """Everybody who may log in."""
        return sorted(self._read())

    def add(self, name: str, password: str) -> None:
        """Add a user, or give one another password; tokens of the old password end.

        Raises:
            BadInput: the name has odd characters, or the password is too short.
        """
        if not NAME.fullmatch(name):
            raise BadInput(f"{name!r} is no user name: use letters, digits and . _ @ + -, at most 100 characters.")
        if len(password) < SHORTEST_PASSWORD:
            raise BadInput(f"The password is too short: use at least {SHORTEST_PASSWORD} characters.")
        salt = secrets.token_bytes(16)
        entry = {"salt": salt.hex(), "hash": _hashed(password, salt).hex()}
        write_private(self.file, json.dumps(self._read() | {name: entry}, indent=1))

    def remove(self, name: str) -> None:
        """Take a user out; what belongs to the user stays in the data folder.

        Raises:
            BadInput: there is no such user.
        """
        users = self._read()
        if users.pop(name, None) is None:
            raise BadInput(f"There is no user {name!r}: `advisor users list` shows them.")
        write_private(self.file, json.dumps(users, indent=1))

    def verify(self, name: str, password: str) -> bool:
        """Whether the password is right. An unknown name takes as long as a known one."""
        known = self._read().get(name)
        salt = bytes.fromhex(known["salt"]) if known else b"\0" * 16
        found = _hashed(password, salt)
        return hmac.compare_digest(found.hex(), known["hash"] if known else "") and known is not None

    def token(self, name: str, *, now: float | None = None) -> str:
        """A token that says who somebody is, for twelve hours; every process on this data folder accepts it."""
        ends = int(time.time() if now is None else now) + SESSION_SECONDS
        body = base64.urlsafe_b64encode(json.dumps([name, ends]).encode()).decode()
        return f"{body}.{self._signature(body, name)}"

    def user_of(self, token: str, *, now: float | None = None) -> str | None:
        """The user whose valid token this is."""
        body, _, signature = token.partition(".")
        try:
            name, ends = json.loads(base64.urlsafe_b64decode(body))
        except (ValueError, TypeError):
            return None
        if not isinstance(name, str) or not isinstance(ends, int) or name not in self._read():
            return None
        right = hmac.compare_digest(signature, self._signature(body, name))
        return name if right and ends > (time.time() if now is None else now) else None

    def _signature(self, body: str, name: str) -> str:
        """Covers the hash of the password, so that another password ends all tokens."""
        stored = self._read().get(name, {}).get("hash", "")
        return hmac.new(self._secret(), f"{body}.{stored}".encode(), hashlib.sha256).hexdigest()

    def _secret(self) -> bytes:
        """The key that signs, made by whichever process needs it first."""
        while True:
            try:
                return bytes.fromhex(self._secret_file.read_text(encoding="ascii"))
            except FileNotFoundError:
                write_private(self._secret_file, secrets.token_hex(32), replace=False)

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            found = json.loads(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise BadInput(f"{self.file} cannot be read as users: restore it, or add the users again.") from error
        return found if isinstance(found, dict) else {}


def folder_of(name: str) -> str:
    """A folder name that belongs to one user alone, whatever the name holds."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:24] or "user"
    return f"{slug}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _hashed(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, dklen=32, **COST)
