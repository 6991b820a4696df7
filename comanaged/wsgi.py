"""The door for web servers."""

import os

from django.core.wsgi import get_wsgi_application

from comanaged import guard

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comanaged.settings")
application = get_wsgi_application()
guard.refuse_unsafe()
