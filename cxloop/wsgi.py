import os

from django.core.wsgi import get_wsgi_application

from cxloop.kernel.whole_bodies import WholeBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxloop.settings")

application = WholeBodies(get_wsgi_application())
