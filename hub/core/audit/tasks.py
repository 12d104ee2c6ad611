from datetime import time, timedelta

from hub.core.audit import services
from hub.core.jobs import registry


@registry.periodic("audit.publish_head", at=time(6, 30), lease=timedelta(minutes=10))
def publish_head() -> None:
    services.publish_head()
