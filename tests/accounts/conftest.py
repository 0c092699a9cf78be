import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> list[str]:
    """The hashers of production, for who needs them."""
    real = settings.PASSWORD_HASHERS
    settings.PASSWORD_HASHERS = ["tests.accounts.quick.QuickArgon2"]
    return real
