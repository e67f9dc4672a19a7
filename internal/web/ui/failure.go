package ui

import (
	"errors"
	"net/http"

	"tandem/internal/fault"
)

// Failure is the page of something that went wrong.
type Failure struct {
	Frame
	Status    int
	Text      string
	Reference string
}

// Mishap is a failure in place of a part of a page.
type Mishap struct {
	Voice
	Text      string
	Reference string
	Again     string // the path to try again, "" for what should not be repeated
}

var (
	failurePage = MustPage[Failure](templates, "templates/failure.html")
	mishapPart  = MustPart[Mishap](templates, "mishap", "templates/mishap.html")
)

// fail shows what went wrong. What is our own fault is logged here, once, under the reference that the page shows.
func (s *site) fail(w http.ResponseWriter, q *Request, err error) {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		err = fault.New(fault.Invalid, "this is more than %d MB at once", large.Limit>>20)
	}
	text, reference := q.Fault(err)
	if reference != "" {
		if q.Context().Err() != nil {
			return // the browser has gone
		}
		s.log(q.Context(), "request failed", "reference", reference, "method", q.Method, "route", q.Pattern, "error", err)
	}
	status := fault.Status(err)
	var shown error
	if q.Partial() {
		m := Mishap{Text: text, Reference: reference}
		if q.Method == http.MethodGet {
			m.Again = q.URL.RequestURI()
		}
		shown = mishapPart.Status(w, q, status, m)
	} else {
		shown = failurePage.Status(w, q, status, Failure{Frame: Frame{Title: q.title(status), Narrow: !q.signed, Retry: status >= 500}, Status: status, Text: text, Reference: reference})
	}
	if shown != nil {
		s.log(q.Context(), "error page failed", "error", shown)
		http.Error(w, text, status)
	}
}

// title is what an error page is called.
func (r *Request) title(status int) string {
	switch status {
	case http.StatusNotFound:
		return r.T("Not found")
	case http.StatusForbidden:
		return r.T("Not allowed")
	case http.StatusConflict:
		return r.T("Changed meanwhile")
	case http.StatusTooManyRequests:
		return r.T("Too many at once")
	case http.StatusUnprocessableEntity, http.StatusBadRequest:
		return r.T("Not quite right")
	}
	return r.T("Something went wrong")
}
