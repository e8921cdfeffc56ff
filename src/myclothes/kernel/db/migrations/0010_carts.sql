-- Carts, for the `sql` store. A cart is filed under a hash of its token, so that a dump opens none.
--
-- Each change is one function: it locks the row of the cart first, so changes of one cart queue up and all of them
-- count. `lines` and `units` are kept in that row, so that no change has to look at the other lines.
-- The functions answer with the numbers of cart/stores/outcome.py. Lives are in seconds.

CREATE TABLE cart (
    id bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL,
    lines integer NOT NULL DEFAULT 0,
    units integer NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
CREATE INDEX cart_expiry ON cart (expires_at);

CREATE TABLE cart_line (
    cart_id bytea NOT NULL REFERENCES cart ON DELETE CASCADE,
    sku text NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    seen_price bigint NOT NULL,
    added_at bigint NOT NULL,
    saved boolean NOT NULL DEFAULT false,
    position bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (cart_id, sku)
) WITH (fillfactor = 80);

-- The idempotency keys of adds.
CREATE TABLE cart_key (
    cart_id bytea NOT NULL REFERENCES cart ON DELETE CASCADE,
    key bytea NOT NULL,
    fingerprint text NOT NULL,
    used_at timestamptz NOT NULL,
    PRIMARY KEY (cart_id, key)
);
CREATE INDEX cart_key_age ON cart_key (used_at);

-- A cart lives for at least `p_life` after it was last used. Prolonging it touches an index, so that is done at most
-- 64 times in a life.
CREATE FUNCTION cart_prolonged(p_expires_at timestamptz, p_life double precision) RETURNS timestamptz
LANGUAGE sql VOLATILE AS $$
    SELECT CASE
        WHEN p_expires_at < clock_timestamp() + p_life * interval '1 second'
        THEN clock_timestamp() + p_life * 65 / 64 * interval '1 second'
        ELSE p_expires_at
    END
$$;

CREATE FUNCTION cart_add(
    p_create boolean, p_id bytea, p_life double precision,
    p_sku text, p_quantity integer, p_price bigint, p_added_at bigint, p_most_lines integer, p_most_units integer,
    p_key bytea, p_fingerprint text, p_key_life double precision
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    held cart;
    line cart_line;
    known text;
BEGIN
    IF p_create THEN
        INSERT INTO cart (id, expires_at) VALUES (p_id, cart_prolonged('-infinity', p_life)) RETURNING * INTO held;
    ELSE
        SELECT * INTO held FROM cart WHERE id = p_id AND expires_at > clock_timestamp() FOR UPDATE;
        IF NOT FOUND THEN
            RETURN 1;
        END IF;
    END IF;

    IF p_key IS NOT NULL THEN
        SELECT fingerprint INTO known FROM cart_key
        WHERE cart_id = p_id AND key = p_key AND used_at > clock_timestamp() - p_key_life * interval '1 second';
        IF FOUND THEN
            RETURN CASE WHEN known = p_fingerprint THEN 0 ELSE 5 END;
        END IF;
    END IF;

    SELECT * INTO line FROM cart_line WHERE cart_id = p_id AND sku = p_sku;
    IF NOT FOUND THEN
        IF held.lines >= p_most_lines THEN
            RETURN 3;
        END IF;
        INSERT INTO cart_line (cart_id, sku, quantity, seen_price, added_at)
        VALUES (p_id, p_sku, p_quantity, p_price, p_added_at);
        held.lines := held.lines + 1;
        held.units := held.units + p_quantity;
    ELSE
        IF line.quantity + p_quantity > p_most_units THEN
            RETURN 4;
        END IF;
        UPDATE cart_line SET quantity = line.quantity + p_quantity, saved = false WHERE cart_id = p_id AND sku = p_sku;
        held.units := held.units + p_quantity + CASE WHEN line.saved THEN line.quantity ELSE 0 END;
    END IF;

    IF p_key IS NOT NULL THEN
        INSERT INTO cart_key (cart_id, key, fingerprint, used_at) VALUES (p_id, p_key, p_fingerprint, clock_timestamp())
        ON CONFLICT (cart_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, used_at = excluded.used_at;
    END IF;
    UPDATE cart SET lines = held.lines, units = held.units, expires_at = cart_prolonged(expires_at, p_life)
    WHERE id = p_id;
    RETURN 0;
END
$$;

-- `p_what`: quantity, remove, save, move or price.
CREATE FUNCTION cart_change(p_id bytea, p_life double precision, p_what text, p_sku text, p_value bigint)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    held cart;
    line cart_line;
BEGIN
    SELECT * INTO held FROM cart WHERE id = p_id AND expires_at > clock_timestamp() FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 1;
    END IF;
    SELECT * INTO line FROM cart_line WHERE cart_id = p_id AND sku = p_sku;
    IF NOT FOUND THEN
        RETURN CASE WHEN p_what = 'remove' THEN 0 ELSE 2 END;
    END IF;

    IF NOT line.saved THEN
        held.units := held.units - line.quantity;
    END IF;
    IF p_what = 'remove' THEN
        DELETE FROM cart_line WHERE cart_id = p_id AND sku = p_sku;
        held.lines := held.lines - 1;
    ELSE
        CASE p_what
            WHEN 'quantity' THEN line.quantity := p_value;
            WHEN 'save' THEN line.saved := true;
            WHEN 'move' THEN line.saved := false;
            WHEN 'price' THEN line.seen_price := p_value;
        END CASE;
        UPDATE cart_line SET quantity = line.quantity, saved = line.saved, seen_price = line.seen_price
        WHERE cart_id = p_id AND sku = p_sku;
        IF NOT line.saved THEN
            held.units := held.units + line.quantity;
        END IF;
    END IF;
    UPDATE cart SET lines = held.lines, units = held.units, expires_at = cart_prolonged(expires_at, p_life)
    WHERE id = p_id;
    RETURN 0;
END
$$;

-- The cart stays, without lines, so that its token stays good.
CREATE FUNCTION cart_clear(p_id bytea, p_life double precision) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cart SET lines = 0, units = 0, expires_at = cart_prolonged(expires_at, p_life)
    WHERE id = p_id AND expires_at > clock_timestamp();
    IF NOT FOUND THEN
        RETURN 1;
    END IF;
    DELETE FROM cart_line WHERE cart_id = p_id;
    RETURN 0;
END
$$;
