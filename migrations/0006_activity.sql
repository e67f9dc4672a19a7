-- +goose Up

-- what a colleague did or will do for a person
CREATE TABLE activity (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    kind         TEXT   NOT NULL,
    contact_id   BIGINT,
    deal_id      BIGINT,
    owner        TEXT   NOT NULL,
    text         TEXT   NOT NULL,
    missed       BOOLEAN NOT NULL,
    due_at       BIGINT,
    done_at      BIGINT,
    touch_id     BIGINT,
    made_by      TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    removed_at   BIGINT,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX activity_contact ON activity (workspace_id, contact_id, id);
CREATE INDEX activity_due ON activity (workspace_id, due_at, id) WHERE due_at IS NOT NULL AND done_at IS NULL AND removed_at IS NULL;
