package ui

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"

	"tandem/internal/fault"
)

// site answers the routes.
type site struct {
	House
	files files
}

// Handler answers the routes of all sections. A pattern that is given twice, or a route without a right, is a programmer's mistake and panics.
func Handler(h House, routes []Route) (http.Handler, error) {
	files, err := newFiles()
	if err != nil {
		return nil, err
	}
	s := &site{House: h, files: files}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", files.handler)
	for _, route := range routes {
		if route.Right == "" {
			panic("ui: " + route.Pattern + " says no right")
		}
		mux.HandleFunc(route.Pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, route) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, nowhere) })
	ours, err := s.ours(compressed(mux))
	return s.secured(ours), err
}

// ours refuses what another site's page asks for. Ours is the address that a request came to, and the public one: a proxy may have changed the first.
func (s *site) ours(next http.Handler) (http.Handler, error) {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, lured) }))
	if s.PublicURL != "" {
		if err := protection.AddTrustedOrigin(s.PublicURL); err != nil {
			return nil, fmt.Errorf("trust our own address: %w", err)
		}
	}
	return protection.Handler(next), nil
}

// lured is the answer to what another site's page asked for.
var lured = Route{Right: Stranger, Do: func(http.ResponseWriter, *Request) error {
	return fault.Forbiddenf("another site asked for this, and nothing was done").WithMend("open the page here, and do it again")
}}

// nowhere is where no route leads.
var nowhere = Route{Right: Stranger, Do: func(http.ResponseWriter, *Request) error {
	return fault.NotFoundf("there is no page at this address")
}}

func (s *site) serve(w http.ResponseWriter, r *http.Request, route Route) {
	limit := route.MaxBody
	if limit == 0 {
		limit = maxBody
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	q, err := s.request(r)
	if err == nil {
		err = s.admit(w, q, route)
	}
	if err == nil {
		err = legible(r)
	}
	if err == nil {
		err = s.do(w, q, route)
	}
	if err != nil && !errors.Is(err, errAnswered) {
		s.fail(w, q, err)
	}
}

// do runs a route; what panics is a fault of ours like any other.
func (s *site) do(w http.ResponseWriter, q *Request, route Route) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return route.Do(w, q)
}

// errAnswered says that the request has its answer already.
var errAnswered = errors.New("answered")

// request finds out who asks.
func (s *site) request(r *http.Request) (*Request, error) {
	now := s.Clock.Now()
	q := &Request{Request: r, Now: now, Zone: now.Location(), site: s, Voice: NewVoice(s.Catalogue.Printer(r.Header.Get("Accept-Language")), now.Location(), now)}
	secret := s.sessionSecret(r)
	if secret == "" {
		return q, nil
	}
	signed, err := s.Team.Resume(r.Context(), secret)
	if fault.Is(err, fault.Forbidden) || fault.Is(err, fault.NotFound) {
		return q, nil
	}
	if err != nil {
		return q, err
	}
	q.By, q.User, q.Session, q.Workspace, q.signed = signed.Actor, signed.User, signed.Session, signed.Workspace, true
	zone, err := signed.Workspace.Zone()
	if err != nil {
		return q, err
	}
	q.Zone, q.Voice = zone, NewVoice(s.Catalogue.Printer(signed.Workspace.Language), zone, now)
	return q, nil
}

// admit lets a request in that may take the route.
func (s *site) admit(w http.ResponseWriter, q *Request, route Route) error {
	if route.Right == Stranger {
		return nil
	}
	if !q.signed {
		return s.turnAway(w, q)
	}
	return q.By.Check(route.Right)
}

// turnAway sends somebody who reads a page to the sign-in, and on from there; anything else is refused.
func (s *site) turnAway(w http.ResponseWriter, q *Request) error {
	empty, err := s.Team.Empty(q.Context())
	if err != nil {
		return err
	}
	to := "/signin?next=" + url.QueryEscape(q.URL.RequestURI())
	if empty {
		to = "/setup"
	}
	switch {
	case q.Header.Get("HX-Request") == "true":
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusUnauthorized)
	case q.Method == http.MethodGet && strings.Contains(q.Header.Get("Accept"), "text/html"):
		http.Redirect(w, q.Request, to, http.StatusSeeOther)
	default:
		w.WriteHeader(http.StatusUnauthorized)
	}
	return errAnswered
}

func (s *site) secure() bool { return strings.HasPrefix(s.PublicURL, "https://") }

func (s *site) client(r *http.Request) string {
	if s.Client != nil {
		return s.Client(r)
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func (s *site) log(ctx context.Context, text string, args ...any) {
	log := s.Log
	if log == nil {
		log = slog.Default()
	}
	log.ErrorContext(ctx, text, args...)
}
