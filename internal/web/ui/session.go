package ui

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"tandem/internal/team"
)

// sessionName is the cookie's name. With https the browser itself sees to it that no other host or path can set it.
func (s *site) sessionName() string {
	if s.secure() {
		return "__Host-tandem"
	}
	return "tandem"
}

func (s *site) sessionSecret(r *http.Request) string {
	c, err := r.Cookie(s.sessionName())
	if err != nil {
		return ""
	}
	return c.Value
}

// Begin gives the browser a session that was opened for it. With keep it outlives the browser.
func (r *Request) Begin(w http.ResponseWriter, secret string, lasts time.Duration, keep bool) {
	c := r.site.sessionCookie(secret)
	if keep {
		c.MaxAge = int(lasts.Seconds())
	}
	http.SetCookie(w, c)
}

// End takes the session away from the browser.
func (r *Request) End(w http.ResponseWriter) {
	c := r.site.sessionCookie("")
	c.MaxAge = -1
	http.SetCookie(w, c)
}

// Secret is what the browser's session is known by, "" without one.
func (r *Request) Secret() string { return r.site.sessionSecret(r.Request) }

func (s *site) sessionCookie(secret string) *http.Cookie {
	return &http.Cookie{Name: s.sessionName(), Value: secret, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secure()}
}

// ceremonyCookie names what a browser was asked to do with a passkey.
const ceremonyCookie = "tandem-passkey"

// Ask answers with what a browser is to do with a passkey, as JSON, and remembers by which secret its answer is known.
func (r *Request) Ask(w http.ResponseWriter, c team.Ceremony) error {
	http.SetCookie(w, &http.Cookie{Name: ceremonyCookie, Value: c.Secret, Path: "/", MaxAge: 300, HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.Secure()})
	return JSON(w, c.Options)
}

// Asked is the secret of what the browser was asked, "" if it was asked nothing.
func (r *Request) Asked() string {
	c, err := r.Cookie(ceremonyCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// JSON answers one of our own scripts.
func JSON(w http.ResponseWriter, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("answer as JSON: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(b)
	return err
}
