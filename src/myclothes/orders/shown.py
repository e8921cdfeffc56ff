"""An order as JSON: what its owner may know, and nothing of how we keep it."""

from typing import Any

from myclothes.orders.actions import can_cancel, can_return, has_invoice
from myclothes.orders.model import Order, OrderEvent, OrderSummary

_TOLD = ("amount", "carrier", "tracking", "tracking_url", "reason")
_SAME = (
    "status", "payment_status", "placed_at", "email", "currency", "subtotal", "discount", "shipping", "tax",
    "tax_included", "total", "refunded", "shipping_method", "shipping_name", "voucher", "address",
)  # fmt: skip


def order_json(order: Order) -> dict[str, Any]:
    return {
        "order": order.number,
        **{name: getattr(order, name) for name in _SAME},
        "lines": order.lines,
        "events": [_event(event) for event in order.events],
        "refunds": [{"amount": refund.amount, "status": refund.status} for refund in order.refunds],
        "can": {"cancel": can_cancel(order), "return": can_return(order), "invoice": has_invoice(order)},
    }


def summary_json(order: OrderSummary) -> dict[str, Any]:
    return {
        "order": order.number,
        **{name: getattr(order, name) for name in ("placed_at", "status", "total", "currency", "pieces", "names")},
    }


def _event(event: OrderEvent) -> dict[str, Any]:
    return {"at": event.at, "kind": event.kind, **{name: event.data[name] for name in _TOLD if name in event.data}}
