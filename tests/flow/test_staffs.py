"""Staff and customers who come in by authentication classes of their own."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, ids

SHOP = """
    import jwt
    from django.db import models
    from rest_framework import authentication


    class Customer(models.Model):
        email = models.TextField()


    class Staff(models.Model):
        email = models.TextField()


    class Order(models.Model):
        customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
        {served}


    class AsStaff(authentication.BaseAuthentication):
        def authenticate(self, request):
            claims = jwt.decode(request.headers["Authorization"], "key", algorithms=["HS256"])
            staff = Staff.objects.get(pk=claims["sub"])
            return staff, None


    class AsCustomer(authentication.BaseAuthentication):
        def authenticate(self, request):
            claims = jwt.decode(request.headers["Authorization"], "key", algorithms=["HS256"])
            customer = Customer.objects.get(pk=claims["sub"])
            return customer, None


    class Show(APIView):
        authentication_classes = [{classes}]
        permission_classes = [permissions.IsAuthenticated]

        def get(self, request, pk):
            return Response({{"id": Order.objects.get(pk=pk).id}})


    class Mine(APIView):
        authentication_classes = [AsCustomer]
        permission_classes = [permissions.IsAuthenticated]

        def delete(self, request, pk):
            Order.objects.get(pk=pk, customer=request.user).delete()
            return Response()
"""


@pytest.mark.parametrize(
    ("classes", "served", "word"),
    [
        ("AsStaff", "total = models.IntegerField()", "not-applicable"),
        ("AsCustomer", "total = models.IntegerField()", "missing"),
        ("AsStaff, AsCustomer", "total = models.IntegerField()", "missing"),
        ("AsStaff", "served_by = models.ForeignKey(Staff, on_delete=models.CASCADE)", "missing"),  # it may be theirs
    ],
)
def test_what_belongs_to_customers_is_not_held_against_staff(classes: str, served: str, word: str) -> None:
    handlers = django(SHOP.format(classes=classes, served=served), "path('orders/<int:pk>/', Show.as_view())\npath('mine/<int:pk>/', Mine.as_view())")
    assert ids(handlers["get"]) == {"pk": word}
    assert ids(handlers["delete"]) == {"pk": "owned"}
