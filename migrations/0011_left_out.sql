-- +goose Up

-- rows that somebody left out by hand: no problem, and not imported
ALTER TABLE import_run ADD COLUMN left_out BIGINT NOT NULL DEFAULT 0;
