package cli

import (
	"context"

	"tandem/internal/db"
	"tandem/internal/house"
)

// ServeOptions say how the server is reached, and where it tells what.
type ServeOptions struct {
	Addr        string // host:port to listen on
	PublicURL   string // what people type, without a slash at the end; "" if nobody said
	Proxies     []string
	TLS         bool // obtain certificates even where Addr is not port 443
	TLSEmail    string
	TLSCA       string // the certificate authority's directory; "" for Let's Encrypt
	MetricsAddr string // where metrics are shown; "" for nowhere
	JSON        bool   // log as JSON
	Started     func(url string)
	FirstRun    func(url string) // told once, where Tandem can be set up, if it has no user yet
}

type serveCommand struct {
	Addr         string   `name:"addr" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen. Default: 127.0.0.1:8080."`
	PublicURL    string   `name:"public-url" env:"TANDEM_PUBLIC_URL" placeholder:"URL" help:"The address that people type, such as https://tandem.example.com. Links and sign-in are built from it."`
	TrustedProxy []string `name:"trusted-proxy" placeholder:"CIDR" help:"A proxy in front that may say who asks, such as 10.0.0.0/8. May be given several times."`
	TLS          bool     `name:"tls" help:"Obtain a certificate for the public address. Without it that happens when listening on port 443."`
	TLSEmail     string   `name:"tls-email" placeholder:"EMAIL" help:"Where the certificate authority writes when something is wrong. By obtaining a certificate you accept its terms."`
	TLSCA        string   `name:"tls-ca" placeholder:"URL" help:"The ACME directory of a certificate authority of your own. Default: Let's Encrypt."`
	MetricsAddr  string   `name:"metrics-addr" placeholder:"HOST:PORT" help:"Show metrics for Prometheus there, at /metrics. Keep it from strangers. Default: nowhere."`
	LogFormat    string   `name:"log-format" default:"text" enum:"text,json" placeholder:"FORMAT" help:"How the log is written: text or json. Default: text."`
}

// Run serves until it is told to end.
func (c *serveCommand) Run(ctx context.Context, d *Desk) error {
	return d.withStore(ctx, func(store *db.DB) error {
		services, err := d.prepare(ctx, store)
		if err != nil {
			return err
		}
		return d.serve(ctx, services, ServeOptions{
			Addr: c.Addr, PublicURL: c.PublicURL, Proxies: c.TrustedProxy, TLS: c.TLS, TLSEmail: c.TLSEmail, TLSCA: c.TLSCA,
			MetricsAddr: c.MetricsAddr, JSON: c.LogFormat == "json",
		})
	})
}

// serve runs the server and says where it is.
func (d *Desk) serve(ctx context.Context, services house.Services, o ServeOptions) error {
	o.Started = d.tells("Tandem runs at %s", o.Started)
	o.FirstRun = d.tells("Nobody has set it up yet. Open %s", o.FirstRun)
	return d.Serve(ctx, services, o)
}

// tells prints a sentence about an address, and passes the address on.
func (d *Desk) tells(sentence string, told func(string)) func(string) {
	return func(url string) {
		d.print(d.say.Text(sentence, url))
		_ = d.out.Flush() // whoever closed our output does not need the address
		if told != nil {
			told(url)
		}
	}
}
