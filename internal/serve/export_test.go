package serve

import (
	"log/slog"
	"net"
	"net/http"
)

// On serves one listener as Run would, until it is closed.
func On(l net.Listener, handler http.Handler) error {
	return newServer(handler, slog.New(slog.DiscardHandler)).Serve(l)
}
