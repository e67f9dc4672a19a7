-- +goose Up

-- what was answered to a request that a program may send twice
CREATE TABLE idempotency (
    workspace_id BIGINT NOT NULL,
    token_id     BIGINT NOT NULL,
    key          TEXT   NOT NULL,
    request_hash TEXT   NOT NULL,
    answer       TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, token_id, key)
);
CREATE INDEX idempotency_age ON idempotency (workspace_id, created_at);
