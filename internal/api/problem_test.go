package api_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"tandem/internal/api"
	"tandem/internal/db"
	"tandem/internal/i18n"
	"tandem/internal/test/dbtest"
)

func TestAMishapOfOursIsAProblemWithAReferenceAndNoMore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		catalogue, err := i18n.Shipped()
		must(t, err)
		var log bytes.Buffer
		broken := p.house
		broken.DB = nil
		p.handler = api.Handler(api.House{Services: broken, Catalogue: catalogue, Log: slog.New(slog.NewTextHandler(&log, nil))})
		got := p.send("GET", "/segments", nil).is(500)
		if detail := got.text("detail"); detail == "" || strings.Contains(detail, "nil") || got.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%v", got.body)
		}
		if !strings.Contains(log.String(), "internal/api/") {
			t.Errorf("the log does not say where: %s", log.String())
		}
	})
}
