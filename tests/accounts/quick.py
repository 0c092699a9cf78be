from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """The same scheme for next to nothing: tests hash hundreds of passwords."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
