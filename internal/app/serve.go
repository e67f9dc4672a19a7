package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

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
	h := ui.House{Services: r.Services, Catalogue: catalogue, PublicURL: r.o.PublicURL, Version: version, Log: r.log, Client: r.proxies.Client}
	site, err := web.New(h, r.first.guard)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /healthz", serve.Health(r.log, r.checks()...))
	mux.Handle("/", site)
	return serve.Watch(mux, r.log, r.metrics), nil
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
	r.log.Info("stopped")
	return errors.Join(served, worked)
}

// doors are where to listen: for people, for a certificate authority where there is one, for whoever collects metrics.
func (r *running) doors(ctx context.Context, public *url.URL, handler http.Handler) ([]serve.Door, error) {
	people := serve.Door{Addr: r.o.Addr, Handler: handler, Started: r.started}
	doors := []serve.Door{people}
	host, port, _ := net.SplitHostPort(r.o.Addr)
	if public.Scheme == "https" && (r.o.TLS || port == "443") {
		certificates := serve.NewCertificates(serve.CertificateOptions{
			Host: public.Hostname(), Email: r.o.TLSEmail, Folder: r.DB.Beside("certs"), CA: r.o.TLSCA, Log: r.log,
		})
		context.AfterFunc(ctx, certificates.Close)
		doors[0].TLS, doors[0].Started = certificates.TLS(), func(at net.Addr) {
			r.started(at)
			if err := certificates.Obtain(ctx); err != nil {
				r.log.Error("no certificate", "error", err)
			}
		}
		if port == "443" {
			doors = append([]serve.Door{{Addr: net.JoinHostPort(host, "80"), Handler: certificates.Plain()}}, doors...)
		}
	}
	if r.o.MetricsAddr != "" {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", r.metrics.Handler())
		doors = append(doors, serve.Door{Addr: r.o.MetricsAddr, Handler: mux})
	}
	return doors, nil
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
