"""What gunicorn serves."""

import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

from cxloop.kernel.whole_bodies import WholeBodies


class Utf8Request(WSGIRequest):
    """Read as UTF-8, whatever charset is claimed. Some that Python knows, such as rot13, are none
    that text can have: Django failed on these before anything of ours could answer."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        kind = meta.get("CONTENT_TYPE", "")
        self.content_type, self.content_params = parse_header_parameters(kind)


class Handler(WSGIHandler):
    request_class = Utf8Request


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxloop.settings")
django.setup(set_prefix=False)
application = WholeBodies(Handler())
