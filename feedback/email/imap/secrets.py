"""What an account signs in with. In the row it is encrypted, and nothing shows it again."""

import json
from dataclasses import asdict, dataclass, field

from cxloop.kernel.secrets import sealed, unsealed

PURPOSE = "mailboxes elsewhere"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Of a password, or of OAuth 2."""

    password: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)

    def sealed(self) -> str:
        return sealed(json.dumps(asdict(self)), purpose=PURPOSE).decode()

    def hidden_in(self, text: str) -> str:
        """The text without them: a server may repeat what it was told."""
        for secret in (self.password, self.client_secret, self.refresh_token):
            text = text.replace(secret, "…") if secret else text
        return text


def read_secrets(row: str) -> Secrets:
    """Raises SealedOtherwise where CXLOOP_SECRET_KEY is another one by now."""
    return Secrets(**json.loads(unsealed(row.encode(), purpose=PURPOSE)))
