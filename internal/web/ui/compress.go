package ui

import (
	"net/http"

	"github.com/klauspost/compress/gzhttp"
)

// compressed packs answers for browsers that take them packed. No answer holds a secret beside what a stranger could put into it.
func compressed(next http.Handler) http.Handler { return gzhttp.GzipHandler(next) }
