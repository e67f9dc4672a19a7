// Package acmetest is a certificate authority for tests: Pebble, in this process, with a name server by which every name is this machine. It speaks
// ACME (RFC 8555) in full: it checks signatures, refuses some of its own nonces, and comes to see at the ports it is given.
package acmetest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"golang.org/x/net/dns/dnsmessage"
)

// Authority is a certificate authority on this machine, until the test ends or it is closed.
type Authority struct {
	Directory string         // its address, for programs
	Roots     *x509.CertPool // by which it and its certificates are known
	PEM       []byte         // the same as text
	Close     func()
}

// New starts one that comes to see at these ports of this machine, whatever the name; a port that is 0 is not asked.
func New(t *testing.T, plainPort, tlsPort int) *Authority {
	t.Helper()
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	quiet, store := log.New(io.Discard, "", 0), db.NewMemoryStore()
	issuer := ca.New(quiet, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {Description: "default"}})
	asks := va.New(quiet, plainPort, tlsPort, true, names(t), store)
	front := wfe.New(quiet, store, asks, issuer, []string{"ca.example"}, true, false, 1, 1)
	server := httptest.NewTLSServer(front.Handler())
	t.Cleanup(server.Close)
	a := &Authority{Directory: server.URL + wfe.DirectoryPath, Roots: x509.NewCertPool(), Close: server.Close}
	for _, c := range []*x509.Certificate{server.Certificate(), issuer.GetRootCert(0).Cert} {
		a.PEM = append(a.PEM, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	a.Roots.AppendCertsFromPEM(a.PEM)
	return a
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

// FreePort is a port of this machine that nobody listens on.
func FreePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// At is an address of this machine.
func At(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// Visit asks a server on this machine under its public name, and follows nowhere.
func Visit(t *testing.T, roots *x509.CertPool, port int, address string) (*http.Response, error) {
	t.Helper()
	c := &http.Client{
		Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true, DisableKeepAlives: true,
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, At(port))
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

// Eventually is the answer once the server has a certificate that the roots vouch for.
func Eventually(t *testing.T, roots *x509.CertPool, port int, address string) *http.Response {
	t.Helper()
	for begun := time.Now(); ; {
		answer, err := Visit(t, roots, port, address)
		if err == nil {
			return answer
		}
		if time.Since(begun) > 30*time.Second {
			t.Fatalf("there is no certificate: %v", err)
		}
	}
}
