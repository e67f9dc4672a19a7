package serve

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"tandem/internal/id"
)

type requestKey struct{}

// RequestID is the id of the request that a context belongs to, "" outside of one. Whoever asked sees it as X-Request-Id.
func RequestID(ctx context.Context) string {
	name, _ := ctx.Value(requestKey{}).(string)
	return name
}

// Watch gives each request an id, and writes it down when it was answered.
func Watch(next http.Handler, log *slog.Logger, m *Metrics) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		name := id.New().String()
		w.Header().Set("X-Request-Id", name)
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, name))
		c := &counting{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			took := time.Since(begun)
			m.answered(r.Method, r.Pattern, c.status, took)
			log.LogAttrs(r.Context(), level(c.status, r.Pattern), "answered", slog.String("method", r.Method), slog.String("route", r.Pattern),
				slog.Int("status", c.status), slog.Int64("bytes", c.bytes), slog.Int64("ms", took.Milliseconds()))
		}()
		next.ServeHTTP(c, r)
	})
}

// level keeps what machines ask every few seconds out of an ordinary log.
func level(status int, pattern string) slog.Level {
	if status < http.StatusInternalServerError && (pattern == "GET /healthz" || pattern == "GET /static/") {
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// counting sees how a request is answered.
type counting struct {
	http.ResponseWriter
	status int
	bytes  int64
	begun  bool
}

// WriteHeader remembers the status.
func (c *counting) WriteHeader(status int) {
	if !c.begun && status >= http.StatusOK {
		c.status, c.begun = status, true
	}
	c.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (c *counting) Write(p []byte) (int, error) {
	c.begun = true
	n, err := c.ResponseWriter.Write(p)
	c.bytes += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (c *counting) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// Named is a log whose lines say which request they belong to.
func Named(h slog.Handler) slog.Handler { return named{h} }

type named struct{ slog.Handler }

// Handle adds the request's id.
func (n named) Handle(ctx context.Context, r slog.Record) error {
	if name := RequestID(ctx); name != "" {
		r.AddAttrs(slog.String("request", name))
	}
	return n.Handler.Handle(ctx, r)
}

// WithAttrs is for slog.
func (n named) WithAttrs(attrs []slog.Attr) slog.Handler { return named{n.Handler.WithAttrs(attrs)} }

// WithGroup is for slog.
func (n named) WithGroup(name string) slog.Handler { return named{n.Handler.WithGroup(name)} }
