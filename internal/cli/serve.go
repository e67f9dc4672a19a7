package cli

import (
	"context"
	"errors"

	"tandem/internal/db"
	"tandem/internal/house"
)

// ServeOptions say how the server is reached, and where it tells what.
type ServeOptions struct {
	Addr        string // host:port to listen on
	PublicURL   string // what people type, without a slash at the end; "" if nobody said
	Proxies     []string
	TLS         bool   // obtain certificates even where Addr is not port 443
	HTTPAddr    string // host:port where plain HTTP is sent on to https; "" for port 80 where Addr is port 443, else nowhere
	TLSEmail    string
	TLSCA       string                      // the certificate authority's directory; "" for Let's Encrypt
	TLSRoots    string                      // a file of certificates by which that authority is known; "" for the machine's
	MetricsAddr string                      // where metrics are shown; "" for nowhere
	JSON        bool                        // log as JSON
	Started     func(address, setUp string) // told once: where people find it, and where it is set up if it has no user yet, else ""
}

type serveCommand struct {
	Addr         string   `name:"addr" env:"TANDEM_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen. Default: 127.0.0.1:8080."`
	PublicURL    string   `name:"public-url" env:"TANDEM_PUBLIC_URL" placeholder:"URL" help:"The address that people type, such as https://tandem.example.com. Links and sign-in are built from it."`
	TrustedProxy []string `name:"trusted-proxy" env:"TANDEM_TRUSTED_PROXY" placeholder:"CIDR" help:"A proxy in front that may say who asks, such as 10.0.0.0/8. May be given several times."`
	TLS          bool     `name:"tls" env:"TANDEM_TLS" help:"Obtain a certificate for the public address. Without it that happens when listening on port 443."`
	HTTPAddr     string   `name:"http-addr" env:"TANDEM_HTTP_ADDR" placeholder:"HOST:PORT" help:"With a certificate: where plain HTTP is sent on to https. Default: port 80 beside port 443, else nowhere."`
	TLSEmail     string   `name:"tls-email" env:"TANDEM_TLS_EMAIL" placeholder:"EMAIL" help:"Where the certificate authority writes when something is wrong. By obtaining a certificate you accept its terms."`
	TLSCA        string   `name:"tls-ca" env:"TANDEM_TLS_CA" placeholder:"URL" help:"The ACME directory of a certificate authority of your own. Default: Let's Encrypt."`
	TLSCARoot    string   `name:"tls-ca-root" env:"TANDEM_TLS_CA_ROOT" placeholder:"FILE" help:"PEM certificates by which that authority is known. Default: the machine's own."`
	MetricsAddr  string   `name:"metrics-addr" env:"TANDEM_METRICS_ADDR" placeholder:"HOST:PORT" help:"Show metrics for Prometheus there, at /metrics. Keep it from strangers. Default: nowhere."`
	LogFormat    string   `name:"log-format" env:"TANDEM_LOG_FORMAT" default:"text" enum:"text,json" placeholder:"FORMAT" help:"How the log is written: text or json. Default: text."`
	asJSON
}

// served is where a server is found, and where it is set up if it has no user yet.
type served struct {
	Address string `json:"address"`
	SetUp   string `json:"set_up,omitempty"`
}

// Run serves until it is told to end.
func (c *serveCommand) Run(ctx context.Context, d *Desk) error {
	return d.withStore(ctx, func(store *db.DB) error {
		services, err := d.prepare(ctx, store)
		if err != nil {
			return err
		}
		return d.serve(ctx, services, ServeOptions{
			Addr: c.Addr, PublicURL: c.PublicURL, Proxies: c.TrustedProxy, TLS: c.TLS, HTTPAddr: c.HTTPAddr,
			TLSEmail: c.TLSEmail, TLSCA: c.TLSCA, TLSRoots: c.TLSCARoot,
			MetricsAddr: c.MetricsAddr, JSON: c.LogFormat == "json",
		}, func(address, setUp string) error {
			return d.result(c.asJSON, served{address, setUp}, func() {
				d.print(d.say.Text("Tandem runs at %s", address))
				if setUp != "" {
					d.print(d.say.Text("Nobody has set it up yet. Open %s", setUp))
				}
			})
		})
	})
}

// serve runs the server, and says where it is as soon as it answers.
func (d *Desk) serve(ctx context.Context, services house.Services, o ServeOptions, say func(address, setUp string) error) error {
	o.Started = func(address, setUp string) {
		_ = errors.Join(say(address, setUp), d.out.Flush()) // whoever closed our output does not need the address
	}
	return d.Serve(ctx, services, o)
}
