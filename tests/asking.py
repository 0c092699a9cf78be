"""Asking a service over HTTP, with the patience that a machine with other work wants."""

from functools import partial

import httpx

PATIENCE_S = 60

get = partial(httpx.get, timeout=PATIENCE_S)
post = partial(httpx.post, timeout=PATIENCE_S)
