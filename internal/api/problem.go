package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tandem/internal/fault"
)

// problem is an error as RFC 9457 has it. What is our own affair is logged under a reference, which is all that the program learns.
func (d *door) problem(ctx context.Context, err error) huma.StatusError {
	if known, ok := errors.AsType[huma.StatusError](err); ok {
		return known
	}
	text, reference := d.say.Fault(err)
	status := statusOf(err)
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

func statusOf(err error) int {
	switch fault.KindOf(err) {
	case fault.Usage:
		return http.StatusBadRequest
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.TooMany:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}
