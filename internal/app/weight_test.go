package app_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
)

// heaviest is how much a first visit may bring over the wire, in bytes.
const heaviest = 150_000

var (
	linked   = regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`)
	imported = regexp.MustCompile(`["'(]([\w./-]+\.(?:css|js|woff2|svg))["')]`)
)

// TestAFirstVisitIsLight brings what a browser brings that was never here: the page, its styles and scripts, what those name, and the fonts, all as they are
// compressed.
func TestAFirstVisitIsLight(t *testing.T) {
	s := newSite(t, dbtest.SQLite(t)).trade()
	base, secret := s.Serve(t), s.Enter(t, s.Owner.Email)
	for _, path := range []string{"/", "/people", "/people/" + s.names["person"], "/companies", "/loop", "/imports", "/settings", "/account"} {
		seen := map[string]bool{}
		total := weigh(t, base, secret, path, seen)
		if total > heaviest || len(seen) < 6 {
			t.Errorf("%s brings %d bytes in %d files: %v", path, total, len(seen), seen)
		}
		t.Logf("%s: %d KB in %d files", path, total/1000, len(seen))
	}
}

// weigh is the size of something and of what it names, each once.
func weigh(t *testing.T, base, secret, path string, seen map[string]bool) int {
	t.Helper()
	if seen[path] {
		return 0
	}
	seen[path] = true
	sent, body, kind := brought(t, base+path, secret)
	total := sent
	var names [][]string
	switch {
	case strings.HasPrefix(kind, "text/html"):
		names = linked.FindAllStringSubmatch(body, -1)
	case strings.Contains(kind, "css"), strings.Contains(kind, "javascript"):
		names = imported.FindAllStringSubmatch(body, -1)
	}
	at, err := url.Parse(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if to, err := at.Parse(n[1]); err == nil && to.Host == "" && strings.HasPrefix(to.Path, "/static/") {
			total += weigh(t, base, secret, to.Path, seen)
		}
	}
	return total
}

// brought is what comes over the wire, how much that is, and what it says.
func brought(t *testing.T, address, secret string) (sent int, body, kind string) {
	t.Helper()
	for _, compressed := range []bool{true, false} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "text/html")
		r.Header.Set("Accept-Encoding", map[bool]string{true: "gzip", false: "identity"}[compressed])
		r.AddCookie(&http.Cookie{Name: webtest.Cookie, Value: secret})
		answer, err := (&http.Transport{DisableCompression: true}).RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(answer.Body)
		if err != nil || answer.Body.Close() != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s answered %d: %v", address, answer.StatusCode, err)
		}
		if compressed {
			sent = len(b)
			continue
		}
		body, kind = string(b), answer.Header.Get("Content-Type")
	}
	return sent, body, kind
}
