package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

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
			m.Errors = append(m.Errors, &huma.ErrorDetail{Location: "body." + field.Name, Message: d.say.Message(field.Message)})
		}
	}
	if status == http.StatusTooManyRequests {
		return huma.ErrorWithHeaders(m, http.Header{"Retry-After": {"60"}}).(huma.StatusError)
	}
	return m
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
