// The shop works without any of this; these modules make it quicker and calmer. One behaviour a file.
import './address-country.js';
import './cart-drawer.js';
import './cart-forms.js';
import './checkout.js';
import './dialogs.js';
import './listing.js';
import './passkeys.js';
import './product-picker.js';
import './transitions.js';
