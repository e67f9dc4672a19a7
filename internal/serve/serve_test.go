package serve_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tandem/internal/fault"
	"tandem/internal/serve"
)

// open runs a door until the test ends, or stop is called.
func open(t *testing.T, handler http.Handler) (address string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	at, ended := make(chan net.Addr, 1), make(chan error, 1)
	go func() {
		ended <- serve.Run(ctx, slog.New(slog.DiscardHandler), serve.Door{
			Addr: "127.0.0.1:0", Handler: handler, Started: func(a net.Addr) { at <- a },
		})
	}()
	t.Cleanup(cancel)
	return (<-at).String(), func() error { cancel(); return <-ended }
}

func TestWhatWasBegunIsAnsweredWhenTheServerEnds(t *testing.T) {
	begun, goOn := make(chan bool), make(chan bool)
	address, stop := open(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-goOn
		_, _ = io.WriteString(w, "whole")
	}))
	said := make(chan string, 1)
	go func() {
		answer, err := http.DefaultClient.Do(httptestRequest("http://" + address))
		if err != nil {
			said <- err.Error()
			return
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		said <- string(body)
	}()
	<-begun
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	for { // it takes no new connection from now on
		c, err := net.Dial("tcp", address)
		if err != nil {
			break
		}
		_ = c.Close()
	}
	close(goOn)
	if body := <-said; body != "whole" {
		t.Errorf("answered %q", body)
	}
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

func httptestRequest(url string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, url, nil)
	r.RequestURI = ""
	return r
}

func TestNobodyIsToldOfAServerThatCannotOpenAllItsDoors(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	err = serve.Run(t.Context(), slog.New(slog.DiscardHandler),
		serve.Door{Addr: "127.0.0.1:0", Handler: http.NotFoundHandler(), Started: func(a net.Addr) { t.Errorf("told of %s", a) }},
		serve.Door{Addr: taken.Addr().String(), Handler: http.NotFoundHandler(), Flag: "--metrics-addr"})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestAHeadOfAMegabyteIsRefused(t *testing.T) {
	address, _ := open(t, http.NotFoundHandler())
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	go func() { // the server stops reading before the end
		_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\nX-Long: "+strings.Repeat("x", 1<<20)+"\r\n\r\n")
	}()
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("answered %d", answer.StatusCode)
	}
}

func TestAProxysWordCountsAndNobodyElses(t *testing.T) {
	proxies, err := serve.ParseProxies([]string{"10.0.0.0/8", "192.0.2.7", "fd00::/8"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ remote, forwarded, want string }{
		{"203.0.113.9:4711", "198.51.100.1", "203.0.113.9"},
		{"10.1.2.3:4711", "198.51.100.1", "198.51.100.1"},
		{"10.1.2.3:4711", "1.1.1.1, 198.51.100.1", "198.51.100.1"},
		{"10.1.2.3:4711", "1.1.1.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"},
		{"10.1.2.3:4711", "198.51.100.1, <script>", "10.1.2.3"},
		{"10.1.2.3:4711", "", "10.1.2.3"},
		{"192.0.2.7:80", "198.51.100.1", "198.51.100.1"},
		{"192.0.2.8:80", "198.51.100.1", "192.0.2.8"},
		{"[::ffff:10.1.2.3]:80", "198.51.100.1", "198.51.100.1"},
		{"[fd00::1]:80", "2001:db8::7", "2001:db8::7"},
	} {
		r := httptestRequest("http://x/")
		r.RemoteAddr = c.remote
		r.Header.Set("X-Forwarded-For", c.forwarded)
		if got := proxies.Client(r); got != c.want {
			t.Errorf("from %s for %q: %s, want %s", c.remote, c.forwarded, got, c.want)
		}
		if stranger := strings.HasPrefix(c.remote, "203.") || strings.HasPrefix(c.remote, "192.0.2.8"); proxies.Unnamed(r) != stranger {
			t.Errorf("from %s for %q: unnamed is %v", c.remote, c.forwarded, !stranger)
		}
	}
	if _, err := serve.ParseProxies([]string{"nginx"}); err == nil {
		t.Error("a name is taken for a network")
	}
}

func TestHealthNamesWhatFailsAndNotWhy(t *testing.T) {
	well := serve.Check{Name: "database", Do: func(context.Context) error { return nil }}
	fails := func(context.Context) error { return errors.New("password=secret") }
	for _, c := range []struct {
		name   string
		checks []serve.Check
		status int
		says   string
	}{
		{"all is well", []serve.Check{well}, http.StatusOK, `{"database":"ok","status":"ok"}`},
		{"nobody can be answered", []serve.Check{{Name: "database", Do: fails}}, http.StatusServiceUnavailable, `{"database":"failing","status":"failing"}`},
		{"people can be answered", []serve.Check{well, {Name: "work", Minor: true, Do: fails}}, http.StatusOK, `{"database":"ok","status":"failing","work":"failing"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			serve.Ready(slog.New(slog.DiscardHandler), c.checks...).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz", nil))
			if body := strings.TrimSpace(w.Body.String()); w.Code != c.status || body != c.says {
				t.Errorf("answered %d %s", w.Code, body)
			}
		})
	}
}
