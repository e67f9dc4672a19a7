-- +goose Up

-- each contact's journey at a glance: follows the journey, can be built anew
CREATE TABLE contact_glance (
    workspace_id  BIGINT NOT NULL,
    contact_id    BIGINT NOT NULL,
    first_at      BIGINT,
    first_channel TEXT   NOT NULL,
    first_side    TEXT   NOT NULL,
    last_at       BIGINT NOT NULL,
    last_kind     TEXT   NOT NULL,
    last_side     TEXT   NOT NULL,
    last_note     TEXT   NOT NULL,
    marketing     BIGINT NOT NULL,
    sales         BIGINT NOT NULL,
    waiting_at    BIGINT,
    waiting_kind  TEXT   NOT NULL,
    PRIMARY KEY (workspace_id, contact_id)
);
CREATE INDEX contact_glance_last ON contact_glance (workspace_id, last_at, contact_id);
CREATE INDEX contact_glance_waiting ON contact_glance (workspace_id, waiting_at, contact_id);

CREATE INDEX contact_created ON contact (workspace_id, created_at, id);
CREATE INDEX contact_name_id ON contact (workspace_id, name_key, id);
DROP INDEX contact_name;

CREATE INDEX contact_stage ON contact (workspace_id, lifecycle, id);
CREATE INDEX contact_owner ON contact (workspace_id, owner, id);

-- when somebody last did each kind of thing; goes with contact_glance
CREATE TABLE contact_deed (
    workspace_id BIGINT NOT NULL,
    contact_id   BIGINT NOT NULL,
    kind         TEXT   NOT NULL,
    last_at      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, kind)
);
CREATE INDEX contact_deed_kind ON contact_deed (workspace_id, kind, last_at, contact_id);

-- a rule that people match, kept under a name: a segment, and a view of the list
CREATE TABLE segment (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    name_key     TEXT   NOT NULL,
    rule         TEXT   NOT NULL,
    position     BIGINT NOT NULL,
    columns      TEXT   NOT NULL,
    sort         TEXT   NOT NULL,
    up           BOOLEAN NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    removed_at   BIGINT,
    PRIMARY KEY (workspace_id, id)
);

-- what was done to many people at once, so that it can be taken back
CREATE TABLE bulk_change (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    made_by      TEXT   NOT NULL,
    made_at      BIGINT NOT NULL,
    action       TEXT   NOT NULL,
    value        TEXT   NOT NULL,
    changed      BIGINT NOT NULL,
    undone_at    BIGINT,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE bulk_change_row (
    workspace_id   BIGINT NOT NULL,
    bulk_change_id BIGINT NOT NULL,
    contact_id     BIGINT NOT NULL,
    before         TEXT   NOT NULL,
    after          TEXT   NOT NULL,
    lead_at        BIGINT,
    PRIMARY KEY (workspace_id, bulk_change_id, contact_id),
    FOREIGN KEY (workspace_id, bulk_change_id) REFERENCES bulk_change (workspace_id, id)
);
