"""A secret in an environment variable (`password_env`)."""

import os

from inboxtriage.errors import SecretMissing


def from_environment(name: str) -> str:
    """The value of `name`. Raises SecretMissing where it is not set or empty."""
    secret = os.environ.get(name)
    if not secret:
        raise SecretMissing(
            f"the environment variable {name} is not set", do=f"export {name}=…, or change password_env"
        )
    return secret
