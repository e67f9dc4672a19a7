package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// errText refuses what no engine keeps as it came.
var errText = errors.New("texts are UTF-8 without the character NUL")

// whole reports whether a text can be kept as it is.
func whole(texts ...string) bool {
	for _, s := range texts {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			return false
		}
	}
	return true
}

// readable lets in requests whose address and key are texts that can be kept.
func readable(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := url.ParseQuery(r.URL.RawQuery)
		fine := err == nil && whole(r.URL.Path, r.Header.Get("Idempotency-Key"))
		for name, values := range query {
			fine = fine && whole(name) && whole(values...)
		}
		if !fine {
			refuse(w, http.StatusBadRequest, errText.Error())
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refuse answers a problem where no operation is known yet.
func refuse(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(huma.ErrorModel{Title: http.StatusText(status), Status: status, Detail: detail})
}

// formats are JSON alone, of texts that can be kept.
func formats() map[string]huma.Format {
	strict := huma.DefaultJSONFormat
	read := strict.Unmarshal
	strict.Unmarshal = func(data []byte, v any) error {
		// without the escaped backslashes, what is left of \u0000 is the escape
		bare := bytes.ReplaceAll(data, []byte(`\\`), nil)
		if !utf8.Valid(data) || bytes.Contains(bare, []byte(`\u0000`)) {
			return errText
		}
		return read(data, v)
	}
	return map[string]huma.Format{"application/json": strict, "json": strict}
}
