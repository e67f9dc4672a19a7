-- +goose Up

-- Which workspace has which kind of work due: a hint, rebuilt by a sweep. Global, so that one query finds work.
CREATE TABLE ready (
    workspace_id  BIGINT NOT NULL,
    kind          TEXT   NOT NULL,
    due_at        BIGINT NOT NULL,
    node          TEXT   NOT NULL,
    token         BIGINT NOT NULL,
    leased_until  BIGINT NOT NULL,
    failures      BIGINT NOT NULL,
    last_error    TEXT   NOT NULL,
    started_at    BIGINT NOT NULL,
    finished_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, kind)
);
CREATE INDEX ready_due ON ready (due_at);
