"""The engines that can keep carts, one file each."""
