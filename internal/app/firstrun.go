package app

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"strings"
	"sync/atomic"

	"tandem/internal/fault"
	"tandem/internal/serve"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

// firstRun keeps the first stranger who finds a new server from becoming its owner: the page that sets Tandem up opens by the link that the
// server prints. On this machine alone, with nobody in front, it opens by itself.
type firstRun struct {
	code  string
	local bool
	over  atomic.Bool
	team  *team.Service
}

func newFirstRun(ctx context.Context, t *team.Service, local bool) (*firstRun, error) {
	empty, err := t.Empty(ctx)
	f := &firstRun{code: rand.Text(), local: local, team: t}
	f.over.Store(!empty)
	return f, err
}

// path is what opens the page, "" if Tandem is set up.
func (f *firstRun) path() string {
	switch {
	case f.over.Load():
		return ""
	case f.local:
		return setUpPath
	}
	return setUpPath + "?code=" + f.code
}

const (
	setUpPath   = "/setup"
	setUpCookie = "tandem-setup"
)

// guard lets nobody set Tandem up who has not got the link.
func (f *firstRun) guard(route ui.Route) ui.Route {
	if !strings.HasSuffix(route.Pattern, " "+setUpPath) {
		return route
	}
	do := route.Do
	route.Do = func(w http.ResponseWriter, r *ui.Request) error {
		switch waits, err := f.waits(r.Context()); {
		case err != nil:
			return err
		case !waits || f.here(r.Request) || f.knows(cookie(r.Request)):
			return do(w, r)
		case r.Method == http.MethodGet && f.knows(r.FormValue("code")):
			http.SetCookie(w, &http.Cookie{
				Name: setUpCookie, Value: f.code, Path: setUpPath, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.Secure(),
			})
			return r.Go(w, setUpPath)
		}
		return fault.Forbiddenf("Tandem is not set up yet").WithMend("open the link that the server printed when it started; it stands in its log")
	}
	return route
}

// waits reports whether there is nobody yet.
func (f *firstRun) waits(ctx context.Context) (bool, error) {
	if f.over.Load() {
		return false, nil
	}
	empty, err := f.team.Empty(ctx)
	if err == nil && !empty {
		f.over.Store(true)
	}
	return empty, err
}

// here reports whether a request comes from this machine, past nobody.
func (f *firstRun) here(r *http.Request) bool {
	return f.local && serve.Loopback(r.RemoteAddr) && serve.Loopback(r.Host) && !serve.Forwarded(r)
}

func (f *firstRun) knows(code string) bool {
	return subtle.ConstantTimeCompare([]byte(code), []byte(f.code)) == 1
}

func cookie(r *http.Request) string {
	c, err := r.Cookie(setUpCookie)
	if err != nil {
		return ""
	}
	return c.Value
}
