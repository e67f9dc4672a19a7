-- +goose Up

-- who did a touch on our side, where it was a member; the journey knows users by id alone
ALTER TABLE touch ADD COLUMN user_id BIGINT;

-- who changed what: it only grows
CREATE TABLE audit (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    user_id      BIGINT,
    token_id     BIGINT,
    actor        TEXT   NOT NULL,
    via          TEXT   NOT NULL,
    action       TEXT   NOT NULL,
    entity       TEXT   NOT NULL,
    record_id    BIGINT,
    detail       TEXT   NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX audit_record ON audit (workspace_id, entity, record_id);
