"""One stack a tier: network → data → edge → media → web → ops. A stack knows only those before it."""
