package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tandem/internal/fault"
)

// problem is an error as RFC 9457 has it. What is our own affair is logged under a reference, which is all that the program learns.
func (d *door) problem(ctx context.Context, err error) huma.StatusError {
	if known, ok := errors.AsType[huma.StatusError](err); ok {
		return known
	}
	text, reference := d.say.Fault(err)
	status := fault.Status(err)
	if reference != "" && d.Log != nil && ctx.Err() == nil {
		d.Log.ErrorContext(ctx, "request failed", "reference", reference, "error", err)
	}
	m := &huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: text}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		for _, field := range f.Fields {
			m.Errors = append(m.Errors, &huma.ErrorDetail{Location: located(field.Name), Message: d.say.Message(field.Message)})
		}
	}
	if status == http.StatusTooManyRequests {
		return huma.ErrorWithHeaders(m, http.Header{"Retry-After": {"60"}}).(huma.StatusError)
	}
	return m
}

// located is where a field stands in a request: in its body, if its name does not say otherwise.
func located(field string) string {
	if strings.HasPrefix(field, "query.") {
		return field
	}
	return "body." + field
}

// longestShown is how much of a wrong value goes back to who sent it, in bytes.
const longestShown = 200

// brief leaves out of a problem what would only send the request back, and how the program reads a number.
func brief(_ huma.Context, _ string, answer any) (any, error) {
	m, ok := answer.(*huma.ErrorModel)
	if !ok {
		return answer, nil
	}
	for _, e := range m.Errors {
		if text, err := json.Marshal(e.Value); err != nil || len(text) > longestShown {
			e.Value = nil
		}
		if strings.HasPrefix(e.Message, "json: cannot unmarshal number") {
			e.Message = "expected a whole number of at most 15 digits, written without an exponent"
		}
	}
	return m, nil
}

// careful answers a panic as any other fault of ours.
func (d *door) careful(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				problem := d.problem(r.Context(), fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
				refuse(w, problem.GetStatus(), problem.Error())
			}
		}()
		next.ServeHTTP(w, r)
	})
}
