-- +goose Up

-- a file that somebody brought to import: how it is read, and how far it has come
CREATE TABLE upload (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    kind         TEXT   NOT NULL,
    file         TEXT   NOT NULL,
    content      TEXT   NOT NULL,
    size         BIGINT NOT NULL,
    state        TEXT   NOT NULL,
    reading      TEXT   NOT NULL,
    trial        TEXT   NOT NULL,
    problem      TEXT   NOT NULL,
    total        BIGINT NOT NULL,
    kept         BIGINT NOT NULL,
    import_id    BIGINT,
    made_by      TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX upload_busy ON upload (workspace_id, id) WHERE state IN ('checking', 'importing', 'stopping', 'undoing');
