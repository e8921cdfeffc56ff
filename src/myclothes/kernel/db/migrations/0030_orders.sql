-- Orders, and what the shop does after a commit: the outbox, and the mails that left.
-- Amounts are in minor units of the order's currency.

CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- 60 random bits in Crockford's base32: nobody guesses one, and nobody counts our orders by them.
    number text NOT NULL UNIQUE CHECK (number ~ '^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$'),
    -- The cart it was made of: one order a cart, see the index below.
    cart_key bytea NOT NULL,
    account_id bigint REFERENCES account ON DELETE SET NULL,
    -- Hash of the browser that a guest ordered with.
    browser_hash bytea,
    email text NOT NULL,
    language text NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    status text NOT NULL DEFAULT 'pending' CHECK (status IN (
        'pending', 'failed', 'confirmed', 'cancelled', 'packed', 'shipped', 'delivered', 'return_requested', 'returned'
    )),
    payment_status text NOT NULL DEFAULT 'unpaid' CHECK (payment_status IN ('unpaid', 'paid', 'refunded')),
    payment_provider text NOT NULL DEFAULT '',
    -- What the provider calls the payment.
    payment_ref text NOT NULL DEFAULT '',
    -- Where the shopper goes on to pay (3-D Secure), while the order is pending.
    payment_next text NOT NULL DEFAULT '',
    subtotal bigint NOT NULL CHECK (subtotal >= 0),
    discount bigint NOT NULL DEFAULT 0 CHECK (discount BETWEEN 0 AND subtotal + shipping),
    shipping bigint NOT NULL DEFAULT 0 CHECK (shipping >= 0),
    tax bigint NOT NULL DEFAULT 0 CHECK (tax >= 0),
    -- Whether prices and shipping contain the tax, or it comes on top of them.
    tax_included boolean NOT NULL,
    total bigint NOT NULL CHECK (total = subtotal - discount + shipping + CASE WHEN tax_included THEN 0 ELSE tax END),
    -- What has been given back, or is on its way back.
    refunded bigint NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND total),
    shipping_method text NOT NULL,
    -- As it was called when it was chosen, in the shopper's language.
    shipping_name text NOT NULL DEFAULT '',
    voucher text,
    address jsonb NOT NULL CHECK (jsonb_typeof(address) = 'object'),
    hold_expires_at timestamptz,
    placed_at timestamptz NOT NULL DEFAULT now(),
    CHECK (NOT tax_included OR tax <= total),
    CHECK (status <> 'pending' OR hold_expires_at IS NOT NULL),
    CHECK (refunded = 0 OR payment_status <> 'unpaid'),
    -- Nothing is packed that is not paid, and nothing is paid that still waits.
    CHECK (CASE status
        WHEN 'pending' THEN payment_status = 'unpaid'
        WHEN 'failed' THEN payment_status IN ('unpaid', 'refunded')
        ELSE payment_status IN ('paid', 'refunded')
    END)
);
CREATE UNIQUE INDEX order_of_cart ON orders (cart_key) WHERE status <> 'failed';
CREATE INDEX order_of_account ON orders (account_id, placed_at DESC, id DESC) WHERE account_id IS NOT NULL;
CREATE INDEX order_pending ON orders (placed_at) WHERE status = 'pending';

CREATE TABLE order_line (
    order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE,
    position smallint NOT NULL,
    -- No reference: an order tells what was bought, whatever becomes of the catalogue.
    sku text NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    size text NOT NULL,
    colour text NOT NULL,
    picture text NOT NULL DEFAULT '',
    quantity integer NOT NULL CHECK (quantity > 0),
    unit_price bigint NOT NULL CHECK (unit_price >= 0),
    line_total bigint NOT NULL CHECK (line_total = quantity * unit_price),
    -- This line's parts of the order's discount and tax.
    discount bigint NOT NULL DEFAULT 0 CHECK (discount BETWEEN 0 AND line_total),
    tax bigint NOT NULL DEFAULT 0 CHECK (tax >= 0),
    PRIMARY KEY (order_id, position),
    UNIQUE (order_id, sku)
);

-- What happened to an order, for its timeline. Rows are added and never changed.
CREATE TABLE order_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL,
    data jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX order_event_order ON order_event (order_id, id);

-- Browsers that came by the link in a mail, and so may see the order too.
CREATE TABLE order_reader (
    order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE,
    browser_hash bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, browser_hash)
);

-- `key` goes to the payment provider: the same refund asked for twice is given once.
CREATE TABLE refund (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders,
    key text NOT NULL UNIQUE,
    amount bigint NOT NULL CHECK (amount > 0),
    status text NOT NULL DEFAULT 'asked' CHECK (status IN ('asked', 'done', 'failed')),
    provider_ref text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    asked_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    CHECK ((status = 'done') = (done_at IS NOT NULL))
);
CREATE INDEX refund_order ON refund (order_id);

-- What is to be done once the transaction that wrote it has been committed.
-- `due_at` moves ahead while a relay works on an entry, so that another takes it up should that one die.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    -- Emptied when done: it may hold links that only their reader should know.
    payload jsonb NOT NULL,
    key text NOT NULL UNIQUE,
    added_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT '',
    -- Why nobody tries any more, until somebody has looked into it.
    parked_reason text,
    done_at timestamptz,
    CHECK (parked_reason IS NULL OR done_at IS NULL)
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE done_at IS NULL AND parked_reason IS NULL;
CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX outbox_parked ON outbox (id) WHERE parked_reason IS NOT NULL;

-- Mails that left, so that none leaves twice. What they say is only kept by the inbox of `myclothes run`.
CREATE TABLE sent_mail (
    message_id text PRIMARY KEY,
    kind text NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT now(),
    language text NOT NULL DEFAULT '',
    recipient text NOT NULL DEFAULT '',
    subject text NOT NULL DEFAULT '',
    text text NOT NULL DEFAULT '',
    html text NOT NULL DEFAULT ''
);
CREATE INDEX sent_mail_latest ON sent_mail (sent_at DESC);
