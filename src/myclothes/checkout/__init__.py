"""From a cart to a paid order: what it costs, the stock it takes, its payment, and what happens when plugs are pulled."""
