package cli

import (
	"context"

	"tandem/internal/db"
	"tandem/internal/house"
)

// ServeOptions say how the server is reached.
type ServeOptions struct {
	Addr      string // host:port to listen on
	PublicURL string // what people type; "" if nobody said
	Proxies   []string
	Started   func(url string) // told once, when it listens
}

type serveCommand struct {
	Addr         string   `name:"addr" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen. Default: 127.0.0.1:8080."`
	PublicURL    string   `name:"public-url" placeholder:"URL" help:"The address that people type, such as https://tandem.example.com. Links and sign-in are built from it."`
	TrustedProxy []string `name:"trusted-proxy" placeholder:"CIDR" help:"A proxy in front that may say who asks, such as 10.0.0.0/8. May be given several times."`
}

// Run serves until it is told to end.
func (c *serveCommand) Run(ctx context.Context, d *Desk) error {
	return d.withStore(ctx, func(store *db.DB) error {
		services, err := d.prepare(ctx, store)
		if err != nil {
			return err
		}
		return d.serve(ctx, services, ServeOptions{Addr: c.Addr, PublicURL: c.PublicURL, Proxies: c.TrustedProxy})
	})
}

// serve runs the server and says where it is.
func (d *Desk) serve(ctx context.Context, services house.Services, o ServeOptions) error {
	told := o.Started
	o.Started = func(url string) {
		d.print(d.say.Text("Tandem runs at %s", url))
		_ = d.out.Flush() // whoever closed our output does not need the address
		if told != nil {
			told(url)
		}
	}
	return d.Serve(ctx, services, o)
}
