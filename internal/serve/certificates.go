package serve

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"
)

// Certificates obtains the certificate of a public address from an authority that speaks ACME (RFC 8555), and renews it in time.
type Certificates struct {
	public *url.URL
	cache  *certmagic.Cache
	config *certmagic.Config
	issuer *certmagic.ACMEIssuer
}

// CertificateOptions say for which address, and from whom.
type CertificateOptions struct {
	Public    *url.URL       // what people type, such as https://tandem.example.com
	Email     string         // where the authority writes when something is wrong
	Folder    string         // where keys and certificates are kept
	CA        string         // the authority's directory; Let's Encrypt if it is ""
	Roots     *x509.CertPool // by which the authority itself is known; nil for the machine's
	PlainPort int            // where Plain answers; 0 if it does not
	TLSPort   int            // where TLS is used
	Log       *slog.Logger
}

// NewCertificates prepares it; nothing is asked of anybody until Obtain.
func NewCertificates(o CertificateOptions) *Certificates {
	c := &Certificates{public: o.Public}
	silent := zap.NewNop() // it would say the same in another form
	c.cache = certmagic.NewCache(certmagic.CacheOptions{
		Logger:           silent,
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return c.config, nil },
	})
	c.config = certmagic.New(c.cache, certmagic.Config{
		Storage: &certmagic.FileStorage{Path: o.Folder}, Logger: silent, OnEvent: telling(o.Log),
	})
	c.issuer = certmagic.NewACMEIssuer(c.config, asking(o, silent))
	c.config.Issuers = []certmagic.Issuer{c.issuer}
	return c
}

// asking is how the authority is asked, and where it will come to see. Its way in is one of ours, so no port is opened beside them.
func asking(o CertificateOptions, log *zap.Logger) certmagic.ACMEIssuer {
	authority := o.CA
	if authority == "" {
		authority = certmagic.LetsEncryptProductionCA
	}
	return certmagic.ACMEIssuer{
		CA: authority, Email: o.Email, Agreed: true, TrustedRoots: o.Roots, Logger: log,
		DisableHTTPChallenge: o.PlainPort == 0, AltHTTPPort: o.PlainPort, AltTLSALPNPort: o.TLSPort,
	}
}

// telling writes down what became of a certificate.
func telling(log *slog.Logger) func(context.Context, string, map[string]any) error {
	return func(ctx context.Context, event string, data map[string]any) error {
		switch event {
		case "cert_obtained":
			log.InfoContext(ctx, "certificate obtained", "host", data["identifier"], "renewal", data["renewal"])
		case "cert_failed":
			log.WarnContext(ctx, "certificate refused; it is tried again", "host", data["identifier"], "error", data["error"])
		}
		return nil
	}
}

// Obtain gets the certificate in the background, and keeps it fresh until ctx ends. The server must be listening: the authority comes to see.
func (c *Certificates) Obtain(ctx context.Context) error {
	if err := c.config.ManageAsync(ctx, []string{c.public.Hostname()}); err != nil {
		return fmt.Errorf("obtain a certificate for %s: %w", c.public.Hostname(), err)
	}
	return nil
}

// Close stops the renewal.
func (c *Certificates) Close() { c.cache.Stop() }

// TLS is what a door needs to use the certificate.
func (c *Certificates) TLS() *tls.Config {
	t := c.config.TLSConfig()
	t.MinVersion = tls.VersionTLS12
	return t
}

// Plain answers where no TLS is spoken: the authority's question, and everybody else with the way to https.
func (c *Certificates) Plain() http.Handler {
	return c.issuer.HTTPChallengeHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := url.URL{Scheme: "https", Host: c.public.Host, Path: r.URL.Path, RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, to.String(), http.StatusPermanentRedirect)
	}))
}
