"""The floor under one post: the same server and database, a view with one INSERT, and nothing else.

No middleware, no key, no checks; the table has the indexes of feedback, and as many rows.
"""

import json
import os

import uuid_utils.compat as uuids
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxloop.settings")

_INSERT = """
INSERT INTO bench_floor (id, source_id, channel, received_at, quiet, score_type, score_value,
    score_class, worst_class, score_table, scores, comment, answers, context, tags, form,
    contactable)
VALUES (%s, 1, 'website', now(), false, 'nps', %s, 'negative', 'negative', 1, '[]',
    %s, '{}', %s, '{}', '', 'letter')
"""


def take(request: HttpRequest) -> JsonResponse:
    said, id = json.loads(request.body), uuids.uuid7()
    row = [id, said["score"]["value"], said["comment"], json.dumps(said["context"])]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, row)
    return JsonResponse({"id": str(id)}, status=201)


urlpatterns = [path("floor", take)]

settings.MIDDLEWARE = []
settings.ROOT_URLCONF = __name__
# Looking whether the connection still lives would be a second statement.
settings.DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
application = get_wsgi_application()
