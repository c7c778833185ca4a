"""Addresses of rulings and service under /api/v1/; neutral (SR-03)."""

from django.urls import path

from orders.api import deciding, serving

app_name = "orders_api"
CASE = "cases/<uuid:case_id>/"
urlpatterns = [
    path(f"{CASE}application/issue/", deciding.Issue.as_view(), name="issue"),
    path(f"{CASE}application/reject/", deciding.Reject.as_view(), name="reject"),
    path(f"{CASE}draft/", deciding.DraftDetail.as_view(), name="draft"),
    path(f"{CASE}order/", deciding.OrderDetail.as_view(), name="order"),
    path(f"{CASE}order/acknowledge/", serving.Acknowledge.as_view(), name="acknowledge"),
    path(f"{CASE}services/", serving.ServiceList.as_view(), name="services"),
    path(f"{CASE}services/entrust/", serving.Entrust.as_view(), name="entrust"),
    path(f"{CASE}services/<uuid:service_id>/attempts/", serving.AttemptList.as_view(), name="attempts"),
]
