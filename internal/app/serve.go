package app

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"

	"tandem/internal/api"
	"tandem/internal/cli"
	"tandem/internal/fault"
	"tandem/internal/house"
	"tandem/internal/i18n"
	"tandem/internal/serve"
	"tandem/internal/web"
	"tandem/internal/web/ui"
)

// server opens the doors that answer over the network.
type server struct {
	Process
	catalogue *i18n.Catalogue
}

// running is a server with what it was told.
type running struct {
	house.Services
	o       cli.ServeOptions
	log     *slog.Logger
	metrics *serve.Metrics
	proxies serve.Proxies
	first   *firstRun
	unnamed sync.Once
}

// serve answers, and works in the background, until ctx ends; then it lets what was begun finish.
func (s server) serve(ctx context.Context, services house.Services, o cli.ServeOptions) error {
	r := &running{Services: services, o: o, log: newLog(s.Err, o.JSON), metrics: serve.NewMetrics()}
	public, err := r.publicURL()
	if err != nil {
		return err
	}
	if r.proxies, err = serve.ParseProxies(o.Proxies); err != nil {
		return err
	}
	if r.first, err = newFirstRun(ctx, services.Team, serve.Loopback(o.Addr) && o.PublicURL == "" && len(r.proxies) == 0); err != nil {
		return err
	}
	handler, err := r.handler(s.catalogue, s.Version)
	if err != nil {
		return err
	}
	return r.run(ctx, public, handler)
}

func newLog(to io.Writer, asJSON bool) *slog.Logger {
	if asJSON {
		return slog.New(serve.Named(slog.NewJSONHandler(to, nil)))
	}
	return slog.New(serve.Named(slog.NewTextHandler(to, nil)))
}

// publicURL checks the address that people type.
func (r *running) publicURL() (*url.URL, error) {
	r.o.PublicURL = strings.TrimSuffix(r.o.PublicURL, "/")
	public, err := url.Parse(r.o.PublicURL)
	whole := err == nil && (public.Scheme == "http" || public.Scheme == "https") && public.Host != "" && public.Path == "" && public.RawQuery == "" && public.User == nil
	if r.o.PublicURL != "" && !whole {
		return nil, fault.Usagef("--public-url %q is no address of a site", r.o.PublicURL).WithMend("write it as https://tandem.example.com")
	}
	if r.o.TLS && (public == nil || public.Scheme != "https") {
		return nil, fault.Usagef("a certificate is for a public name").WithMend("say it with --public-url https://tandem.example.com")
	}
	return public, nil
}

// handler is everything that strangers and members reach.
func (r *running) handler(catalogue *i18n.Catalogue, version string) (http.Handler, error) {
	h := ui.House{Services: r.Services, Catalogue: catalogue, PublicURL: r.o.PublicURL, Version: version, Log: r.log, Client: r.client}
	doors := api.House{Services: r.Services, Catalogue: catalogue, Version: version, Log: r.log}
	var err error
	if h.Spec, err = api.Spec(doors); err != nil {
		return nil, err
	}
	site, err := web.New(h, r.first.guard)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	programs := api.Handler(doors)
	mux.Handle("/api/v1/", programs)
	mux.Handle("GET /api/openapi.yaml", programs)
	mux.Handle("GET /api/openapi.json", programs)
	mux.Handle("GET /healthz", serve.Ready(r.log, r.checks()...))
	mux.Handle("GET /healthz/alive", serve.Alive())
	mux.Handle("/", site)
	return serve.Watch(mux, r.log, r.metrics), nil
}

// client is the address of whoever asks. Behind a proxy that is not named all are one, and who types wrong passwords holds up everybody: that is told,
// once.
func (r *running) client(q *http.Request) string {
	if r.proxies.Unnamed(q) {
		r.unnamed.Do(func() {
			r.log.Warn("a proxy in front is not named: who asks cannot be told apart; name it with --trusted-proxy")
		})
	}
	return r.proxies.Client(q)
}

// run opens the doors and starts the work; whichever ends first ends the other.
func (r *running) run(ctx context.Context, public *url.URL, handler http.Handler) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	doors, err := r.doors(ctx, public, handler)
	if err != nil {
		return err
	}
	r.measure()
	var working sync.WaitGroup
	var worked error
	working.Go(func() {
		defer cancel()
		worked = r.worker().Run(ctx)
	})
	served := serve.Run(ctx, r.log, doors...)
	cancel()
	working.Wait()
	err = errors.Join(served, worked)
	if err == nil {
		r.log.Info("stopped")
	}
	return err
}

// doors are where to listen: for people, for a certificate authority where there is one, for whoever collects metrics.
func (r *running) doors(ctx context.Context, public *url.URL, handler http.Handler) ([]serve.Door, error) {
	doors, err := r.peoplesDoors(ctx, public, handler)
	if err == nil && r.o.MetricsAddr != "" {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", r.metrics.Handler())
		doors = append(doors, serve.Door{Addr: r.o.MetricsAddr, Handler: mux, Flag: "--metrics-addr"})
	}
	return doors, err
}

// peoplesDoors are where people come in: one, or with a certificate of our own two, of which the first leads to the other.
func (r *running) peoplesDoors(ctx context.Context, public *url.URL, handler http.Handler) ([]serve.Door, error) {
	people := serve.Door{Addr: r.o.Addr, Handler: handler, Flag: "--addr", Started: r.started}
	host, port, _ := net.SplitHostPort(r.o.Addr)
	if public.Scheme != "https" || !r.o.TLS && port != "443" {
		return []serve.Door{people}, nil
	}
	if r.o.HTTPAddr == "" && port == "443" {
		r.o.HTTPAddr = net.JoinHostPort(host, "80")
	}
	roots, err := rootsIn(r.o.TLSRoots)
	if err != nil {
		return nil, err
	}
	c := serve.NewCertificates(serve.CertificateOptions{
		Public: public, Email: r.o.TLSEmail, Folder: r.DB.Beside("certs"), CA: r.o.TLSCA, Roots: roots,
		PlainPort: portOf(r.o.HTTPAddr), TLSPort: portOf(r.o.Addr), Log: r.log,
	})
	context.AfterFunc(ctx, c.Close)
	people.TLS, people.Started = c.TLS(), func(at net.Addr) {
		r.started(at)
		if err := c.Obtain(ctx); err != nil {
			r.log.Error("no certificate", "error", err)
		}
	}
	if r.o.HTTPAddr == "" {
		return []serve.Door{people}, nil
	}
	return []serve.Door{{Addr: r.o.HTTPAddr, Handler: c.Plain(), Flag: "--http-addr"}, people}, nil
}

// rootsIn reads certificates to trust; none without a file.
func rootsIn(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fault.Usagef("--tls-ca-root cannot be read: %w", err).WithMend("name a file of PEM certificates")
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fault.Usagef("--tls-ca-root %s holds no certificate", file).WithMend("name a file of PEM certificates")
	}
	return roots, nil
}

// portOf is an address' port, 0 if it has none that is a number.
func portOf(address string) int {
	_, port, _ := net.SplitHostPort(address)
	n, err := strconv.Atoi(port)
	if err != nil {
		return 0
	}
	return n
}

// started says where people find it, and on the first run where it is set up.
func (r *running) started(at net.Addr) {
	address := r.o.PublicURL
	if address == "" {
		address = "http://" + at.String()
	}
	setUp := r.first.path()
	if setUp != "" {
		setUp = address + setUp
	}
	r.o.Started(address, setUp)
}
