"""The shop's texts in its languages, as gettext catalogues. `python -m myclothes.locale.gather` brings them up to date."""
