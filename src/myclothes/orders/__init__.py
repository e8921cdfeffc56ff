"""Orders: what was bought, how far it is, and what their owner may do about them."""
