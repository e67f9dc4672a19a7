package serve

import (
	"io"
	"net/http"
	"time"
)

// progressing ends connections over which nothing moves any more. A long upload or download is welcome as long as it goes on.
func progressing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = &body{r.Body, control}
		}
		next.ServeHTTP(&answer{ResponseWriter: w, control: control}, r)
	})
}

// body gives each read of a request's body its time.
type body struct {
	io.ReadCloser
	control *http.ResponseController
}

// Read waits no longer than it may for the next bytes.
func (b *body) Read(p []byte) (int, error) {
	_ = b.control.SetReadDeadline(time.Now().Add(progressWithin)) // a connection that has none needs none
	n, err := b.ReadCloser.Read(p)
	// the server goes on listening for the client's end; that may take as long as it likes
	_ = b.control.SetReadDeadline(time.Time{})
	return n, err
}

// answer gives each write of an answer its time.
type answer struct {
	http.ResponseWriter
	control *http.ResponseController
}

// WriteHeader starts the time of an answer without a body.
func (a *answer) WriteHeader(status int) {
	_ = a.control.SetWriteDeadline(time.Now().Add(progressWithin)) // as above
	a.ResponseWriter.WriteHeader(status)
}

// Write waits no longer than it may for the client to take the bytes.
func (a *answer) Write(p []byte) (int, error) {
	_ = a.control.SetWriteDeadline(time.Now().Add(progressWithin)) // as above
	return a.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
