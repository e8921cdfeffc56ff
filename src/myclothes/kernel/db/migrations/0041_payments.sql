-- What we remember of payment providers. Never the truth about a payment: that is asked of the provider.

-- The one payment intent of an order at Stripe, written down before anything can be charged with it. Whoever comes
-- second uses the first one's. An order that was cancelled before it had one has '' and never gets one.
CREATE TABLE stripe_intent (
    order_number text PRIMARY KEY,
    intent text NOT NULL,
    -- Where the shopper goes after paying.
    return_url text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX stripe_intent_by_name ON stripe_intent (intent) WHERE intent <> '';

-- Webhooks that have been dealt with; they come again.
CREATE TABLE webhook_event (
    provider text NOT NULL,
    event_id text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (provider, event_id)
);
CREATE INDEX webhook_event_age ON webhook_event (at);
