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


HOUSES = """
    import jwt
    from django.db import models
    from rest_framework import authentication


    class School(models.Model):
        name = models.TextField()


    class Customer(models.Model):
        name = models.TextField()


    class {caller}(models.Model):
        {belongs}
        name = models.TextField()


    class Shop(models.Model):
        {kept}
        school = models.ForeignKey(School, on_delete=models.CASCADE)


    class Order(models.Model):
        customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
        shop = models.ForeignKey(Shop, on_delete=models.CASCADE)


    class OrderLine(models.Model):
        order = models.ForeignKey(Order, on_delete=models.CASCADE)
        text = models.TextField()


    class AsCaller(authentication.BaseAuthentication):
        def authenticate(self, request):
            claims = jwt.decode(request.headers["Authorization"], "key", algorithms=["HS256"])
            caller = {caller}.objects.get(pk=claims["sub"])
            return caller, None


    class AsCustomer(authentication.BaseAuthentication):
        def authenticate(self, request):
            claims = jwt.decode(request.headers["Authorization"], "key", algorithms=["HS256"])
            customer = Customer.objects.get(pk=claims["sub"])
            return customer, None


    class Line(APIView):
        authentication_classes = [AsCaller]
        permission_classes = [permissions.IsAuthenticated]

        def put(self, request, pk):
            line = OrderLine.objects.get(pk=pk)
            line.text = request.data["text"]
            line.save()
            return Response()


    class Mine(APIView):
        authentication_classes = [AsCustomer]
        permission_classes = [permissions.IsAuthenticated]

        def delete(self, request, pk):
            OrderLine.objects.get(pk=pk, order__customer=request.user).delete()
            return Response()
"""
TEXT = "word = models.TextField()"


@pytest.mark.parametrize(
    ("caller", "belongs", "kept", "told"),
    [
        ("Clerk", TEXT, TEXT, False),
        ("ShopManager", TEXT, TEXT, False),
        # couriers and vendors have a class of their own too, and work for nobody here
        ("Driver", TEXT, TEXT, True),
        ("Vendor", TEXT, TEXT, True),
        ("Manageress", TEXT, TEXT, True),
        # three rows away it is theirs
        ("Vendor", TEXT, "vendor = models.ForeignKey('Vendor', on_delete=models.CASCADE)", True),
        ("Clerk", TEXT, "clerk = models.ForeignKey('Clerk', on_delete=models.CASCADE)", True),
        # they work for one house among others
        ("Clerk", "school = models.ForeignKey(School, on_delete=models.CASCADE)", TEXT, True),
        ("Clerk", "shop = models.ForeignKey('Shop', on_delete=models.CASCADE)", TEXT, True),
    ],
)
def test_only_who_is_called_so_works_here(caller: str, belongs: str, kept: str, told: bool) -> None:
    code = HOUSES.format(caller=caller, belongs=belongs, kept=kept)
    handlers = django(code, "path('lines/<int:pk>/', Line.as_view())\npath('mine/<int:pk>/', Mine.as_view())")
    assert (ids(handlers["put"]) == {"pk": "missing"}) is told
    assert ids(handlers["delete"]) == {"pk": "owned"}
