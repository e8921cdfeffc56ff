"""The cart: what a shopper has put aside, kept safe while the web tier comes and goes."""
