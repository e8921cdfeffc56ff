"""What the shop sells: products, categories, collections, prices, stock, pictures, and finding them."""
