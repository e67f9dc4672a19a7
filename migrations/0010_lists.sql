-- +goose Up

-- lists and searches that are answered from an index alone

-- people by their company, and those of none
CREATE INDEX contact_company_id ON contact (workspace_id, company_id, id);
DROP INDEX contact_company;

-- whose emails begin with some letters
CREATE INDEX contact_email_contact ON contact_email (workspace_id, email_key, contact_id);
DROP INDEX contact_email_key;

-- what somebody said last
CREATE INDEX consent_newest ON consent (workspace_id, contact_id, purpose, channel, at, id, state);
DROP INDEX consent_contact;
