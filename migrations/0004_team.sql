-- +goose Up

-- Who works here. These tables are global: a person signs in before it is known where to, and may belong to several workspaces.

CREATE TABLE app_user (
    id          BIGINT NOT NULL PRIMARY KEY,
    email_key   TEXT   NOT NULL UNIQUE,
    email       TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    password    TEXT   NOT NULL,
    totp_secret TEXT   NOT NULL,
    totp_at     BIGINT,
    totp_step   BIGINT NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE TABLE membership (
    user_id      BIGINT NOT NULL REFERENCES app_user (id),
    workspace_id BIGINT NOT NULL REFERENCES workspace (id),
    role         TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (user_id, workspace_id)
);
CREATE INDEX membership_workspace ON membership (workspace_id);

-- a session that still waits for its second factor is good for nothing else
CREATE TABLE session (
    id           BIGINT NOT NULL PRIMARY KEY,
    secret_hash  TEXT   NOT NULL UNIQUE,
    user_id      BIGINT NOT NULL REFERENCES app_user (id),
    workspace_id BIGINT NOT NULL REFERENCES workspace (id),
    agent        TEXT   NOT NULL,
    address      TEXT   NOT NULL,
    waits        BOOLEAN NOT NULL,
    created_at   BIGINT NOT NULL,
    seen_at      BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX session_of_user ON session (user_id);

-- a link that was given to somebody: an invitation, or a way to set a new password
CREATE TABLE access_link (
    id           BIGINT NOT NULL PRIMARY KEY,
    secret_hash  TEXT   NOT NULL UNIQUE,
    kind         TEXT   NOT NULL,
    workspace_id BIGINT NOT NULL REFERENCES workspace (id),
    user_id      BIGINT REFERENCES app_user (id),
    email        TEXT   NOT NULL,
    role         TEXT   NOT NULL,
    made_by      TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    used_at      BIGINT
);
CREATE INDEX access_link_workspace ON access_link (workspace_id);

CREATE TABLE passkey (
    id         TEXT   NOT NULL PRIMARY KEY,
    user_id    BIGINT NOT NULL REFERENCES app_user (id),
    name       TEXT   NOT NULL,
    credential TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX passkey_user ON passkey (user_id);

-- what a passkey was asked to sign, until it answers
CREATE TABLE ceremony (
    secret_hash TEXT   NOT NULL PRIMARY KEY,
    user_id     BIGINT,
    data        TEXT   NOT NULL,
    expires_at  BIGINT NOT NULL
);

CREATE TABLE recovery_code (
    user_id   BIGINT NOT NULL REFERENCES app_user (id),
    code_hash TEXT   NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);

CREATE TABLE api_token (
    id           BIGINT NOT NULL PRIMARY KEY,
    secret_hash  TEXT   NOT NULL UNIQUE,
    workspace_id BIGINT NOT NULL REFERENCES workspace (id),
    user_id      BIGINT NOT NULL REFERENCES app_user (id),
    name         TEXT   NOT NULL,
    scopes       TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    used_at      BIGINT,
    expires_at   BIGINT
);
CREATE INDEX api_token_workspace ON api_token (workspace_id);

-- wrong passwords and codes, by whom and from where
CREATE TABLE attempt (
    subject    TEXT   NOT NULL PRIMARY KEY,
    failures   BIGINT NOT NULL,
    last_at    BIGINT NOT NULL
);
