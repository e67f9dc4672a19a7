package ui

import (
	"net/http"
	"time"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
)

// Request is a request as a page sees it: who asks, in which workspace, when, and in which language to answer. Of a stranger's request only
// the Voice is set.
type Request struct {
	*http.Request
	Voice
	By        team.Actor
	User      team.User
	Session   id.ID
	Workspace team.Workspace
	Zone      *time.Location
	Now       time.Time
	site      *site
	signed    bool
	done      []byte // the toast
}

// SignedIn reports whether somebody is signed in.
func (r *Request) SignedIn() bool { return r.signed }

// Signed is who is signed in, as the team knows them.
func (r *Request) Signed() team.Signed {
	return team.Signed{Session: r.Session, User: r.User, Actor: r.By, Workspace: r.Workspace}
}

// Partial reports whether htmx asks for a part of a page. A boosted link asks for the whole.
func (r *Request) Partial() bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-Boosted") != "true" && r.Header.Get("HX-History-Restore-Request") != "true"
}

// Read runs do in a transaction that reads the request's workspace.
func (r *Request) Read(do func(*db.Tx) error) error {
	return r.site.DB.Read(r.Context(), r.Workspace.ID, do)
}

// Write runs do in a transaction that writes the request's workspace. do may run more than once.
func (r *Request) Write(do func(*db.Tx) error) error {
	return r.site.DB.Write(r.Context(), r.Workspace.ID, do)
}

// ID is the id that stands in the path under a name; a fault.NotFound if it is none.
func (r *Request) ID(name string) (id.ID, error) {
	n, err := id.Parse(r.PathValue(name))
	if err != nil {
		return 0, fault.NotFoundf("there is nothing at this address")
	}
	return n, nil
}

// Client is the address of whoever asks, as far as it can be known.
func (r *Request) Client() string { return r.site.client(r.Request) }

// Secure reports whether people reach the site by https.
func (r *Request) Secure() bool { return r.site.secure() }

// Go sends the browser to another page after something was done.
func (r *Request) Go(w http.ResponseWriter, path string) error {
	if r.Partial() {
		r.sayLater(w)
		w.Header().Set("HX-Redirect", path)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r.Request, path, http.StatusSeeOther)
	return nil
}
