"""What people call the keyrings of their systems, by the names of their modules."""

from __future__ import annotations

from typing import Final

_NAMES: Final = {
    "keyring.backends.SecretService": "桌面密钥环（Secret Service）",
    "keyring.backends.libsecret": "桌面密钥环（libsecret）",
    "keyring.backends.kwallet": "KDE 钱包（KWallet）",
    "keyring.backends.Windows": "Windows 凭据管理器",
    "keyring.backends.macOS": "macOS 钥匙串",
    "": "没有密钥环",
}


def word_keyring(name: str) -> str:
    """A keyring by the name of its module; one that nobody here has looked at is never used."""
    return _NAMES.get(name, f"{name}，未经核对，不使用")
