"""HTTP at the edge of the shop: what every request passes through, and what pages are made with."""
