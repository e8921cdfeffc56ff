"""MyClothes: an online clothes shop that never loses a cart."""
