package ui_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/house"
	"tandem/internal/i18n"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/ui"
)

func TestAPageThatPanicsIsAnErrorPageWithAReferenceAndNoMore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		catalogue, err := i18n.Shipped()
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		h := ui.House{Services: house.Build(d, clock.System{}), Catalogue: catalogue, Log: slog.New(slog.NewTextHandler(&log, nil))}
		site, err := ui.Handler(h, []ui.Route{{Pattern: "GET /broken", Right: ui.Stranger, Do: func(http.ResponseWriter, *ui.Request) error { panic("secret of ours") }}})
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/broken", nil))
		if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "</html>") || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%d: %s", w.Code, w.Body)
		}
		if !strings.Contains(log.String(), "site_test.go") || !strings.Contains(log.String(), "secret of ours") {
			t.Errorf("the log does not say where: %s", log.String())
		}
	})
}
