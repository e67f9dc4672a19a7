package fault

import "net/http"

// Status is the HTTP status of an error (RFC 9110, section 15): 500 for what the user cannot mend.
func Status(err error) int {
	switch KindOf(err) {
	case Usage:
		return http.StatusBadRequest
	case Invalid:
		return http.StatusUnprocessableEntity
	case NotFound:
		return http.StatusNotFound
	case Conflict:
		return http.StatusConflict
	case Forbidden:
		return http.StatusForbidden
	case TooMany:
		return http.StatusTooManyRequests
	case Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}
