"""Plain-text e-mail through Django's backend, with a Message-ID fixed by the message's key."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from deadlines.channels import ChannelError, opaque


def send(*, address: str, subject: str, body: str, key: str) -> None:
    """Hand the mail to the server. Raises ChannelError."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    mail = EmailMessage(
        subject=subject,
        body=body,
        to=[address],
        connection=get_connection(),
        headers={"Message-ID": f"<{opaque(key)}@{domain}>"},
    )
    try:
        mail.send()
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelError(f"mail: {type(error).__name__}") from None
