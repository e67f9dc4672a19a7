package serve_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"golang.org/x/net/dns/dnsmessage"

	"tandem/internal/serve"
)

const host = "tandem.example.com"

// authority is a certificate authority that really asks, at these ports of this machine. It returns its directory, the roots by which it and its
// certificates are known, and what closes it.
func authority(t *testing.T, plainPort, tlsPort int) (directory string, roots *x509.CertPool, end func()) {
	t.Helper()
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	quiet, store := log.New(io.Discard, "", 0), db.NewMemoryStore()
	issuer := ca.New(quiet, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {Description: "default"}})
	asks := va.New(quiet, plainPort, tlsPort, true, names(t), store)
	front := wfe.New(quiet, store, asks, issuer, []string{"ca.example"}, true, false, 1, 1)
	server := httptest.NewTLSServer(front.Handler())
	t.Cleanup(server.Close)
	roots = x509.NewCertPool()
	roots.AddCert(server.Certificate())
	roots.AddCert(issuer.GetRootCert(0).Cert)
	return server.URL + wfe.DirectoryPath, roots, server.Close
}

// names is a name server by which every name is this machine.
func names(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go named(c)
		}
	}()
	return l.Addr().String()
}

// named answers one question, as RFC 1035 says it is put over TCP.
func named(c net.Conn) {
	defer c.Close()
	size, text := make([]byte, 2), make([]byte, 512)
	if _, err := io.ReadFull(c, size); err != nil {
		return
	}
	text = text[:int(size[0])<<8|int(size[1])]
	if _, err := io.ReadFull(c, text); err != nil {
		return
	}
	var m dnsmessage.Message
	if m.Unpack(text) != nil || len(m.Questions) != 1 {
		return
	}
	q := m.Questions[0]
	m.Response, m.Additionals = true, nil
	if q.Type == dnsmessage.TypeA {
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1},
			Body:   &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}},
		}}
	}
	answer, err := m.Pack()
	if err == nil {
		_, _ = c.Write(append([]byte{byte(len(answer) >> 8), byte(len(answer))}, answer...))
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func at(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// visit asks a server on this machine under its public name, and follows nowhere.
func visit(t *testing.T, roots *x509.CertPool, port int, address string) (*http.Response, error) {
	t.Helper()
	c := &http.Client{
		Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true, DisableKeepAlives: true,
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, at(port))
			},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.Do(r)
	if err == nil {
		_ = answer.Body.Close()
	}
	return answer, err
}

func TestACertificateIsObtainedForThePublicNameAndKept(t *testing.T) {
	for _, c := range []struct {
		name  string
		plain bool
	}{{"with a plain door", true}, {"over TLS alone", false}} {
		t.Run(c.name, func(t *testing.T) { obtain(t, c.plain) })
	}
}

func obtain(t *testing.T, plain bool) {
	tlsPort, plainPort, folder := freePort(t), 0, t.TempDir()
	if plain {
		plainPort = freePort(t)
	}
	directory, roots, end := authority(t, plainPort, tlsPort)
	served(t, directory, roots, folder, plainPort, tlsPort, func() {
		answer := eventually(t, roots, tlsPort)
		if answer.ProtoMajor != 2 || answer.TLS.Version < tls.VersionTLS12 {
			t.Errorf("spoken is %s over %x", answer.Proto, answer.TLS.Version)
		}
		if plain {
			way, err := visit(t, nil, plainPort, "http://"+host+"/people?q=x")
			if err != nil || way.StatusCode != http.StatusPermanentRedirect || way.Header.Get("Location") != "https://"+host+"/people?q=x" {
				t.Errorf("the plain door leads to %v, %v", way, err)
			}
		}
	})
	end()
	served(t, directory, roots, folder, plainPort, tlsPort, func() { eventually(t, roots, tlsPort) })
}

// served runs the doors while do runs.
func served(t *testing.T, directory string, roots *x509.CertPool, folder string, plainPort, tlsPort int, do func()) {
	t.Helper()
	certificates := serve.NewCertificates(serve.CertificateOptions{
		Public: &url.URL{Scheme: "https", Host: host}, Folder: folder, CA: directory, Roots: roots, PlainPort: plainPort, TLSPort: tlsPort,
		Log: slog.New(slog.DiscardHandler),
	})
	defer certificates.Close()
	ctx, cancel := context.WithCancel(t.Context())
	open, ended := make(chan bool), make(chan error, 1)
	doors := []serve.Door{{Addr: at(tlsPort), Handler: http.NotFoundHandler(), TLS: certificates.TLS(), Started: func(net.Addr) { close(open) }}}
	if plainPort > 0 {
		doors = append([]serve.Door{{Addr: at(plainPort), Handler: certificates.Plain()}}, doors...)
	}
	go func() { ended <- serve.Run(ctx, slog.New(slog.DiscardHandler), doors...) }()
	<-open
	if err := certificates.Obtain(ctx); err != nil {
		t.Error(err)
	}
	do()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// eventually is the answer once there is a certificate that the authority's root vouches for.
func eventually(t *testing.T, roots *x509.CertPool, port int) *http.Response {
	t.Helper()
	for begun := time.Now(); ; {
		answer, err := visit(t, roots, port, "https://"+host+"/")
		if err == nil {
			return answer
		}
		if time.Since(begun) > 30*time.Second {
			t.Fatalf("there is no certificate: %v", err)
		}
	}
}

func TestAStrangersNameGetsNoCertificate(t *testing.T) {
	tlsPort := freePort(t)
	directory, roots, _ := authority(t, 0, tlsPort)
	served(t, directory, roots, t.TempDir(), 0, tlsPort, func() {
		eventually(t, roots, tlsPort)
		_, err := visit(t, roots, tlsPort, "https://somebody.example.org/")
		if alert := tls.AlertError(0); err == nil || !errors.As(err, &alert) && !strings.Contains(err.Error(), "tls") {
			t.Errorf("a handshake for another name: %v", err)
		}
	})
}
