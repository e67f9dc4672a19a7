package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"tandem/internal/cli"
	"tandem/internal/fault"
	"tandem/internal/house"
	"tandem/internal/i18n"
	"tandem/internal/web"
	"tandem/internal/web/ui"
)

// server opens the doors that answer over the network.
type server struct {
	Process
	catalogue *i18n.Catalogue
}

// How long the server waits for a slow client, and for those who are being answered when it is told to end.
const (
	headerWithin = 10 * time.Second
	idleWithin   = 2 * time.Minute
	longestHead  = 64 << 10
	graceful     = 10 * time.Second
)

// serve answers until ctx ends, then lets what was begun finish.
func (s server) serve(ctx context.Context, services house.Services, o cli.ServeOptions) error {
	handler, err := web.New(ui.House{Services: services, Catalogue: s.catalogue, PublicURL: o.PublicURL, Version: s.Version, Log: slog.New(slog.NewTextHandler(s.Err, nil))})
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.Addr)
	if err != nil {
		return fault.Unavailablef("cannot listen on %s: %w", o.Addr, err).WithMend("choose another with --addr")
	}
	h := &http.Server{
		Handler: handler, ReadHeaderTimeout: headerWithin, IdleTimeout: idleWithin, MaxHeaderBytes: longestHead,
	}
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(listener) }()
	o.Started("http://" + listener.Addr().String())
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
	defer cancel()
	if err := h.Shutdown(within); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}
