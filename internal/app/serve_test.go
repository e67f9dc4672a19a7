package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/internal/app"
	"tandem/internal/clock"
	"tandem/internal/test/dbtest"
)

// served is the whole program, serving.
type served struct {
	t    *testing.T
	URL  string
	line func() string // the next line it prints
	log  *guarded
	stop func() int
}

// guarded is a buffer that a server writes while a test reads.
type guarded struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (g *guarded) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.b.Write(p)
}

func (g *guarded) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.b.String()
}

// startServer runs tandem serve on a database, until the test ends.
func startServer(t *testing.T, database string, args ...string) *served {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	log, status := &guarded{}, make(chan int, 1)
	go func() {
		status <- app.Run(ctx, app.Process{
			Version: "test", Args: append([]string{"serve", "--db", database, "--addr", "127.0.0.1:0"}, args...), In: strings.NewReader(""),
			Env: func(string) string { return "" }, Out: in, Err: log, Clock: clock.System{},
		})
		_ = in.Close()
	}()
	lines := bufio.NewScanner(out)
	s := &served{t: t, log: log, line: func() string { lines.Scan(); return lines.Text() }}
	s.stop = sync.OnceValue(func() int {
		cancel()
		go func() { _, _ = io.Copy(io.Discard, out) }()
		return <-status
	})
	t.Cleanup(func() { s.stop() })
	first := s.line()
	if !strings.HasPrefix(first, "Tandem runs at http") {
		t.Fatalf("the server said %q: %s", first, log)
	}
	s.URL = strings.TrimPrefix(first, "Tandem runs at ")
	return s
}

// client keeps cookies and follows nowhere.
func client(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// ask sends a request and returns status and body.
func (s *served) ask(c *http.Client, r *http.Request) (int, string) {
	s.t.Helper()
	answer, err := c.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func (s *served) read(c *http.Client, path string) (int, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	return s.ask(c, r)
}

func (s *served) post(c *http.Client, path string, form url.Values) (int, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.ask(c, r)
}

func setUpForm() url.Values {
	return url.Values{
		"business": {"Alder Cycles"}, "currency": {"EUR"}, "timezone": {"Europe/Brussels"},
		"name": {"Mara Claes"}, "email": {"mara@aldercycles.example"}, "password": {"seven green lamps"},
	}
}

func TestTheServerSaysWhereItIsAndEndsWhenItIsTold(t *testing.T) {
	for _, engine := range []string{dbtest.SQLiteEngine, dbtest.PostgresEngine} {
		t.Run(engine, func(t *testing.T) {
			s := startServer(t, dbtest.URL(t, engine))
			if line := s.line(); line != "Nobody has set it up yet. Open "+s.URL+"/setup" {
				t.Errorf("it said %q", line)
			}
			if status, body := s.read(client(t), "/healthz"); status != http.StatusOK || !strings.Contains(body, `"database":"ok"`) {
				t.Errorf("health: %d %s", status, body)
			}
			if status := s.stop(); status != 0 {
				t.Errorf("it ended with %d: %s", status, s.log)
			}
			if _, err := net.DialTimeout("tcp", strings.TrimPrefix(s.URL, "http://"), time.Second); err == nil {
				t.Error("it still listens")
			}
		})
	}
}

func TestTheFirstStrangerOfAPublicServerDoesNotBecomeItsOwner(t *testing.T) {
	s := startServer(t, dbtest.URL(t, dbtest.SQLiteEngine), "--trusted-proxy", "127.0.0.1")
	link := strings.TrimPrefix(s.line(), "Nobody has set it up yet. Open "+s.URL)
	stranger, owner := client(t), client(t)
	for _, path := range []string{"/setup", "/setup?code=", "/setup?code=GUESSED"} {
		if status, body := s.read(stranger, path); status != http.StatusForbidden || !strings.Contains(body, "its log") {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status, _ := s.post(stranger, "/setup", setUpForm()); status != http.StatusForbidden {
		t.Errorf("a stranger sets it up: %d", status)
	}
	if status, _ := s.read(owner, link); status != http.StatusSeeOther {
		t.Fatalf("%s: %d", link, status)
	}
	if status, body := s.read(owner, "/setup"); status != http.StatusOK {
		t.Fatalf("the form: %d %s", status, body)
	}
	if status, body := s.post(owner, "/setup", setUpForm()); status != http.StatusSeeOther {
		t.Fatalf("the owner sets it up: %d %s", status, body)
	}
	if status, _ := s.read(owner, link); status != http.StatusNotFound {
		t.Errorf("the link still leads somewhere: %d", status)
	}
}

func TestAProxyNobodyNamedDoesNotOpenTheFirstRun(t *testing.T) {
	s := startServer(t, dbtest.URL(t, dbtest.SQLiteEngine))
	for header, value := range map[string]string{"X-Forwarded-For": "203.0.113.9", "Host": "tandem.example.com"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/setup", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(header, value)
		if header == "Host" {
			r.Host = value
		}
		if status, _ := s.ask(client(t), r); status != http.StatusForbidden {
			t.Errorf("with %s: %d", header, status)
		}
	}
	if status, _ := s.read(client(t), "/setup"); status != http.StatusOK {
		t.Errorf("from this machine: %d", status)
	}
}

func TestAProxyNobodyNamedIsToldOfOnce(t *testing.T) {
	s := startServer(t, dbtest.URL(t, dbtest.SQLiteEngine))
	for range 2 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/signin", strings.NewReader("email=a@x.example&password=x"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Forwarded-For", "203.0.113.9")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		s.ask(client(t), r)
	}
	s.stop()
	if n := strings.Count(s.log.String(), "--trusted-proxy"); n != 1 {
		t.Errorf("told %d times: %s", n, s.log)
	}
}

func TestWhatIsServedIsLoggedAndCountedWithoutAnythingPersonal(t *testing.T) {
	metrics := freeAddress(t)
	s := startServer(t, dbtest.URL(t, dbtest.SQLiteEngine), "--metrics-addr", metrics, "--log-format", "json")
	s.read(client(t), "/people/secret-path?q=mara@aldercycles.example")
	_, seen := s.read(client(t), "/metrics")
	if strings.Contains(seen, "tandem_http") {
		t.Error("the site shows metrics to strangers")
	}
	for s.URL = "http://" + metrics; !strings.Contains(seen, `tandem_work_late_seconds{kind="follow"}`); {
		_, seen = s.read(client(t), "/metrics")
	}
	for _, want := range []string{`tandem_http_requests_total{method="GET",route="/people/{id}",status="303"} 1`, "go_goroutines", `tandem_db_connections{pool="read"}`} {
		if !strings.Contains(seen, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	s.stop()
	for _, personal := range []string{"secret-path", "mara", "127.0.0.1"} {
		if strings.Contains(s.log.String()+seen, personal) {
			t.Errorf("%q is in %s", personal, s.log)
		}
	}
	var line map[string]any
	if first, _, _ := strings.Cut(s.log.String(), "\n"); json.Unmarshal([]byte(first), &line) != nil || line["request"] == nil || line["route"] != "GET /people/{id}" {
		t.Errorf("the first line of the log is %s", first)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestAServerIsNotStartedOnWhatMakesNoSense(t *testing.T) {
	for _, c := range []struct{ args, says string }{
		{"--public-url tandem.example.com", "https://tandem.example.com"},
		{"--public-url https://u:p@tandem.example.com", "https://tandem.example.com"},
		{"--public-url http://tandem.example.com --tls", "public name"},
		{"--trusted-proxy nginx", "10.0.0.0/8"},
		{"--log-format xml", "text"},
	} {
		s := newShop(t)
		if status, out, complaint := s.call(append([]string{"serve"}, strings.Fields(c.args)...)...); status != 2 || out != "" || !strings.Contains(complaint, c.says) {
			t.Errorf("serve %s: exit %d, %q %q", c.args, status, out, complaint)
		}
	}
	s, taken := newShop(t), freeAddress(t)
	l, err := net.Listen("tcp", taken)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if status, _, complaint := s.call("serve", "--addr", taken); status != 1 || !strings.Contains(complaint, "--addr") {
		t.Errorf("on a taken address: exit %d, %q", status, complaint)
	}
}
