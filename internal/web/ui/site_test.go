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

func TestWhatAnotherSiteAsksForIsRefusedByAPageOfOurs(t *testing.T) {
	catalogue, err := i18n.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	done := 0
	h := ui.House{Services: house.Build(dbtest.SQLite(t), clock.System{}), Catalogue: catalogue, PublicURL: "https://tandem.example.com"}
	site, err := ui.Handler(h, []ui.Route{{Pattern: "POST /do", Right: ui.Stranger, Do: func(http.ResponseWriter, *ui.Request) error { done++; return nil }}})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(origin string) *httptest.ResponseRecorder {
		r, w := httptest.NewRequest(http.MethodPost, "http://inside:8080/do", nil), httptest.NewRecorder()
		r.Header.Set("Origin", origin)
		site.ServeHTTP(w, r)
		return w
	}
	if w := ask("https://evil.example"); w.Code != http.StatusForbidden || done != 0 || !strings.Contains(w.Body.String(), "nothing was done") {
		t.Errorf("%d, done %d times: %s", w.Code, done, w.Body)
	}
	if ask("https://tandem.example.com"); done != 1 {
		t.Error("the public address is refused behind a proxy that changes the host")
	}
}
