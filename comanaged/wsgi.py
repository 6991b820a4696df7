"""The door for web servers."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

from comanaged import guard

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comanaged.settings")
application = get_wsgi_application()
guard.refuse_unsafe()
connections.close_all()  # a server that loads this before it forks hands no open connection on
