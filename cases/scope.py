"""The wall behind the wall: tables of the record can only be queried for cases that policy has opened.

A request, a service or a job opens the cases that it works on; a query on a case table outside any
scope raises `ScopeMissing`, so a forgotten check is a crash and not a leak.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase

M = TypeVar("M", bound=models.Model)


class ScopeMissing(RuntimeError):
    """A case table was queried although no case has been opened here."""


class Scope:
    """The cases opened in this context; `everything` is for the engine, verification and seeding."""

    def __init__(self, case_ids: set[UUID] | None = None, *, everything: bool = False) -> None:
        self.case_ids: set[UUID] = case_ids or set()
        self.everything = everything


_current: ContextVar[Scope | None] = ContextVar("cases_scope", default=None)


@contextmanager
def case_scope(*case_ids: UUID) -> Iterator[None]:
    """Open just these cases; whatever was open outside stays closed inside."""
    token = _current.set(Scope(set(case_ids)))
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def whole_record(reason: str) -> Iterator[None]:
    """Open every case for work that belongs to no person; `reason` is for the reader of the call."""
    if not reason:
        raise ValueError("Say why the whole record is opened.")
    token = _current.set(Scope(everything=True))
    try:
        yield
    finally:
        _current.reset(token)


def open_case(case_id: UUID) -> None:
    """Add a case that policy has just allowed to the scope of the running request."""
    scope = _current.get()
    if scope is None:
        raise ScopeMissing("A case can only be opened inside a request or a scope.")
    scope.case_ids.add(case_id)


class ScopedManager(models.Manager[M]):
    """Default manager of a case table; `case_path` leads from the row to its case's id."""

    def __init__(self, case_path: str = "case_id") -> None:
        super().__init__()
        self.case_path = case_path

    def get_queryset(self) -> models.QuerySet[M]:
        """Rows of the opened cases. Raises: ScopeMissing when none is open."""
        scope = _current.get()
        if scope is None or not (scope.everything or scope.case_ids):
            raise ScopeMissing(f"{self.model.__name__} was queried with no case opened.")
        rows = super().get_queryset()
        if scope.everything:
            return rows
        # Django makes managers of its own for related rows, without our argument: ask the model's.
        declared = self.model._default_manager
        path = declared.case_path if isinstance(declared, ScopedManager) else self.case_path
        return rows.filter(**{f"{path}__in": scope.case_ids})


class RequestScopeMiddleware:
    """Each request starts with no case opened, whatever ran in this thread before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        with case_scope():
            return self.get_response(request)
