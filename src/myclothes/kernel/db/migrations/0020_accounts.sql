-- Accounts. Whoever reads a dump of these tables can sign in as nobody: passwords are argon2id, tokens are hashes.

CREATE TABLE account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    -- The address in small letters: one account a mailbox, however it is typed.
    email_key text NOT NULL UNIQUE,
    password text NOT NULL,
    language text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- When a link that was sent to `email` came back.
    verified_at timestamptz,
    -- One more each time that everybody must sign in again. A session carries the number of when it began.
    epoch integer NOT NULL DEFAULT 0,
    -- The cart of this account, as its browsers carry it; see docs/adr/0005-merge-at-sign-in.md.
    cart_token text,
    -- What tells the cart apart from others, even where its token changes with each change of it.
    cart_identity text,
    -- What the last merge did, line by line, until the shopper has seen or undone it.
    cart_merge jsonb,
    -- The pieces of an undone merge.
    cart_aside text
);
CREATE INDEX account_cart ON account (cart_identity) WHERE cart_identity IS NOT NULL;

-- Links in mails: each works once, and only until it expires.
CREATE TABLE account_token (
    hash bytea PRIMARY KEY,
    -- None: no such account. The row is written all the same, so that both cases are the same work.
    account_id bigint REFERENCES account ON DELETE CASCADE,
    purpose text NOT NULL CHECK (purpose IN ('verify', 'reset', 'email')),
    -- What the link proves that somebody reads.
    email text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX account_token_account ON account_token (account_id);
CREATE INDEX account_token_expiry ON account_token (expires_at);
