package serve_test

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tandem/internal/serve"
	"tandem/internal/test/acmetest"
)

const publicHost = "tandem.example.com"

func TestACertificateIsObtainedForThePublicNameAndKept(t *testing.T) {
	for _, c := range []struct {
		name  string
		plain bool
	}{{"with a plain door", true}, {"over TLS alone", false}} {
		t.Run(c.name, func(t *testing.T) { obtain(t, c.plain) })
	}
}

func obtain(t *testing.T, plain bool) {
	tlsPort, plainPort, folder := acmetest.FreePort(t), 0, t.TempDir()
	if plain {
		plainPort = acmetest.FreePort(t)
	}
	authority := acmetest.New(t, plainPort, tlsPort)
	served(t, authority, folder, plainPort, tlsPort, func() {
		answer := acmetest.Eventually(t, authority.Roots, tlsPort, "https://"+publicHost+"/")
		if answer.ProtoMajor != 2 || answer.TLS.Version < tls.VersionTLS12 {
			t.Errorf("spoken is %s over %x", answer.Proto, answer.TLS.Version)
		}
		if plain {
			way, err := acmetest.Visit(t, nil, plainPort, "http://"+publicHost+"/people?q=x")
			if err != nil || way.StatusCode != http.StatusPermanentRedirect || way.Header.Get("Location") != "https://"+publicHost+"/people?q=x" {
				t.Errorf("the plain door leads to %v, %v", way, err)
			}
		}
	})
	authority.Close()
	served(t, authority, folder, plainPort, tlsPort, func() { acmetest.Eventually(t, authority.Roots, tlsPort, "https://"+publicHost+"/") })
}

// served runs the doors while do runs.
func served(t *testing.T, authority *acmetest.Authority, folder string, plainPort, tlsPort int, do func()) {
	t.Helper()
	certificates := serve.NewCertificates(serve.CertificateOptions{
		Public: &url.URL{Scheme: "https", Host: publicHost}, Folder: folder, CA: authority.Directory, Roots: authority.Roots, PlainPort: plainPort, TLSPort: tlsPort,
		Log: slog.New(slog.DiscardHandler),
	})
	defer certificates.Close()
	ctx, cancel := context.WithCancel(t.Context())
	open, ended := make(chan bool), make(chan error, 1)
	doors := []serve.Door{{Addr: acmetest.At(tlsPort), Handler: http.NotFoundHandler(), TLS: certificates.TLS(), Started: func(net.Addr) { close(open) }}}
	if plainPort > 0 {
		doors = append([]serve.Door{{Addr: acmetest.At(plainPort), Handler: certificates.Plain()}}, doors...)
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

func TestAStrangersNameGetsNoCertificate(t *testing.T) {
	tlsPort := acmetest.FreePort(t)
	authority := acmetest.New(t, 0, tlsPort)
	served(t, authority, t.TempDir(), 0, tlsPort, func() {
		acmetest.Eventually(t, authority.Roots, tlsPort, "https://"+publicHost+"/")
		_, err := acmetest.Visit(t, authority.Roots, tlsPort, "https://somebody.example.org/")
		if alert := tls.AlertError(0); err == nil || !errors.As(err, &alert) && !strings.Contains(err.Error(), "tls") {
			t.Errorf("a handshake for another name: %v", err)
		}
	})
}
