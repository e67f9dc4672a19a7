-- +goose Up

-- Which workspace has which kind of work due: a hint, rebuilt by a sweep. Global, so that one query finds work. A row stays when nothing is
-- due any more, so that its token never counts from the start again and the report knows what ran last.
CREATE TABLE ready (
    workspace_id BIGINT NOT NULL,
    kind         TEXT   NOT NULL,
    due_at       BIGINT,
    not_before   BIGINT NOT NULL DEFAULT 0,
    node         TEXT   NOT NULL DEFAULT '',
    token        BIGINT NOT NULL DEFAULT 0,
    leased_until BIGINT NOT NULL DEFAULT 0,
    started_at   BIGINT NOT NULL DEFAULT 0,
    finished_at  BIGINT NOT NULL DEFAULT 0,
    failures     BIGINT NOT NULL DEFAULT 0,
    failed_at    BIGINT NOT NULL DEFAULT 0,
    last_error   TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, kind)
);
CREATE INDEX ready_due ON ready (due_at);
CREATE INDEX ready_leased ON ready (leased_until) WHERE leased_until > 0;
