"""Public pages without a case: front page, "safe here?", other ways to get help, quick exit."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import policy


@require_safe
@policy("public")
def front(request: HttpRequest) -> HttpResponse:
    """Three seconds: in danger now, ask the court, I have a code."""
    return render(request, "public/front.html")


@require_safe
@policy("public")
def before(request: HttpRequest) -> HttpResponse:
    """What quick exit can and cannot do, and the ways that leave no trace here (SR-02)."""
    return render(request, "public/before.html")


@require_safe
@policy("public")
def other_ways(request: HttpRequest) -> HttpResponse:
    return render(request, "public/help.html")


@require_safe
@policy("public")
def closed(request: HttpRequest) -> HttpResponse:
    """The neutral page: shown after a time-out and instead of anything that has ended.

    It ends the visitor's own session, by GET for the reason given at `leave`.
    """
    request.session.flush()
    return render(request, "public/closed.html")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@policy("public")
def leave(request: HttpRequest) -> HttpResponse:
    """Quick exit (SR-01): end this browser's own session and go to the neutral site.

    GET changes nothing anywhere else (SR-34). It does here and at `closed` on purpose: leaving must work as a plain
    link, without script and in one tap, and the only thing that it can change is the visitor's own
    session. For the same reason there is no token to check: SameSite keeps a foreign page from sending
    the cookie along, and a person who must leave is never answered with an error.
    POST is the beacon of the script; nobody reads its answer.
    """
    request.session.flush()
    if request.method == "POST":
        response = HttpResponse(status=204)
    else:
        response = HttpResponseRedirect(settings.QUICK_EXIT_URL)
        response.status_code = 303
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME):
        response.delete_cookie(name, path="/", samesite="Lax")
        if name.startswith("__Host-"):  # a browser takes such a name only with Secure, also to delete it
            response.cookies[name]["secure"] = True
    response["Clear-Site-Data"] = '"cookies", "storage"'
    return response


@require_safe
@policy("public")
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")
