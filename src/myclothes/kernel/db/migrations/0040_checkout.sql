-- What checkout knows besides carts, stock and orders. Amounts are in minor units of the shop's currency.

-- Country codes are ISO 3166; '*' stands for every country that is not named.
CREATE TABLE shipping_method (
    code text PRIMARY KEY CHECK (code ~ '^[a-z0-9-]{1,40}$'),
    position integer NOT NULL DEFAULT 0
);
CREATE TABLE shipping_method_text (
    method text NOT NULL REFERENCES shipping_method ON DELETE CASCADE,
    language text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (method, language)
);
CREATE TABLE shipping_rate (
    method text NOT NULL REFERENCES shipping_method ON DELETE CASCADE,
    country text NOT NULL CHECK (country ~ '^([A-Z]{2}|\*)$'),
    price bigint NOT NULL CHECK (price >= 0),
    -- From what goods cost (after vouchers) it is free.
    free_from bigint CHECK (free_from >= 0),
    -- Working days until it arrives.
    days_min smallint NOT NULL CHECK (days_min >= 0),
    days_max smallint NOT NULL CHECK (days_max >= days_min),
    PRIMARY KEY (method, country)
);

-- `rate` is in millionths: 100000 is 10 %. The rule of a region comes before that of its country ('').
CREATE TABLE tax_rule (
    country text NOT NULL CHECK (country ~ '^([A-Z]{2}|\*)$'),
    region text NOT NULL DEFAULT '',
    rate integer NOT NULL CHECK (rate BETWEEN 0 AND 1000000),
    -- Whether prices contain the tax, or it comes on top of them.
    included boolean NOT NULL,
    on_shipping boolean NOT NULL DEFAULT true,
    PRIMARY KEY (country, region)
);

CREATE TABLE voucher (
    code text PRIMARY KEY CHECK (code ~ '^[A-Z0-9-]{3,40}$'),
    kind text NOT NULL CHECK (kind IN ('percentage', 'fixed', 'free_shipping')),
    -- percentage: hundredths of a percent of the goods; fixed: an amount; free_shipping: nothing.
    value bigint NOT NULL DEFAULT 0 CHECK (value >= 0 AND (kind <> 'percentage' OR value <= 10000)),
    -- What the goods must cost at least.
    minimum bigint NOT NULL DEFAULT 0 CHECK (minimum >= 0),
    starts_at timestamptz NOT NULL DEFAULT now(),
    ends_at timestamptz,
    -- How often it can be used from now on, by all together; NULL: no limit, and using it locks nothing.
    uses_left integer CHECK (uses_left >= 0),
    per_customer integer CHECK (per_customer > 0)
);
-- A customer is a hash: of the mail address, and of the account where there is one.
CREATE TABLE voucher_customer (
    code text NOT NULL REFERENCES voucher ON DELETE CASCADE,
    customer bytea NOT NULL,
    used integer NOT NULL CHECK (used >= 0),
    PRIMARY KEY (code, customer)
);
-- Which order used which voucher, until it lets go of it.
CREATE TABLE voucher_use (
    order_number text PRIMARY KEY,
    code text NOT NULL REFERENCES voucher ON DELETE CASCADE,
    customers bytea[] NOT NULL
);

-- The idempotency keys of orders, each with the order that it stands for and what became of that.
CREATE TABLE checkout_key (
    scope bytea NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    order_number text NOT NULL,
    outcome jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, key)
);
CREATE INDEX checkout_key_order ON checkout_key (order_number);
CREATE INDEX checkout_key_age ON checkout_key (created_at);

-- First in the transaction that places an order: claims the key, one after the other for each cart.
-- `known` is the order that the key, or else the cart, has become already; NULL: go ahead, the key is claimed.
-- `fits` tells whether the key stood for the same request. Each statement below sees what was committed while the one
-- before it waited, and no wait of this transaction is longer than `p_patience` (such as '3s').
CREATE FUNCTION checkout_claim(
    p_scope bytea, p_key text, p_fingerprint bytea, p_number text, p_cart bytea, p_patience text,
    OUT known text, OUT fits boolean
) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('lock_timeout', p_patience, true);
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(p_cart, 'hex'), 40));
    SELECT order_number, fingerprint = p_fingerprint INTO known, fits
    FROM checkout_key WHERE scope = p_scope AND key = p_key;
    IF known IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT number INTO known FROM orders WHERE cart_key = p_cart AND status <> 'failed';
    fits := true;
    IF known IS NOT NULL THEN
        RETURN;
    END IF;
    INSERT INTO checkout_key (scope, key, fingerprint, order_number)
    VALUES (p_scope, p_key, p_fingerprint, p_number) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN  -- the same key, with another cart, at the same time
        SELECT order_number, fingerprint = p_fingerprint INTO known, fits
        FROM checkout_key WHERE scope = p_scope AND key = p_key;
    END IF;
END
$$;

-- How many orders were made of the cart: it stays, with another identity and without what was bought.
ALTER TABLE cart ADD COLUMN bought integer NOT NULL DEFAULT 0;

-- Takes out what became an order, if the cart is still the one with that number. Answers as the functions of 0010 do.
CREATE FUNCTION cart_bought(p_id bytea, p_life double precision, p_bought integer, p_skus text[], p_units integer[])
RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM cart WHERE id = p_id AND bought = p_bought AND expires_at > clock_timestamp() FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 1;
    END IF;
    DELETE FROM cart_line USING unnest(p_skus, p_units) AS ordered (sku, units)
    WHERE cart_id = p_id AND cart_line.sku = ordered.sku AND NOT saved AND quantity <= units;
    UPDATE cart_line SET quantity = quantity - units FROM unnest(p_skus, p_units) AS ordered (sku, units)
    WHERE cart_id = p_id AND cart_line.sku = ordered.sku AND NOT saved AND quantity > units;
    UPDATE cart SET bought = bought + 1, expires_at = cart_prolonged(expires_at, p_life),
        lines = (SELECT count(*) FROM cart_line WHERE cart_id = p_id),
        units = (SELECT coalesce(sum(quantity), 0) FROM cart_line WHERE cart_id = p_id AND NOT saved)
    WHERE id = p_id;
    RETURN 0;
END
$$;
