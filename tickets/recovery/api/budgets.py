"""Budgets of gestures over REST, with what this month has spent of them."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.permissions import AdminsWrite
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from cxloop.kernel.pages import PAGE_PARAMETERS, answer_page, page_shape
from cxloop.kernel.shapes import read_body
from tickets.recovery import shapes
from tickets.recovery.actions.budgets import (
    change_budget,
    month_of,
    remove_budget,
    write_budget,
)
from tickets.recovery.api.limits import group_named
from tickets.recovery.models import Budget, BudgetMonth


class BudgetList(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(
        operation_id="gesture_budgets_list",
        parameters=PAGE_PARAMETERS,
        responses=page_shape(shapes.Budget),
    )
    def get(self, request: Request) -> Response:
        return answer_page(_budgets(), request, shown)

    @extend_schema(request=shapes.NewBudgetBody, responses={201: shapes.Budget})
    def post(self, request: Request) -> Response:
        said = read_body(shapes.NewBudgetBody, request)
        slug = said.pop("group", None)
        group = group_named(slug) if slug is not None else None
        budget = write_budget(group=group, by=caller(request), now=moment(), **said)
        return Response(shown([budget])[0], status=201)


class BudgetDetail(APIView):
    permission_classes = (IsAuthenticated, AdminsWrite)

    @extend_schema(responses=shapes.Budget)
    def get(self, request: Request, pk: int) -> Response:
        return Response(shown([_budget_or_404(pk)])[0])

    @extend_schema(request=shapes.ChangeBudgetBody, responses=shapes.Budget)
    def patch(self, request: Request, pk: int) -> Response:
        said, budget = read_body(shapes.ChangeBudgetBody, request), _budget_or_404(pk)
        change_budget(budget, **said, by=caller(request), now=moment())
        return Response(shown([budget])[0])

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        remove_budget(_budget_or_404(pk))
        return Response(status=204)


def shown(budgets: list[Budget]) -> list[dict[str, object]]:
    months = BudgetMonth.objects.filter(budget__in=budgets, month=month_of(moment()))
    context = {"months": list(months)}
    return [dict(shapes.Budget(one, context=context).data) for one in budgets]


def _budgets() -> QuerySet[Budget]:
    return Budget.objects.select_related("group", "written_by")


def _budget_or_404(pk: int) -> Budget:
    found = _budgets().filter(pk=pk).first()
    if found is None:
        raise NotHere()
    return found
