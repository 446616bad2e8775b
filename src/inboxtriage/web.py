"""Speaking http and https through the standard library, and nothing else: its usual opener would open files too."""

import ssl
import urllib.request


def opener(*more: urllib.request.BaseHandler) -> urllib.request.OpenerDirector:
    """An opener with verified TLS. It follows no redirect but by a handler in `more`."""
    made = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        *more,
    ):
        made.add_handler(handler)
    return made
