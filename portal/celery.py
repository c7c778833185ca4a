"""The Celery app: wakes the engine and the senders; holds no truth (SR-37)."""

import os
from typing import Any

import structlog
from celery import Celery, Task
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

log = structlog.get_logger(__name__)


class TolerantTask(Task):
    """A task whose publishing may fail: the beat will do the work within seconds (SR-40)."""

    abstract = True

    def apply_async(self, *args: Any, **kwargs: Any) -> Any:
        """The async result, or None when the queue cannot be reached."""
        try:
            return super().apply_async(*args, **kwargs)
        except OperationalError:
            log.warning("task_not_published", task=self.name)
            return None


app = Celery("portal", task_cls=TolerantTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
