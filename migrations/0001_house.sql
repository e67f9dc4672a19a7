-- +goose Up

-- Global tables: they belong to no workspace.

CREATE TABLE store_note (
    name       TEXT   NOT NULL PRIMARY KEY,
    value      TEXT   NOT NULL,
    written_at BIGINT NOT NULL
);

CREATE TABLE workspace (
    id         BIGINT NOT NULL PRIMARY KEY,
    slug       TEXT   NOT NULL UNIQUE,
    name       TEXT   NOT NULL,
    currency   TEXT   NOT NULL,
    timezone   TEXT   NOT NULL,
    language   TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

-- people

CREATE TABLE company (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    name_key     TEXT   NOT NULL,
    domain       TEXT   NOT NULL,
    street       TEXT   NOT NULL,
    city         TEXT   NOT NULL,
    postal_code  TEXT   NOT NULL,
    region       TEXT   NOT NULL,
    country      TEXT   NOT NULL,
    owner        TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX company_name ON company (workspace_id, name_key);
CREATE INDEX company_domain ON company (workspace_id, domain);

CREATE TABLE company_email (
    workspace_id BIGINT NOT NULL,
    company_id   BIGINT NOT NULL,
    email_key    TEXT   NOT NULL,
    email        TEXT   NOT NULL,
    position     BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, company_id, email_key),
    FOREIGN KEY (workspace_id, company_id) REFERENCES company (workspace_id, id)
);

CREATE TABLE company_phone (
    workspace_id BIGINT NOT NULL,
    company_id   BIGINT NOT NULL,
    phone_key    TEXT   NOT NULL,
    phone        TEXT   NOT NULL,
    position     BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, company_id, phone_key),
    FOREIGN KEY (workspace_id, company_id) REFERENCES company (workspace_id, id)
);

CREATE TABLE company_external (
    workspace_id BIGINT NOT NULL,
    system       TEXT   NOT NULL,
    external_id  TEXT   NOT NULL,
    company_id   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, system, external_id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES company (workspace_id, id)
);
CREATE INDEX company_external_company ON company_external (workspace_id, company_id);

CREATE TABLE company_tag (
    workspace_id BIGINT NOT NULL,
    company_id   BIGINT NOT NULL,
    tag_key      TEXT   NOT NULL,
    tag          TEXT   NOT NULL,
    PRIMARY KEY (workspace_id, company_id, tag_key),
    FOREIGN KEY (workspace_id, company_id) REFERENCES company (workspace_id, id)
);
CREATE INDEX company_tag_key ON company_tag (workspace_id, tag_key);

CREATE TABLE contact (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    first_name   TEXT   NOT NULL,
    last_name    TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    name_key     TEXT   NOT NULL,
    title        TEXT   NOT NULL,
    company_id   BIGINT,
    street       TEXT   NOT NULL,
    city         TEXT   NOT NULL,
    postal_code  TEXT   NOT NULL,
    region       TEXT   NOT NULL,
    country      TEXT   NOT NULL,
    language     TEXT   NOT NULL,
    lifecycle    TEXT   NOT NULL,
    lead_at      BIGINT,
    owner        TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES company (workspace_id, id)
);
CREATE INDEX contact_name ON contact (workspace_id, name_key);
CREATE INDEX contact_company ON contact (workspace_id, company_id);

CREATE TABLE contact_email (
    workspace_id BIGINT NOT NULL,
    contact_id   BIGINT NOT NULL,
    email_key    TEXT   NOT NULL,
    email        TEXT   NOT NULL,
    position     BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, email_key),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id)
);
CREATE INDEX contact_email_key ON contact_email (workspace_id, email_key);

CREATE TABLE contact_phone (
    workspace_id BIGINT NOT NULL,
    contact_id   BIGINT NOT NULL,
    phone_key    TEXT   NOT NULL,
    phone        TEXT   NOT NULL,
    position     BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, phone_key),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id)
);
CREATE INDEX contact_phone_key ON contact_phone (workspace_id, phone_key);

CREATE TABLE contact_external (
    workspace_id BIGINT NOT NULL,
    system       TEXT   NOT NULL,
    external_id  TEXT   NOT NULL,
    contact_id   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, system, external_id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id)
);
CREATE INDEX contact_external_contact ON contact_external (workspace_id, contact_id);

CREATE TABLE contact_tag (
    workspace_id BIGINT NOT NULL,
    contact_id   BIGINT NOT NULL,
    tag_key      TEXT   NOT NULL,
    tag          TEXT   NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, tag_key),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id)
);
CREATE INDEX contact_tag_key ON contact_tag (workspace_id, tag_key);

CREATE TABLE relation (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    contact_id   BIGINT NOT NULL,
    other_id     BIGINT NOT NULL,
    kind         TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, contact_id, kind, other_id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id),
    FOREIGN KEY (workspace_id, other_id) REFERENCES contact (workspace_id, id)
);
CREATE INDEX relation_other ON relation (workspace_id, other_id);

CREATE TABLE field (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    entity       TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    name_key     TEXT   NOT NULL,
    type         TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, entity, name_key)
);

CREATE TABLE field_value (
    workspace_id BIGINT NOT NULL,
    record_id    BIGINT NOT NULL,
    field_id     BIGINT NOT NULL,
    text         TEXT   NOT NULL,
    number       DOUBLE PRECISION,
    at           BIGINT,
    PRIMARY KEY (workspace_id, record_id, field_id),
    FOREIGN KEY (workspace_id, field_id) REFERENCES field (workspace_id, id)
);
CREATE INDEX field_value_field ON field_value (workspace_id, field_id);

CREATE TABLE consent (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    contact_id   BIGINT NOT NULL,
    purpose      TEXT   NOT NULL,
    channel      TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    source       TEXT   NOT NULL,
    proof        TEXT   NOT NULL,
    recorded_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id)
);
CREATE INDEX consent_contact ON consent (workspace_id, contact_id, purpose, channel);

-- the journey: contacts, companies and deals are known by id alone

CREATE TABLE touch (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    seq          BIGINT,
    key          TEXT,
    contact_id   BIGINT,
    company_id   BIGINT,
    deal_id      BIGINT,
    at           BIGINT NOT NULL,
    kind         TEXT   NOT NULL,
    side         TEXT   NOT NULL,
    channel      TEXT   NOT NULL,
    source       TEXT   NOT NULL,
    medium       TEXT   NOT NULL,
    campaign     TEXT   NOT NULL,
    content      TEXT   NOT NULL,
    term         TEXT   NOT NULL,
    page         TEXT   NOT NULL,
    referrer     TEXT   NOT NULL,
    note         TEXT   NOT NULL,
    value        BIGINT,
    currency     TEXT   NOT NULL,
    machine      BOOLEAN NOT NULL,
    detail       TEXT   NOT NULL,
    import_id    BIGINT,
    recorded_at  BIGINT NOT NULL,
    retracted_at BIGINT,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX touch_seq ON touch (workspace_id, seq);
CREATE UNIQUE INDEX touch_key ON touch (workspace_id, key);
CREATE INDEX touch_contact ON touch (workspace_id, contact_id, at);

CREATE TABLE journey_head (
    workspace_id BIGINT NOT NULL,
    seq          BIGINT NOT NULL,
    PRIMARY KEY (workspace_id)
);

CREATE TABLE follower (
    workspace_id BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    seq          BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

-- the ledger

CREATE TABLE account (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    code         TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, code)
);

CREATE TABLE entry (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    kind         TEXT   NOT NULL,
    document_id  BIGINT,
    memo         TEXT   NOT NULL,
    reverses     BIGINT,
    recorded_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, reverses) REFERENCES entry (workspace_id, id)
);
CREATE UNIQUE INDEX entry_reverses ON entry (workspace_id, reverses);
CREATE INDEX entry_document ON entry (workspace_id, document_id);

CREATE TABLE posting (
    workspace_id BIGINT NOT NULL,
    entry_id     BIGINT NOT NULL,
    line         BIGINT NOT NULL,
    account_id   BIGINT NOT NULL,
    amount       BIGINT NOT NULL,
    currency     TEXT   NOT NULL,
    contact_id   BIGINT,
    deal_id      BIGINT,
    PRIMARY KEY (workspace_id, entry_id, line),
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entry (workspace_id, id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES account (workspace_id, id)
);
CREATE INDEX posting_account ON posting (workspace_id, account_id, currency);

CREATE TABLE exchange_rate (
    workspace_id BIGINT NOT NULL,
    base         TEXT   NOT NULL,
    currency     TEXT   NOT NULL,
    day          TEXT   NOT NULL,
    rate         TEXT   NOT NULL,
    recorded_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, base, currency, day)
);

CREATE TABLE cost (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    key          TEXT   NOT NULL,
    from_day     TEXT   NOT NULL,
    to_day       TEXT   NOT NULL,
    channel      TEXT   NOT NULL,
    source       TEXT   NOT NULL,
    campaign     TEXT   NOT NULL,
    amount       BIGINT NOT NULL,
    currency     TEXT   NOT NULL,
    note         TEXT   NOT NULL,
    entry_id     BIGINT,
    recorded_at  BIGINT NOT NULL,
    removed_at   BIGINT,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, key),
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entry (workspace_id, id)
);

-- sales

CREATE TABLE pipeline (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    name_key     TEXT   NOT NULL,
    position     BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name_key)
);

CREATE TABLE stage (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    pipeline_id  BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    name_key     TEXT   NOT NULL,
    position     BIGINT NOT NULL,
    status       TEXT   NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, pipeline_id, name_key),
    FOREIGN KEY (workspace_id, pipeline_id) REFERENCES pipeline (workspace_id, id)
);

CREATE TABLE deal (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    key          TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    contact_id   BIGINT,
    company_id   BIGINT,
    pipeline_id  BIGINT NOT NULL,
    stage_id     BIGINT NOT NULL,
    status       TEXT   NOT NULL,
    amount       BIGINT NOT NULL,
    currency     TEXT   NOT NULL,
    owner        TEXT   NOT NULL,
    lost_reason  TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    closed_at    BIGINT,
    opened_touch BIGINT,
    closed_touch BIGINT,
    recorded_at  BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    removed_at   BIGINT,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, key),
    FOREIGN KEY (workspace_id, pipeline_id) REFERENCES pipeline (workspace_id, id),
    FOREIGN KEY (workspace_id, stage_id) REFERENCES stage (workspace_id, id)
);
CREATE INDEX deal_contact ON deal (workspace_id, contact_id);
CREATE INDEX deal_company ON deal (workspace_id, company_id);

CREATE TABLE payment (
    workspace_id BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    key          TEXT   NOT NULL,
    contact_id   BIGINT,
    deal_id      BIGINT,
    at           BIGINT NOT NULL,
    kind         TEXT   NOT NULL,
    amount       BIGINT NOT NULL,
    currency     TEXT   NOT NULL,
    product      TEXT   NOT NULL,
    entry_id     BIGINT,
    touch_id     BIGINT,
    recorded_at  BIGINT NOT NULL,
    removed_at   BIGINT,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, key),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deal (workspace_id, id),
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entry (workspace_id, id)
);
CREATE INDEX payment_contact ON payment (workspace_id, contact_id);
CREATE INDEX payment_deal ON payment (workspace_id, deal_id);

-- exchange

CREATE TABLE import_run (
    workspace_id     BIGINT NOT NULL,
    id               BIGINT NOT NULL,
    kind             TEXT   NOT NULL,
    file             TEXT   NOT NULL,
    hash             TEXT   NOT NULL,
    options          TEXT   NOT NULL,
    state            TEXT   NOT NULL,
    rows_done        BIGINT NOT NULL,
    created          BIGINT NOT NULL,
    updated          BIGINT NOT NULL,
    unchanged        BIGINT NOT NULL,
    skipped          BIGINT NOT NULL,
    contacts_created BIGINT NOT NULL,
    problem_count    BIGINT NOT NULL,
    started_at       BIGINT NOT NULL,
    finished_at      BIGINT,
    undone_at        BIGINT,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX import_run_hash ON import_run (workspace_id, hash);

-- what became of each row of a file
CREATE TABLE import_row (
    workspace_id BIGINT NOT NULL,
    import_id    BIGINT NOT NULL,
    row          BIGINT NOT NULL,
    line         BIGINT NOT NULL,
    verdict      TEXT   NOT NULL,
    record_id    BIGINT,
    problems     TEXT   NOT NULL,
    PRIMARY KEY (workspace_id, import_id, row),
    FOREIGN KEY (workspace_id, import_id) REFERENCES import_run (workspace_id, id)
);

-- what an import changed beside the record of its row, and what was there before
CREATE TABLE import_change (
    workspace_id BIGINT NOT NULL,
    import_id    BIGINT NOT NULL,
    n            BIGINT NOT NULL,
    entity       TEXT   NOT NULL,
    record_id    BIGINT NOT NULL,
    before       TEXT   NOT NULL,
    after        TEXT   NOT NULL,
    PRIMARY KEY (workspace_id, import_id, n),
    FOREIGN KEY (workspace_id, import_id) REFERENCES import_run (workspace_id, id)
);

-- insight: a cache that can be thrown away

CREATE TABLE feed_chunk (
    workspace_id BIGINT NOT NULL,
    chunk        BIGINT NOT NULL,
    seq          BIGINT NOT NULL,
    touches      BYTEA  NOT NULL,
    PRIMARY KEY (workspace_id, chunk)
);
