package serve

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// How slow a connection may be. A long upload or download is welcome as long as it goes on, and not one that goes on by a byte a minute.
const (
	progressWithin = time.Minute // for one piece
	slowest        = 512         // bytes a second, on the average of what was waited for, once a minute of it has passed
	piece          = 16 << 10
)

// progressing ends connections over which next to nothing moves.
func progressing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		// the last answer's deadline is not this one's; a connection that has none needs none
		_ = control.SetWriteDeadline(time.Time{})
		b := &body{ReadCloser: r.Body, control: control}
		if r.Body != http.NoBody {
			r.Body = b
		}
		a := &answer{ResponseWriter: w, control: control}
		next.ServeHTTP(a, r)
		// what is still to be sent, and what the server reads of a body that nobody wanted
		_ = control.SetWriteDeadline(time.Now().Add(progressWithin))
		if r.Body != http.NoBody && !b.broken {
			_ = control.SetReadDeadline(time.Now().Add(progressWithin))
		}
	})
}

// patience is how long has been waited for the other side, and what came of it. The server's own slowness is not held against anybody.
type patience struct {
	waited time.Duration
	moved  int64
}

// until is how long to wait for the next piece.
func (p *patience) until(now time.Time) time.Time {
	left := progressWithin + time.Duration(p.moved)*time.Second/slowest - p.waited
	return now.Add(min(progressWithin, left))
}

func (p *patience) spent(since time.Time, n int) {
	p.waited += time.Since(since)
	p.moved += int64(n)
}

// body gives each read of a request's body its time.
type body struct {
	io.ReadCloser
	control *http.ResponseController
	broken  bool
	patience
}

// Read waits no longer than it may for the next bytes.
func (b *body) Read(p []byte) (int, error) {
	now := time.Now()
	_ = b.control.SetReadDeadline(b.until(now)) // as above
	n, err := b.ReadCloser.Read(p)
	b.spent(now, n)
	if b.broken = err != nil && !errors.Is(err, io.EOF); !b.broken {
		// the server goes on listening for the client's end; that may take as long as it likes
		_ = b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

// answer gives each write of an answer its time.
type answer struct {
	http.ResponseWriter
	control *http.ResponseController
	patience
}

// Write waits no longer than it may for the client to take the bytes, piece by piece.
func (a *answer) Write(p []byte) (int, error) {
	for written := 0; ; {
		now, end := time.Now(), min(len(p), written+piece)
		_ = a.control.SetWriteDeadline(a.until(now)) // as above
		n, err := a.ResponseWriter.Write(p[written:end])
		a.spent(now, n)
		if written += n; err != nil || written == len(p) {
			return written, err
		}
	}
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
