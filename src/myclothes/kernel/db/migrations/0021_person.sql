-- What belongs to a person beside the account itself. All of it goes when the account goes.

CREATE TABLE account_address (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    name text NOT NULL,
    line1 text NOT NULL,
    line2 text NOT NULL,
    city text NOT NULL,
    region text NOT NULL,
    postal_code text NOT NULL,
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    phone text NOT NULL,
    is_default boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX account_address_account ON account_address (account_id, id);
CREATE UNIQUE INDEX account_address_default ON account_address (account_id) WHERE is_default;

-- An authenticator app. The secret is sealed with a key that the database does not have.
CREATE TABLE account_totp (
    account_id bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    secret bytea NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT now(),
    -- When the first right code was typed: until then it is asked for nowhere.
    confirmed_at timestamptz,
    -- The step of the last code that was taken: neither it nor an older one is taken again.
    last_step bigint NOT NULL DEFAULT 0
);

-- For when the telephone is lost. Only hashes; each works once.
CREATE TABLE account_recovery_code (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    hash bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (account_id, hash)
);

CREATE TABLE account_passkey (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    credential_id bytea NOT NULL UNIQUE CHECK (octet_length(credential_id) <= 1023),
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    -- What authenticators know the account by. Random: it tells them nothing.
    user_handle bytea NOT NULL,
    public_key bytea NOT NULL,
    -- How often the authenticator says that it has signed. One that always says 0 does not count.
    sign_count bigint NOT NULL,
    transports text[] NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz
);
CREATE INDEX account_passkey_account ON account_passkey (account_id, id);
