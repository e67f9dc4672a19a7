-- +goose Up

-- a link ends with the rights of whoever made it; one from before this ends by itself within a week
ALTER TABLE access_link ADD COLUMN made_by_user BIGINT;
