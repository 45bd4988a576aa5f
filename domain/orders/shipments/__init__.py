"""Shipments: what carriers are told of hand-overs, and what they tell of them.

A hand-over that a carrier takes has one shipment. It is booked, followed and called off by jobs,
never in anybody's request: each asks the carrier under the same key however often it is tried. What
a carrier refuses, or does not answer for too long, is FAILED and waits for staff, who try it again.
"""
