// Package serve answers over the network, for whoever hands it a handler. It knows no business.
//
// Run listens, serves and ends gracefully: told to stop it takes no new connections, lets what was begun finish for ten seconds, and closes
// what is left. It is patient with slow networks and not with slow attackers: a head has ten seconds and 64 KB; every read of a body and
// every write of an answer has to make progress within a minute, and at 512 bytes a second on average. Proxies says who asks when others stand in front; Certificates obtains and
// renews certificates of its own; Watch gives each request its id, its line in the log and its place in the metrics; Ready answers
// whether all is well, Alive whether anything is. Nothing personal is logged: a route's pattern in place of a path, no query and no address.
package serve

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"tandem/internal/fault"
)

// How long the server waits for a slow client, and for those who are being answered when it is told to end.
const (
	headerWithin = 10 * time.Second
	idleWithin   = 2 * time.Minute
	longestHead  = 64 << 10
	graceful     = 10 * time.Second
)

// Door is one address that is listened on, and what answers there.
type Door struct {
	Addr    string
	Handler http.Handler
	Flag    string         // by which somebody chose the address
	TLS     *tls.Config    // nil for plain HTTP
	Started func(net.Addr) // told when it listens; may be nil
}

// Run serves every door until ctx ends or one of them fails; nobody is told before all of them are open. That it cannot listen is a fault.Unavailable.
func Run(ctx context.Context, log *slog.Logger, doors ...Door) error {
	open, err := listenAll(ctx, doors)
	if err != nil {
		return err
	}
	var servers []*http.Server
	ended := make(chan error, len(doors))
	for i, d := range doors {
		s := newServer(d.Handler, log)
		defer func() { _ = s.Close() }() // what was graceful has been waited for
		servers = append(servers, s)
		go func() { ended <- s.Serve(open[i]) }()
		if d.Started != nil {
			d.Started(open[i].Addr())
		}
	}
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
		return stop(ctx, servers)
	}
}

// listenAll opens every door, or none.
func listenAll(ctx context.Context, doors []Door) (open []net.Listener, err error) {
	for _, d := range doors {
		listener, err := listen(ctx, d)
		if err != nil {
			for _, l := range open {
				_ = l.Close() // nobody has come in
			}
			return nil, err
		}
		open = append(open, listener)
	}
	return open, nil
}

func listen(ctx context.Context, d Door) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", d.Addr)
	if err != nil {
		return nil, fault.Unavailablef("cannot listen on %s: %w", d.Addr, err).WithMend("choose another with %s", d.Flag)
	}
	if d.TLS == nil {
		return listener, nil
	}
	config := d.TLS.Clone()
	config.NextProtos = append([]string{"h2", "http/1.1"}, config.NextProtos...)
	return tls.NewListener(listener, config), nil
}

func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: progressing(handler), ReadHeaderTimeout: headerWithin, IdleTimeout: idleWithin, MaxHeaderBytes: longestHead,
		ErrorLog: slog.NewLogLogger(quiet{log.Handler()}, slog.LevelDebug),
	}
}

// stop lets what was begun finish, within reason.
func stop(ctx context.Context, servers []*http.Server) error {
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
	defer cancel()
	for _, s := range servers {
		if err := s.Shutdown(within); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("stop: %w", err)
		}
	}
	return nil
}

// quiet keeps out of the log what strangers make net/http say, such as their addresses in failed handshakes.
type quiet struct{ slog.Handler }

// Handle says that something was said, and not what: the text holds addresses.
func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	return q.Handler.Handle(ctx, slog.NewRecord(r.Time, r.Level, "a connection was broken off", r.PC))
}
