"""The Celery app of the beat: it needs to know when, not what, so it loads neither models nor tasks.

Half the memory of the whole app. Tasks are sent by name, to the queues that the settings route them to.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal", fixups=())
app.config_from_object("django.conf:settings", namespace="CELERY")
