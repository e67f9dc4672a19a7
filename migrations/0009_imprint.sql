-- +goose Up

-- what a business puts under its mails and documents
ALTER TABLE workspace ADD COLUMN street TEXT NOT NULL DEFAULT '';
ALTER TABLE workspace ADD COLUMN postal_code TEXT NOT NULL DEFAULT '';
ALTER TABLE workspace ADD COLUMN city TEXT NOT NULL DEFAULT '';
ALTER TABLE workspace ADD COLUMN country TEXT NOT NULL DEFAULT '';
ALTER TABLE workspace ADD COLUMN vat_id TEXT NOT NULL DEFAULT '';
ALTER TABLE workspace ADD COLUMN registration TEXT NOT NULL DEFAULT '';
