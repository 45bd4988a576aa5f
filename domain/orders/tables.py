"""All tables of orders."""

from domain.orders.carts.tables import Cart as Cart
from domain.orders.carts.tables import CartLine as CartLine
from domain.orders.orders.tables import Order as Order
from domain.orders.orders.tables import OrderEntry as OrderEntry
from domain.orders.orders.tables import OrderLine as OrderLine
