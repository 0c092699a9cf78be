from django.conf import settings


def form_url(source: str, form: str) -> str:
    """The page of a form: for a link, or a QR code on a parcel."""
    return f"{settings.BASE_URL}/f/{source}/{form}"
