"""What the parts of an address are called, by the kinds that the library's data tells apart."""

from myclothes.kernel.i18n import Message

REGION_LABELS = {
    "state": Message("State"),
    "province": Message("Province"),
    "do_si": Message("Province or metropolitan city"),
    "prefecture": Message("Prefecture"),
    "county": Message("County"),
    "department": Message("Department"),
    "district": Message("District"),
    "emirate": Message("Emirate"),
    "island": Message("Island"),
    "oblast": Message("Oblast"),
    "parish": Message("Parish"),
    "area": Message("Area"),
}
CITY_LABELS = {
    "city": Message("City"),
    "post_town": Message("Post town"),
    "district": Message("District"),
    "suburb": Message("Suburb"),
}
POSTAL_LABELS = {
    "postal": Message("Postal code"),
    "zip": Message("ZIP code"),
    "eircode": Message("Eircode"),
    "pin": Message("PIN code"),
}
